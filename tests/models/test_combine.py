import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.combine import central_mass, leave_one_out_weights, member_weights

ERRORS = arrays(np.float64, (4, 5, 6), elements=st.sampled_from([0.0, 0.1, 1.0, 2.0, 50.0]))


def slow_weights(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The formula, one series and one member at a time."""
    n, k, m = errors.shape
    logs: dict[int, list[float]] = {}
    counts = {}
    for i in range(n):
        origins = [o for o in range(k) if np.isfinite(errors[i, o]).all()]
        reference = sum(float(np.median(errors[i, o])) for o in origins)
        counts[i] = len(origins) if reference > 0 else 0
        if reference > 0:
            sums = [sum(errors[i, o, j] for o in origins) for j in range(m)]
            logs[i] = [float(np.log(min(max(s / reference, 0.05), 20.0))) for s in sums]
    prior = [sum(row[j] for row in logs.values()) / max(len(logs), 1) for j in range(m)]
    rows = []
    for i in range(n):
        own = logs.get(i, [0.0] * m)
        post = [(counts[i] * own[j] + 4 * prior[j]) / (counts[i] + 4) for j in range(m)]
        distance = [p - min(post) for p in post]
        limit = max(float(np.log(1.5)), sorted(distance)[3]) + 1e-12
        weights = [float(np.exp(-3 * d)) if d <= limit else 0.0 for d in distance]
        rows.append([w / sum(weights) for w in weights])
    return np.array(rows)


@settings(max_examples=60, deadline=None)
@given(errors=ERRORS, holes=arrays(np.bool_, (4, 5)))
def test_weights_equal_the_formula(errors: NDArray[np.float64], holes: NDArray[np.bool_]) -> None:
    errors[holes] = np.nan
    np.testing.assert_allclose(member_weights(errors), slow_weights(errors), atol=1e-9)


def test_without_any_origin_the_weights_are_equal() -> None:
    weights = member_weights(np.full((3, 2, 5), np.nan))
    np.testing.assert_allclose(weights, 0.2)
    assert member_weights(np.empty((3, 0, 5))).shape == (3, 5)


def test_a_series_without_origins_follows_its_siblings() -> None:
    errors = np.ones((3, 8, 6))
    errors[:, :, 2] = 0.2
    errors[2] = np.nan
    weights = member_weights(errors)
    assert weights[2].argmax() == 2
    assert weights[2, 2] > 0.9


def test_own_errors_outweigh_the_siblings() -> None:
    errors = np.ones((20, 8, 6))
    errors[:, :, 0] = 0.5
    errors[0, :, 0], errors[0, :, 5] = 2.0, 0.3
    weights = member_weights(errors)
    assert weights[0].argmax() == 5
    assert (weights[1:].argmax(axis=1) == 0).all()


def test_the_weights_of_an_origin_do_not_know_it() -> None:
    errors = np.random.default_rng(0).random((4, 6, 5))
    before = leave_one_out_weights(errors)
    changed = errors.copy()
    changed[:, 2] *= np.array([9.0, 0.1, 3.0, 1.0, 0.5])
    after = leave_one_out_weights(changed)
    np.testing.assert_array_equal(after[:, 2], before[:, 2])
    assert not np.allclose(after[:, 3], before[:, 3])


def test_the_central_mass_ignores_a_wild_member() -> None:
    forecasts = np.array([[1.0], [2.0], [3.0], [1e9]])
    equal = np.full(4, 0.25)
    assert central_mass(forecasts, equal)[0] == pytest.approx((2 * 0.15 + 3 * 0.15) / 0.3)


@given(
    forecasts=arrays(np.float64, (5, 3), elements=st.floats(-1e6, 1e6)),
    weights=arrays(np.float64, 5, elements=st.floats(0.01, 1)),
)
def test_the_central_mass_lies_between_the_weighted_quantiles(
    forecasts: NDArray[np.float64], weights: NDArray[np.float64]
) -> None:
    weights /= weights.sum()
    centre = central_mass(forecasts, weights)
    for step in range(3):
        order = np.argsort(forecasts[:, step], kind="stable")
        mass = weights[order].cumsum()
        low = forecasts[order, step][np.searchsorted(mass, 0.35 - 1e-9)]
        high = forecasts[order, step][np.searchsorted(mass, 0.65 - 1e-9)]
        assert low - 1e-6 <= centre[step] <= high + 1e-6


def test_one_member_with_all_the_weight_is_the_forecast() -> None:
    forecasts = np.random.default_rng(1).random((2, 4, 3))
    weights = np.zeros((2, 4))
    weights[:, 1] = 1.0
    np.testing.assert_allclose(central_mass(forecasts, weights), forecasts[:, 1])


def test_series_learn_from_siblings_as_bursty_as_they_are() -> None:
    errors = np.ones((41, 8, 6))
    bursty = np.arange(41) < 20
    errors[bursty, :, 0] = 0.5
    errors[~bursty, :, 1] = 0.5
    errors[20] = np.nan  # knows nothing but its kind
    for kind, best in ((1.0, 0), (0.0, 1)):
        weights = member_weights(errors, np.where(np.arange(41) == 20, kind, bursty))
        assert weights[20].argmax() == best
    halfway = member_weights(errors, np.where(np.arange(41) == 20, 0.5, bursty))
    assert halfway[20, 0] == pytest.approx(halfway[20, 1], rel=0.05)


def test_a_panel_of_one_kind_has_one_prior() -> None:
    errors = np.random.default_rng(4).random((5, 6, 5))
    plain = member_weights(errors)
    np.testing.assert_allclose(member_weights(errors, np.zeros(5)), plain)
    np.testing.assert_allclose(member_weights(errors, np.ones(5)), plain)


def test_long_windows_are_for_bursty_series() -> None:
    errors = np.random.default_rng(5).random((3, 6, 5)) + 1.0
    long_window = np.array([True, False, False, False, True])
    plain = member_weights(errors, burstiness := np.array([0.0, 0.5, 1.0]))
    weights = member_weights(errors, burstiness, long_window)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    assert (weights[0, long_window] == 0).all()
    np.testing.assert_allclose(weights[2], plain[2])
    odds, plain_odds = weights[1, 0] / weights[1, 1], plain[1, 0] / plain[1, 1]
    assert odds == pytest.approx(0.5 * plain_odds)
