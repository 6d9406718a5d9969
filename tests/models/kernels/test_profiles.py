"""Profiles, logarithms and what is built on them, against numpy on whole arrays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.hour_of_week import hour_of_week
from models.kernels.level_smoothing import smoothed_level
from models.kernels.log_scale import from_logs, log_offset, to_logs
from models.kernels.profile_level import log_profile_level, profile_level
from models.kernels.season_profile import less_profile, profile_strength, season_profile
from models.kernels.theta_lines import log_theta_lines, theta_lines

WEEK = np.array([3.0, 4.0, 5.0, 4.0, 3.0, -9.0, -10.0])


def slow_profile(
    y: NDArray[np.float64], season: int, seasons: int, decay: float = 1.0
) -> NDArray[np.float64]:
    count = min(seasons, len(y) // season)
    if season <= 1 or count < 1:
        return np.zeros(season)
    latest = y[len(y) - count * season :].reshape(count, season)[::-1]
    deviations = latest - latest.mean(axis=1, keepdims=True)
    return np.array(np.average(deviations, axis=0, weights=decay ** np.arange(count)))


def slow_strength(y: NDArray[np.float64], season: int) -> float:
    count = min(8, len(y) // season)
    if season <= 1 or count < 2:
        return 0.0
    latest = y[len(y) - count * season :].reshape(count, season)
    deviations = latest - latest.mean(axis=1, keepdims=True)
    missed = [deviations[i] - np.delete(deviations, i, axis=0).mean(axis=0) for i in range(count)]
    return 1.0 - float(np.sum(np.square(missed)) / np.sum(deviations**2))


def slow_theta(y: NDArray[np.float64], season: int, h: int) -> NDArray[np.float64]:
    n = len(y)
    strong = n >= 3 * season and slow_strength(y, season) > 0.1
    profile = slow_profile(y, season, 8) if strong else np.zeros(season)
    rest = y - profile[np.arange(-n, 0) % season]
    slope = np.polyfit(np.arange(n), rest, 1)[0]
    fits = []
    for alpha in [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95]:
        level, loss = rest[0], 0.0
        for value in rest[1:]:
            loss += (value - level) ** 2
            level += alpha * (value - level)
        fits.append((loss, level, alpha))
    _, level, alpha = min(fits)
    steps = np.arange(h)
    trend = slope / 2 * (steps + (1 - (1 - alpha) ** n) / alpha)
    return np.array(level + trend + profile[steps % season])


@pytest.mark.parametrize("n", [5, 14, 38, 100])
@pytest.mark.parametrize(("seasons", "decay"), [(4, 1.0), (12, 0.85)])
def test_profiles_equal_numpy(n: int, seasons: int, decay: float) -> None:
    y = np.random.default_rng(n).normal(size=n)
    profile = season_profile(y, 7, seasons, decay)
    np.testing.assert_allclose(profile, slow_profile(y, 7, seasons, decay), atol=1e-12)
    rest = y - profile[np.arange(-n, 0) % 7]
    np.testing.assert_allclose(less_profile(y, profile), rest, atol=1e-12)


def test_the_profile_starts_at_the_next_step() -> None:
    y = 50 + np.tile(WEEK, 6)[:38]
    np.testing.assert_allclose(season_profile(y, 7, 4, 1.0), np.roll(WEEK, -3), atol=1e-12)
    np.testing.assert_allclose(less_profile(y, np.roll(WEEK, -3)), 50.0)


@pytest.mark.parametrize("n", [7, 14, 70])
def test_strength_tells_a_season_from_noise(n: int) -> None:
    noise = np.random.default_rng(0).normal(size=n)
    own = season_profile(noise, 7, 8, 1.0)
    assert profile_strength(noise, own, 8) == pytest.approx(slow_strength(noise, 7))
    assert profile_strength(np.tile(WEEK, 10), WEEK, 8) == pytest.approx(1.0)


@pytest.mark.parametrize(("n", "season"), [(6, 1), (20, 7), (100, 7), (60, 24)])
def test_theta_equals_its_formula(n: int, season: int) -> None:
    rng = np.random.default_rng(n)
    y = 20 + 0.1 * np.arange(n) + np.sin(2 * np.pi * np.arange(n) / 7) + rng.normal(0, 0.5, n)
    out = np.empty(9)
    assert theta_lines(y, season, out)
    np.testing.assert_allclose(out, slow_theta(y, season, 9))
    assert log_theta_lines(y, season, out)
    np.testing.assert_allclose(out, np.exp(slow_theta(np.log(y), season, 9)), rtol=1e-8)


def test_theta_moves_by_half_the_trend() -> None:
    y = 10.0 + 2.0 * np.arange(200) + np.random.default_rng(0).normal(0, 0.1, 200)
    out = np.empty(5)
    theta_lines(y, 1, out)
    np.testing.assert_allclose(np.diff(out), 1.0, rtol=0.01)


def test_profile_on_level_is_their_sum() -> None:
    y = np.random.default_rng(1).lognormal(2, 0.3, 60) + np.resize(WEEK, 60)
    out, profile = np.empty(10), slow_profile(y, 7, 12, 0.85)
    assert profile_level(y, 7, out)
    level, _ = smoothed_level(y - profile[np.arange(-60, 0) % 7])
    np.testing.assert_allclose(out, level + np.resize(profile, 10))


def test_a_weekend_in_per_cent_is_kept_on_logarithms() -> None:
    y = np.array(np.resize([4.0, 4.0, 4.0, 4.0, 4.0, 1.0, 1.0], 70) * 1.01 ** np.arange(70))
    out = np.empty(7)
    assert log_profile_level(y, 7, out)
    assert out[0] / out[6] == pytest.approx(4.0 / 1.01**6, rel=1e-3)  # growth within the week


def test_logarithms_there_and_back_with_a_ceiling() -> None:
    y = np.array([0.0, 1.0, 100.0, 5.0])
    offset = log_offset(y)
    assert offset == pytest.approx(0.1 * 106 / 3)
    logs, back = to_logs(y, offset), np.array([-50.0, 50.0])
    np.testing.assert_allclose(logs, np.log(y + offset))
    there = logs.copy()
    from_logs(there, logs, offset)
    np.testing.assert_allclose(there, y, atol=1e-12)
    from_logs(back, logs, offset)
    np.testing.assert_allclose(back, [0.0, 2 * (100 + offset) - offset])


@pytest.mark.parametrize("y", [[0.0, 0.0], [1.0, -1.0]])
def test_no_logarithm_of_nothing_or_debt(y: list[float]) -> None:
    assert log_offset(np.array(y)) == 0.0


def test_hours_of_the_week_that_are_off_the_day_are_learned() -> None:
    day = np.arange(6.0)
    week = np.concatenate([np.tile(day, 4), day / 2])  # five days of six hours
    y, out = np.tile(week, 9), np.empty(30)
    assert hour_of_week(y, 6, 30, out)
    plain = np.empty(30)
    profile_level(y, 6, plain)
    # six weeks: six sevenths of the deviation are believed
    np.testing.assert_allclose(np.abs(out - week).max(), 0.4, atol=0.15)
    assert np.abs(out - week).mean() < 0.4 * np.abs(plain - week).mean()
    short = np.empty(30)
    hour_of_week(y[:50], 6, 30, short)
    profile_level(y[:50], 6, plain)
    np.testing.assert_array_equal(short, plain)


@pytest.mark.parametrize(("n", "season", "second"), [(70, 6, 30), (95, 6, 30), (400, 24, 168)])
def test_hours_of_the_week_equal_their_formula(n: int, season: int, second: int) -> None:
    y = np.random.default_rng(n).lognormal(2, 0.3, n)
    weeks = min(6, n // second)
    short = np.tile(slow_profile(y, season, 12, 1.0), second // season)
    long = slow_profile(y, second, 6, 1.0)
    believed = short + weeks / (weeks + 1) * (long - short)
    level = smoothed_level(np.array([y[t] - believed[(t - n) % second] for t in range(n)]))[0]
    out = np.empty(second + 5)
    assert hour_of_week(y, season, second, out)
    np.testing.assert_allclose(out, level + np.resize(believed, second + 5))
