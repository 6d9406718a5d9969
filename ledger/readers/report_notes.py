"""Sentences on what a usage report lacks, for the ingest report."""

from __future__ import annotations

import pyarrow.compute as pc

from ledger.readers.counts import parse_counts
from ledger.readers.fields import Fields
from ledger.readers.report_results import Results

__all__ = ["more_pages", "not_told_apart", "without_model"]


def more_pages(fields: Fields) -> tuple[str, ...]:
    """Says that the last page of the file is not the last of the report."""
    last = fields.text("page.has_more")[-1:].to_pylist()
    if last != ["true"]:
        return ()
    return ("the report goes on after the last page of this file: its days are not in it",)


def without_model(results: Results, name: str) -> tuple[str, ...]:
    """Counts results that name no model: reports name one only where they are grouped by it."""
    count = results.without(name)
    return (f"{count:,} results name no model: group the report by model",) if count else ()


def not_told_apart(results: Results, names: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Says how many tokens of a dearer kind these columns have: the ledger keeps no such kinds."""
    total = sum(pc.sum(parse_counts(results.fields[name])).as_py() or 0 for name in names)
    if not total:
        return ()
    return (f"{total:,} {what} count like others, though their price differs",)
