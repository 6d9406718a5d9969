"""The committed samples are what the generator writes, small, and their totals are right."""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costcast.world.samples import AS_OF, load_truth_events, write_samples

Rows = list[dict[str, str]]
Delivered = Callable[[str, str], Rows]


def _content(folder: Path) -> dict[str, bytes]:
    # Decompressed: the bytes of gzip depend on the build of zlib.
    found = {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes())
        for path in folder.rglob("*.csv.gz")
    }
    return found | {"truth.json": (folder / "truth.json").read_bytes()}


def test_the_committed_samples_are_what_the_generator_writes(samples: Path, tmp_path: Path) -> None:
    stale = tmp_path / "deliveries" / "delivered=2020-01-01T05-00-00Z"
    stale.mkdir(parents=True)
    write_samples(tmp_path)
    assert not stale.exists()
    written, committed = _content(tmp_path), _content(samples)
    assert written.keys() == committed.keys()
    assert [name for name in written if written[name] != committed[name]] == []


def test_files_carry_no_time_stamp_and_are_small(samples: Path) -> None:
    files = list(samples.rglob("*.csv.gz"))
    assert len(files) == 2 * 46
    assert all(path.read_bytes()[4:8] == bytes(4) for path in files)
    assert sum(path.stat().st_size for path in files) < 4_000_000


def _days(samples: Path) -> list[str]:
    folders = sorted((samples / "deliveries").iterdir())
    return [folder.name.removeprefix("delivered=")[:10] for folder in folders]


@pytest.mark.parametrize("moment", AS_OF, ids=lambda moment: f"{moment:%m-%d}")
def test_as_of_totals_are_those_of_the_latest_word_per_bucket(
    moment: datetime, samples: Path, delivered: Delivered
) -> None:
    """Slow and obvious, from the files alone: a dict of buckets, later deliveries replace."""
    truth = json.loads((samples / "truth.json").read_text())
    stated = {entry["as_of"]: entry["totals"] for entry in truth["as_of"]}
    totals = stated[f"{moment:%Y-%m-%dT%H:%M:%SZ}"]
    money = {
        "litellm": ("date", "spend", "spend"),
        "focus": ("BillingPeriodStart", "EffectiveCost", "BilledCost"),
    }
    for source, (bucket, effective, billed) in money.items():
        latest: dict[str, Rows] = {}
        for day in _days(samples):
            if date.fromisoformat(day) <= moment.date():
                rows = delivered(day, source)
                fresh: dict[str, Rows] = {row[bucket]: [] for row in rows}
                for row in rows:
                    fresh[row[bucket]].append(row)
                latest |= fresh
        seen = [row for rows in latest.values() for row in rows]
        assert len(seen) == totals[source]["rows"]
        assert sum(Decimal(row[effective]) for row in seen) == Decimal(
            totals[source]["effective_cost"]
        )
        assert sum(Decimal(row[billed]) for row in seen) == Decimal(totals[source]["billed_cost"])


def test_truth_events_are_read_back_whole(samples: Path) -> None:
    events = load_truth_events(samples / "truth.json")
    assert {event.group for event in events} == {"anomaly", "planned", "data"}
    planned = {event.kind for event in events if event.group == "planned"}
    assert planned >= {"launch", "price_cut", "migration", "reorganisation", "retirement"}
    assert all(event.start < event.end and event.note for event in events)
    correction = next(event for event in events if event.kind == "correction")
    assert (correction.start, correction.unique_id) == (
        date(2026, 9, 12),
        "team=search/model=ranker-ft",
    )
    assert correction.amount_usd < 0
