"""NAB at its own sampling step and at coarser ones, as frozen values."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

__all__ = ["NAB", "NabTask"]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class NabTask:
    """Score every file of the Numenta Anomaly Benchmark that is there, with one threshold for all.

    Parameters
    ----------
    name, title
        Key of the rows, and what the table says.
    rows_averaged
        Rows of five minutes that make one row: 12 = hourly.
    alerts_per_week
        Budget per file that the threshold is solved for by replay, without labels.
    cool_down_share
        Rows after an alert without another one, as a share of the file's probation.
    """

    family: ClassVar[str] = "nab"

    name: str
    title: str
    rows_averaged: int
    alerts_per_week: float = 1.0
    cool_down_share: float = 0.15


NAB: tuple[NabTask, ...] = tuple(
    NabTask(name=f"nab/{rows * 5:02d}min", title=f"{rows * 5} minutes", rows_averaged=rows)
    for rows in (1, 3, 6, 12)
)
