"""Rows of results on the Numenta Anomaly Benchmark."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from benchmarks.rows import Identity, Number

__all__ = ["NabRow"]

_Count = Annotated[int, Field(ge=0)]


class NabRow(Identity):
    """Official score, standard profile, of all files with one threshold.

    `score` is at the best threshold over these very files, which flatters; of a published detector
    at the threshold that NAB chose for it on its whole corpus. `solved` is at the threshold that
    keeps the budget of alerts by replay, without labels. Rates are alerts per file and week.
    """

    files: _Count
    windows: _Count
    score: Number
    threshold: Number | None
    alerts_per_week: Number | None
    solved: Number | None
    solved_threshold: Number | None
    solved_alerts_per_week: Number | None
