"""The committed samples: deliveries of one world, and the truth that scores them."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from costcast.world.build import DEMO_SEED, World, build_world
from costcast.world.calendar import FIRST_DAY, LAST_DAY
from costcast.world.deliveries import Amount, Written, as_of_totals, write_deliveries
from costcast.world.events import events_of
from costcast.world.prices import decimal_text
from insights.detection_truth import TruthEvent

__all__ = ["AS_OF", "DELIVERIES", "TRUTH_FILE", "load_truth_events", "write_samples"]

#: Names below the samples' folder.
DELIVERIES, TRUTH_FILE = "deliveries", "truth.json"

#: Four times at which the right totals of a view are written down: only the base; while hours are
#: billed twice; the day before the correction of 12 September; the end.
AS_OF = (
    datetime(2026, 9, 5, 6, tzinfo=UTC),
    datetime(2026, 9, 14, 6, tzinfo=UTC),
    datetime(2026, 10, 8, 6, tzinfo=UTC),
    datetime(2026, 10, 20, 6, tzinfo=UTC),
)


def write_samples(folder: Path, *, seed: int = DEMO_SEED) -> World:
    """Write deliveries and truth below `folder`, in place of what earlier calls wrote there."""
    world = build_world(seed)
    deliveries = folder / DELIVERIES
    if deliveries.exists():
        shutil.rmtree(deliveries)
    written = write_deliveries(world, deliveries)
    truth = {
        "seed": seed,
        "first_day": FIRST_DAY.isoformat(),
        "last_day": LAST_DAY.isoformat(),
        "currency": "USD",
        "events": [_event(event) for event in events_of(world)],
        "as_of": [_totals(written, moment) for moment in AS_OF],
    }
    text = json.dumps(truth, indent=1, ensure_ascii=False) + "\n"
    (folder / TRUTH_FILE).write_text(text, encoding="utf-8")
    return world


def load_truth_events(path: Path) -> tuple[TruthEvent, ...]:
    """Read the events of a truth file back."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        TruthEvent(
            kind=event["kind"],
            group=event["group"],
            unique_id=event["unique_id"],
            start=date.fromisoformat(event["start"]),
            end=date.fromisoformat(event["end"]),
            amount_usd=Decimal(event["amount_usd"]),
            note=event["note"],
        )
        for event in truth["events"]
    )


def _event(event: TruthEvent) -> dict[str, Any]:
    return asdict(event) | {
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "amount_usd": str(event.amount_usd),
    }


def _totals(written: tuple[Written, ...], moment: datetime) -> dict[str, Any]:
    totals = as_of_totals(written, moment)
    return {
        "as_of": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "totals": {source: _amount(totals[source]) for source in sorted(totals)},
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        "rows": amount.rows,
        "effective_cost": decimal_text(amount.effective, 12),
        "billed_cost": decimal_text(amount.billed, 12),
    }
