"""A live point as somebody states it: what a series cost on a day, and what it used for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models.usage import Usage

__all__ = ["Point", "usage_of"]

#: Sums of floats may be off by this share.
_ROUNDING = 1e-9
#: Fields of a point, and the amounts they are.
_AMOUNT_OF = {
    "requests": "requests",
    "failed_requests": "failed_requests",
    "uncached_input_tokens": "input",
    "cache_read_tokens": "cache_read",
    "cache_write_tokens": "cache_write",
    "output_tokens": "output",
    "gpu_hours": "gpu_hours",
}
_TOKEN_CLASSES = tuple(name for name in _AMOUNT_OF if name.endswith("_tokens"))


class Point(BaseModel):
    """One cell to score: what a series cost on a UTC day, in the snapshot's currency.

    What it used on that day, as far as it is known, is evidence beside the cost: requests and how
    many of them failed, tokens in all and by class (output includes reasoning), GPU-hours, and the
    largest single run of the day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    team: str
    model: str
    period_start: date
    actual: float
    requests: int | None = Field(default=None, ge=0)
    failed_requests: int | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    uncached_input_tokens: int | None = Field(default=None, ge=0)
    cache_read_tokens: int | None = Field(default=None, ge=0)
    cache_write_tokens: int | None = Field(default=None, ge=0)
    output_tokens: int | None = Field(default=None, ge=0)
    gpu_hours: float | None = Field(default=None, ge=0)
    largest_run_gpu_hours: float | None = Field(default=None, ge=0)
    largest_run_cost: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _parts_within_their_whole(self) -> Self:
        wholes = {
            "failed_requests": "requests",
            "largest_run_gpu_hours": "gpu_hours",
            "largest_run_cost": "actual",
        }
        for part, whole in wholes.items():
            _check_within(part, getattr(self, part), whole, getattr(self, whole))
        classes = " + ".join(name for name in _TOKEN_CLASSES if getattr(self, name) is not None)
        _check_within(classes, self._sum_of_classes, "tokens", self.tokens)
        return self

    @property
    def total_tokens(self) -> int | None:
        """Tokens as stated, else the sum of the classes that are; None = neither is."""
        return self._sum_of_classes if self.tokens is None else self.tokens

    @property
    def _sum_of_classes(self) -> int | None:
        stated = [getattr(self, name) for name in _TOKEN_CLASSES]
        known = [count for count in stated if count is not None]
        return sum(known) if known else None


def usage_of(point: Point) -> Usage:
    """[1, 1] what the point says of its use; NaN and absent = it does not say."""
    stated: Mapping[str, float | None] = {
        amount: getattr(point, field) for field, amount in _AMOUNT_OF.items()
    }
    amounts = {name: _cell(value) for name, value in stated.items() if value is not None}
    quantity = point.gpu_hours if point.total_tokens is None else point.total_tokens
    if quantity is not None:
        amounts |= {"cost": _cell(point.actual), "quantity": _cell(quantity)}
    return Usage(amounts, _cell(point.largest_run_gpu_hours), _cell(point.largest_run_cost))


def _check_within(part: str, of_part: float | None, whole: str, of_whole: float | None) -> None:
    if of_part is None or of_whole is None:
        return
    if of_part > of_whole + _ROUNDING * abs(of_whole):
        got = f"{part} {of_part:g}"
        raise PydanticCustomError(
            "contradiction",
            "at most {whole} {of_whole}",
            {"got": got, "whole": whole, "of_whole": f"{of_whole:g}"},
        )


def _cell(value: float | None) -> NDArray[np.float64]:
    return np.array([[np.nan if value is None else value]], dtype=np.float64)
