"""When what is fitted: every fit uses the days before its day only."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["REFIT_DAYS", "SEASON", "SILENT_DAYS", "WARM_UP_DAYS", "fit_days", "spans_of_fits"]

#: Days of a week: the season of daily spend.
SEASON = 7
#: Days before a series is judged by itself. 14 work nearly as well (73.1 of 75.3 points), but in
#: the first two weeks after a shorter warm-up a series alerts up to twenty times as often.
WARM_UP_DAYS = 28
#: Days before a series is judged at all; from then to the end of the warm-up by its team's forest.
SILENT_DAYS = 14
#: Days between fits of the regression and of the forest.
REFIT_DAYS = 7


def fit_days(days: int, every: int, warm_up: int = WARM_UP_DAYS) -> range:
    """Days on which something is fitted, of a series of `days` days and its next one.

    The first fit is at the end of the warm-up, or at the end of a shorter series.

    >>> list(fit_days(45, 7))
    [28, 35, 42]
    >>> list(fit_days(10, 7))
    [10]
    """
    return range(min(warm_up, days), days + 1, every)


def spans_of_fits(
    days: int, every: int, ahead: int, warm_up: int = WARM_UP_DAYS
) -> Iterator[tuple[int, slice]]:
    """Each fit day with the days it serves; the first also serves the warm-up before it.

    The last fit serves `ahead` days after the end too.
    """
    fits = fit_days(days, every, warm_up)
    for fit in fits:
        start = 0 if fit == fits[0] else fit
        stop = days + ahead if fit == fits[-1] else fit + every
        yield fit, slice(start, stop)
