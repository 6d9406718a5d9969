"""What every detector of one series promises, fine-grained or daily."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from models.detectors.daily import DailyDetector
from models.detectors.detector import Detector
from models.detectors.fine import FineDetector
from models.detectors.fine_settings import FineSettings
from models.detectors.kinds import DETECTOR_KINDS, DetectorKind

Values = NDArray[np.float64]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Made:
    """How to make a detector, the step of its rows, and how many of them it is silent for."""

    make: Callable[[], Detector]
    step: np.timedelta64
    warm_up: int
    season: int

    def rows(self, more: int = 60, seed: int = 0) -> tuple[Times, Values]:
        """An ordinary seasonal series, `more` rows longer than the warm-up."""
        count = self.warm_up + more
        rng = np.random.default_rng(seed)
        wave = 2 + np.sin(2 * np.pi * np.arange(count) / self.season)
        times = np.datetime64("2026-01-05T00", "h") + np.arange(count) * self.step
        return times, np.asarray(100 * wave * rng.lognormal(0, 0.1, count))


def _daily(kind: DetectorKind) -> Made:
    return Made(lambda: DailyDetector(kind, seed=3), np.timedelta64(24, "h"), 28, 7)


def _hourly() -> Made:
    step = np.timedelta64(1, "h")
    settings = FineSettings.of_step(step, seed=3)
    return Made(lambda: FineDetector(settings), step, settings.warm_up, 24)


EVERY: dict[str, Made] = {kind: _daily(kind) for kind in DETECTOR_KINDS} | {"fine": _hourly()}


@pytest.fixture(params=EVERY)
def made(request: pytest.FixtureRequest) -> Made:
    return EVERY[request.param]


def test_it_repeats_itself_and_is_silent_in_the_warm_up_only(made: Made) -> None:
    times, values = made.rows()
    one, other = (made.make().score(times, values) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert np.isnan(one[: made.warm_up]).all()
    assert np.isfinite(one[made.warm_up :]).all()


def test_later_rows_change_no_score(made: Made) -> None:
    times, values = made.rows()
    whole = made.make().score(times, values)
    for cut in (made.warm_up - 3, made.warm_up + 1, made.warm_up + 33):
        np.testing.assert_allclose(made.make().score(times[:cut], values[:cut]), whole[:cut])
    strange = values.copy()
    strange[made.warm_up + 40 :] *= 50
    early = slice(0, made.warm_up + 40)
    np.testing.assert_allclose(made.make().score(times, strange)[early], whole[early])


def test_rows_in_pieces_are_scored_as_if_they_came_at_once(made: Made) -> None:
    times, values = made.rows()
    whole = made.make().score(times, values)
    detector = made.make()
    borders = [0, 5, made.warm_up, made.warm_up + 1, made.warm_up + 30, len(times)]
    pieces = [detector.score(times[a:b], values[a:b]) for a, b in pairwise(borders)]
    np.testing.assert_allclose(np.concatenate(pieces), whole)


@pytest.mark.parametrize("factor", [2.0**-10, 2.0**10])
def test_the_unit_does_not_count(made: Made, factor: float) -> None:
    times, values = made.rows()
    scores = [made.make().score(times, scale * values) for scale in (1.0, factor)]
    np.testing.assert_allclose(scores[1], scores[0], rtol=1e-6, atol=1e-6)


def _leap(made: Made) -> tuple[Values, int]:
    times, values = made.rows()
    leap = made.warm_up + 45
    values[leap] = 20 * values.max()
    return made.make().score(times, values), leap


def test_a_leap_is_among_the_strangest_rows(made: Made) -> None:
    """Not always the first: sums still rise the day after, an ordinary forest saturates."""
    score, leap = _leap(made)
    assert score[leap] >= np.nanquantile(score, 0.9)
    assert score[leap] > 1.1 * np.nanmedian(score[:leap])


@pytest.mark.parametrize("value", [0.0, 7.0, -3.0])
def test_nothing_in_a_constant_series_is_as_strange_as_a_leap(made: Made, value: float) -> None:
    times, values = made.rows()
    score = made.make().score(times, np.full(len(values), value))[made.warm_up :]
    assert np.isfinite(score).all()
    strange, leap = _leap(made)
    assert score.max() < strange[leap]


def test_short_series_are_silent(made: Made) -> None:
    times, values = made.rows()
    assert np.isnan(made.make().score(times[:1], values[:1])).all()
    assert made.make().score(times[:0], values[:0]).shape == (0,)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_was_not_observed_is_left_out_and_not_passed(made: Made, wrong: float) -> None:
    times, values = made.rows()
    values[9] = wrong
    with pytest.raises(ValueError, match="finite"):
        made.make().score(times, values)
    kept = np.arange(len(values)) != 9
    assert np.isfinite(made.make().score(times[kept], values[kept])[-1])


def test_rows_come_in_the_order_of_time(made: Made) -> None:
    times, values = made.rows()
    with pytest.raises(ValueError, match="order"):
        made.make().score(times[::-1], values)
    with pytest.raises(ValueError, match="as many"):
        made.make().score(times, values[1:])
