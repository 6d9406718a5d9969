"""What a young series takes from its siblings: which members to trust, and how far they err.

How others did when they were as young is the best guide: new spend ramps up. Where the panel saw
few of them begin, grown siblings are cut to the same length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.early_zeros import keeps_early_zeros
from models.siblings import learned_from_siblings, shared_dimensions
from training.backtest import Backtest
from training.short_histories import ShortHistories, age_of, births, cut_histories

__all__ = ["HELD", "ColdStart", "cold_start"]

_Array = NDArray[np.float64]
_Rows = NDArray[np.intp]

#: Share of the errors that intervals of young and of grown series are to hold alike.
HELD = 0.8
#: A series with fewer origins of its own learns from its siblings.
_FEW_ORIGINS = 2
#: The member that is the mean of the last season: of all the days there are, within the first one.
_MEAN = "window_average"
#: Log error by which every other member is worse within the first season: none gets a weight.
_FAR_WORSE = 20.0
#: Siblings, and others, whose cut histories are forecast for an age, evenly spaced.
_SIBLINGS, _OTHERS = 200, 100
#: Births' worth of trust in cut histories.
_CUT_BIRTHS = 4.0


@dataclass(frozen=True)
class ColdStart:
    """What young series are given; the rows of others are NaN.

    Parameters
    ----------
    prior
        [N, M] log errors of the members (`models.combine.member_weights`).
    burstiness
        [N] of the siblings.
    reach
        [N] within how many sizes of a history as short 80 % of the steps' errors lie
        (`training.short_histories`).
    """

    prior: _Array
    burstiness: _Array
    reach: _Array


def cold_start(panel: Panel, tested: Backtest, *, workers: int = 1) -> ColdStart:
    """Let the young series of a panel learn from others of the same number of periods.

    Within the first season the mean of what there is stands alone: nothing was measured to beat
    it there. Series that have not begun are left alone: their forecast is zero.
    """
    n = len(panel.keys)
    start = ColdStart(np.full((n, len(tested.members)), np.nan), *np.full((2, n), np.nan))
    ages, origins = age_of(panel.value), np.isfinite(tested.errors).all(axis=2).sum(axis=1)
    young = (origins < _FEW_ORIGINS) & (ages > 0) & ~_has_early_zeros(panel, tested)
    grown = np.flatnonzero(origins >= _FEW_ORIGINS)
    for age in np.unique(ages[young]):
        rows = np.flatnonzero(young & (ages == age))
        donors = _donors(panel, rows, grown)
        cut = cut_histories(panel, tested, donors, int(age), workers=workers)
        born = births(panel, tested, int(age))
        mean_alone = bool(age < tested.task.season) and _MEAN in tested.members
        of_cut, of_born = (_lesson(panel, tested, rows, of, mean_alone) for of in (cut, born))
        trust = len(born.rows) / (len(born.rows) + _CUT_BIRTHS)
        places = np.array([tested.members.index(name) for name in cut.members], dtype=np.intp)
        start.prior[np.ix_(rows, places)] = _mixed(of_cut[0], of_born[0], trust)
        start.reach[rows] = _mixed(of_cut[1], of_born[1], trust)
        shared = shared_dimensions(panel.keys, rows, donors)
        bursts = tested.burstiness[donors][:, None]
        start.burstiness[rows] = learned_from_siblings(bursts, shared)[:, 0]
    return start


def _lesson(
    panel: Panel, tested: Backtest, rows: _Rows, short: ShortHistories, mean_alone: bool
) -> tuple[_Array, _Array]:
    """Prior [n, M] and reach [] that rows learn from short histories of others."""
    shared, among = (shared_dimensions(panel.keys, of, short.rows) for of in (rows, short.rows))
    if mean_alone:
        is_mean = np.array([name == _MEAN for name in short.members])
        alone = np.where(is_mean, -_FAR_WORSE, 0.0)
        prior, own = (np.tile(alone, (len(of), 1)) for of in (shared, among))
    else:
        prior, own = (learned_from_siblings(short.logs, of) for of in (shared, among))
    long = np.array([tested.long_window[tested.members.index(name)] for name in short.members])
    reach = short.reach_of_errors(own, tested.burstiness[short.rows], long, HELD)
    return prior, np.array(reach)


def _mixed(cut: _Array, born: _Array, trust: float) -> _Array:
    """Cut histories and births by trust in births; one alone where the other knows nothing."""
    mixed: _Array = np.where(
        np.isfinite(born) & np.isfinite(cut),
        trust * born + (1 - trust) * cut,
        np.where(np.isfinite(born), born, cut),
    )
    return mixed


def _has_early_zeros(panel: Panel, tested: Backtest) -> NDArray[np.bool_]:
    """[N] series of a sparse panel, whose zeros before the first amount are their history.

    Cut siblings know nothing of those zeros: their advice was measured to cost 4 to 15 % there.
    """
    if not tested.task.settings.early_zeros:
        return np.zeros(len(panel.keys), dtype=np.bool_)
    end = (panel.value.shape[1],)
    early: NDArray[np.bool_] = keeps_early_zeros(panel.value, end, tested.task.season)[:, 0]
    return early


def _donors(panel: Panel, rows: _Rows, grown: _Rows) -> _Rows:
    """Grown series to learn from, siblings of any of the rows and others, not too many."""
    is_sibling = shared_dimensions(panel.keys, rows, grown).any(axis=0)
    some = (_spaced(grown[is_sibling], _SIBLINGS), _spaced(grown[~is_sibling], _OTHERS))
    return np.unique(np.concatenate(some))


def _spaced(rows: _Rows, most: int) -> _Rows:
    places = np.linspace(0, len(rows) - 1, min(len(rows), most))
    return rows[np.rint(places).astype(np.intp)]
