"""Raw scores of daily series, and the detectors made of them.

Every score of a day is from the days before it and the day itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.detectors import robust_z
from benchmarks.rows import Role
from models.alerting import BURSTY_REACHES, LARGEST_P, REACHES, worth_telling
from models.combined_score import PARTS, combined_score
from models.features.schedule import REFIT_DAYS, SEASON, WARM_UP_DAYS, spans_of_fits
from models.forest import grow_forest
from models.forest_scoring import compiled_scores
from models.significance import pool, surprise
from training.replay import replay_panel

__all__ = ["DAILY_DETECTORS", "InjectionDetector", "RawScores", "as_it_is", "daily_scores"]

_Array = NDArray[np.float64]
#: Raw scores of one series by name, [n] or [n, parts] each; NaN = not scored.
RawScores = Mapping[str, _Array]
#: From the raw scores of a series to its score [n].
Calibrated = Callable[[RawScores], _Array]

_SEED = 0
_NO_FLOORS = (0.0, 0.0)
_TREES = 50
#: A margin that no value leaves: the forest is an ordinary isolation forest.
_UNGUARDED = (1e9, 1e9)
#: Series scored at once; bounds the memory.
_TOGETHER = 400


@dataclass(frozen=True)
class InjectionDetector:
    """A detector, its score calibrated on the uninjected series; higher = stranger."""

    name: str
    role: Role
    settings: Mapping[str, object]
    calibrated: Callable[[Sequence[RawScores]], Calibrated]


def daily_scores(lines: Sequence[_Array], unique_ids: Sequence[str]) -> list[RawScores]:
    """Raw scores of each series, those of equal length together."""
    said: dict[int, RawScores] = {}
    for length in sorted({len(line) for line in lines}):
        rows = [number for number, line in enumerate(lines) if len(line) == length]
        for first in range(0, len(rows), _TOGETHER):
            chosen = rows[first : first + _TOGETHER]
            value = np.stack([lines[row] for row in chosen])
            replay = replay_panel(value, tuple(unique_ids[row] for row in chosen), seed=_SEED)
            told = worth_telling(value, replay.expected, replay.upper, _NO_FLOORS)
            distance = robust_z(value).score
            for place, row in enumerate(chosen):
                said[row] = {
                    "parts": replay.parts[place],
                    "told": told[place].astype(np.float64),
                    "robust z": distance[place],
                    "plain": _plain_forest(lines[row]),
                }
    return [said[row] for row in range(len(lines))]


def _plain_forest(y: _Array) -> _Array:
    """Ordinary forest on value and weekly change, refitted weekly on the days before."""
    score = np.full(len(y), np.nan)
    rows = np.column_stack([y, np.r_[np.zeros(SEASON), y[SEASON:] - y[:-SEASON]]])
    for fit, span in spans_of_fits(len(y), REFIT_DAYS, ahead=1):
        forest = grow_forest(rows[SEASON:fit], seed=_SEED, trees=_TREES, margins=_UNGUARDED)
        served = slice(max(span.start, WARM_UP_DAYS), min(span.stop, len(y)))
        score[served] = compiled_scores(forest, 0, rows[served])
    return score


def as_it_is(name: str) -> Callable[[Sequence[RawScores]], Calibrated]:
    """A raw score needs no calibration."""

    def calibrated(_: Sequence[RawScores]) -> Calibrated:
        return lambda raw: raw[name]

    return calibrated


def _part(name: str) -> Callable[[Sequence[RawScores]], Calibrated]:
    place = PARTS.index(name)

    def calibrated(_: Sequence[RawScores]) -> Calibrated:
        return lambda raw: raw["parts"][:, place]

    return calibrated


def _both_intervals(known: Sequence[RawScores]) -> Calibrated:
    places = [PARTS.index(name) for name in ("ets", "regression")]
    pools = [pool(_pooled(known, place)) for place in places]

    def score(raw: RawScores) -> _Array:
        each = [
            surprise(one, raw["parts"][:, place]) for one, place in zip(pools, places, strict=True)
        ]
        return cast(_Array, np.mean(each, axis=0))

    return score


def _costcast(known: Sequence[RawScores]) -> Calibrated:
    pools = [pool(_pooled(known, place)) for place in range(len(PARTS))]
    return lambda raw: combined_score(pools, raw["parts"])


def _as_shipped(known: Sequence[RawScores]) -> Calibrated:
    """Score of the days that the product would tell at any threshold, 0 on all others."""
    scored = _costcast(known)
    least = float(np.nanquantile(np.concatenate([scored(raw) for raw in known]), 1.0 - LARGEST_P))

    def score(raw: RawScores) -> _Array:
        value = scored(raw)
        kept = (raw["told"] > 0) & (value >= least)
        return np.where(np.isfinite(value), np.where(kept, value, 0.0), np.nan)

    return score


def _pooled(known: Sequence[RawScores], place: int) -> _Array:
    return np.concatenate([raw["parts"][:, place] for raw in known])


DAILY_DETECTORS: tuple[InjectionDetector, ...] = (
    InjectionDetector("costcast", "product", {"seed": _SEED}, _costcast),
    InjectionDetector(
        "costcast with its filters",
        "variant",
        {"seed": _SEED, "reaches": [REACHES, BURSTY_REACHES], "largest_p": LARGEST_P},
        _as_shipped,
    ),
    InjectionDetector(
        "its forest alone", "variant", {"seed": _SEED, "features": "residuals"}, _part("forest")
    ),
    InjectionDetector("ETS interval", "peer", {"model": "ETS(A,N,A)"}, _part("ets")),
    InjectionDetector(
        "regression interval", "peer", {"model": "trend, hinges, weekdays"}, _part("regression")
    ),
    InjectionDetector("both intervals", "peer", {"combined": "mean -ln p"}, _both_intervals),
    InjectionDetector(
        "isolation forest",
        "peer",
        {"features": ["value", "weekly change"], "trees": _TREES, "seed": _SEED},
        as_it_is("plain"),
    ),
    InjectionDetector("robust z", "baseline", {}, as_it_is("robust z")),
)
