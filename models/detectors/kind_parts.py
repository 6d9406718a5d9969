"""The parts of a chosen detector, of a whole history and of one later day. numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.combined_score import PARTS
from models.daily_state import TAIL_DAYS, DailyState
from models.daily_trace import DailyTrace
from models.detectors.kinds import PARTS_OF, DetectorKind
from models.features.robust_z import robust_z
from models.next_day import NextDay

__all__ = ["later_parts", "traced_parts"]


def traced_parts(kind: DetectorKind, trace: DailyTrace) -> NDArray[np.float64]:
    """Parts [N, n, P] of every day of a history; the forest's, where there is one, still NaN."""
    values = [_traced(name, trace) for name in PARTS_OF[kind]]
    return np.stack(values, axis=2)


def later_parts(
    kind: DetectorKind,
    state: DailyState,
    point: NextDay,
    *,
    strange: float,
    history_days: int,
    step: int,
    value: float,
) -> NDArray[np.float64]:
    """Parts [P] of the day that `point` describes; a longer replay gives the same for step 0.

    Parameters
    ----------
    state
        Of one series.
    strange
        Score of its forest; of no use to a detector without one.
    history_days, step, value
        As of `models.next_day.next_day`.
    """
    known = {**dict(zip(PARTS, point.parts, strict=False)), "forest": strange}
    if "robust_z" in PARTS_OF[kind]:
        tail = state.tail[0][-min(history_days, TAIL_DAYS) :]
        y = np.r_[tail, state.expected_ahead[0, :step], value]
        known["robust_z"] = robust_z(y[None])[0, -1]
    return np.array([known[name] for name in PARTS_OF[kind]])


def _traced(name: str, trace: DailyTrace) -> NDArray[np.float64]:
    if name == "forest":
        return np.full(trace.y.shape, np.nan)
    if name == "robust_z":
        return robust_z(trace.y)
    return trace.parts[:, :, PARTS.index(name)]
