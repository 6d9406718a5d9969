"""The largest run before a day: of the days more than a week before it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.features.run_record import RECENT_DAYS, largest_before, run_days_before


@given(st.lists(st.one_of(st.just(np.nan), st.floats(0.5, 1e6)), max_size=40))
def test_it_is_the_slow_and_obvious_one(runs: list[float]) -> None:
    largest, days = largest_before(np.array([runs])), run_days_before(np.array([runs]))
    assert largest.shape == days.shape == (1, len(runs) + 1)
    for day in range(len(runs) + 1):
        ended = [run for run in runs[: max(day - RECENT_DAYS, 0)] if not np.isnan(run)]
        assert largest[0, day] == max(ended, default=0.0)
        assert days[0, day] == len(ended)


def test_the_second_day_of_a_run_is_held_against_what_came_before_the_first() -> None:
    runs = np.array([[1.0] * 20 + [9.0, 9.0]])
    assert largest_before(runs)[0, 20:].tolist() == [1.0, 1.0, 1.0]
