"""How often a cause is named rightly where the truth is known: the alerts of generated worlds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from costcast.evaluation import detector_of
from costcast.settings import Settings
from costcast.world.build import World, build_world
from costcast.world.calendar import LAST_DELIVERY, delivered_at
from costcast.world.deliveries import write_deliveries
from costcast.world.events import events_of
from insights.cause_truth import CauseScore, match_causes
from ledger.ingest import ingest
from ledger.reference import load_reference
from ledger.series import SeriesKey
from ledger.store import Ledger
from ledger.usage_facts import usage_facts
from ledger.view import view_at
from models.detector_version import DetectorVersion
from serving.explanations import Explainer

__all__ = ["alert_causes", "evaluate_causes", "facts_of_world"]


def evaluate_causes(settings: Settings, seeds: Sequence[int]) -> list[list[CauseScore]]:
    """Of each seed's world: explain every alert of a night's detector, against the truth.

    One process per world, as many at once as `workers`.
    """
    with ProcessPoolExecutor(settings.workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_evaluate_seed, [settings] * len(seeds), seeds))


def alert_causes(detector: DetectorVersion, facts: pa.Table) -> list[tuple[str, date, str]]:
    """Label of every alert of the replay: series, day, label."""
    explainer = Explainer(facts, detector)
    told: list[tuple[str, date, str]] = []
    for row, column in np.argwhere(detector.alert):
        unique_id, day = detector.unique_ids[row], detector.days[column].astype(date)
        found = explainer.day([SeriesKey.parse(unique_id)], day)
        if found is not None:
            told.append((unique_id, day, found[0].cause.label))
    return told


def facts_of_world(world: World, settings: Settings) -> pa.Table:
    """Usage facts of a world, through its exports and a ledger of their own."""
    end = delivered_at(LAST_DELIVERY)
    with TemporaryDirectory() as folder:
        exports = Path(folder) / "deliveries"
        write_deliveries(world, exports, daily_days=0)
        ledger = Ledger(str(Path(folder) / "ledger"))
        ingest([exports], ledger, now=end)
        rules = load_reference(settings.reference, known_at=end)
        return usage_facts(view_at(ledger, end), rules, currency=settings.currency)


def _evaluate_seed(settings: Settings, seed: int) -> list[CauseScore]:
    world = build_world(seed)
    detector = detector_of(world, settings)
    facts = facts_of_world(world, settings)
    return match_causes(alert_causes(detector, facts), events_of(world))
