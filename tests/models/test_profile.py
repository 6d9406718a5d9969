import numpy as np
import pytest

from models.log_scale import LogScale
from models.profile import deseasonalise, profile_strength, season_profile
from models.profile_level import profile_on_level
from models.theta_lines import theta_lines

WEEK = np.array([3.0, 4.0, 5.0, 4.0, 3.0, -9.0, -10.0])


def test_the_profile_starts_at_the_next_step() -> None:
    y = 50 + np.tile(WEEK, 6)[:38]
    np.testing.assert_allclose(season_profile(y, 7, seasons=4), np.roll(WEEK, -3), atol=1e-12)
    np.testing.assert_allclose(deseasonalise(y, np.roll(WEEK, -3)), 50.0)


def test_newer_seasons_weigh_more_with_decay() -> None:
    y = np.array([-1.0, 1.0, -3.0, 3.0])
    np.testing.assert_allclose(season_profile(y, 2, seasons=9), [-2.0, 2.0])
    np.testing.assert_allclose(
        season_profile(y, 2, seasons=9, decay=0.5), [-(3 + 0.5) / 1.5, (3 + 0.5) / 1.5]
    )


@pytest.mark.parametrize(("n", "season"), [(6, 7), (20, 1), (0, 7)])
def test_no_season_no_profile(n: int, season: int) -> None:
    np.testing.assert_array_equal(season_profile(np.arange(float(n)), season, seasons=4), 0.0)


def test_strength_tells_a_season_from_noise() -> None:
    noise = np.random.default_rng(0).normal(size=70)
    assert profile_strength(np.tile(WEEK, 10), 7, seasons=8) == pytest.approx(1.0)
    assert profile_strength(noise, 7, seasons=8) < 0.1
    assert profile_strength(WEEK, 7, seasons=8) == 0.0


def test_logarithms_there_and_back() -> None:
    y = np.array([0.0, 1.0, 100.0, 5.0])
    scale = LogScale.of(y)
    assert scale is not None
    np.testing.assert_allclose(scale.back(scale.forward(y)), y, atol=1e-12)


def test_the_way_back_is_capped_at_twice_the_maximum() -> None:
    y = np.array([1.0, 2.0, 4.0])
    scale = LogScale.of(y)
    assert scale is not None
    np.testing.assert_allclose(scale.back(np.array([50.0, -50.0])), [8.0, 0.0], atol=1e-6)


@pytest.mark.parametrize("y", [[0.0, 0.0], [1.0, -1.0]])
def test_no_logarithm_of_nothing_or_debt(y: list[float]) -> None:
    assert LogScale.of(np.array(y)) is None


def test_theta_moves_by_half_the_trend() -> None:
    y = 10.0 + 2.0 * np.arange(200) + np.random.default_rng(0).normal(0, 0.1, 200)
    np.testing.assert_allclose(np.diff(theta_lines(y, 1, 5)), 1.0, rtol=0.01)


def test_theta_and_profile_put_the_season_back() -> None:
    y = 100 + np.tile(WEEK, 9)[:60]
    expected = 100 + np.tile(WEEK, 3)[4:14]
    np.testing.assert_allclose(theta_lines(y, 7, 10), expected, atol=0.6)
    np.testing.assert_allclose(profile_on_level(y, 7, 10), expected, atol=1e-6)
