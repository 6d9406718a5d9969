"""Whether what was used supports that a day's cost is strange, and how far the cost then has to go.

Cost alone does not tell a runaway training run from a day of large ones, nor a retry loop from a
busy day. Where usage is known it does: a run larger than every run before it, errors or prompts far
out of their range. Such a day is told nearer to the expected; a day of a bursty series on which no
run was out of the ordinary only further away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONTRADICTED", "SUPPORTED", "UNKNOWN", "support_of"]

#: No run of the day is out of the ordinary; nothing is known; something is far out of its range.
CONTRADICTED, UNKNOWN, SUPPORTED = -1, 0, 1
#: A run is out of the ordinary that is so many times as large as any run before it on a day. On
#: fifteen generated worlds that no figure is told of, with 1.3 the false alerts cost twice as much.
RECORD = 1.6
#: Days with runs before one that runs say anything of, and before one that may set a record: early
#: ones do all the time.
FEWEST_RUN_DAYS, FEWEST_FOR_RECORD = 14, 40
#: Ratios are out of their range on the strangest such share of days with known ratios.
STRANGE_P = 0.015

_Array = NDArray[np.float64]


def support_of(usage_p: _Array, record: _Array, run_days: NDArray[np.int64]) -> NDArray[np.int8]:
    """[...] support of days.

    Parameters
    ----------
    usage_p
        Share of days whose ratios are at least as far out; NaN = not known.
    record
        Largest run over the largest of the days more than a week before; NaN = no run is known.
    run_days
        Days with runs more than a week before it.
    """
    told_by_runs = np.isfinite(record) & (run_days >= FEWEST_RUN_DAYS)
    is_record = (np.nan_to_num(record) >= RECORD) & (run_days >= FEWEST_FOR_RECORD)
    by_runs = np.where(told_by_runs, np.where(is_record, SUPPORTED, CONTRADICTED), UNKNOWN)
    by_ratios = np.nan_to_num(usage_p, nan=1.0) <= STRANGE_P
    return np.where(by_ratios, SUPPORTED, by_runs).astype(np.int8)
