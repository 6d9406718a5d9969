"""The amount of every day before the forecast begins, also where a series is not final yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ledger.delivery import Span
from ledger.panel import Panel

__all__ = ["KnownDays", "known_days"]

#: Below this completeness an amount divided by it says more about the division than the spend.
_LEAST_COMPLETENESS = 0.5
#: A missing day is taken as the mean of this many earlier days of the same weekday.
_WEEKS = 4
_WEEK_DAYS = 7


@dataclass(frozen=True)
class KnownDays:
    """N series over the panel's T days, of which the first K come before the forecast.

    Parameters
    ----------
    first_day, final_end
        Day of column 0, and the day of column K.
    settled
        [N, K] amounts that count: final ones, else the best estimate of the day.
    arrived
        [N, T] what the ledger holds so far, 0 where nothing has arrived.
    final
        [N, T] whether the arrived amount is complete.
    """

    first_day: date
    final_end: date
    settled: NDArray[np.float64]
    arrived: NDArray[np.float64]
    final: NDArray[np.bool_]

    def columns(self, span: Span) -> slice:
        """Columns of `arrived` within the span; days outside of the panel hold nothing."""
        days = self.arrived.shape[1]
        start, end = ((day - self.first_day).days for day in (span.start, span.end))
        return slice(min(max(start, 0), days), min(max(end, 0), days))

    @property
    def provisional(self) -> NDArray[np.float64]:
        """[N, T - K] arrived amounts of the days from `final_end` on."""
        return self.arrived[:, self.settled.shape[1] :]


def known_days(panel: Panel, final: NDArray[np.bool_], final_end: date) -> KnownDays:
    """Amounts of the known days.

    A day that is not final counts as its amount over its completeness where at least half has
    arrived, otherwise as the mean of the same weekday in the four weeks before.
    """
    first_day: date = panel.periods[0].astype(object)
    count = (final_end - first_day).days
    arrived = np.where(panel.observed, panel.value, 0.0)
    settled = np.where(final, arrived, np.nan)[:, :count]
    whole = panel.completeness[:, :count]
    usable = panel.observed[:, :count] & (whole >= _LEAST_COMPLETENESS) & ~final[:, :count]
    settled[usable] = arrived[:, :count][usable] / np.minimum(whole[usable], 1.0)
    for row, column in np.argwhere(np.isnan(settled)):  # sorted, so earlier days are filled
        settled[row, column] = _weekday_mean(settled[row], int(column))
    return KnownDays(first_day, final_end, settled, arrived, final)


def _weekday_mean(series: NDArray[np.float64], column: int) -> float:
    """Mean of the same weekday in the weeks before; 0 before there is any."""
    before = series[: max(column, 0)][::-1][_WEEK_DAYS - 1 :: _WEEK_DAYS][:_WEEKS]
    return float(before.mean()) if len(before) else 0.0
