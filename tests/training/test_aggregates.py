"""Sums as series: their values, their names, and events that only one level sees."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.detector_version import DetectorVersion, load_detector, save_detector
from training.aggregates import aggregate_panel, fit_levels

DAYS = 120
TEAMS, MODELS = ("ads", "search"), ("gpt-5", "(none)", "openai/mini")


def _value() -> NDArray[np.float64]:
    rng = np.random.default_rng(1)
    return np.asarray(200 * rng.lognormal(0, 0.15, (len(TEAMS) * len(MODELS), DAYS)))


def _panel(value: NDArray[np.float64]) -> Panel:
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=team, model=model) for team in TEAMS for model in MODELS),
        periods=np.datetime64("2026-01-05", "D") + np.arange(DAYS),
        value=value,
        observed=np.isfinite(value),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )


@pytest.fixture(scope="module")
def moved() -> DetectorVersion:
    """Day 90: all of ads grows a little; day 110: money moves from one model to another."""
    value = _value()
    value[:3, 90] *= 1.45
    value[3, 110] += 150.0
    value[4, 110] -= 150.0
    return fit_levels(_panel(value), seed=0)


def test_sums_are_crossed_and_named_like_forecasts() -> None:
    value = _value()
    sums = aggregate_panel(_panel(value))
    named = {key["group"]: row for row, key in enumerate(sums.keys)}
    assert set(named) == {
        "total", "team=ads", "team=search", "model=gpt-5", "model=(none)", "model=openai%2Fmini"
    }  # fmt: skip
    np.testing.assert_allclose(sums.value[named["total"]], value.sum(axis=0))
    np.testing.assert_allclose(sums.value[named["team=ads"]], value[:3].sum(axis=0))
    np.testing.assert_allclose(sums.value[named["model=(none)"]], value[[1, 4]].sum(axis=0))


def test_a_sum_is_missing_where_a_part_is() -> None:
    value = _value()
    value[1, 30] = np.nan
    sums = aggregate_panel(_panel(value))
    missing = {key["group"] for row, key in enumerate(sums.keys) if np.isnan(sums.value[row, 30])}
    assert missing == {"total", "team=ads", "model=(none)"}


def test_the_sum_of_one_series_is_that_series_and_no_sum() -> None:
    panel = _panel(_value())
    named = {key["group"] for key in aggregate_panel(panel.take(np.arange(4))).keys}
    assert named == {"total", "team=ads", "model=gpt-5"}
    assert fit_levels(panel.take(np.arange(1)), seed=0).aggregates is None


def test_a_panel_of_teams_has_the_total_only() -> None:
    panel = aggregate_panel(_panel(_value()))
    assert [key["group"] for key in aggregate_panel(panel).keys] == ["total"]


def test_what_is_ordinary_in_every_part_is_found_in_the_sum(moved: DetectorVersion) -> None:
    assert moved.aggregates is not None
    row = moved.aggregates.unique_ids.index("team=ads")
    assert moved.aggregates.alert[row, 90]
    assert moved.aggregates.score[row, 90] > moved.score[:3, 90].max()


def test_what_only_moves_is_found_in_the_parts(moved: DetectorVersion) -> None:
    assert moved.aggregates is not None
    row = moved.aggregates.unique_ids.index("team=search")
    assert moved.alert[3:5, 110].any()
    assert not moved.aggregates.alert[row, 110]


def test_both_levels_survive_the_disk(moved: DetectorVersion, tmp_path: Path) -> None:
    save_detector(moved, tmp_path / "detector")
    loaded = load_detector(tmp_path / "detector")
    assert moved.aggregates is not None
    assert loaded.aggregates is not None
    assert loaded.aggregates.unique_ids == moved.aggregates.unique_ids
    np.testing.assert_array_equal(loaded.aggregates.score, moved.aggregates.score)
    np.testing.assert_array_equal(loaded.score, moved.score)
    assert loaded.aggregates.threshold == moved.aggregates.threshold
