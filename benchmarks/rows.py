"""Rows of results: each tells how to repeat it, beside what was measured.

Empty = not measured; a number that is due and absent does not validate.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Json, model_validator

__all__ = ["AccuracyRow", "CpuRow", "DetectionRow", "Identity", "Number", "Role", "TimingRow"]

#: "product" is Costcast, "variant" another use of its parts, "baseline" what anything must beat,
#: "peer" what others would use.
Role = Literal["product", "variant", "baseline", "peer"]
Number = Annotated[float, Field(allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Identity(BaseModel):
    """What a row is about and what it was measured with.

    `settings` holds the whole task and the model's own, `data` the fingerprint of what was
    measured on, `versions` those of the packages that matter, `commit` that of the code
    ("+changes" = the code was not committed as it ran).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    model: str
    role: Role
    settings: Json[dict[str, object]]
    data: str = Field(pattern=r"^[0-9a-f]{16}$")
    versions: Json[dict[str, str]]
    commit: str = Field(min_length=1)


class AccuracyRow(Identity):
    """Point accuracy and coverage over N series and K origins.

    `mase` is a mean over the series with a scale (`dropped` have none), the other errors weigh by
    money: sum |f - y| / sum |y| over days (`wape`) and over horizon sums (`wape_sum`), `bias` is
    positive where the forecast is too high. Coverage is of the central 80 % interval of days, and
    of sums where the model has one. `fallbacks` counts histories that the model failed on.
    """

    series: _Count
    origins: _Count
    dropped: _Count
    fallbacks: _Count
    mase: Number
    wape: Number
    wape_sum: Number
    bias: Number
    coverage80: _Share
    coverage80_sum: _Share | None

    @model_validator(mode="after")
    def _product_has_sums(self) -> Self:
        if self.role == "product" and self.coverage80_sum is None:
            raise ValueError("coverage80_sum is due: Costcast has intervals of sums")
        return self


class DetectionRow(Identity):
    """Alerts against planted anomalies (`insights.detection_truth`)."""

    alerts: _Count
    right: _Count
    planned: _Count
    aftermath: _Count
    false: _Count
    planted: _Count
    found: _Count
    planted_usd: Decimal
    found_usd: Decimal
    precision: _Share | None
    precision_with_planned: _Share | None
    right_impact: _Amount
    false_impact: _Amount
    precision_by_dollars: _Share | None
    recall: _Share
    dollars: _Share

    @model_validator(mode="after")
    def _alerts_have_precision(self) -> Self:
        if self.alerts and (self.precision is None or self.precision_with_planned is None):
            raise ValueError(f"precision is due: there are {self.alerts} alerts")
        return self


class CpuRow(Identity):
    """CPU seconds that a row of another file took, after a warm-up."""

    machine: str
    cpu_seconds: _Seconds


class TimingRow(Identity):
    """Wall seconds of one step (`task` names it); the median of `repeats`."""

    machine: str
    title: str
    repeats: _Count
    seconds: _Seconds
