import math

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Frequency, Panel
from ledger.series import SeriesKey
from models.detectors.fine_replay import replay_hourly
from models.detectors.hourly import scores_of_hourly

Values = NDArray[np.float64]


def panel_of(value: Values, frequency: Frequency = "h") -> Panel:
    return Panel(
        measure="tokens",
        currency=None,
        frequency=frequency,
        keys=tuple(SeriesKey.of(team=f"t{row}") for row in range(len(value))),
        periods=np.datetime64("2026-03-02", frequency) + np.arange(value.shape[1]),
        value=value,
        observed=np.isfinite(value),
        completeness=np.ones(value.shape),
        known_at=np.datetime64("2026-06-01T00:00", "us"),
    )


def hourly(series: int = 4, hours: int = 24 * 16) -> Values:
    rng = np.random.default_rng(5)
    day = 100 + 60 * np.sin(2 * math.pi * np.arange(hours) / 24)
    return np.asarray(day * np.exp(rng.normal(0, 0.1, (series, hours))))


@pytest.mark.parametrize("budget", [0.5, 1.0])
def test_the_replay_keeps_its_budget_and_finds_what_was_planted(budget: float) -> None:
    value = hourly()
    planted = [(0, 200), (2, 300)]
    for cell in planted:
        value[cell] *= 8
    replay = replay_hourly(panel_of(value), alerts_per_series_and_week=budget)
    assert 0 < replay.alerts_per_series_and_week <= budget
    assert all(replay.alert[row, hour : hour + 2].any() for row, hour in planted)
    assert (replay.score[replay.alert] >= replay.threshold).all()


def test_each_series_is_scored_alone() -> None:
    value = hourly()
    replay = replay_hourly(panel_of(value))
    np.testing.assert_array_equal(replay.score[1], scores_of_hourly(value[1]))


def test_hours_before_the_first_spend_are_no_history() -> None:
    value = hourly(2)
    value[0, :100] = 0.0
    late = replay_hourly(panel_of(value)).score[0]
    assert np.isnan(late[: 100 + 120]).all()
    np.testing.assert_array_equal(late[100:], scores_of_hourly(value[0, 100:]))


def test_series_of_zeros_and_never_observed_ones_are_silent() -> None:
    value = np.stack([np.zeros(300), np.full(300, np.nan)])
    replay = replay_hourly(panel_of(value))
    assert np.isnan(replay.score).all()
    assert not replay.alert.any()
    assert replay.alerts_per_series_and_week == 0.0


def test_only_hourly_panels() -> None:
    with pytest.raises(ValueError, match="wanted 'h'"):
        replay_hourly(panel_of(hourly(1, 60), "D"))
