"""One world and its deliveries for all tests of the generator."""

import csv
import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from costcast.world.build import DEMO_SEED, World, build_world

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(DEMO_SEED)


@pytest.fixture(scope="session")
def samples(repository: Path) -> Path:
    return repository / "data" / "samples"


@pytest.fixture(scope="session")
def delivered(samples: Path) -> Callable[[str, str], Rows]:
    """Rows of a source's committed file by the day of its delivery."""

    @cache
    def rows(day: str, source: str) -> Rows:
        name = {"focus": "focus", "litellm": "litellm_daily_team_spend"}[source]
        path = samples / "deliveries" / f"delivered={day}T05-00-00Z" / f"{name}.csv.gz"
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows
