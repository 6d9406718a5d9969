"""Anomalies are planted where they can be judged, whatever the seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costcast.world.anomalies import draw_planted
from costcast.world.build import World
from costcast.world.calendar import DAYS_COUNT
from costcast.world.catalogue import ENDPOINTS, SERVICES
from costcast.world.effects import EFFECTS
from costcast.world.events import events_of
from costcast.world.truth import final_panel


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32))
def test_every_seed_plants_them_late_enough_and_apart(seed: int) -> None:
    planted = draw_planted(seed)
    assert len(planted) == 27
    assert min(event.start for event in planted) >= 42
    assert max(event.start + event.length for event in planted) <= DAYS_COUNT - 3
    assert sum(event.start >= DAYS_COUNT - 120 for event in planted) >= 8
    starts: dict[tuple[str, str], list[int]] = {}
    for event in planted:
        starts.setdefault((event.team, event.model), []).append(event.start)
    assert all((np.diff(sorted(days)) > 60).all() for days in starts.values())


def test_series_are_known_before_their_first_anomaly(world: World) -> None:
    since = {(s.team, s.model): s.since for s in SERVICES} | {
        (e.team, e.model): e.since for e in ENDPOINTS
    }
    for event in events_of(world):
        if event.group == "anomaly":
            team, model = (part.split("=")[1] for part in event.unique_id.split("/"))
            if (team, model) in since:
                assert (event.start - since[team, model]).days >= 42


def test_every_anomaly_costs_money_and_stands_out_in_its_series(world: World) -> None:
    panel = final_panel(world)
    anomalies = [event for event in events_of(world) if event.group == "anomaly"]
    assert len(anomalies) == 27
    for event in anomalies:
        assert event.amount_usd > 50
        days = (panel.periods >= np.datetime64(event.start)) & (
            panel.periods < np.datetime64(event.end)
        )
        value = panel.value[panel.unique_ids.index(event.unique_id)]
        first = int(np.flatnonzero(days)[0])
        assert value[days].max() > 1.3 * np.median(value[first - 28 : first])


@pytest.mark.parametrize("kind", sorted(EFFECTS))
def test_an_effect_stays_in_its_window_and_raises_cost(kind: str) -> None:
    names = ("requests", "failed", "uncached", "cache_read", "cache_write", "output")
    calm = {name: np.full(10, 2.0) for name in names}
    struck = {name: rate.copy() for name, rate in calm.items()}
    EFFECTS[kind](struck, slice(3, 6), 0.5 if kind == "prompt_growth" else 3.0)
    changed = np.zeros(10, dtype=bool)
    for name in names:
        changed |= struck[name] != calm[name]
    assert changed.tolist() == [3 <= day < 6 for day in range(10)]

    def tokens(rates: dict[str, np.ndarray]) -> float:
        per_request = sum(rates[name] for name in names[2:])
        return float(np.sum(rates["requests"] * per_request))

    assert tokens(struck) > tokens(calm)
