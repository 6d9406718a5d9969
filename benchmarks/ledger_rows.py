"""Rows of `results/ledger.csv`: what the ledger takes beside what bare DuckDB takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from benchmarks.rows import Identity

__all__ = ["LedgerRow"]

_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class LedgerRow(Identity):
    """One step on `rows` rows in a process of its own, which started with warm files.

    Seconds are wall and CPU of the median repeat; `peak_mb` is the largest resident size of any.
    """

    machine: str
    title: str
    rows: int = Field(gt=0)
    repeats: int = Field(gt=0)
    seconds: _Positive
    cpu_seconds: _Positive
    peak_mb: _Positive
