"""Early zeros are history of sparse series: as every origin sees it, against a slow oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.early_zeros import keeps_early_zeros, typical_zero_shares
from models.forecasters.pool import default_names
from models.gaps import ended, history_of
from models.pool_forecasts import PoolSettings, pool_forecasts

PANELS = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.just(24)),
    elements=st.sampled_from([0.0, 0.0, 1.0, 3.0, np.nan]),
)


def share(value: NDArray[np.float64], season: int) -> tuple[float, int]:
    """Zeros among the observed steps since the first amount, and their count; 0 of a silent one."""
    if ended(value, season):
        return 0.0, 0
    amounts = [t for t, y in enumerate(value) if np.isfinite(y) and y != 0]
    since = [y for y in value[amounts[0] :] if np.isfinite(y)] if amounts else []
    return (sum(y == 0 for y in since) / len(since) if since else 0.0), len(since)


@settings(max_examples=200, deadline=None)
@given(values=PANELS, season=st.sampled_from([1, 2, 7]))
def test_series_are_judged_as_told_by_hand(values: NDArray[np.float64], season: int) -> None:
    columns = (24, 17, 5)
    kept = keeps_early_zeros(values, columns, season)
    for place, column in enumerate(columns):
        told = [share(value[:column], season) for value in values]
        old = [own for own, seen in told if seen >= 4 * season]
        usual = float(np.mean(old or [own for own, seen in told if seen] or [0.0]))
        typical = typical_zero_shares(values, columns, season)[place]
        assert typical == pytest.approx(usual)
        for row, (own, seen) in enumerate(told):
            judged = own if seen >= 3 else typical
            assert kept[row, place] == (seen > 0 and judged >= 0.1)


@settings(max_examples=50, deadline=None)
@given(values=PANELS)
def test_an_origin_judges_by_its_past_and_a_part_by_the_whole(values: NDArray[np.float64]) -> None:
    changed = values.copy()
    changed[:, 17:] = 5.0
    np.testing.assert_array_equal(
        keeps_early_zeros(values, (17,), 2), keeps_early_zeros(changed, (17,), 2)
    )
    typical = typical_zero_shares(values, (17, 24), 2)
    parts = [keeps_early_zeros(row[None], (17, 24), 2, typical) for row in values]
    np.testing.assert_array_equal(np.concatenate(parts), keeps_early_zeros(values, (17, 24), 2))


def sparse_and_steady() -> NDArray[np.float64]:
    """Nine jobs that run now and then, one that woke up two days ago, one steady service."""
    rng = np.random.default_rng(3)
    values = rng.lognormal(2, 0.5, (11, 140)) * (rng.random((11, 140)) < 0.15)
    values[9, :138] = 0.0
    values[9, 138:] = 40.0
    values[10] = 20 * rng.lognormal(0, 0.1, 140)
    values[10, :100] = 0.0
    return np.asarray(values)


def test_a_sparse_series_that_woke_up_is_not_taken_for_a_busy_one() -> None:
    values, names = sparse_and_steady(), default_names()

    def said(*, early_zeros: bool) -> NDArray[np.float64]:
        asked = PoolSettings(names, 7, early_zeros=early_zeros)
        return pool_forecasts(values, (140,), 7, asked)[:, 0]

    kept, trimmed = said(early_zeros=True), said(early_zeros=False)
    np.testing.assert_array_equal(trimmed[9], 40.0)  # all it has ever done
    assert kept[9].mean() < 0.8 * 40.0
    np.testing.assert_array_equal(kept[10], trimmed[10])


def test_members_that_are_not_compiled_see_the_same_history() -> None:
    values = sparse_and_steady()
    asked = PoolSettings(("croston", "window_average"), 7, repair_shifts=False)
    said = pool_forecasts(values, (139, 140), 5, asked)
    assert np.isfinite(said).all()  # one day old, but with 138 days of zeros before
    alone = pool_forecasts(values[9:10], (139, 140), 5, asked)
    assert np.isnan(alone[0, 0]).all()  # a panel of itself: never zero since its first amount
    one = PoolSettings(("croston",), 7, repair_shifts=False)
    np.testing.assert_array_equal(
        pool_forecasts(values, (139, 140), 5, one)[:, :, 0], said[:, :, 0]
    )


def test_a_history_with_early_zeros_begins_with_the_first_value_observed() -> None:
    value = np.array([np.nan, 0.0, np.nan, 0.0, 4.0, np.nan])
    history = history_of(value, 2, early_zeros=True)
    assert history.start == 1
    np.testing.assert_allclose(history.y, [0.0, 0.0, 0.0, 4.0, 0.0])
    np.testing.assert_array_equal(np.flatnonzero(history.filled), [1, 4])
