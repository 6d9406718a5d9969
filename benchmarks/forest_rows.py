"""Rows of results on the time that many forests take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from benchmarks.rows import Identity

__all__ = ["ForestRow"]

_Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ForestRow(Identity):
    """Wall seconds of so many forests of a step (`task` ends with it), each on `rows` rows.

    `ms_per_forest` is comparable where `forests` is a sample; `megabytes` of the packed arrays.
    """

    machine: str
    forests: Annotated[int, Field(ge=1)]
    rows: Annotated[int, Field(ge=1)]
    seconds: _Positive
    ms_per_forest: _Positive
    megabytes: _Positive | None
