"""A snapshot: one consistent state of everything an answer needs.

Read from its folder (`serving.snapshot_layout`), written by `serving.publishing`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import TypeAdapter

from journal.budgets import Budget
from ledger.freshness import SourceFreshness
from ledger.panel import Panel
from ledger.series import SeriesKey
from models.artifact import Artifact, BadArtifact, read_artifact
from models.detector_version import DetectorVersion, load_detector
from models.forecaster_version import ForecasterVersion, load_forecaster
from serving.problems import NothingPublished
from serving.publishing import publish
from serving.snapshot_layout import BOOKS, FORMAT_VERSION, MANIFEST, POINTER

__all__ = ["LeftOut", "Snapshot", "current_id", "open_current", "open_snapshot", "publish"]

_BUDGETS = TypeAdapter(list[Budget])
_FRESHNESS = TypeAdapter(list[SourceFreshness])


@dataclass(frozen=True)
class LeftOut:
    """Money of the view that is no demand and therefore in no panel: why and how much."""

    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Snapshot:
    """Everything an answer is computed from.

    Parameters
    ----------
    id
        16 hexadecimal digits, a digest of the contents.
    known_at
        T of the view (aware UTC).
    currency
        ISO 4217 code of all money.
    view_digest, reference_digests
        What identifies the ledger's content and the rule files.
    forecaster_version, detector_version
        Names of the registered versions.
    panel
        N series over T days, the provisional ones included.
    final
        [N, T] whether the amount of a day counts as complete.
    final_end
        Day after the last day on which a series is final; forecasts start here.
    cells
        `ledger.cells.CELLS` and `is_provisional`.
    evaluation
        Measured quality to show in reports, or None.
    facts
        `ledger.usage_fact_columns.USAGE_FACTS`, what explanations are told from; None where a
        snapshot was published without.
    """

    id: str
    known_at: datetime
    currency: str
    view_digest: str
    reference_digests: Mapping[str, str]
    forecaster_version: str
    detector_version: str
    panel: Panel
    final: NDArray[np.bool_]
    final_end: date
    cells: pa.Table
    budgets: tuple[Budget, ...]
    freshness: tuple[SourceFreshness, ...]
    left_out: tuple[LeftOut, ...]
    forecaster: ForecasterVersion
    detector: DetectorVersion
    evaluation: Mapping[str, Any] | None
    facts: pa.Table | None = None

    @property
    def today(self) -> date:
        """UTC day of T: the day on which a reader stands."""
        return self.known_at.date()


def current_id(published: Path) -> str:
    """Id of the snapshot in force; raises NothingPublished."""
    try:
        return (published / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NothingPublished(published) from None


def open_current(published: Path) -> Snapshot:
    """Open the snapshot in force; raises NothingPublished or models.artifact.BadArtifact."""
    return open_snapshot(published / current_id(published))


def open_snapshot(folder: Path, *, verify: bool = True) -> Snapshot:
    """Open a published folder; raises models.artifact.BadArtifact naming what is not right."""
    manifest = _manifest(folder / MANIFEST)
    books = read_artifact(folder / BOOKS, kind=BOOKS, verify=verify)
    meta = books.meta
    return Snapshot(
        id=manifest["id"],
        known_at=datetime.fromisoformat(meta["known_at"]).astimezone(UTC),
        currency=meta["currency"],
        view_digest=meta["view_digest"],
        reference_digests=meta["reference_digests"],
        forecaster_version=meta["forecaster_version"],
        detector_version=meta["detector_version"],
        panel=_panel(books),
        final=books.arrays["final"],
        final_end=date.fromisoformat(meta["final_end"]),
        cells=books.tables["cells"],
        budgets=tuple(_BUDGETS.validate_python(meta["budgets"])),
        freshness=tuple(_FRESHNESS.validate_python(meta["freshness"])),
        left_out=tuple(
            LeftOut(line["reason"], Decimal(line["amount"])) for line in meta["left_out"]
        ),
        forecaster=load_forecaster(folder / "forecaster", verify=verify),
        detector=load_detector(folder / "detector", verify=verify),
        evaluation=meta["evaluation"],
        facts=books.tables.get("facts"),
    )


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        version, _ = int(manifest["format_version"]), manifest["id"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BadArtifact(f"{path}: is not a snapshot's manifest ({problem})") from problem
    if version > FORMAT_VERSION:
        raise BadArtifact(
            f"{path}: has format version {version}, this program reads up to {FORMAT_VERSION}; "
            "upgrade Costcast (pip install --upgrade costcast) or publish again"
        )
    return manifest


def _panel(books: Artifact) -> Panel:
    meta, arrays = books.meta["panel"], books.arrays
    names = [str(name) for name in books.tables["series"]["unique_id"].to_pylist()]
    return Panel(
        measure=meta["measure"],
        currency=meta["currency"],
        frequency="D",
        keys=tuple(SeriesKey.parse(name) for name in names),
        periods=np.datetime64(meta["first_day"], "D") + np.arange(arrays["value"].shape[1]),
        value=arrays["value"],
        observed=np.isfinite(arrays["value"]),
        completeness=arrays["completeness"],
        known_at=np.datetime64(meta["known_at"]),
    )
