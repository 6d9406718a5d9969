"""Which column of the ledger the tokens of a bill's row belong to.

A cloud bills every class of tokens on rows of its own; what names the class is the usage type, the
meter or the SKU. Parsers of these names give a `TokenMeter`, and here it becomes columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.fields import Column, Field
from ledger.readers.masks import only_where
from ledger.schema import TOKEN_COLUMNS

__all__ = ["PROVISIONED", "TokenColumn", "TokenMeter", "label_of", "token_columns"]

TokenColumn = Literal[
    "input_tokens_uncached",
    "input_tokens_cache_read",
    "input_tokens_cache_write_5m",
    "input_tokens_cache_write_1h",
    "output_tokens",
]
#: Service tier of throughput that is paid by the hour, not by the token.
PROVISIONED = "provisioned"


@dataclass(frozen=True)
class TokenMeter:
    """What a name on a bill says: the model, and of tokens their class.

    `column` is None where the row counts no tokens (provisioned throughput, training).
    """

    model: str | None
    column: TokenColumn | None
    service_tier: str | None = None
    context_tier: str | None = None


def label_of(
    names: Field, parse: Callable[[str], TokenMeter | None], attribute: str, applies: Column
) -> Column:
    """Text attribute of what `parse` makes of each name, null where it does not apply."""

    def pick(name: str) -> str | None:
        meter = parse(name)
        found: str | None = None if meter is None else getattr(meter, attribute)
        return found

    labels = names.map_distinct(pick, pa.string(), wanted="a name of a meter")
    return only_where(applies, labels)


def token_columns(columns: Column, counts: Column) -> dict[str, Column]:
    """The token columns: each count in the column that its row names, null in the others."""
    return {name: only_where(pc.equal(columns, pa.scalar(name)), counts) for name in TOKEN_COLUMNS}
