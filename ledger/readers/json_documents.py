"""JSON documents: the answers of an API as they were saved, opened to one row per result.

A document is one page, a list of pages, or a list of records. What pages wrap (`data`) is
unwrapped; a record that holds a list of results (`results` of OpenAI, Anthropic and LiteLLM,
`usage` of Langfuse) gives one row for each of them, and one row without a result where the list
is empty: a bucket in which nothing happened is a fact too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from ledger.problems import BadInput
from ledger.readers.decoded import without_mark
from ledger.readers.json_lines import parse_json_lines
from ledger.readers.json_values import as_text, load_exact, text_table
from ledger.readers.nested_records import nested_rows
from ledger.readers.otlp_points import is_metrics

__all__ = ["parse_json_document"]

_Object = dict[str, object]

#: Member of a page that holds its records.
_RECORDS = "data"
#: Members of a record that hold its results; the first one that a record has counts.
_RESULTS = ("results", "usage")
#: Before the names of what a page says of itself, such as `page.has_more`.
_PAGE = "page."


def parse_json_document(data: bytes, file: str) -> pa.Table:
    """Columns of a document as text, under dotted names, in the order of their first appearance.

    A record's own members keep their names (`start_time`), those of its results have the list's
    name before them (`results.model`), those of the page `page`. An object is there whole, as JSON
    text, and by its members, one level deep (`results.amount`, `results.amount.value`). Numbers
    stay as written.

    Raises BadInput for what is no sound JSON, or no object or list of objects.
    """
    text = without_mark(data, file, header=False)
    try:
        root = load_exact(text)
    except ValueError as error:
        if _is_lines_of_metrics(text):
            return parse_json_lines(text, file)
        raise BadInput("a complete, sound JSON document", file=file, got=str(error)) from error
    return text_table(row for page in _objects(root, file) for row in _rows_of_page(page, file))


def _is_lines_of_metrics(text: bytes) -> bool:
    """Whether this is lines after all: OpenTelemetry's Collector names them like a document."""
    try:
        first = load_exact(text.partition(b"\n")[0])
    except ValueError:
        return False
    return isinstance(first, dict) and is_metrics(first)


def _objects(value: object, file: str) -> Iterator[_Object]:
    """The objects of a list, or the one that stands for itself."""
    members = value if isinstance(value, list) else [value]
    for number, member in enumerate(members, start=1):
        if not isinstance(member, dict):
            raise BadInput(
                "a JSON object or a list of objects",
                file=file,
                got=f"{type(member).__name__} as number {number}",
            )
        yield member


def _rows_of_page(page: _Object, file: str) -> Iterator[dict[str, str | None]]:
    records = page.get(_RECORDS)
    if not isinstance(records, list):
        yield from _rows_of_record(page, file)
        return
    said = _members(page, _PAGE, file, without=_RECORDS)
    for record in _objects(records, file):
        for row in _rows_of_record(record, file):
            yield row | said


def _rows_of_record(record: _Object, file: str) -> Iterator[dict[str, str | None]]:
    nested = nested_rows(record)
    if nested is not None:
        try:
            yield from nested
        except ValueError as error:
            raise BadInput("a sound export", file=file, got=str(error)) from error
        return
    name = next((name for name in _RESULTS if _is_results(record.get(name))), None)
    own = _members(record, "", file, without=name)
    if name is None:
        yield own
        return
    results = record[name]
    if not results:
        yield own
        return
    for result in _objects(results, file):
        yield own | _members(result, f"{name}.", file)


def _is_results(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(member, dict) for member in value)


def _members(
    found: _Object, prefix: str, file: str, without: str | None = None
) -> dict[str, str | None]:
    """Members of an object as text under dotted names; objects among them also by theirs."""
    named = [(name, value) for name, value in found.items() if name != without]
    named += [
        (f"{name}.{member}", inner)
        for name, value in named
        if isinstance(value, dict)
        for member, inner in value.items()
    ]
    members = {prefix + name: as_text(value) for name, value in named}
    if len(members) < len(named):
        raise BadInput("each name once", file=file, got="one that is there with and without a dot")
    return members
