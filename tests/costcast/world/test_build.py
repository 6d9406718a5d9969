"""A world is drawn from its seed alone, and is as large and as lively as promised."""

import numpy as np
import pytest

from costcast.world.build import DEMO_SEED, World, build_world
from costcast.world.calendar import DAYS, DAYS_COUNT, FIRST_DAY, date_at, index_of
from costcast.world.truth import final_panel, series_truth


def _fingerprint(world: World) -> str:
    return final_panel(world).fingerprint


def test_equal_seeds_give_equal_worlds_and_other_seeds_others(world: World) -> None:
    assert _fingerprint(build_world(DEMO_SEED)) == _fingerprint(world)
    assert _fingerprint(build_world(DEMO_SEED + 1)) != _fingerprint(world)


def test_days_and_columns_are_inverse() -> None:
    assert [index_of(date_at(column)) for column in (0, 200, DAYS_COUNT - 1)] == [
        0,
        200,
        DAYS_COUNT - 1,
    ]
    assert DAYS[0].item() == FIRST_DAY
    assert DAYS_COUNT == 548


def test_twelve_teams_spend_the_promised_money(world: World) -> None:
    panel = final_panel(world)
    teams = {key["team"] for key in panel.keys}
    assert len(teams - {"unallocated"}) == 11  # growth is part of marketing
    assert 55 <= len(panel.keys) <= 65
    assert len({key["model"] for key in panel.keys}) == 8
    months = panel.periods.astype("datetime64[M]")
    for month in ("2026-07", "2026-08", "2026-09"):
        spent = panel.value[:, months == np.datetime64(month)].sum()
        assert 300_000 < spent < 500_000


def test_the_panel_holds_all_series_under_todays_names(world: World) -> None:
    whole = sum(int(truth.cost.sum()) for truth in series_truth(world)) / 1e12
    assert final_panel(world).value.sum() == pytest.approx(whole, rel=1e-12)


def test_office_teams_rest_at_weekends_and_shops_do_not(world: World) -> None:
    panel = final_panel(world)
    sunday = (panel.periods.astype(np.int64) + 3) % 7 == 6
    wednesday = (panel.periods.astype(np.int64) + 3) % 7 == 2

    def ratio(unique_id: str) -> float:
        value = panel.value[panel.unique_ids.index(unique_id)]
        return float(np.median(value[-180:][sunday[-180:]] / value[-180:][wednesday[-180:]].mean()))

    assert ratio("team=platform/model=claude-sonnet-4-5") < 0.4
    assert ratio("team=search/model=gemini-2.5-flash") > 0.9


def test_training_comes_in_bursts_with_a_heavy_tail(world: World) -> None:
    panel = final_panel(world)
    value = panel.value[panel.unique_ids.index("team=research/model=vision-ft")]
    assert np.mean(value == 0) > 0.2
    assert np.quantile(value, 0.99) > 5 * value.mean()


def test_a_price_cut_is_a_step_in_cost_and_none_in_use(world: World) -> None:
    traffic = next(
        t for t in world.traffic if (t.service.team, t.service.model) == ("search", "gpt-5")
    )
    cut = int(np.searchsorted(DAYS, np.datetime64("2026-03-16")))
    before, after = slice(cut - 14, cut), slice(cut, cut + 14)
    assert traffic.cost[after].sum() / traffic.cost[before].sum() == pytest.approx(0.7, abs=0.08)
    requests = traffic.counts[0]
    assert requests[after].sum() / requests[before].sum() == pytest.approx(1.0, abs=0.1)
