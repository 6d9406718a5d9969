"""Rows of results on the sets of real series."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from benchmarks.rows import CpuRow, Identity, Number

__all__ = ["SAMPLE", "SetCpuRow", "SetRow"]

#: Ends the task of a row that is about the sample of the set only.
SAMPLE = ":sample"

_Count = Annotated[int, Field(ge=0)]


class SetRow(Identity):
    """Point accuracy over N series and K origins, or over the set's sample at the last origin.

    `mase` is a mean over the series with a scale (`dropped` have none), the others weigh by amount:
    sum |f - y| / sum |y| over steps (`wape`) and over horizon sums (`wape_sum`); `bias` is positive
    where the forecast is too high. `smape` (percent) and `owa` are for M4. `fallbacks` counts
    histories that the model failed on.
    """

    series: _Count
    origins: _Count
    dropped: _Count
    fallbacks: _Count
    mase: Number
    wape: Number
    wape_sum: Number
    bias: Number
    smape: Number | None
    owa: Number | None


class SetCpuRow(CpuRow):
    """CPU seconds of so many forecasts of one series each."""

    forecasts: _Count
