"""Exports into the ledger: open, read, check, store, publish. One bad file stops no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pyarrow as pa

from ledger.delivered import delivered_at_of
from ledger.delivery import Delivery
from ledger.delivery_checks import check_no_rival
from ledger.inbox import Incoming, Source, at_hand, incoming
from ledger.intake import Taking, take_pieces
from ledger.mapping import load_mapping
from ledger.prepare import FileFacts, prepare
from ledger.privacy import DEFAULT_TAG_KEYS
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, streams
from ledger.readers.detection import choose_reader
from ledger.readers.streaming import NotInPieces, Opened, open_file, open_whole
from ledger.store import Ledger, same_delivery
from ledger.told import Told

__all__ = ["FileReport", "FileStatus", "ingest"]

FileStatus = Literal["published", "unchanged", "refused", "would_publish"]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    `rows_in` = `rows_kept` + the sum of `reported` (rows left out, by reason); rows that a mapping
    rolls up are kept in the row that counts them. Of an unchanged or refused file nothing was
    kept. `delivery` is the one published, or the one that the bytes were.
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
    paths: Iterable[Source],
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
    paths
        Files, folders, globs, addresses of object stores (s3://...) and streams; what lies
        elsewhere is copied here file by file for as long as it is read.
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
    reports: list[FileReport] = []
    with TemporaryDirectory(prefix="costcast-") as scratch:
        files = incoming(paths, Path(scratch))
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
        with at_hand(file):
            facts = _facts(file, options)
            same = same_delivery(known, facts.sha256, facts.delivered_at)
            if same is not None:
                return _unchanged(facts, same)
            return _take(file, facts, ledger, known, options)
    except (BadInput, OSError) as problem:
        error = str(problem).replace(str(file.path), file.shown)
        return FileReport(file=file.shown, status="refused", error=error)


def _facts(file: Incoming, options: _Options) -> FileFacts:
    with file.path.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    stated = options.delivered_at or delivered_at_of(file.path)
    return FileFacts(file.shown, sha256, stated, options.now)


def _unchanged(facts: FileFacts, same: Delivery) -> FileReport:
    return FileReport(
        file=facts.file,
        status="unchanged",
        reader=same.reader,
        notes=(f"the same bytes as {same.file}, recorded {same.recorded_at:%Y-%m-%d %H:%M} UTC",),
        delivery=same,
    )


def _take(
    file: Incoming, facts: FileFacts, ledger: Ledger, known: list[Delivery], options: _Options
) -> FileReport:
    """Read a file to its end, and only then store and publish it."""
    try:
        return _take_opened(open_file(file.path), file, facts, ledger, known, options)
    except NotInPieces:
        return _take_opened(open_whole(file.path), file, facts, ledger, known, options)


def _take_opened(
    opened: Opened,
    file: Incoming,
    facts: FileFacts,
    ledger: Ledger,
    known: list[Delivery],
    options: _Options,
) -> FileReport:
    mapping = options.mapping or file.mapping
    header = RawTable(facts.file, pa.table({}), also_there=opened.names)
    reader, confidence = choose_reader(header, None if mapping is None else load_mapping(mapping))
    with nullcontext() if options.dry_run else ledger.staged() as files:
        taking = Taking(facts.file, reader, options.actor_key, options.tag_keys, files)
        prepared = prepare(_told(file.path, opened, taking), reader, facts)
        check_no_rival(prepared.delivery, known)
        if files is not None:
            with ledger.publishing():
                # Somebody else may have published while this file was read.
                now_known = ledger.deliveries()
                same = same_delivery(now_known, facts.sha256, facts.delivered_at)
                if same is not None:
                    return _unchanged(facts, same)
                check_no_rival(prepared.delivery, now_known)
                ledger.take_files(prepared.delivery.id, files)
                ledger.publish(prepared.delivery)
    return FileReport(
        file=facts.file,
        status="would_publish" if options.dry_run else "published",
        reader=reader.name,
        confidence=confidence,
        rows_in=prepared.rows_in,
        rows_kept=prepared.rows_in - sum(prepared.reported.values()),
        reported=prepared.reported,
        notes=prepared.notes,
        delivery=prepared.delivery,
    )


def _told(path: Path, opened: Opened, taking: Taking) -> list[Told]:
    """What the pieces of a file told, or the whole of it where its reader does not take pieces."""
    if opened.is_long and not streams(taking.reader):
        opened = open_whole(path)
    return take_pieces(opened.pieces(taking.reader.columns), taking)
