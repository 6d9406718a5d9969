"""What every member of a pool says at every origin of many series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.forecasters.pool import pool
from models.gaps import ended, history_of
from models.kernels.member_forecasts import BATCH, HISTORY_CAP, forecast_members
from models.kernels.shift_repair import repair_shift
from models.kernels.spike_cleaning import clean_spikes
from models.origins import FEWEST

__all__ = ["PoolSettings", "pool_forecasts"]

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class PoolSettings:
    """Who is asked, and on what.

    Parameters
    ----------
    members
        [M] names (`models.forecasters.pool`).
    season, second_season
        Steps of the season, and of a longer one beside it (168 of hourly data); 1 = none.
    history_cap
        Latest observations a member is fitted on.
    repair_shifts
        Whether a lasting change of level in the last 14 days is taken for the new level.
    clean_spikes
        Whether single wild values are replaced by what is usual, except on sparse series.
    """

    members: tuple[str, ...]
    season: int
    second_season: int = 1
    history_cap: int = HISTORY_CAP
    repair_shifts: bool = False
    clean_spikes: bool = False


def pool_forecasts(
    values: _Array, columns: tuple[int, ...], horizon: int, settings: PoolSettings
) -> _Array:
    """[N, C, M, H] forecasts of series [N, T] (NaN = not observed) from C origins.

    An origin sees nothing from its column on. NaN where the history is shorter than eight steps,
    except at the end (column T): there everything gets a forecast, 0 if it has not begun. Fills
    two arrays of the result's size at a time, so give it the series in chunks.
    """
    members = pool(settings.season, settings.second_season, settings.members)
    rows = np.require(values, np.float64, ["C", "W"])
    said = np.empty((len(rows), len(columns), len(members), horizon))
    if set(settings.members) & set(BATCH):
        batch = _compiled_say(rows, columns, horizon, settings)
    for place, member in enumerate(members):
        if member.name in BATCH:
            said[:, :, place] = batch[:, :, BATCH.index(member.name)]
        else:
            said[:, :, place] = [
                [_says(member, row[:column], horizon, settings, len(row)) for column in columns]
                for row in rows
            ]
    return said


def _compiled_say(
    rows: _Array, columns: tuple[int, ...], horizon: int, settings: PoolSettings
) -> _Array:
    """[N, C, all compiled members, H]."""
    batch = np.empty((len(rows), len(columns), len(BATCH), horizon))
    forecast_members(
        rows,
        np.array(columns, dtype=np.int64),
        (settings.season, settings.second_season),
        settings.history_cap,
        (settings.repair_shifts, settings.clean_spikes),
        batch,
    )
    return batch


def _says(
    member: Member, past: _Array, horizon: int, settings: PoolSettings, periods: int
) -> _Array:
    """[H] of a member that is not compiled, from the past alone, as `forecast_members` does it."""
    y = history_of(past, settings.season).y
    if len(past) < periods and len(y) < FEWEST:
        return np.full(horizon, np.nan)
    if not len(y) or ended(past, settings.season):
        return np.zeros(horizon)
    recent = y[-settings.history_cap :]
    if settings.repair_shifts:
        recent = repair_shift(recent, settings.season)
    if settings.clean_spikes:
        recent = clean_spikes(recent, settings.season)
    return member.forecast(y=recent, h=horizon)["mean"]
