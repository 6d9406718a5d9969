"""Days that may be special: ends and starts of months, lengths of months, holidays of a country."""

from __future__ import annotations

from datetime import date

import numpy as np
from holidays import country_holidays, list_supported_countries
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.problems import BadInput
from models.calendar_effects import with_day_effect, with_factors
from models.points import Points, Revision
from training.backtest import Backtest

__all__ = ["by_calendar", "holiday_flags", "month_lengths", "month_parts"]

_Days = NDArray[np.datetime64]

#: Days at the end, and at the start, of a month.
_EDGE = 3


def by_calendar(panel: Panel, tested: Backtest, country: str | None = None) -> Revision:
    """Return what corrects points for days of one kind after the other, each where it wins.

    Parameters
    ----------
    country
        ISO 3166 code, with a subdivision where holidays differ ("DE", "US-CA"); None = no holidays.

    Raises
    ------
    BadInput
        For a country or subdivision that the library `holidays` does not know.
    """
    origins, horizon = tested.task.origins, tested.task.horizon
    days = panel.periods[:1] + np.arange(len(panel.periods) + horizon)
    start, end = month_parts(days)
    kinds = {"month ends": end, "month starts": start}
    if country is not None:
        kinds[f"holidays of {country}"] = holiday_flags(days, country)

    def revise(points: Points) -> Points:
        points = _by_length(points, tested, days)
        for name, flags in kinds.items():
            points = with_day_effect(
                points, tested.actual, tested.burstiness, flags, origins, f"corrected for {name}"
            )
        return points

    return revise


def month_parts(days: _Days) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[D] whether a day is among the first three of its month, and among the last three."""
    months = days.astype("datetime64[M]")
    first = (days - months.astype("datetime64[D]")).astype(np.int64)
    left = ((months + 1).astype("datetime64[D]") - days).astype(np.int64)
    return first < _EDGE, left <= _EDGE


def month_lengths(days: _Days) -> NDArray[np.float64]:
    """[D] days of the month that a day is in."""
    months = days.astype("datetime64[M]")
    return (months + 1).astype("datetime64[D]").astype(np.float64) - months.astype(
        "datetime64[D]"
    ).astype(np.float64)


def holiday_flags(days: _Days, country: str) -> NDArray[np.bool_]:
    """[D] whether a day is a public holiday of a country, as `by_calendar` names it."""
    code, _, part = country.partition("-")
    known = list_supported_countries(include_aliases=False)
    if code not in known or (part and part not in known[code]):
        wanted = f"a subdivision of {code}" if code in known else "an ISO 3166 country code"
        raise BadInput(wanted, field="holidays_country", got=country)
    years = range(_date(days[0]).year, _date(days[-1]).year + 1) if len(days) else range(0)
    found = country_holidays(code, subdiv=part or None, years=years)
    flags: NDArray[np.bool_] = np.isin(days, np.array(sorted(found), dtype="datetime64[D]"))
    return flags


def _by_length(points: Points, tested: Backtest, days: _Days) -> Points:
    """Points of what is charged by the month and told by the day: less a day in a long month."""
    origins, horizon = tested.task.origins, tested.task.horizon
    if not origins:
        return points
    lengths = month_lengths(days)
    columns = np.array(origins)[:, None] + np.arange(horizon)
    # the length around an origin is what its history's level is about
    past = lengths[np.array(origins) - 1][:, None] / lengths[columns]
    now = lengths[len(days) - horizon - 1] / lengths[len(days) - horizon :]
    return with_factors(
        points,
        tested.actual,
        tested.burstiness,
        np.broadcast_to(past, points.left_out.shape),
        np.broadcast_to(now, points.mean.shape),
        "corrected for lengths of months",
    )


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day))
