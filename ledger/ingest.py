"""Exports into the ledger: open, read, check, store, publish. One bad file stops no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from ledger.delivered import delivered_at_of
from ledger.delivery import Delivery
from ledger.delivery_checks import check_no_rival
from ledger.inbox import Incoming, incoming
from ledger.mapping import load_mapping
from ledger.prepare import FileFacts, Prepared, prepare
from ledger.privacy import DEFAULT_TAG_KEYS
from ledger.problems import BadInput
from ledger.readers.detection import choose_reader
from ledger.readers.opening import open_table
from ledger.store import Ledger, same_delivery

__all__ = ["FileReport", "FileStatus", "ingest"]

FileStatus = Literal["published", "unchanged", "refused", "would_publish"]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    `rows_in` = `rows_kept` + the sum of `reported` (rows left out, by reason). Of an unchanged or
    refused file nothing was kept. `delivery` is the one published, or the one that the bytes were.
    """

    file: str
    status: FileStatus
    reader: str | None = None
    confidence: float | None = None
    rows_in: int = 0
    rows_kept: int = 0
    reported: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: str | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True)
class _Options:
    now: datetime
    mapping: Path | None
    delivered_at: datetime | None
    dry_run: bool
    actor_key: bytes | None
    tag_keys: Collection[str]


def ingest(  # noqa: PLR0913 (all but the first two are options)
    paths: Iterable[Path],
    ledger: Ledger,
    *,
    now: datetime,
    mapping: Path | None = None,
    delivered_at: datetime | None = None,
    dry_run: bool = False,
    actor_key: bytes | None = None,
    tag_keys: Collection[str] = DEFAULT_TAG_KEYS,
    progress: Callable[[int, int], None] | None = None,
) -> list[FileReport]:
    """Read export files and folders of them into the ledger; one report per file, in order.

    Parameters
    ----------
    now
        When this happens, aware UTC: `recorded_at`, and `delivered_at` where nobody states one.
    mapping
        Mapping file of a generic export; without it a `mapping.toml` in the file's own folder, or
        the nearest above it within the folder given, is used.
    delivered_at
        When the source delivered these files; wins over `delivered=...` in a path.
    dry_run
        Read and check everything, store nothing.
    actor_key
        Key of the pseudonyms; without it who used something is not stored.
    tag_keys
        Tags with other keys are not stored.
    progress
        Called with (files done, files in all).

    Raises
    ------
    BadInput
        For a mapping file that cannot be read, or a ledger of a newer version. What is wrong with
        a file of `paths` is reported, not raised.
    """
    if mapping is not None:
        load_mapping(mapping)  # a bad mapping is one error, not one per file
    options = _Options(now, mapping, delivered_at, dry_run, actor_key, tag_keys)
    known = ledger.deliveries()
    files = incoming(paths)
    reports: list[FileReport] = []
    for file in files:
        report = _ingest_file(file, ledger, known, options)
        if report.status in ("published", "would_publish") and report.delivery is not None:
            known.append(report.delivery)
        reports.append(report)
        if progress is not None:
            progress(len(reports), len(files))
    return reports


def _ingest_file(
    file: Incoming, ledger: Ledger, known: list[Delivery], options: _Options
) -> FileReport:
    try:
        facts = _facts(file.path, options)
        same = same_delivery(known, facts.sha256, facts.delivered_at)
        if same is not None:
            return _unchanged(facts, same)
        prepared, report = _read(file, facts, options)
        check_no_rival(prepared.delivery, known)
    except (BadInput, OSError) as problem:
        return FileReport(file=str(file.path), status="refused", error=str(problem))
    if not options.dry_run:
        ledger.append_rows(prepared.delivery.id, prepared.rows)
        ledger.publish(prepared.delivery)
    return report


def _facts(path: Path, options: _Options) -> FileFacts:
    with path.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    stated = options.delivered_at or delivered_at_of(path)
    return FileFacts(str(path), sha256, stated, options.now)


def _unchanged(facts: FileFacts, same: Delivery) -> FileReport:
    return FileReport(
        file=facts.file,
        status="unchanged",
        reader=same.reader,
        notes=(f"the same bytes as {same.file}, recorded {same.recorded_at:%Y-%m-%d %H:%M} UTC",),
        delivery=same,
    )


def _read(file: Incoming, facts: FileFacts, options: _Options) -> tuple[Prepared, FileReport]:
    mapping = options.mapping or file.mapping
    raw = open_table(file.path)
    reader, confidence = choose_reader(raw, None if mapping is None else load_mapping(mapping))
    reading = reader.read(raw)
    prepared = prepare(
        reading, reader, facts, actor_key=options.actor_key, tag_keys=options.tag_keys
    )
    report = FileReport(
        file=facts.file,
        status="would_publish" if options.dry_run else "published",
        reader=reader.name,
        confidence=confidence,
        rows_in=reading.rows_in,
        rows_kept=prepared.rows.num_rows,
        reported=dict(reading.reported),
        notes=prepared.notes,
        delivery=prepared.delivery,
    )
    return prepared, report
