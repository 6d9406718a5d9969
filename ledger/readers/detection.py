"""Which reader understands a file: known by its columns, never by its name."""

from __future__ import annotations

import importlib
import pkgutil

import ledger.readers
from ledger.mapping import Mapping
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reader
from ledger.readers.generic import GenericReader

__all__ = ["READERS", "choose_reader"]

#: From here on a file has everything a reader needs.
_SURE = 0.5
#: A file may have hundreds of columns; an error names this many.
_SHOWN = 12


def _discover() -> tuple[Reader, ...]:
    """Every `READER` of the modules of this package, by name: a new format is found by existing."""
    found: list[Reader] = []
    for module in pkgutil.iter_modules(ledger.readers.__path__, "ledger.readers."):
        if module.name == __name__:
            continue
        reader = getattr(importlib.import_module(module.name), "READER", None)
        if reader is not None:
            found.append(reader)
    return tuple(sorted(found, key=lambda reader: reader.name))


#: All readers of known formats; a mapped file has a reader made from its mapping.
READERS: tuple[Reader, ...] = _discover()


def choose_reader(raw: RawTable, mapping: Mapping | None) -> tuple[Reader, float]:
    """The reader for a file and how sure that is, in [0, 1].

    A mapping wins where the file has its columns. Raises BadInput that lists what is missing for
    the nearest format where no reader has what it needs.
    """
    columns = frozenset(raw.table.column_names)
    candidates: list[Reader] = list(READERS)
    if mapping is not None:
        mapped = GenericReader(mapping)
        confidence = mapped.confidence(columns)
        if confidence >= _SURE:
            return mapped, confidence
        candidates.append(mapped)
    confidence, reader = max(
        ((reader.confidence(columns), reader) for reader in candidates),
        key=lambda pair: (pair[0], pair[1].name),
    )
    if confidence >= _SURE:
        return reader, confidence
    raise BadInput(_wanted(reader, columns, confidence), file=raw.file, row=0, got=_got(columns))


def _wanted(reader: Reader, columns: frozenset[str], confidence: float) -> str:
    known = ", ".join(reader.name for reader in READERS)
    if not confidence:
        return f"the columns of a known format ({known}) or a mapping for this file"
    missing = ", ".join(sorted(reader.required - columns))
    return f"the columns of {reader.name}, of which are missing: {missing}"


def _got(columns: frozenset[str]) -> str:
    shown = ", ".join(sorted(columns)[:_SHOWN])
    return shown if len(columns) <= _SHOWN else f"{shown} and {len(columns) - _SHOWN} more"
