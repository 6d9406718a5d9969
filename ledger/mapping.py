"""A mapping file: how the columns of somebody's own export are to be read.

source = "binder"            # name of the system that speaks
zone = "UTC"                 # IANA name; without it a file cannot be dated
currency = "USD"             # or a column: columns.currency
clock = "usage_day"          # or "billing_period": what a later delivery replaces
granularity = "day"          # or "hour"
rollup = "hour"              # or "day": the file has a row per event; sum them by period
date_format = "%d/%m/%Y"     # only where times are not ISO 8601
extent = ["billing-1"]       # accounts the file speaks for, where it should be stated

[columns]                    # canonical column = column of the file
period_start = "ds"
effective_cost = "y"
project = "project"

[constants]                  # canonical column = one value for all rows
provider = "gcp"
"tags.team" = "search"       # a tag, where no column of tags is mapped
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ledger.contexts import TAG_PREFIX
from ledger.delivery import Clock, DeliveryMode
from ledger.problems import BadInput
from ledger.schema import MONEY, USAGE_COST

__all__ = ["CHARGE_CATEGORIES", "COST_ORIGINS", "MEASURES", "Mapping", "load_mapping"]

#: Allowed values of `charge_category` (FOCUS, column ChargeCategory) and of `cost_origin`.
CHARGE_CATEGORIES = ("usage", "purchase", "tax", "credit", "adjustment")
COST_ORIGINS = ("billed", "gateway", "computed", "estimated")
_WORDS = {"charge_category": CHARGE_CATEGORIES, "cost_origin": COST_ORIGINS}

#: Canonical columns that are counted rather than named.
MEASURES = tuple(
    field.name
    for field in USAGE_COST
    if field.nullable and (field.type == MONEY or field.type in (pa.int64(), pa.float64()))
)
# The reader makes these itself; nobody maps them.
_MADE = {
    "period_end",
    "granularity",
    "source",
    "delivery_id",
    "row_number",
    "clock_bucket",
    "is_correction",
    "billing_period_end",
}
_COLUMNS = frozenset(USAGE_COST.names) - _MADE
# `currency` has a key of its own; times differ by row.
_CONSTANTS = _COLUMNS - {"currency", "period_start", "billing_period_start", "tags"} - set(MEASURES)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError("not a zone of the IANA time zone database") from error
    return name


class Mapping(BaseModel):
    """A checked mapping; unknown keys are refused.

    A row is dated by `period_start`, in `zone` where the text names no other. With granularity
    `day` it is booked on the UTC day of the same date. With `rollup` the rows of a period that
    have the same labels become one, which counts them as requests where the file has no number of
    requests of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: str = Field(min_length=1)
    zone: Annotated[str, AfterValidator(_known_zone)]
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    granularity: Literal["day", "hour"] = "day"
    rollup: Literal["day", "hour"] | None = None
    date_format: str | None = None
    extent: tuple[str, ...] | None = None
    columns: dict[str, str]
    constants: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Mapping:
        _refuse_unknown("columns", set(self.columns), _COLUMNS)
        named = {name for name in self.constants if not name.startswith(TAG_PREFIX)}
        _refuse_unknown("constants", named, _CONSTANTS)
        for name, words in _WORDS.items():
            if self.constants.get(name, words[0]) not in words:
                raise ValueError(f"constants.{name} is one of {', '.join(words)}")
        self._check_rollup()
        twice = set(self.columns) & (named | ({"tags"} if self.constant_tags else set()))
        if twice:
            raise ValueError(f"both a column and a constant: {', '.join(sorted(twice))}")
        if "period_start" not in self.columns:
            raise ValueError("columns.period_start is missing: it dates the rows")
        if not self.rollup and not set(MEASURES) & set(self.columns):
            raise ValueError("no column is mapped to a cost or a usage, such as effective_cost")
        if (self.currency is None) == ("currency" not in self.columns):
            raise ValueError("give either currency or columns.currency")
        if "provider" not in self.columns and "provider" not in self.constants:
            raise ValueError("give constants.provider or columns.provider")
        if self.mode == "append" and "source_row_id" not in self.columns:
            raise ValueError('mode "append" needs columns.source_row_id')
        return self

    def _check_rollup(self) -> None:
        if self.rollup is None:
            return
        if "granularity" in self.model_fields_set and self.granularity != self.rollup:
            raise ValueError("rollup and granularity name two different periods; give rollup alone")
        if self.mode == "append" or "source_row_id" in self.columns:
            raise ValueError("rows with an id of their own cannot be rolled up")

    @property
    def period(self) -> Literal["day", "hour"]:
        """Length of the periods that rows are booked on."""
        return self.rollup or self.granularity

    @property
    def constant_tags(self) -> dict[str, str]:
        """Tags that all rows have, by key."""
        return {
            name.removeprefix(TAG_PREFIX): value
            for name, value in self.constants.items()
            if name.startswith(TAG_PREFIX)
        }


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises BadInput naming the file and the key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput("a readable mapping file", file=path, got=error.strerror) from error
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
        raise BadInput("a TOML file in UTF-8", file=path, got=str(error)) from error
    if "zone" not in values:
        wanted = 'the time zone of the export\'s dates, such as zone = "UTC"'
        raise BadInput(wanted, file=path, field="zone", got="no time zone")
    if isinstance(values.get("extent"), list):
        values["extent"] = tuple(values["extent"])
    try:
        return Mapping.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or None
        got = None if key is None or first["type"] == "missing" else first["input"]
        wanted = first["msg"].removeprefix("Value error, ")
        raise BadInput(f"a valid mapping: {wanted}", file=path, field=key, got=got) from error


def _refuse_unknown(table: str, names: set[str], allowed: frozenset[str]) -> None:
    unknown = sorted(names - allowed)
    if unknown:
        raise ValueError(
            f"{table}.{unknown[0]} cannot be mapped; possible are {', '.join(sorted(allowed))}"
        )
