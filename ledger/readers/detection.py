"""Which reader understands a file: known by its columns, never by its name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import ledger.readers
from ledger.mapping import Mapping
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reader
from ledger.readers.generic import GenericReader
from ledger.readers.refused import RefusedFormat

__all__ = ["READERS", "REFUSED", "choose_reader"]

#: From here on a file has everything a reader needs.
_SURE = 0.5
#: Below this (half its columns) a format has too little in common with a file to be the nearest.
_NEAR = 0.25
#: A file may have hundreds of columns; an error names this many.
_SHOWN = 12


def _discover(name: str) -> list[Any]:
    """What the modules of this package declare under a name: a format is found by existing."""
    found: list[Any] = []
    for module in pkgutil.iter_modules(ledger.readers.__path__, "ledger.readers."):
        if module.name == __name__:
            continue
        declared = getattr(importlib.import_module(module.name), name, None)
        if declared is not None:
            found.append(declared)
    return sorted(found, key=lambda declared: str(declared.name))


#: All readers of known formats; a mapped file has a reader made from its mapping.
READERS: tuple[Reader, ...] = tuple(_discover("READER"))
#: Formats that are known and must not be read.
REFUSED: tuple[RefusedFormat, ...] = tuple(_discover("REFUSED"))


def choose_reader(raw: RawTable, mapping: Mapping | None) -> tuple[Reader, float]:
    """The reader for a file and how sure that is, in [0, 1].

    A mapping wins where the file has its columns. Raises BadInput for a format that must not be
    read, with the reason, and where no reader has what it needs; then it lists what is missing for
    the nearest format.
    """
    columns = raw.names
    candidates: list[Reader] = list(READERS)
    if mapping is not None:
        mapped = GenericReader(mapping)
        confidence = mapped.confidence(columns)
        if confidence >= _SURE:
            return mapped, confidence
        candidates.append(mapped)
    for refused in REFUSED:
        if refused.required <= columns:
            raise BadInput(refused.wanted, file=raw.file, got=refused.why)
    confidence, reader = max(
        ((reader.confidence(columns), reader) for reader in candidates),
        key=lambda pair: (pair[0], pair[1].name),
    )
    if confidence >= _SURE:
        return reader, confidence
    raise BadInput(_wanted(reader, columns, confidence), file=raw.file, row=0, got=_got(columns))


def _wanted(reader: Reader, columns: frozenset[str], confidence: float) -> str:
    known = ", ".join(reader.name for reader in READERS)
    if confidence < _NEAR:
        return f"the columns of a known format ({known}) or a mapping for this file"
    missing = ", ".join(sorted(reader.required - columns))
    return f"the columns of {reader.name}, of which are missing: {missing}"


def _got(columns: frozenset[str]) -> str:
    shown = ", ".join(sorted(columns)[:_SHOWN])
    return shown if len(columns) <= _SHOWN else f"{shown} and {len(columns) - _SHOWN} more"
