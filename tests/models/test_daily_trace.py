"""No feature looks ahead, and the state continues a history as a longer one would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.daily_state import AHEAD_DAYS, DailyState
from models.daily_trace import state_after, trace_days
from models.features.schedule import WARM_UP_DAYS
from models.next_day import next_day


def _spend(seed: int, days: int) -> NDArray[np.float64]:
    """Four series: calm, noisy, bursty with idle days, with refunds."""
    rng = np.random.default_rng(seed)
    weekday = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])[np.arange(days) % 7]
    calm = 100 * weekday * np.exp(rng.normal(0, 0.05, days))
    noisy = 50 * np.exp(rng.normal(0, 0.6, days))
    bursty = np.where(rng.random(days) < 0.2, rng.exponential(500, days), 0.0)
    return np.stack([calm, noisy, bursty, noisy - 40])


@pytest.mark.parametrize("days", [29, 35, 41, 42, 63, 90, 170])
def test_a_longer_history_changes_no_scored_day(days: int) -> None:
    y = _spend(1, 200)
    short, long = trace_days(y[:, :days]), trace_days(y)
    scored = slice(WARM_UP_DAYS, days)
    for name in ("parts", "rows", "expected", "reach", "smallest", "cusum"):
        np.testing.assert_allclose(
            getattr(short, name)[:, scored], getattr(long, name)[:, scored], rtol=1e-9, atol=1e-9
        )


@given(st.integers(WARM_UP_DAYS, 220), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_the_next_day_from_the_state_is_the_day_of_a_longer_replay(days: int, seed: int) -> None:
    y = _spend(seed, days + 1)
    state, long = state_after(trace_days(y[:, :-1])), trace_days(y)
    for row in range(len(y)):
        point = next_day(state, row, history_days=days, step=0, value=y[row, -1])
        np.testing.assert_allclose(point.parts, long.parts[row, -1], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(point.row, long.rows[row, -1], rtol=1e-7, atol=1e-6)
        assert point.expected == pytest.approx(long.expected[row, days])
        assert point.upper - point.expected == pytest.approx(long.reach[row, days])


def test_features_do_not_depend_on_the_currency() -> None:
    y = _spend(2, 100)
    one, other = trace_days(y), trace_days(7.5 * y)
    np.testing.assert_allclose(other.parts, one.parts, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(other.expected, 7.5 * one.expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("days", [1, 2, 6, 7, 8, 13, 27, 28])
def test_short_histories_give_finite_values(days: int) -> None:
    y = np.vstack([_spend(3, days), np.zeros((1, days))])
    trace = trace_days(y)
    state = state_after(trace)
    assert np.isfinite(trace.parts).all()
    for row in range(len(y)):
        for step in (0, 1, AHEAD_DAYS - 1):
            point = next_day(state, row, history_days=days, step=step, value=10.0)
            assert np.isfinite(point.parts).all()
            assert np.isfinite(point.row).all()
            assert point.lower <= point.expected <= point.upper


def test_unknown_days_are_taken_as_expected() -> None:
    y = np.tile([100.0, 110, 120, 130, 140, 50, 40], 20)[None]
    state = state_after(trace_days(y))
    for step in range(AHEAD_DAYS):
        usual = y[0, step % 7]
        calm = next_day(state, 0, history_days=140, step=step, value=usual)
        assert calm.expected == pytest.approx(usual, rel=0.02)
        assert calm.parts.max() < 1.0
        assert next_day(state, 0, history_days=140, step=step, value=5 * usual).parts[0] > 20


def test_a_history_must_be_finite() -> None:
    with pytest.raises(ValueError, match="finite"):
        trace_days(np.array([[1.0, np.nan]]))
    with pytest.raises(ValueError, match="n >= 1"):
        trace_days(np.empty((1, 0)))


def test_a_state_describes_the_same_series_in_every_array() -> None:
    blank = DailyState.blank(2)
    assert np.isnan(blank.expected_ahead).all()
    with pytest.raises(ValueError, match="same series"):
        DailyState(**{**vars(blank), "unit": np.ones(3)})
