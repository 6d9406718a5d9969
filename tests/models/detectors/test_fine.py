import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.detectors.fine import FineDetector
from models.detectors.fine_features import AsinhScale
from models.detectors.fine_settings import FineSettings
from models.detectors.hourly import scores_of_hourly

Values = NDArray[np.float64]

HOUR = np.timedelta64(1, "h")
SETTINGS = FineSettings(step_s=3600, warm_up=60, cool_down=10)
TIMES = np.datetime64("2026-03-01T00", "h") + np.arange(400)


def daily(rows: int = 400, seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    shape = 10 + 5 * np.sin(2 * math.pi * np.arange(rows) / 24)
    return np.asarray(shape * np.exp(rng.normal(0, 0.05, rows)))


def scores(values: Values, times: NDArray[np.datetime64] = TIMES) -> Values:
    return FineDetector(SETTINGS).score(times[: len(values)], values)


@pytest.mark.parametrize("cut", [60, 61, 83, 84, 250])
def test_later_rows_change_no_earlier_score(cut: int) -> None:
    values = daily()
    whole = scores(values)
    later = values.copy()
    later[cut:] *= 50.0
    np.testing.assert_array_equal(scores(values[:cut]), whole[:cut])
    np.testing.assert_array_equal(scores(later)[:cut], whole[:cut])


@pytest.mark.parametrize("pieces", [[400], [30, 60, 61, 200, 201, 400], list(range(1, 401, 7))])
def test_rows_in_pieces_are_scored_as_at_once(pieces: list[int]) -> None:
    values, detector = daily(), FineDetector(SETTINGS)
    bounds = [0, *pieces, 400]
    said = [
        detector.score(TIMES[first:last], values[first:last])
        for first, last in itertools.pairwise(bounds)
    ]
    np.testing.assert_array_equal(np.concatenate(said), scores(values))


def test_the_warm_up_is_silent_and_nothing_after_it() -> None:
    said = scores(daily())
    assert np.isnan(said[:60]).all()
    assert np.isfinite(said[60:]).all()
    assert np.isnan(scores(daily(40))).all()


@pytest.mark.parametrize("factor", [3.0, 30.0])
def test_a_spike_is_the_strangest_row_and_a_larger_one_is_no_less(factor: float) -> None:
    values = daily()
    values[300] *= factor
    said = scores(values)
    assert int(np.nanargmax(said)) in {300, 301}
    assert said[300] > np.nanquantile(said, 0.99)


def test_a_night_like_day_is_seen_although_every_value_is_common() -> None:
    values = daily()
    values[300:312] = values[312:324]  # half a day early
    said = scores(values)
    assert np.nanmax(said[300:312]) > np.nanquantile(said[:300], 0.99)


@pytest.mark.parametrize("values", [np.zeros(200), np.full(200, 7.0)])
def test_a_constant_is_not_strange(values: Values) -> None:
    said = scores(values)
    assert np.ptp(said[60:]) < 1e-6
    values = values.copy()
    values[150] += 1.0
    assert np.nanargmax(scores(values)) == 150


@pytest.mark.parametrize("factor", [1e-6, 1000.0])
def test_currency_and_level_do_not_matter(factor: float) -> None:
    values = daily()
    np.testing.assert_allclose(scores(values * factor), scores(values), atol=0.02)
    np.testing.assert_allclose(scores(values + 1000.0), scores(values), atol=0.02)


def test_gaps_and_doubled_times_are_survived_and_falling_times_refused() -> None:
    values = daily()
    kept = np.r_[0:150, 170:400]
    said = scores(values[kept], TIMES[kept])
    assert np.isfinite(said[60:]).all()
    doubled = np.sort(np.r_[0:400, 200:210])
    assert np.isfinite(scores(values[doubled], TIMES[doubled])[60:]).all()
    with pytest.raises(ValueError, match="times that fall"):
        scores(values[:3], TIMES[[0, 2, 1]])


def test_rows_that_were_not_observed_are_refused() -> None:
    with pytest.raises(ValueError, match="leave out rows"):
        scores(np.array([1.0, math.nan]))


def test_hours_that_were_not_observed_are_not_scored() -> None:
    values = daily()
    values[200:230] = np.nan
    said = scores_of_hourly(values)
    assert np.isnan(said[200:230]).all()
    assert np.isfinite(said[150:200]).all()
    assert np.isfinite(said[230:]).all()


def test_equal_seeds_give_equal_scores_and_other_seeds_other_forests() -> None:
    other = FineSettings(step_s=3600, warm_up=60, cool_down=10, seed=1)
    values = daily()
    np.testing.assert_array_equal(scores(values), scores(values))
    assert (FineDetector(other).score(TIMES, values) != scores(values))[60:].any()


def test_the_scale_is_never_zero() -> None:
    assert AsinhScale.of(np.zeros(10)).scale == 1.0
    assert AsinhScale.of(np.full(10, 500.0)).scale == 0.5
    mostly = np.zeros(1000)
    mostly[500] = 8.0
    assert AsinhScale.of(mostly).scale == 1.0
    rows = np.arange(101.0)
    assert AsinhScale.of(rows).scale == pytest.approx(50 / 1.35)


@pytest.mark.parametrize(("step", "rows"), [(5, 288), (60, 24), (1440, 4)])
def test_durations_are_rows_of_the_step(step: int, rows: int) -> None:
    settings = FineSettings.of_step(np.timedelta64(step, "m"), warm_up_days=3.0)
    assert settings.day == rows
    assert settings.warm_up == 3 * 1440 // step
    assert settings.window(12) == max(2, 12 * rows // 288)


def test_settings_without_warm_up_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        FineSettings(step_s=60, warm_up=0, cool_down=1)
