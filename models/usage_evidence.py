"""Usage in the score of a day: the strangeness of its ratios as one part more. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features.usage_novelty import UsageRanges, furthest, usage_ratios
from models.significance import Pool, p_values, surprise
from models.support import support_of
from models.usage import Usage

__all__ = ["RunsBefore", "UsageEvidence", "UsageState", "with_usage"]

#: Share of the usage in a score: one part more of weight 1 beside parts that weigh 6.
_USAGE_SHARE = 1.0 / 7.0

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class RunsBefore:
    """Runs more than a week before some days.

    Parameters
    ----------
    gpu_hours, cost
        [...] of the largest; 0 = there was none.
    gpu_days, cost_days
        [...] days with a run whose GPU-hours, or whose cost, are known.
    """

    gpu_hours: _Array
    gpu_days: NDArray[np.int64]
    cost: _Array
    cost_days: NDArray[np.int64]


@dataclass(frozen=True)
class UsageEvidence:
    """What usage says of the days of a panel.

    Parameters
    ----------
    distance
        [N, T] of the ratio furthest out of its range; NaN = none is known.
    record, run_days
        [N, T] of `models.support.support_of`.
    """

    distance: _Array
    record: _Array
    run_days: NDArray[np.int64]

    @classmethod
    def of(cls, distance: _Array, usage: Usage, before: RunsBefore) -> UsageEvidence:
        """Evidence of days [N, T] whose runs are held against those before them.

        In GPU-hours where the day's are known, for after a price cut a run of the same cost is a
        larger one; else in money.
        """
        in_hours = np.isfinite(usage.run_gpu_hours)
        return cls(
            distance=distance,
            record=np.where(
                in_hours,
                _over(usage.run_gpu_hours, before.gpu_hours),
                _over(usage.run_cost, before.cost),
            ),
            run_days=np.where(in_hours, before.gpu_days, before.cost_days),
        )

    def support(self, known: Pool) -> NDArray[np.int8]:
        """[N, T] support of each day."""
        return support_of(p_values(known, self.distance), self.record, self.run_days)


@dataclass(frozen=True)
class UsageState:
    """What the usage of K series after the last day is held against.

    Parameters
    ----------
    rows
        [K] their rows in the version, rising; other series have no known usage.
    center, spread
        [K, R] of `models.features.usage_novelty.UsageRanges`.
    gpu_hours, gpu_days, cost, cost_days
        [K] of `RunsBefore`.
    """

    rows: NDArray[np.int64]
    center: _Array
    spread: _Array
    gpu_hours: _Array
    gpu_days: NDArray[np.int64]
    cost: _Array
    cost_days: NDArray[np.int64]

    def evidence(self, row: int, usage: Usage) -> UsageEvidence | None:
        """Evidence [1, 1] of a day after the last; None where nothing is known of the series.

        Parameters
        ----------
        row
            Of the series in the version.
        usage
            Of that day, [1, 1].
        """
        place = int(np.searchsorted(self.rows, row))
        if place == len(self.rows) or self.rows[place] != row:
            return None
        one = slice(place, place + 1)
        ranges = UsageRanges(self.center[one, None], self.spread[one, None])
        before = RunsBefore(
            self.gpu_hours[one, None],
            self.gpu_days[one, None],
            self.cost[one, None],
            self.cost_days[one, None],
        )
        return UsageEvidence.of(furthest(usage_ratios(usage), ranges), usage, before)


def with_usage(score: _Array, known: Pool, distance: _Array) -> _Array:
    """Score [...] of cost and usage: 6/7 of that of cost, 1/7 -ln p of the distance.

    That of cost alone where the usage is not known.
    """
    strange = surprise(known, distance)
    mixed = (1.0 - _USAGE_SHARE) * score + _USAGE_SHARE * strange
    return np.where(np.isfinite(strange), mixed, score)


def _over(largest: _Array, before: _Array) -> _Array:
    """NaN where there is no run, or was none before."""
    known = np.isfinite(largest) & (before > 0)
    ratio = np.full(largest.shape, np.nan)
    np.divide(largest, before, out=ratio, where=known)
    return ratio
