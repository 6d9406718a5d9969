"""Usage of a panel traced: the evidence of every day, and what it leaves for the days after."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.features.run_record import largest_before, run_days_before
from models.features.usage_novelty import RATIO_NAMES, UsageRanges, furthest, usage_ratios
from models.features.usage_ranges import usage_ranges
from models.usage import Usage
from models.usage_evidence import RunsBefore, UsageEvidence, UsageState

__all__ = ["evidence_of"]

#: Series traced at once; bounds the memory (about 0.2 MB per series of two years).
_TOGETHER = 500


def evidence_of(usage: Usage) -> tuple[UsageEvidence, UsageState]:
    """Evidence of usage, every day by the days before it and itself; and what it leaves behind."""
    series, days = usage.shape
    rows = np.flatnonzero(_has_any(usage))
    distance = np.full((series, days), np.nan)
    after = np.full((2, len(rows), len(RATIO_NAMES)), np.nan)
    for first in range(0, len(rows), _TOGETHER):
        part = slice(first, first + _TOGETHER)
        ratios = usage_ratios(usage.take(rows[part]))
        ranges = usage_ranges(ratios)
        before = UsageRanges(ranges.center[:, :days], ranges.spread[:, :days])
        distance[rows[part]] = furthest(ratios, before)
        after[0, part], after[1, part] = ranges.center[:, days], ranges.spread[:, days]
    runs = {
        "gpu_hours": largest_before(usage.run_gpu_hours),
        "gpu_days": run_days_before(usage.run_gpu_hours),
        "cost": largest_before(usage.run_cost),
        "cost_days": run_days_before(usage.run_cost),
    }
    earlier: dict[str, Any] = {name: one[:, :days] for name, one in runs.items()}
    left: dict[str, Any] = {name: one[rows, days] for name, one in runs.items()}
    state = UsageState(
        rows=rows.astype(np.int64),
        center=after[0],
        spread=after[1],
        **left,
    )
    return UsageEvidence.of(distance, usage, RunsBefore(**earlier)), state


def _has_any(usage: Usage) -> NDArray[np.bool_]:
    """[N] series with any known usage."""
    known = np.isfinite(np.stack([usage.run_gpu_hours, usage.run_cost, *usage.amounts.values()]))
    return np.asarray(known.any(axis=(0, 2)))
