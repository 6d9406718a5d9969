"""A forecaster version from a panel: backtest, weigh, fit, calibrate."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.panel import Panel
from models.accuracy import panel_accuracy, series_mase, series_wape
from models.combine import central_mass, leave_one_out_weights, member_weights
from models.conformal import Widths, calibrate
from models.forecaster_version import ForecasterVersion
from models.gaps import History, ended, history_of
from models.paths import path_quantiles, paths_of
from models.points import Points, Revision, plain_points
from models.residual_bank import ResidualBank, bank_of, draw_paths, library_bank
from models.residual_scale import ResidualScale, reference_size, residual_scale
from training.backtest import Backtest, naive_metrics, run_backtest, task_for
from training.cold_start import HELD, ColdStart, cold_start
from training.engines import Progress

__all__ = ["LEVELS", "PATHS", "fit_forecaster"]

#: Levels of the precomputed per-step quantiles.
LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
#: Paths per version: probabilities in steps of 0.2 %.
PATHS = 500

#: A series with a shorter history than this many seasons is forecast mostly from its siblings.
_SUFFICIENT_SEASONS = 4
#: Series whose paths are made at once: a chunk's are 500 * H numbers a series.
_SERIES_AT_ONCE = 25

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Noise:
    """What turns a mean into paths."""

    scale: ResidualScale
    bank: ResidualBank
    widths: Widths
    draw: NDArray[np.int32]  # [P, N]


def fit_forecaster(
    panel: Panel,
    *,
    horizon: int,
    season: int,
    workers: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
    backtest: Backtest | None = None,
    revisions: Sequence[Revision] = (),
) -> ForecasterVersion:
    """Fit all series of a panel whose periods are final; equal input and seed, equal version.

    Give `backtest` to reuse one of this panel, horizon and season, or to take another pool than
    the default one. `revisions` (`models.points`) see the points of the pool one after the other,
    each what the one before left. Short, empty, constant and ended series are fitted too, with
    honest flags.
    Raises ValueError for a panel without periods and for a backtest of something else.
    """
    task = task_for(panel, horizon=horizon, season=season)
    tested = backtest or run_backtest(panel, task, workers=workers, progress=progress)
    same_pool = replace(task, settings=tested.task.settings)
    if tested.task != same_pool or tested.unique_ids != panel.unique_ids:
        raise ValueError("the backtest given is of another panel or task")
    histories = [history_of(value, season) for value in panel.value]
    young = cold_start(panel, tested, workers=workers)
    learned_from = _learned_from(tested, young)
    left_out = central_mass(tested.forecasts, leave_one_out_weights(*learned_from))
    weights = member_weights(*learned_from)
    points = plain_points(left_out, central_mass(tested.future, weights))
    for revise in revisions:
        points = revise(points)
    left_out, mean = points.left_out, points.mean
    noise = _noise(tested, left_out, histories, young.reach, np.random.default_rng(seed))
    nonnegative = np.array([not (h.y < 0).any() for h in histories], dtype=np.bool_)
    silent = np.array([ended(value, season) for value in panel.value], dtype=np.bool_)
    scale = np.where(silent, 0.0, noise.scale.whole)[:, None] * points.size
    bank = noise.widths.widen(noise.bank.rows).astype(np.float32)
    return ForecasterVersion(
        measure=panel.measure,
        currency=panel.currency,
        season=season,
        unique_ids=panel.unique_ids,
        first_day=panel.periods[-1] + 1,
        known_at=panel.known_at,
        mean=mean,
        scale=scale,
        bank=bank,
        draw=noise.draw,
        levels=np.array(LEVELS),
        quantiles=_quantiles(mean, scale, bank, noise.draw, nonnegative, workers),
        members=tested.members,
        weights=weights,
        nonnegative=nonnegative,
        history_days=np.array([len(h.y) for h in histories], dtype=np.int64),
        filled_share=np.array([h.filled_share for h in histories]),
        ended=silent,
        insufficient=_insufficient(histories, tested, season),
        backtest_horizon=tested.task.shortest_truth,
        panel_fingerprint=panel.fingerprint,
        metrics=_metrics(tested, left_out, noise.widths),
        per_series=_per_series(tested, points, weights),
    )


def _learned_from(
    tested: Backtest, young: ColdStart
) -> tuple[_Array, _Array, NDArray[np.bool_], _Array]:
    """Arguments of `member_weights`: of its own origins, of its siblings' where it has few."""
    bursts = np.where(np.isfinite(young.burstiness), young.burstiness, tested.burstiness)
    return tested.losses, bursts, tested.long_window, young.prior


