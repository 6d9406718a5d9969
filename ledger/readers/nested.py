"""Nested records of BigQuery exports: objects in Parquet, JSON text in JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.fields import Column, Field

__all__ = ["Record", "decimal_of", "inside", "map_records"]

#: One of the repeated records of a row; numbers are text or what Parquet holds.
Record: TypeAlias = Mapping[str, Any]

_WANTED_OBJECT = "an object with named values"
_WANTED_LIST = "a list of objects"


def inside(field: Field, *path: str) -> Field:
    """The value at a path within the objects of a column; null where it leads nowhere.

    Of JSON it is text, of a nested value JSON again; of Parquet what stands there. Raises BadInput
    for the first row that is no object.
    """
    name = ".".join((field.name, *path))
    kind = field.values.type
    if pa.types.is_struct(kind):
        values = _of_structs(field.values, path)
    else:
        values = field.map_distinct(
            lambda text: _at(text, path), pa.string(), wanted=_WANTED_OBJECT
        )
    return Field(field.file, name, values, field.sensitive, field.first_row)


def map_records(
    field: Field,
    parse: Callable[[list[Record]], Any],
    kind: pa.DataType,
    *,
    members: Sequence[str],
    wanted: str,
) -> Column:
    """`parse` of the repeated records of each row; null where a row has none.

    `members` are those of their values that `parse` needs, each of which a record must name.
    Raises BadInput for the first row that is no list of such records or that `parse` refuses with
    a ValueError.
    """
    values = field.values
    if not pa.types.is_nested(values.type):
        return field.map_distinct(
            lambda text: _parsed(_loaded(text), members, parse), kind, wanted=wanted
        )
    plain = pa.types.is_list(values.type) and pa.types.is_struct(values.type.value_type)
    rows = _lists_of(values, members) if plain else map(_unwrapped, values.to_pylist())
    found: list[Any] = [None] * len(values)
    for row, records in enumerate(rows):
        try:
            found[row] = None if not records else _parsed(records, members, parse)
        except (ValueError, ArithmeticError) as error:
            raise field.bad(row, wanted) from error
    column: Column = pa.array(found, kind)
    return column


def _lists_of(values: Any, members: Sequence[str]) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 (pyarrow's types know no list of structs)
    """The lists of a list column, with these members only: the others are never made Python's."""
    flat = values.flatten()
    known = [name for name in members if flat.type.get_field_index(name) >= 0]
    columns = [flat.field(name).to_pylist() for name in known]
    records = (
        (dict(zip(known, row, strict=True)) for row in zip(*columns, strict=True))
        if known
        else ({} for _ in range(len(flat)))
    )
    lengths: list[int | None] = pc.list_value_length(values).to_pylist()
    for length in lengths:
        yield list(islice(records, length or 0))


def _of_structs(values: Column, path: tuple[str, ...]) -> Column:
    for name in path:
        index = values.type.get_field_index(name)
        if index < 0:
            return pa.nulls(len(values), pa.string())
        values = pc.struct_field(values, [index])
    return values


def _at(text: str, path: tuple[str, ...]) -> str | None:
    value = _loaded(text)
    if not isinstance(value, dict):
        raise ValueError(type(value).__name__)
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else str(value)


def _loaded(text: str) -> Any:  # noqa: ANN401 (JSON)
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _unwrapped(value: Any) -> Any:  # noqa: ANN401 (a value of Parquet)
    """The list that a writer of Parquet wrapped: {"list": [{"element": {...}}]}."""
    if isinstance(value, dict) and set(value) == {"list"}:
        return [one.get("element", one.get("item", one)) for one in value["list"] or []]
    return value


def _parsed(
    records: Any,  # noqa: ANN401 (JSON, or a value of Parquet)
    members: Sequence[str],
    parse: Callable[[list[Record]], Any],
) -> Any:  # noqa: ANN401
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise ValueError(_WANTED_LIST)
    if not all(name in one for one in records for name in members):
        raise ValueError(f"records without {' or '.join(members)}")
    return parse(records) if records else None


def decimal_of(value: object) -> Decimal:
    """Exact decimal of a number in a record; of a float its shortest text, which was meant."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number
