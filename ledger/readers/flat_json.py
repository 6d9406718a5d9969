"""Key-value columns (tags, price details): flat JSON objects, every value text."""

from __future__ import annotations

import json

import pyarrow as pa

from ledger.readers.fields import Column, Field

__all__ = ["flat_objects", "member"]

_WANTED = "a JSON object of keys and values"


def flat_objects(field: Field) -> Field:
    """The column as JSON text, keys sorted, values text; null where there is none or no key.

    Accepts JSON text and the map columns of Parquet. Keys stay exactly as delivered; null values
    are left out, nested ones kept as JSON text. Raises BadInput for the first row that is no
    object.
    """
    if pa.types.is_map(field.values.type) or pa.types.is_struct(field.values.type):
        written = [
            None if row is None else json.dumps(dict(row)) for row in field.values.to_pylist()
        ]
        field = field.with_values(pa.array(written, pa.string()))
    return field.with_values(field.map_words(_normalised, wanted=_WANTED))


def member(objects: Field, *names: str) -> Column:
    """Value of the first of these keys that an object has, whatever its case; else null.

    Dictionary-encoded where the objects are.
    """
    wanted = [name.casefold() for name in names]

    def pick(text: str) -> str | None:
        found = {key.casefold(): value for key, value in json.loads(text).items()}
        return next((found[name] for name in wanted if name in found), None)

    return objects.map_words(pick, wanted=_WANTED)


def _normalised(text: str) -> str | None:
    # Numbers stay as written; RecursionError and bad JSON become the caller's BadInput.
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict):
        raise ValueError(type(found).__name__)
    flat = {key: _text(value) for key, value in found.items() if value is not None}
    return json.dumps(flat, ensure_ascii=False, sort_keys=True) if flat else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