def _noise(
    tested: Backtest,
    left_out: _Array,
    histories: list[History],
    reach: _Array,
    rng: np.random.Generator,
) -> _Noise:
    season, horizon = tested.task.season, tested.task.horizon
    residual = tested.actual - left_out
    reference = np.array([reference_size(h.y, season) for h in histories])
    scale = residual_scale(residual, reference)
    if np.isfinite(reach).any():
        scale = residual_scale(residual, reference, reach / _reach(residual, scale.left_out))
    bank = bank_of(residual, scale.left_out, season)
    if not len(bank.rows):
        bank = library_bank(horizon)
    widths = calibrate(
        residual, scale.left_out, bank, independent=_independent_origins(tested), rng=rng
    )
    return _Noise(scale, bank, widths, draw_paths(bank, len(histories), PATHS, rng))


def _reach(residual: _Array, scale: _Array) -> float:
    """Within how many scales the share of errors lies that young series' reach is about."""
    known = np.isfinite(residual) & (scale > 0)[:, :, None]
    standard = np.abs(residual[known]) / np.broadcast_to(scale[:, :, None], residual.shape)[known]
    return (float(np.quantile(standard, HELD)) if len(standard) else 0.0) or np.nan


def _independent_origins(tested: Backtest) -> float:
    """Count of whole horizons that the origins span, at least one."""
    origins = tested.task.origins
    return 1 + (origins[0] - origins[-1]) / tested.task.horizon if origins else 1.0


def _quantiles(
    mean: _Array,
    scale: _Array,
    bank: NDArray[np.float32],
    draw: NDArray[np.int32],
    nonnegative: NDArray[np.bool_],
    workers: int,
) -> _Array:
    """[N, H, Q] per-step quantiles of the paths; sorting them frees Python's lock."""
    quantiles = np.empty((*mean.shape, len(LEVELS)))

    def fill(start: int) -> None:
        rows = slice(start, start + _SERIES_AT_ONCE)
        cells = paths_of(mean[rows], scale[rows], bank, draw[:, rows], nonnegative[rows])
        quantiles[rows] = path_quantiles(cells, np.array(LEVELS))

    with ThreadPoolExecutor(workers) as threads:
        for _ in threads.map(fill, range(0, len(mean), _SERIES_AT_ONCE)):
            pass  # what fails in a thread is raised here
    return quantiles


def _insufficient(histories: list[History], tested: Backtest, season: int) -> NDArray[np.bool_]:
    """[N] no origin of its own, or fewer than four seasons of history."""
    untested = ~np.isfinite(tested.errors).any(axis=(1, 2))
    short = [len(history.y) < _SUFFICIENT_SEASONS * season for history in histories]
    return np.array(untested | np.array(short), dtype=np.bool_)


def _metrics(tested: Backtest, left_out: _Array, widths: Widths) -> dict[str, float]:
    """Aggregates of the backtest, weights and paths of an origin learned without it."""
    own = panel_accuracy(left_out, tested.actual, tested.scale)
    naive = {f"{name}_naive": value for name, value in naive_metrics(tested).items()}
    return (
        own
        | naive
        | {
            "coverage80": widths.coverage_steps,
            "coverage80_sum": widths.coverage_sums,
            "width_level": widths.level,
            "width_shape": widths.shape,
        }
    )


def _per_series(tested: Backtest, points: Points, weights: _Array) -> pa.Table:
    left_out = points.left_out
    origins = np.isfinite(tested.errors).all(axis=2).sum(axis=1)
    mase = series_mase(left_out, tested.actual, tested.scale)
    wape = series_wape(left_out, tested.actual)
    return pa.table(
        {
            "unique_id": pa.array(tested.unique_ids, pa.string()),
            "mase": pa.array(mase, pa.float64(), from_pandas=True),  # NaN becomes null
            "wape": pa.array(wape, pa.float64(), from_pandas=True),
            "n_origins": pa.array(origins, pa.int64()),
            "weights": pa.array(list(weights), pa.list_(pa.float64())),  # in order of members
            "revised": pa.array(points.notes, pa.string()),  # how, "" = not (`models.points`)
        }
    )
