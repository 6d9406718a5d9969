"""Days of a kind: learned from before, kept where they win."""

import numpy as np
from numpy.typing import NDArray

from models.calendar_effects import day_factors, with_day_effect
from models.points import Points, plain_points

ORIGINS, HORIZON, DAYS = (170, 140, 110, 80, 50), 28, 200
FLAGS = np.arange(DAYS + HORIZON) % 30 >= 27


def _points(effect: float, noise: float = 0.02) -> tuple[Points, NDArray[np.float64]]:
    """Points of a level alone, and a truth that flagged days multiply."""
    rng = np.random.default_rng(5)
    truth = 100 * rng.lognormal(0, noise, (3, DAYS)) * np.where(FLAGS[:DAYS], effect, 1.0)
    padded = np.pad(truth, ((0, 0), (0, HORIZON)), constant_values=np.nan)
    actual = np.stack([padded[:, at : at + HORIZON] for at in ORIGINS], axis=1)
    return plain_points(np.full(actual.shape, 100.0), np.full((3, HORIZON), 100.0)), actual


def _tried(effect: float) -> Points:
    points, actual = _points(effect)
    return with_day_effect(points, actual, np.zeros(3), FLAGS, ORIGINS, "corrected")


def test_an_effect_that_is_there_is_found_and_used() -> None:
    found = _tried(2.0)
    ahead = FLAGS[DAYS:]
    assert (found.mean[:, ~ahead] == 100).all()
    assert (found.mean[:, ahead] > 150).all()
    assert (found.mean[:, ahead] < 210).all()
    assert np.allclose(found.size, found.mean / 100)
    assert found.notes == ("corrected",) * 3


def test_no_effect_leaves_the_points_as_they_are() -> None:
    points, _ = _points(1.0)
    same = _tried(1.0)
    assert same.notes == ("",) * 3
    assert np.array_equal(same.mean, points.mean)
    assert np.array_equal(same.left_out, points.left_out)


def test_a_factor_at_an_origin_sees_only_days_before_it() -> None:
    points, actual = _points(2.0)
    before, _ = day_factors(points.left_out, actual, FLAGS, ORIGINS)
    columns = np.array(ORIGINS)[:, None] + np.arange(HORIZON)
    for k, origin in enumerate(ORIGINS):
        changed = np.where(columns >= origin, actual * 50, actual)
        after, _ = day_factors(points.left_out, changed, FLAGS, ORIGINS)
        assert np.array_equal(after[:, k], before[:, k])
    assert (before[:, -1] == 1.0).all()  # the earliest has nothing to learn from


def test_without_origins_nothing_changes() -> None:
    points = plain_points(np.empty((2, 0, 5)), np.ones((2, 5)))
    actual = np.empty((2, 0, 5))
    assert with_day_effect(points, actual, np.zeros(2), FLAGS, (), "x") is points
