"""A snapshot is published whole or not at all, and never knows more than its view."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from journal.budgets import Budget
from ledger.problems import BadInput
from models.artifact import BadArtifact
from models.forecaster_version import load_forecaster, save_forecaster
from serving.problems import NothingPublished
from serving.snapshot import current_id, open_current, open_snapshot

if TYPE_CHECKING:
    from tests.serving.conftest import World


def test_what_is_published_is_read_back(world: World) -> None:
    snapshot = open_current(world.published)
    assert snapshot.panel.fingerprint == world.panel.fingerprint
    assert snapshot.budgets == tuple(world.budgets)
    assert snapshot.known_at == world.view.data_as_of
    assert snapshot.final_end == date(2026, 10, 17)
    assert np.array_equal(snapshot.final[:, : len(world.final.periods)], world.final.observed)
    assert not snapshot.final[:, len(world.final.periods) :].any()
    assert [(line.reason, line.amount) for line in snapshot.left_out] == [("tax", Decimal("311.5"))]
    assert snapshot.forecaster_version == "1"
    assert snapshot.cells.drop_columns(["is_provisional"]).equals(world.cells)


def test_equal_contents_have_equal_ids(world: World, tmp_path: Path) -> None:
    first = world.publish(tmp_path)
    assert world.publish(tmp_path) == first == current_id(world.published)
    other = world.publish(tmp_path, budgets=world.budgets[1:])
    assert other != first
    assert current_id(tmp_path) == other
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first, other, "current"])


def test_dated_budgets_survive(world: World, tmp_path: Path) -> None:
    dated = Budget.model_validate(
        {
            "budget": "dated",
            "period": "month",
            "amount": "1234.56",
            "currency": "USD",
            "valid_from": "2026-07-01",
            "valid_to": "2027-01-01",
            "known_at": "2026-06-20T10:00",
        }
    )
    world.publish(tmp_path, budgets=[dated])
    assert open_current(tmp_path).budgets == (dated,)


def test_a_failed_publication_leaves_the_one_before(world: World, tmp_path: Path) -> None:
    before = world.publish(tmp_path)
    broken = tmp_path.parent / f"{tmp_path.name}-broken"
    shutil.copytree(world.champions["costcast-detector"], broken)
    (broken / "score.npy").write_bytes(b"not an array")
    with pytest.raises(BadArtifact, match=r"score\.npy"):
        world.publish(tmp_path, champions=world.champions | {"costcast-detector": broken})
    assert current_id(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([before, "current"])


def test_a_version_that_knows_the_future_is_refused(world: World, tmp_path: Path) -> None:
    earlier = replace(world.view, data_as_of=world.view.data_as_of - timedelta(days=1))
    with pytest.raises(BadInput, match="knows nothing later than the view"):
        world.publish(tmp_path, view=earlier)
    assert not (tmp_path / "current").exists()


def test_a_forecaster_that_has_run_out_is_refused(world: World, tmp_path: Path) -> None:
    version = load_forecaster(world.champions["costcast-forecaster"])
    old = replace(version, first_day=version.first_day - version.horizon)
    save_forecaster(old, tmp_path / "old")
    champions = world.champions | {"costcast-forecaster": tmp_path / "old"}
    with pytest.raises(BadInput, match="train again"):
        world.publish(tmp_path / "published", champions=champions)


def test_without_a_champion_nothing_is_published(world: World, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="costcast-detector"):
        world.publish(
            tmp_path, champions={"costcast-forecaster": world.champions["costcast-forecaster"]}
        )


def test_a_budget_in_another_currency_is_refused(world: World, tmp_path: Path) -> None:
    euros = world.budgets[0].model_copy(update={"currency": "EUR"})
    with pytest.raises(BadInput, match="got 'EUR', wanted an amount in USD"):
        world.publish(tmp_path, budgets=[euros])


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="costcast nightly"):
        open_current(tmp_path)


def test_a_newer_format_is_refused(published: Path) -> None:
    folder = published / current_id(published)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format_version": 99}))
    with pytest.raises(BadArtifact, match="upgrade Costcast"):
        open_snapshot(folder)


def test_a_damaged_snapshot_is_refused(published: Path) -> None:
    folder = published / current_id(published)
    (folder / "books" / "value.npy").write_bytes(b"0")
    with pytest.raises(BadArtifact, match=r"value\.npy"):
        open_snapshot(folder)


def test_a_view_time_keeps_its_zone(world: World) -> None:
    assert open_current(world.published).known_at == datetime(2026, 10, 20, 6, tzinfo=UTC)
