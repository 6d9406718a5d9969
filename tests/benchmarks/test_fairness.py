"""What is compared is comparable: same alerts, nothing of the future, the same days missing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.accuracy import accuracy_metrics
from benchmarks.detection import alerts_of_budget
from benchmarks.detectors import isolation_forest, robust_z
from benchmarks.panels import daily_panel
from benchmarks.stated import Stated
from benchmarks.statistical import forecast_panel
from ledger.series import SeriesKey

DAY = np.datetime64("2026-03-02")
WEEK = np.array([10.0, 11, 12, 11, 10, 4, 3])


def amounts(value: NDArray[np.float64]) -> dict[SeriesKey, dict[np.datetime64, float]]:
    return {
        SeriesKey.of(team=f"t{row}"): {DAY + day: float(cell) for day, cell in enumerate(cells)}
        for row, cells in enumerate(value)
    }


def noisy(days: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(3)
    return np.asarray(np.tile(WEEK, days // 7) * rng.lognormal(0, 0.05, (2, days)))


def test_a_day_nobody_has_a_row_of_is_missing_and_others_are_zero() -> None:
    key, other = SeriesKey.of(team="a"), SeriesKey.of(team="b")
    panel = daily_panel({key: {DAY: 1.0, DAY + 3: 2.0}, other: {DAY + 1: 5.0}}, missing=[DAY + 1])
    np.testing.assert_array_equal(panel.value, [[1, np.nan, np.nan, 2], [0, np.nan, np.nan, 0]])


def test_robust_z_tells_a_spike_and_knows_nothing_of_later_days() -> None:
    value = noisy(140)
    value[1, 100] *= 3
    scored = robust_z(value)
    assert int(np.nanargmax(scored.score)) == value.shape[1] + 100
    before = robust_z(value[:, :101])
    np.testing.assert_array_equal(before.score, scored.score[:, :101])
    np.testing.assert_array_equal(before.expected, scored.expected[:, :101])


def test_robust_z_is_the_slow_and_obvious_one() -> None:
    value = noisy(140)
    scored, y, day = robust_z(value), value[0], 120

    def expected(t: int) -> float:
        return float(np.median([y[t - 7 * week] for week in range(1, 5)]))

    residuals = np.abs([y[t] - expected(t) for t in range(day - 56, day)])
    scale = max(1.4826 * np.median(residuals), 1.2533 * np.mean(residuals))
    np.testing.assert_allclose(scored.score[0, day], abs(y[day] - expected(day)) / scale)


def test_detectors_are_silent_before_and_shortly_after_the_first_spend() -> None:
    value = noisy(140)
    value[0, :50] = 0.0
    for detector in (robust_z, isolation_forest):
        score = detector(value).score
        assert np.isnan(score[0, : 50 + 28]).all()
        assert np.isfinite(score[0, 50 + 56 :]).all()


def test_the_budget_of_alerts_is_kept_and_used() -> None:
    rng = np.random.default_rng(0)
    score = rng.random((5, 200))
    told = rng.random((5, 200)) < 0.5
    for most in (0, 1, 7, 20):
        alert = alerts_of_budget(score, told, most=most)
        assert most - 2 <= alert.sum() <= most
        assert not (alert & ~told).any()
    assert not alerts_of_budget(np.full((2, 9), np.nan), np.ones((2, 9), bool), most=3).any()


def test_a_peer_is_not_negative_where_the_history_is_not_and_has_its_own_interval() -> None:
    value = np.stack([np.maximum(0.0, 50.0 - np.arange(56.0)), np.zeros(56)])
    said = forecast_panel("AutoETS", daily_panel(amounts(value)), 28, 7)
    assert (said.lower >= 0).all()
    assert (said.lower <= said.upper).all()
    assert not said.mean[1].any()
    assert np.isnan(said.sum_lower).all()


def test_metrics_of_a_known_error() -> None:
    panel = daily_panel(amounts(np.stack([np.arange(28.0), np.full(28, 4.0)])))
    truth = panel.value[:, None, 21:]  # [2, 1, 7]
    mean = truth[:, 0] + 1.0
    said = Stated(mean, mean - 1, mean + 1, truth[:, 0].sum(1), mean.sum(1), fallbacks=0)
    scores = accuracy_metrics([said], truth, panel, 7)
    assert scores["dropped"] == 1  # the constant series has no scale
    assert scores["mase"] == 1 / 7
    share = 14 / float(truth.sum())
    for name in ("wape", "wape_sum", "bias"):
        assert scores[name] == pytest.approx(share)
    assert scores["coverage80"] == scores["coverage80_sum"] == 1.0
