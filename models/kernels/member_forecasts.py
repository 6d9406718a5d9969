"""All compiled members on all origins of all series, without Python in between."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled, compiled_in_place
from models.kernels.damped_smoothing import damped_smoothing
from models.kernels.drift import drift
from models.kernels.flat_windows import flat_mean, flat_median
from models.kernels.history import filled_history, has_ended
from models.kernels.intermittent import intermittent
from models.kernels.level_smoothing import level_smoothing
from models.kernels.mean import mean_of_last
from models.kernels.phase_windows import phase_mean, phase_median
from models.kernels.profile_level import log_profile_level, profile_level
from models.kernels.ridges import level_ridge, log_change_ridge, seasonal_change_ridge
from models.kernels.seasonal_smoothing import seasonal_smoothing
from models.kernels.seasons import fitted_season, flat_window, longest_season, whole_season
from models.kernels.shift_repair import repair_shift
from models.kernels.spike_cleaning import clean_spikes
from models.kernels.theta_lines import log_theta_lines

__all__ = ["BATCH", "FEWEST_STEPS", "HISTORY_CAP", "forecast_members", "room_of"]

_Array = NDArray[np.float64]
#: Lowest and highest forecast allowed, and the flat one where a member cannot say anything.
_Room = tuple[float, float, float]

#: Members in the order of the rows that `forecast_members` fills: the default pool.
BATCH = (
    "drift",
    "long_average",
    "long_seasonal_average",
    "seasonal_average",
    "seasonal_median",
    "seasonal_naive",
    "second_season_average",
    "second_season_naive",
    "window_average",
    "window_median",
    "ets_damped",
    "ets_level",
    "ets_seasonal",
    "intermittent",
    "log_profile",
    "log_ridge",
    "log_theta",
    "profile_level",
    "ridge",
    "seasonal_ridge",
)
#: Below this every member is the mean of the window: nothing was measured to beat it.
_FEWEST = 6
#: Ranges of the history that a forecast may leave it by.
_LEEWAY = 2.0
#: A range below rounding counts as constant: dividing by it would only amplify noise.
_ROUNDING = 1e-12
#: Steps of history that an origin inside the past needs.
FEWEST_STEPS = 8
#: Latest observations that a member is fitted on; 400 was measured to be as good as 700.
HISTORY_CAP = 400


@compiled
def forecast_members(
    values: _Array,
    columns: NDArray[np.int64],
    seasons: tuple[int, int],
    shown: tuple[int, bool, bool],
    early_zeros: NDArray[np.bool_],
    said: _Array,
) -> None:
    """Fill `said` [N, C, M, H] for series [N, T] (NaN = not observed) and origins [C].

    An origin sees what stands before its column, no more. Inside the past, NaN where the history
    is shorter than eight steps; at the end (column T), zeros for a series that has not begun. A
    series that fell silent stays silent.

    Parameters
    ----------
    seasons
        Steps of the season and of a longer second one, 1 = none.
    shown
        Latest observations that members are fitted on, whether shifts are repaired before, and
        whether spikes are cleaned.
    early_zeros
        [N, C] whether the history begins with the first value observed, not with the first amount.
    """
    periods = values.shape[1]
    for i in range(len(values)):
        from_amount = filled_history(values[i], seasons[0], False)
        from_zero = filled_history(values[i], seasons[0], True)
        for k in range(len(columns)):
            start, y = from_zero if early_zeros[i, k] else from_amount
            length = columns[k] - start
            if columns[k] < periods and length < FEWEST_STEPS:
                said[i, k] = np.nan
            elif length <= 0 or has_ended(values[i, : columns[k]], seasons[0]):
                said[i, k] = 0.0
            else:
                recent = y[max(length - shown[0], 0) : length]
                _all_say(_prepared(recent, seasons[0], shown[1:]), seasons, said[i, k])


@compiled_in_place
def _prepared(y: _Array, season: int, before: tuple[bool, bool]) -> _Array:
    """Repair comes first: a shift of one or two days looks like a spike."""
    if before[0]:
        y = repair_shift(y, season)
    if before[1]:
        y = clean_spikes(y, season)
    return y


@compiled
def room_of(y: _Array, season: int) -> _Room:
    """Where forecasts of `y` may lie, and the mean of its last season.

    Twice the range of the history beyond it, not below zero if the history is not. The lowest is
    above the highest where the flat one is the only forecast.
    """
    low = high = y[0]
    for value in y:
        low, high = min(low, value), max(high, value)
    flat = mean_of_last(y, max(season, 4))
    if len(y) < _FEWEST or high - low <= _ROUNDING * max(abs(low), abs(high)):
        return math.inf, -math.inf, flat
    floor = low - _LEEWAY * (high - low)
    return (max(floor, 0.0) if low >= 0 else floor), high + _LEEWAY * (high - low), flat


@compiled
def _keep(able: bool, room: _Room, out: _Array) -> None:
    """Hold a member's forecast within the room; the flat one if it could not, or is not finite."""
    sound = able
    for value in out:
        sound = sound and math.isfinite(value)
    if not sound:
        out[:] = room[2]
        return
    for h in range(len(out)):
        out[h] = min(max(out[h], room[0]), room[1])


@compiled_in_place
def _all_say(y: _Array, seasons: tuple[int, int], said: _Array) -> None:
    """[M, H] from one history of at least one value."""
    room = room_of(y, seasons[0])
    if room[0] > room[1]:
        said[:] = room[2]
        return
    _windows_say(y, seasons, room, said)
    _models_say(y, seasons, room, said)


@compiled_in_place
def _windows_say(y: _Array, seasons: tuple[int, int], room: _Room, said: _Array) -> None:
    season, second = seasons
    whole = whole_season(len(y), season)
    window = flat_window(season)
    long = longest_season(len(y), season, second)
    _keep(drift(y, said[0]), room, said[0])
    _keep(flat_mean(y, 13 * window, said[1]), room, said[1])
    _keep(phase_mean(y, season, 8, said[2]), room, said[2])
    _keep(phase_mean(y, season, 3, said[3]), room, said[3])
    _keep(phase_median(y, season, 5, said[4]), room, said[4])
    _keep(phase_mean(y, whole, 1, said[5]), room, said[5])
    _keep(phase_mean(y, long, 4, said[6]), room, said[6])
    _keep(phase_mean(y, long, 1, said[7]), room, said[7])
    _keep(flat_mean(y, window, said[8]), room, said[8])
    _keep(flat_median(y, 4 * window, said[9]), room, said[9])


@compiled_in_place
def _models_say(y: _Array, seasons: tuple[int, int], room: _Room, said: _Array) -> None:
    season, second = seasons
    fitted = fitted_season(len(y), season)
    _keep(damped_smoothing(y, said[10]), room, said[10])
    _keep(level_smoothing(y, said[11]), room, said[11])
    _keep(seasonal_smoothing(y, fitted, said[12]), room, said[12])
    _keep(intermittent(y, said[13]), room, said[13])
    _keep(log_profile_level(y, fitted, said[14]), room, said[14])
    _keep(log_change_ridge(y, season, fitted, second, said[15]), room, said[15])
    _keep(log_theta_lines(y, fitted, said[16]), room, said[16])
    _keep(profile_level(y, fitted, said[17]), room, said[17])
    _keep(level_ridge(y, season, fitted, second, said[18]), room, said[18])
    _keep(seasonal_change_ridge(y, season, said[19]), room, said[19])
