import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.origins import FEWEST, ORIGINS, rolling_origins, shortest_truth


@given(
    periods=st.integers(1, 1500), horizon=st.integers(1, 120), season=st.sampled_from([1, 7, 24])
)
def test_origins_have_history_and_truth(periods: int, horizon: int, season: int) -> None:
    origins = rolling_origins(periods, horizon, season)
    assert len(origins) <= ORIGINS
    assert list(origins) == sorted(set(origins), reverse=True)
    assert all(column >= FEWEST for column in origins)
    assert all(periods - column >= shortest_truth(periods, horizon) >= 1 for column in origins)


def test_a_month_ahead_is_tested_on_whole_months() -> None:
    assert rolling_origins(548, 28, 7) == (520, 492, 464, 436, 408, 380, 352, 324)


def test_a_quarter_ahead_still_leaves_young_series_origins() -> None:
    origins = rolling_origins(548, 92, 7)
    assert origins[0] == 520
    assert 548 - origins[3] >= 92
    assert origins[0] - origins[1] == 23


@pytest.mark.parametrize("periods", [1, 5, 8])
def test_a_few_days_have_no_origin(periods: int) -> None:
    assert rolling_origins(periods, 92, 7) == ()


def test_two_weeks_have_some() -> None:
    assert len(rolling_origins(14, 92, 7)) >= 3
