"""Any sum of any series over any days, as a mean and as paths: known days, then forecast days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ledger.delivery import Span
from models.paths import paths as residual_paths
from serving.known_days import known_days
from serving.snapshot import Snapshot

__all__ = ["Daily", "Outlook", "SpanTotal"]

#: Series whose paths are made at once: bounds the memory of a sum over thousands.
_CHUNK = 64
#: Sums of paths that are kept; one takes about 0.7 MB (1,000 paths of 92 days).
_KEPT = 64
#: A series the forecaster does not know yet is taken at the mean of its days within as many last.
_LEVEL_DAYS = 28


@dataclass(frozen=True)
class Daily:
    """The sum of some series on S days from `final_end` on: [P, S] paths and their [S] mean.

    The mean is that of the paths, not the version's point forecast: residuals of spend are skewed,
    and a mean beside quantiles, probabilities and overruns of other numbers would contradict them.
    """

    mean: NDArray[np.float64]
    paths: NDArray[np.float64]


@dataclass(frozen=True)
class SpanTotal:
    """A sum over a span of days.

    Parameters
    ----------
    actual
        What has arrived, of which `provisional_actual` is not final.
    mean, paths
        Of the whole sum, [P] paths; final days count as they are.
    """

    actual: float
    provisional_actual: float
    mean: float
    paths: NDArray[np.float64]

    def quantiles(self, levels: tuple[float, ...]) -> dict[str, float]:
        """Quantiles of the whole sum by level as text."""
        values = np.quantile(self.paths, levels)
        return {f"{level:g}": float(value) for level, value in zip(levels, values, strict=True)}


class Outlook:
    """Known and forecast days of one snapshot. Rows are rows of the snapshot's panel."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.known = known_days(snapshot.panel, snapshot.final, snapshot.final_end)
        version = snapshot.forecaster
        row_of = {name: row for row, name in enumerate(version.unique_ids)}
        #: [N] row of the forecaster version, -1 = it does not know the series
        self.version_row = np.array(
            [row_of.get(name, -1) for name in snapshot.panel.unique_ids], dtype=np.intp
        )
        #: Step of the version that falls on `final_end`; an older version starts further in.
        self.first_step = int((np.datetime64(snapshot.final_end) - version.first_day).astype(int))
        #: Days from `final_end` on that can be forecast.
        self.reach = version.horizon - self.first_step
        self._daily = lru_cache(maxsize=_KEPT)(self._sum_of)

    @property
    def end(self) -> date:
        """Day after the last forecast day."""
        return self.snapshot.final_end + timedelta(days=self.reach)

    def reaches(self, span: Span) -> bool:
        """Whether every day of the span is known or forecast."""
        return span.end <= self.end

    def daily(self, rows: NDArray[np.intp]) -> Daily:
        """Sum of the rows on every forecast day."""
        return self._daily(tuple(int(row) for row in rows))

    def total(self, rows: NDArray[np.intp], span: Span) -> SpanTotal:
        """Sum of the rows over a span; raises ValueError beyond the horizon."""
        if not self.reaches(span):
            raise ValueError(f"got the span to {span.end}, wanted an end by {self.end}")
        columns = self.known.columns(span)
        arrived = self.known.arrived[rows, columns]
        settled = float(self.known.settled[rows, columns].sum())
        daily, steps = self.daily(rows), self._steps(span)
        return SpanTotal(
            actual=float(arrived.sum()),
            provisional_actual=float(arrived[~self.known.final[rows, columns]].sum()),
            mean=settled + float(daily.mean[steps].sum()),
            paths=settled + daily.paths[:, steps].sum(axis=1),
        )

    def _steps(self, span: Span) -> slice:
        start, end = ((day - self.snapshot.final_end).days for day in (span.start, span.end))
        return slice(max(start, 0), max(end, 0))

    def _sum_of(self, rows: tuple[int, ...]) -> Daily:
        version = self.snapshot.forecaster
        paths = np.zeros((version.draw.shape[0], self.reach))
        known = [row for row in rows if self.version_row[row] >= 0]
        for begin in range(0, len(known), _CHUNK):
            paths += self._paths(np.array(known[begin : begin + _CHUNK], dtype=np.intp))
        unknown = [row for row in rows if self.version_row[row] < 0]
        if unknown:
            paths += sum(_level(self.known.settled[row]) for row in unknown)
        mean = paths.mean(axis=0)
        paths.flags.writeable = mean.flags.writeable = False
        return Daily(mean, paths)

    def _paths(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """[P, S] sum of rows that the version knows.

        A day cannot end below what has already arrived of it, where a series is never negative:
        on provisional days paths are lifted to the arrived amount.
        """
        version, fitted = self.snapshot.forecaster, self.version_row[rows]
        paths = residual_paths(version, fitted, slice(self.first_step, None))
        arrived = self.known.provisional[rows][:, : self.reach]
        floor = np.where(version.nonnegative[fitted][:, None], arrived, -np.inf)
        days = arrived.shape[1]
        np.maximum(paths[:, :, :days], floor, out=paths[:, :, :days])
        total: NDArray[np.float64] = paths.sum(axis=1)
        return total


def _level(settled: NDArray[np.float64]) -> float:
    """Mean of the last days [K] since the first amount: days before it are no zeros of its own."""
    begun = np.flatnonzero(settled)
    start = max(int(begun[0]), len(settled) - _LEVEL_DAYS) if len(begun) else len(settled)
    return float(settled[start:].mean()) if start < len(settled) else 0.0
