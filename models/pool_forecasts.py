"""What every member of a pool says at every origin of many series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.early_zeros import keeps_early_zeros
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
        Whether a change of level in the last 14 days is taken for the new level. Off: on a bill
        that moves by steps it was measured to win 12 % of the error, on generated companies whose
        anomalies pass it takes each for what will stay and loses 25 %.
    clean_spikes
        Whether single wild values are replaced by what is usual, except on sparse series.
    early_zeros
        Whether zeros before the first amount are history of a sparse series (`early_zeros`).
    """

    members: tuple[str, ...]
    season: int
    second_season: int = 1
    history_cap: int = HISTORY_CAP
    repair_shifts: bool = False
    clean_spikes: bool = False
    early_zeros: bool = True


def pool_forecasts(
    values: _Array,
    columns: tuple[int, ...],
    horizon: int,
    settings: PoolSettings,
    typical_zeros: _Array | None = None,
) -> _Array:
    """[N, C, M, H] forecasts of series [N, T] (NaN = not observed) from C origins.

    An origin sees nothing from its column on. NaN where the history is shorter than eight steps,
    except at the end (column T): there everything gets a forecast, 0 if it has not begun. Fills
    two arrays of the result's size at a time, so give it the series in chunks, with the
    `typical_zeros` [C] of all of them (`models.early_zeros.typical_zero_shares`).
    """
    members = pool(settings.season, settings.second_season, settings.members)
    rows = np.require(values, np.float64, ["C", "W"])
    said = np.empty((len(rows), len(columns), len(members), horizon))
    early = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    if settings.early_zeros:
        early = keeps_early_zeros(rows, columns, settings.season, typical_zeros)
    if set(settings.members) & set(BATCH):
        batch = _compiled_say(rows, columns, horizon, settings, early)
    for place, member in enumerate(members):
        if member.name in BATCH:
            said[:, :, place] = batch[:, :, BATCH.index(member.name)]
        else:
            for row, k in np.ndindex(early.shape):
                y = _seen(rows[row], columns[k], settings, early_zeros=bool(early[row, k]))
                said[row, k, place] = _says(member, y, horizon)
    return said


def _compiled_say(
    rows: _Array,
    columns: tuple[int, ...],
    horizon: int,
    settings: PoolSettings,
    early_zeros: NDArray[np.bool_],
) -> _Array:
    """[N, C, all compiled members, H]."""
    batch = np.empty((len(rows), len(columns), len(BATCH), horizon))
    forecast_members(
        rows,
        np.array(columns, dtype=np.int64),
        (settings.season, settings.second_season),
        (settings.history_cap, settings.repair_shifts, settings.clean_spikes),
        early_zeros,
        batch,
    )
    return batch


def _says(member: Member, y: _Array | None, horizon: int) -> _Array:
    """[H] of a member that is not compiled; NaN without a history, zeros of a silent one."""
    if y is None:
        return np.full(horizon, np.nan)
    return member.forecast(y=y, h=horizon)["mean"] if len(y) else np.zeros(horizon)


def _seen(
    value: _Array, column: int, settings: PoolSettings, *, early_zeros: bool
) -> _Array | None:
    """History that a member sees from a column, as `forecast_members` shows it to those compiled.

    None where it is too young inside the past, empty where it has not begun or fell silent.
    """
    past = value[:column]
    y = history_of(past, settings.season, early_zeros=early_zeros).y
    if column < len(value) and len(y) < FEWEST:
        return None
    if not len(y) or ended(past, settings.season):
        return np.empty(0)
    recent = y[-settings.history_cap :]
    if settings.repair_shifts:
        recent = repair_shift(recent, settings.season)
    if settings.clean_spikes:
        recent = clean_spikes(recent, settings.season)
    return recent
