"""Rows of results of the injection bench."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Json

from benchmarks.rows import Identity, Number

__all__ = ["InjectionRow"]

_Count = Annotated[int, Field(ge=0)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Rate = Annotated[float, Field(ge=0)]


class InjectionRow(Identity):
    """Events that raise an alert which was not there without them, means over the seeds.

    `found` is a share of the events, `dollars` of their amounts, each in means of the weeks before
    (so that no single large series decides); `lowest_...` of the worst seed. `calm`, `mid` and
    `noisy` are classes of series. Delays are medians over found events, in steps. Rates are alerts
    of the uninjected replay per series and budget span: of the series that set the threshold, and
    of one half of the series at the threshold of the other, mean and most of all halves.
    """

    series: _Count
    events: _Count
    found: _Share
    dollars: _Share
    lowest_found: _Share
    lowest_dollars: _Share
    calm: _Share | None
    calm_dollars: _Share | None
    mid: _Share | None
    mid_dollars: _Share | None
    noisy: _Share | None
    noisy_dollars: _Share | None
    spike_delay: Number | None
    double_step_delay: Number | None
    drift_delay: Number | None
    by_kind: Json[dict[str, float]]
    threshold: Number
    rate: _Rate
    rate_elsewhere: _Rate | None
    most_elsewhere: _Rate | None
