"""Housekeeping of the stored files: nothing that any view shows changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.problems import BadInput
from ledger.staging import clear_abandoned
from ledger.store import Ledger

__all__ = ["KEPT_HOURS", "Compacted", "compact"]

#: How long files stay that are no part of the ledger any more: longer than any ingest or view runs.
KEPT_HOURS = 24.0


@dataclass(frozen=True)
class Compacted:
    """What became of the files.

    Parameters
    ----------
    merged
        Small files that became one with others of their delivery, or of the list of deliveries.
    unpublished
        Deliveries whose rows were stored but that were never published, and are gone.
    abandoned
        Ingests killed while they read, whose files are gone.
    removed_files
        Files that were no part of the ledger any more.
    """

    merged: int
    unpublished: int
    abandoned: int
    removed_files: int


def compact(ledger: Ledger, *, now: datetime, kept_hours: float = KEPT_HOURS) -> Compacted:
    """Merge small files and remove what killed ingests, retention and merging have left.

    Parameters
    ----------
    kept_hours
        Only what is older is removed: whoever reads or ingests at this moment still needs it.
    """
    if kept_hours < 0:
        raise BadInput("0 hours or more", field="kept_hours", got=kept_hours)
    unpublished = ledger.drop_unpublished(before=now - timedelta(hours=kept_hours))
    merged = ledger.merge_files()
    return Compacted(
        merged=merged,
        unpublished=unpublished,
        abandoned=clear_abandoned(ledger.uri, older_than_hours=kept_hours),
        removed_files=ledger.remove_unused_files(kept_hours=kept_hours),
    )
