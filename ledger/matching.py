"""What a rule may ask of a row: columns and tags, each by globs, all of which must fit."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated

import pyarrow as pa
from pydantic import AfterValidator, BeforeValidator

from ledger.contexts import TAG_PREFIX, Context
from ledger.schema import USAGE_COST

__all__ = ["MATCHABLE", "ColumnName", "Match", "columns_of", "fits"]

#: Columns a rule may name, besides `tags.KEY`.
MATCHABLE = frozenset(f.name for f in USAGE_COST if f.type == pa.string()) - {"tags", "delivery_id"}


def _check_column(name: str) -> str:
    if name not in MATCHABLE and not (name.startswith(TAG_PREFIX) and name != TAG_PREFIX):
        raise ValueError(f"tags.KEY or a text column ({', '.join(sorted(MATCHABLE))})")
    return name


def _globs(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _check_columns(match: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    for name in match:
        _check_column(name)
    return match


#: A text column of `usage_cost`, or `tags.KEY`.
ColumnName = Annotated[str, AfterValidator(_check_column)]
#: Column to the globs of which its value must fit one; empty fits every row.
Match = Annotated[
    dict[str, Annotated[tuple[str, ...], BeforeValidator(_globs)]], AfterValidator(_check_columns)
]


def fits(match: Mapping[str, tuple[str, ...]], context: Context) -> bool:
    """Whether every column of `match` has a value that fits one of its globs."""
    for name, globs in match.items():
        value = context.get(name)
        if value is None or not any(fnmatchcase(value, glob) for glob in globs):
            return False
    return True


def columns_of(*names: str | None) -> frozenset[str]:
    """Columns of `usage_cost` behind the names; None names nothing.

    >>> sorted(columns_of("project", "tags.team", None))
    ['project', 'tags']
    """
    return frozenset("tags" if name.startswith(TAG_PREFIX) else name for name in names if name)
