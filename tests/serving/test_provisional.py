"""Which cost cells may still change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from serving.provisional import final_mask, mark_provisional

if TYPE_CHECKING:
    from tests.serving.conftest import World


def test_cells_from_the_end_on_are_provisional(world: World) -> None:
    final = final_mask(world.panel, world.final)
    marked = mark_provisional(world.cells, world.panel, final, np.datetime64("2026-10-17"))
    for row in marked.to_pylist():
        assert row["is_provisional"] == (row["day"] >= date(2026, 10, 17))


def test_a_late_series_is_provisional_before_the_end(world: World) -> None:
    final = final_mask(world.panel, world.final)
    row = world.panel.unique_ids.index("team=ads/model=gpt-5")
    column = int(np.searchsorted(world.panel.periods, np.datetime64("2026-10-02")))
    final[row, column] = False
    marked = mark_provisional(world.cells, world.panel, final, np.datetime64("2026-10-17"))
    early = [r for r in marked.to_pylist() if r["is_provisional"] and r["day"] < date(2026, 10, 17)]
    assert [(r["team"], r["model"], r["day"]) for r in early] == [
        ("ads", "gpt-5", date(2026, 10, 2))
    ]


def test_a_final_part_of_another_panel_is_refused(world: World) -> None:
    other = replace(world.final, periods=world.final.periods - 400)
    with pytest.raises(ValueError, match="days that the panel does not have"):
        final_mask(world.panel, other)
