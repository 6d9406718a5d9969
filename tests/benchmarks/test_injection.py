"""Injected events are what they say, hits are new alerts, and the committed rows hold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.injection import outcomes_of, rates_elsewhere, rows_of
from benchmarks.injection_events import Event, draw_events, injected, noise_class, weight_of
from benchmarks.injection_lines import Line, injection_lines
from benchmarks.injection_rows import InjectionRow
from benchmarks.injection_rule import alerts_of, padded, spans_scored, threshold_of
from benchmarks.injection_scores import (
    DAILY_DETECTORS,
    InjectionDetector,
    as_it_is,
    daily_scores,
)
from benchmarks.injection_summary import Outcome, summary
from benchmarks.injection_tasks import INJECTION, KINDS, Kind, same_series
from benchmarks.results import RESULTS, read_rows

DAILY = INJECTION[0]
#: Detectors whose score may know nothing of later days.
NAMES = [detector.name for detector in DAILY_DETECTORS]


def _spend(days: int = 120, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    week = np.resize([1.2, 1.1, 1.0, 1.0, 0.9, 0.35, 0.3], days)
    return np.asarray(100.0 * week * rng.lognormal(0, 0.05, days))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name}-{kind.strength:g}")
def test_an_event_changes_what_it_should_and_nothing_before(kind: Kind) -> None:
    y = _spend()
    event = Event(0, kind, 60, 60 + kind.length)
    after = injected(y, event, 7)
    ratio = after / y
    assert (ratio[:60] == 1).all()
    inside = ratio[60 : event.stop]
    if kind.name == "drift":
        days = np.arange(1, kind.length + 1)
        np.testing.assert_allclose(inside, (1 + kind.strength) ** days)
        np.testing.assert_allclose(ratio[event.stop :], (1 + kind.strength) ** kind.length)
    elif kind.name == "shape":
        # three days of a week later the profile is back where it was; the week's sum barely moves
        assert abs(after[60:67].sum() / y[60:67].sum() - 1) < 0.2
        assert np.abs(inside - 1).max() > 1
        assert (ratio[event.stop :] == 1).all()
    else:
        np.testing.assert_allclose(inside, kind.strength)
        np.testing.assert_allclose(ratio[event.stop :], kind.strength if kind.name == "step" else 1)
    moved = np.abs(after - y)[60 : event.stop].sum()
    assert weight_of(y, event, 7) == pytest.approx(moved / y[32:60].mean())


def test_a_flat_week_has_no_shape_to_move_and_an_idle_day_no_spike() -> None:
    flat, idle = np.full(100, 5.0), np.zeros(100)
    assert weight_of(flat, Event(0, Kind("shape", 3, 14), 50, 64), 7) == 0
    assert weight_of(idle, Event(0, Kind("spike", 10, 1), 50, 51), 7) == 0
    assert draw_events([Line("idle", idle), Line("short", flat[:29])], DAILY, 1) == []


def test_events_fit_and_come_after_the_warm_up() -> None:
    lines = [Line("a", _spend(57)), Line("b", _spend(187))]
    events = draw_events(lines, DAILY, seed=3)
    assert events == draw_events(lines, DAILY, seed=3) != draw_events(lines, DAILY, seed=4)
    for event in events:
        assert DAILY.warm_up <= event.start < event.stop <= len(lines[event.line].y)
    assert len(events) == 2 * 2 * len(KINDS)


@given(st.integers(0, 10_000), st.floats(0.2, 3))
@settings(max_examples=30, deadline=None)
def test_the_threshold_is_the_lowest_that_keeps_the_budget(seed: int, budget: float) -> None:
    score = np.random.default_rng(seed).exponential(1.0, (4, 100))
    score[0, :40] = np.nan
    task = replace(DAILY, budget=budget)
    threshold = threshold_of(score, task)
    most = budget * spans_scored(score, task)
    assert alerts_of(score, threshold, task).sum() <= most
    lower = score[score < threshold]
    if len(lower):
        assert alerts_of(score, float(lower.max()), task).sum() > most


def test_an_alert_that_was_there_before_is_no_hit_unless_it_is_stronger() -> None:
    line = Line("a", _spend(60))
    before = np.full((1, 60), 1.0)
    before[0, 40] = 5.0
    event = Event(0, Kind("spike", 3, 1), 40, 41)

    def found(score: float) -> bool:
        after = before.copy()
        after[0, 40] = score
        (outcome,) = outcomes_of(DAILY, [line], [event], before, after, 4.0)
        return outcome.delay == 0

    assert (found(5.0), found(5.2), found(5.3)) == (False, False, True)


def test_the_delay_counts_from_the_start_and_the_past_keeps_the_series_cool() -> None:
    line = Line("a", _spend(80))
    event = Event(0, Kind("step", 2, 14), 50, 64)
    quiet = np.full((1, 80), 1.0)
    after = quiet.copy()
    after[0, 53] = 5.0
    (outcome,) = outcomes_of(DAILY, [line], [event], quiet, after, 4.0)
    assert outcome.delay == 3
    told = quiet.copy()
    told[0, 48] = 4.5  # a real event two days before: its cool-down hides the step
    after[0, 48] = 4.5
    (outcome,) = outcomes_of(DAILY, [line], [event], told, after, 4.0)
    assert outcome.delay is None


def test_a_summary_counts_by_hand() -> None:
    one = [
        Outcome("spike", 2.0, 1.0, "calm", 0),
        Outcome("spike", 2.0, 3.0, "noisy", None),
        Outcome("step", 2.0, 4.0, "calm", 2),
    ]
    two = [
        Outcome("spike", 2.0, 1.0, "calm", None),
        Outcome("step", 2.0, 1.0, "noisy", 4),
        Outcome("drift", 0.05, 2.0, "calm", None),
    ]
    said = summary([one, two])
    assert said["events"] == 6
    assert said["found"] == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert said["dollars"] == pytest.approx((5 / 8 + 1 / 4) / 2)
    assert said["lowest_dollars"] == pytest.approx(1 / 4)
    assert (said["calm"], said["mid"]) == (0.5, None)
    assert (said["spike_delay"], said["double_step_delay"], said["drift_delay"]) == (0.0, 3.0, None)


@pytest.mark.parametrize("name", NAMES)
def test_no_detector_looks_ahead(name: str) -> None:
    detector = next(one for one in DAILY_DETECTORS if one.name == name)
    lines = [_spend(120, seed) for seed in range(3)]
    names = [f"s{number}" for number in range(3)]
    known = daily_scores(lines, names)
    cut = daily_scores([line[:90] for line in lines], names)
    score = detector.calibrated(known)
    for whole, part in zip(known, cut, strict=True):
        np.testing.assert_array_equal(score(whole)[:90], score(part))


def test_rates_elsewhere_are_of_the_other_half() -> None:
    lines = [np.arange(100.0), np.arange(100.0) * 3]
    known = [{"raw": line} for line in lines]
    detector = InjectionDetector("raw", "peer", {}, as_it_is("raw"))
    rates = rates_elsewhere(replace(DAILY, seeds=(1,)), known, detector)
    (own,) = [alerts_of(padded([lines[1]]), 99.0, DAILY).sum() / (100 / DAILY.budget_steps)]
    assert len(rates) == 2
    assert own in rates  # threshold 99 from the lower series, told by the higher one


def test_tasks_of_other_budgets_share_their_scores() -> None:
    groups = same_series(INJECTION)
    assert sorted(task.name for group in groups for task in group) == sorted(
        task.name for task in INJECTION
    )
    assert max(map(len, groups)) == 4


@pytest.mark.datasets
def test_the_series_are_those_of_the_document(datasets: Path) -> None:
    lines = injection_lines(DAILY, datasets)
    assert len(lines) == 56
    assert sorted({len(line.y) for line in lines}) == [59, 187]
    assert all(np.isfinite(line.y).all() and line.y[0] > 0 for line in lines)
    assert {noise_class(line.y, 7) for line in lines} == {"calm", "mid", "noisy"}
    (sample,) = [task for task in INJECTION if task.sampled]
    assert len(injection_lines(sample, datasets)) == sample.sampled


@pytest.mark.datasets
def test_a_row_measured_again_is_the_committed_one(datasets: Path) -> None:
    (task,) = [one for one in INJECTION if one.sampled]
    detectors = [one for one in DAILY_DETECTORS if one.role != "variant"]
    committed = {row.model: row for row in _rows() if row.task == task.name}
    for row in rows_of([task], datasets, detectors, daily_scores):
        for column in ("found", "dollars", "rate"):
            assert getattr(row, column) == pytest.approx(
                getattr(committed[row.model], column), abs=5e-3
            ), (row.model, column)


def test_committed_rows_say_what_the_document_promises() -> None:
    rows = {(row.task, row.model): row for row in _rows()}
    own = rows[DAILY.name, "costcast"]
    assert own.found >= 0.74
    assert own.dollars >= 0.90
    assert own.spike_delay == 0
    assert own.double_step_delay is not None
    assert own.double_step_delay <= 1
    assert rows["injection/generated", "costcast"].dollars >= 0.9
    for peer in ("ETS interval", "regression interval", "robust z", "isolation forest"):
        assert rows[DAILY.name, peer].found < own.found
        assert rows[DAILY.name, peer].dollars < own.dollars
    assert ("injection/bills-sample", "Prophet interval") in rows


def _rows() -> list[InjectionRow]:
    return read_rows(RESULTS / "injection.csv", InjectionRow)
