"""The usage that a ledger of the samples shows is that of the world they were made from."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from costcast.books import open_books
from costcast.settings import Settings
from costcast.world.build import DEMO_SEED, build_world
from costcast.world.final_usage import final_usage
from costcast.world.samples import AS_OF
from costcast.world.truth import final_panel
from models.usage import Usage


def test_ledger_and_world_know_the_same_usage(demo_state: Path) -> None:
    books = open_books(Settings(state=demo_state), AS_OF[-1])
    world = build_world(DEMO_SEED)
    panel, wanted = final_panel(world), final_usage(world)
    rows = np.array([panel.unique_ids.index(name) for name in books.final.unique_ids])
    first = int(np.flatnonzero(panel.periods == books.final.periods[0])[0])
    days = slice(first, first + len(books.final.periods))
    final = np.isfinite(books.final.value)
    assert final.sum() > 20_000
    assert set(books.usage.amounts) == set(wanted.amounts)
    for name, amount in _named(books.usage).items():
        known = _named(wanted)[name][rows, days]
        np.testing.assert_allclose(
            np.where(final, amount, 0.0), np.where(final, known, 0.0), rtol=1e-9, err_msg=name
        )


def _named(usage: Usage) -> dict[str, NDArray[np.float64]]:
    runs = {"run_gpu_hours": usage.run_gpu_hours, "run_cost": usage.run_cost}
    return dict(usage.amounts) | runs
