"""Publish a snapshot: write the folder whole, then move the pointer. Readers never see a half."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter

from journal.budgets import Budget
from ledger.excluded import Excluded
from ledger.freshness import SourceFreshness
from ledger.panel import Panel
from ledger.problems import BadInput
from ledger.view import LedgerView
from models.artifact import read_artifact, verify_artifact, write_artifact
from models.detector_version import DETECTOR_KIND
from models.forecaster_version import KIND as FORECASTER_KIND
from serving.facts import facts_table
from serving.provisional import final_mask, mark_provisional
from serving.snapshot_layout import BOOKS, FORMAT_VERSION, MANIFEST, POINTER

__all__ = ["CHAMPIONS", "publish"]

#: Names of the registered models, by the kind of their artefact.
CHAMPIONS = {FORECASTER_KIND: "costcast-forecaster", DETECTOR_KIND: "costcast-detector"}

_ID_DIGITS = 16
_BUDGETS = TypeAdapter(list[Budget])
_FRESHNESS = TypeAdapter(list[SourceFreshness])


@dataclass(frozen=True)
class _Contents:
    """What goes into the books of a snapshot; `end` is the day after the last final day."""

    cells: pa.Table
    panel: Panel
    final: Panel
    end: np.datetime64
    excluded: Sequence[Excluded]
    budgets: Sequence[Budget]
    freshness: Sequence[SourceFreshness]
    reference_digests: Mapping[str, str]
    view: LedgerView
    versions: Mapping[str, Path]
    evaluation: Mapping[str, Any] | None
    facts: pa.Table | None


def publish(  # noqa: PLR0913 (what a snapshot is made of, every part named)
    published: Path,
    *,
    cells: pa.Table,
    panel: Panel,
    final: Panel,
    excluded: Sequence[Excluded],
    budgets: Sequence[Budget],
    freshness: Sequence[SourceFreshness],
    reference_digests: Mapping[str, str],
    view: LedgerView,
    champions: Mapping[str, Path],
    evaluation: Mapping[str, Any] | None = None,
    facts: pa.Table | None = None,
) -> str:
    """Write the snapshot and make it the current one; returns its id (16 hexadecimal digits).

    Equal contents have equal ids, so publishing them again only moves the pointer.

    Parameters
    ----------
    published
        Folder of all snapshots.
    cells
        `ledger.cells.CELLS`.
    panel, final
        Daily demand with the provisional days, and its final part: the same series, amounts
        that may still change masked or cut off.
    excluded
        What of the view's total the panel leaves out, by reason.
    view
        The ledger as of T; nothing published may know more.
    champions
        Folder of each champion version by registered name, as `training.sync` verified it; the
        folder's name is the version.
    evaluation
        Measured quality for the report, JSON values, or None.
    facts
        `ledger.usage_fact_columns.USAGE_FACTS` of the view; without it days are not explained.

    Raises
    ------
    BadInput
        Where nothing is final yet, a champion is missing, knows more than the view, or no longer
        forecasts a day beyond the final ones.
    models.artifact.BadArtifact
        For a damaged version folder.
    """
    contents = _Contents(
        cells=cells,
        panel=panel,
        final=final,
        end=_final_end(final),
        excluded=excluded,
        budgets=budgets,
        freshness=freshness,
        reference_digests=reference_digests,
        view=view,
        versions=_champions(champions),
        evaluation=evaluation,
        facts=facts,
    )
    _check_versions(contents)
    _check_budgets(contents)
    published.mkdir(parents=True, exist_ok=True)
    draft = published / f".draft.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        digests = {BOOKS: _write_books(draft / BOOKS, contents)}
        for kind, folder in contents.versions.items():
            shutil.copytree(folder, draft / kind)
            digests[kind] = verify_artifact(draft / kind)
        snapshot_id = _write_manifest(draft, digests)
        if not (published / snapshot_id).exists():
            draft.replace(published / snapshot_id)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _point(published, snapshot_id)
    return snapshot_id


def _final_end(final: Panel) -> np.datetime64:
    """Day after the last final day: where forecasts start."""
    if not len(final.periods):
        raise BadInput("a ledger with at least one day that is final")
    end: np.datetime64 = final.periods[-1] + np.timedelta64(1, "D")
    return end


def _champions(champions: Mapping[str, Path]) -> dict[str, Path]:
    missing = [name for name in CHAMPIONS.values() if name not in champions]
    if missing:
        wanted = "a champion (train; a version that fails the gate is not promoted)"
        raise BadInput(wanted, field=missing[0])
    return {kind: champions[name] for kind, name in CHAMPIONS.items()}


def _check_versions(contents: _Contents) -> None:
    """Refuse versions that saw the future of the view, and a forecaster that has run out."""
    known_at = np.datetime64(contents.view.data_as_of.astimezone(UTC).replace(tzinfo=None))
    for kind, folder in contents.versions.items():
        meta = read_artifact(folder, kind=kind).meta
        if np.datetime64(meta["known_at"]) > known_at:
            wanted = f"a version that knows nothing later than the view, {known_at}"
            raise BadInput(wanted, field=f"{CHAMPIONS[kind]} {folder.name}", got=meta["known_at"])
    forecaster = read_artifact(
        contents.versions[FORECASTER_KIND], kind=FORECASTER_KIND, verify=False
    )
    first = np.datetime64(forecaster.meta["first_day"], "D")
    last = first + forecaster.arrays["mean"].shape[1] - 1
    if not first <= contents.end <= last:
        wanted = f"a forecast of {contents.end} (train again)"
        raise BadInput(wanted, field=CHAMPIONS[FORECASTER_KIND], got=f"{first} to {last}")


def _check_budgets(contents: _Contents) -> None:
    """Refuse budgets in another currency than the spend: there is no rate for the future."""
    currency = _currency(contents.cells)
    for budget in contents.budgets:
        if budget.currency != currency:
            name = f"currency of budget {budget.budget}"
            raise BadInput(f"an amount in {currency}", field=name, got=budget.currency)


def _write_books(folder: Path, contents: _Contents) -> str:
    panel = contents.panel
    final = final_mask(panel, contents.final)
    tables = {
        "cells": mark_provisional(contents.cells, panel, final, contents.end),
        "series": pa.table({"unique_id": pa.array(panel.unique_ids, pa.string())}),
    }
    if contents.facts is not None:
        tables["facts"] = facts_table(contents.facts)
    arrays = {"value": panel.value, "completeness": panel.completeness, "final": final}
    return write_artifact(folder, kind=BOOKS, arrays=arrays, tables=tables, meta=_meta(contents))


def _meta(contents: _Contents) -> dict[str, Any]:
    panel, view = contents.panel, contents.view
    evaluation = contents.evaluation
    return {
        "known_at": view.data_as_of.astimezone(UTC).isoformat(),
        "view_digest": view.digest,
        "reference_digests": dict(contents.reference_digests),
        "currency": _currency(contents.cells),
        "final_end": str(contents.end),
        "panel": {
            "measure": panel.measure,
            "currency": panel.currency,
            "first_day": str(panel.periods[0]),
            "known_at": str(panel.known_at),
        },
        # a rule row takes what is absent, not null
        "budgets": _BUDGETS.dump_python(list(contents.budgets), mode="json", exclude_none=True),
        "freshness": _FRESHNESS.dump_python(list(contents.freshness), mode="json"),
        "left_out": [{"reason": e.reason, "amount": str(e.amount)} for e in contents.excluded],
        "forecaster_version": contents.versions[FORECASTER_KIND].name,
        "detector_version": contents.versions[DETECTOR_KIND].name,
        "evaluation": None if evaluation is None else dict(evaluation),
    }


def _currency(cells: pa.Table) -> str:
    """The one currency that all cells were converted to."""
    codes = [str(code) for code in cells["currency"].unique().to_pylist()]
    if len(codes) != 1:
        raise BadInput("cost cells in one currency", field="currency", got=", ".join(codes))
    return codes[0]


def _write_manifest(draft: Path, digests: Mapping[str, str]) -> str:
    """Write the manifest; the id is a digest of digests, so of every byte."""
    facts = {"format_version": FORMAT_VERSION, "artifacts": dict(digests)}
    text = json.dumps(facts, sort_keys=True)
    snapshot_id = hashlib.sha256(text.encode()).hexdigest()[:_ID_DIGITS]
    manifest = json.dumps(facts | {"id": snapshot_id}, sort_keys=True, indent=1)
    (draft / MANIFEST).write_text(manifest, encoding="utf-8")
    return snapshot_id


def _point(published: Path, snapshot_id: str) -> None:
    """Replace the pointer in one step of the file system."""
    draft = published / f".{POINTER}.{os.getpid()}"
    with draft.open("w", encoding="ascii") as file:
        file.write(snapshot_id)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(published / POINTER)
