"""Times of exports to instants in UTC, with a count of those that did not say their zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.encoded import holds
from ledger.readers.fields import Column, Field
from ledger.schema import UTC as UTC_TYPE

__all__ = ["Instants", "parse_instants"]

# ISO 8601 as exports write it; fromisoformat alone would also take week dates and 20240901.
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?", re.ASCII
)
# Only behind a clock time: "-12" ends a date.
_ZONED = r":\d\d([.,]\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"
_WANTED_ISO = "a time such as 2026-09-12T00:00:00Z"


@dataclass(frozen=True)
class Instants:
    """Instants as timestamps in UTC, and how many of them had no zone of their own."""

    values: Column
    without_zone: int


def parse_instants(field: Field, *, zone: tzinfo = UTC, date_format: str | None = None) -> Instants:
    """Instants of a column.

    Parameters
    ----------
    field
        ISO 8601 text, or timestamps and dates of a Parquet file; a date is its midnight.
    zone
        Zone of the times that name none.
    date_format
        Format of `datetime.strptime` for text that is not ISO 8601.

    Raises BadInput for the first row that is no time.
    """
    if pa.types.is_timestamp(field.values.type) and field.values.type.tz is None:
        field = field.with_values(_as_text(field.values))
    kind = field.values.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return Instants(pc.cast(field.values, UTC_TYPE, safe=False), 0)
    wanted = _WANTED_ISO if date_format is None else f"a time as {date_format!r} describes"

    def parse(text: str) -> datetime:
        moment = _moment(text, date_format)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)

    values = field.map_distinct(parse, UTC_TYPE, wanted=wanted)
    if date_format is None:
        bare = holds(field.words(), lambda texts: pc.invert(_names_zone(texts)))
        return Instants(values, pc.sum(bare).as_py() or 0)
    return Instants(values, 0 if "%z" in date_format else len(values) - values.null_count)


def _names_zone(texts: Column) -> Column:
    zoned: Column = pc.match_substring_regex(texts, _ZONED)
    return zoned


def _as_text(times: Column) -> Column:
    """Times without zone as text; bills repeat them, so that each distinct one is written once."""
    codes = times.dictionary_encode()
    return pa.DictionaryArray.from_arrays(codes.indices, pc.cast(codes.dictionary, pa.string()))


def _moment(text: str, date_format: str | None) -> datetime:
    if date_format is not None:
        return datetime.strptime(text, date_format)  # noqa: DTZ007 (the zone is put on by the caller)
    if not _ISO.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z").replace(",", "."))
