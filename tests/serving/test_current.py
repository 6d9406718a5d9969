"""A worker follows the pointer and keeps what it has when a snapshot cannot be read."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from serving.current import POLL_SECONDS, CurrentEngine
from serving.problems import NothingPublished
from serving.snapshot import current_id

if TYPE_CHECKING:
    from tests.serving.conftest import World


def test_nothing_published_is_not_ready(tmp_path: Path) -> None:
    current = CurrentEngine(tmp_path / "absent")
    current.refresh()
    assert not current.is_ready
    with pytest.raises(NothingPublished):
        _ = current.engine


def test_a_swap_is_seen_in_half_a_second(world: World, tmp_path: Path) -> None:
    current = CurrentEngine(tmp_path)
    current.follow()
    try:
        for budgets in (world.budgets, world.budgets[:1]):
            wanted = world.publish(tmp_path, budgets=budgets)
            deadline = time.monotonic() + 10 * POLL_SECONDS
            while not current.is_ready or current.engine.snapshot.id != wanted:
                assert time.monotonic() < deadline, "the swap was not seen"
                time.sleep(0.02)
    finally:
        current.stop()


def test_a_damaged_snapshot_leaves_the_one_before(world: World, published: Path) -> None:
    current = CurrentEngine(published)
    assert not current.is_ready
    current.refresh()
    before = current.engine.snapshot.id
    other = world.publish(published, budgets=[])
    (published / other / "books" / "value.npy").write_bytes(b"")
    current.refresh()
    assert current_id(published) == other
    assert current.engine.snapshot.id == before
