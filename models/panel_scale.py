"""A panel in units of its series' sizes, raw or in logarithms, and the way back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.kernels.log_scale import from_logs, log_offset, to_logs

__all__ = ["ScaledPanel", "scaled_panel"]

_Array = NDArray[np.float64]

#: A forecast may leave the range of its history by this many times the range.
_LEEWAY = 1.0


@dataclass(frozen=True)
class ScaledPanel:
    """N series [N, T] aligned at their ends, NaN before the start.

    Parameters
    ----------
    z
        [N, T] values, or their logarithms, over `size`.
    histories
        [N] the values themselves, from the first amount; empty for a series without any.
    size
        [N] half of mean |z - median| plus mean |z[t] - z[t - 1]|, 1 where that is 0.
    offset
        [N] what was added before the logarithm; 0 = the series is raw.
    """

    z: _Array
    histories: tuple[_Array, ...]
    size: _Array
    offset: _Array

    def back(self, z: _Array) -> _Array:
        """[N, H] in the measure, within one range of the history and not below zero if it is not.

        A series without any amount gets zeros.
        """
        said = z * self.size[:, None]
        for row, y in enumerate(self.histories):
            if not len(y):
                said[row] = 0.0
                continue
            if self.offset[row] > 0:
                from_logs(said[row], to_logs(y, self.offset[row]), self.offset[row])
            low, high = float(y.min()), float(y.max())
            floor = low - _LEEWAY * (high - low)
            said[row] = np.clip(
                said[row], max(floor, 0.0) if low >= 0 else floor, high + _LEEWAY * (high - low)
            )
        return said


def scaled_panel(histories: tuple[_Array, ...], *, logs: bool) -> ScaledPanel:
    """Scale histories [n] without holes; a series without logarithms (negative values) is raw."""
    length = max((len(y) for y in histories), default=0)
    z = np.full((len(histories), max(length, 1)), math.nan)
    offset, size = np.zeros(len(histories)), np.ones(len(histories))
    for row, y in enumerate(histories):
        if not len(y):
            continue
        history = np.require(y, np.float64, ["C", "W"])
        offset[row] = log_offset(history) if logs else 0.0
        told = to_logs(history, offset[row]) if offset[row] > 0 else history
        size[row] = _size(told)
        z[row, -len(y) :] = told / size[row]
    return ScaledPanel(z, histories, size, offset)


def _size(z: _Array) -> float:
    spread = 0.5 * float(np.abs(z - np.median(z)).mean())
    change = float(np.abs(np.diff(z)).mean()) if len(z) > 1 else 0.0
    return spread + change or 1.0
