"""The injection bench: events put into series, and which of them raise an alert that is new.

Pools and threshold are those of the uninjected replay of the same series, without labels. A hit is
an alert inside the event which the uninjected replay does not raise on that day, or raises with a
score that is at most 1.05 times lower.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.injection_events import Event, draw_events, injected
from benchmarks.injection_hourly import HOURLY_DETECTORS, hourly_scores
from benchmarks.injection_lines import Line, injection_lines
from benchmarks.injection_rows import InjectionRow
from benchmarks.injection_rule import alerts_of, padded, spans_scored, threshold_of
from benchmarks.injection_scores import (
    DAILY_DETECTORS,
    InjectionDetector,
    RawScores,
    daily_scores,
)
from benchmarks.injection_summary import Outcome, summary
from benchmarks.injection_tasks import InjectionTask
from benchmarks.provenance import data_digest, identity

__all__ = ["RawScorer", "measure_injection", "outcomes_of", "rates_elsewhere", "rows_of"]

_Array = NDArray[np.float64]
#: Raw scores of series by name.
RawScorer = Callable[[Sequence[_Array], Sequence[str]], list[RawScores]]

#: How much higher than without the event the score of an alert day has to be.
_HIGHER = 1.05
_DAY_HOURS = 24


def measure_injection(tasks: Sequence[InjectionTask], data: Path | None) -> list[InjectionRow]:
    """Rows of every detector on tasks that differ in their budget only."""
    hourly = tasks[0].season == _DAY_HOURS
    detectors = HOURLY_DETECTORS if hourly else DAILY_DETECTORS
    return rows_of(tasks, data, detectors, hourly_scores if hourly else daily_scores)


def rows_of(
    tasks: Sequence[InjectionTask],
    data: Path | None,
    detectors: Sequence[InjectionDetector],
    scorer: RawScorer,
) -> list[InjectionRow]:
    """Rows of these detectors, their raw scores computed once for all budgets."""
    lines = injection_lines(tasks[0], data)
    names = [line.unique_id for line in lines]
    digest = hashlib.sha256(b"".join(line.y.tobytes() for line in lines)).hexdigest()
    known = scorer([line.y for line in lines], names)
    told = []
    for seed in tasks[0].seeds:
        events = draw_events(lines, tasks[0], seed)
        after = [injected(lines[event.line].y, event, tasks[0].season) for event in events]
        told.append((events, scorer(after, [names[event.line] for event in events])))
    rows = []
    for task in tasks:
        for detector in detectors:
            score = detector.calibrated(known)
            before = padded([score(raw) for raw in known])
            threshold = threshold_of(before, task)
            seeds = [
                outcomes_of(
                    task, lines, events, before, padded([score(raw) for raw in later]), threshold
                )
                for events, later in told
            ]
            elsewhere = rates_elsewhere(task, known, detector)
            about = identity(
                task, detector.name, detector.role, detector.settings, data_digest(*names, digest)
            )
            rows.append(
                InjectionRow(
                    **about,
                    **summary(seeds),
                    series=len(lines),
                    threshold=threshold,
                    rate=_rate(task, before, threshold),
                    rate_elsewhere=float(np.mean(elsewhere)) if elsewhere else None,
                    most_elsewhere=max(elsewhere) if elsewhere else None,
                )
            )
    return rows


def outcomes_of(
    task: InjectionTask,
    lines: Sequence[Line],
    events: Sequence[Event],
    before: _Array,
    after: _Array,
    threshold: float,
) -> list[Outcome]:
    """What became of each event, [E] rows of `after` against the rows of its line in `before`."""
    known, alerts = alerts_of(before, threshold, task), alerts_of(after, threshold, task)
    outcomes = []
    for number, event in enumerate(events):
        inside = slice(event.start, event.stop)
        there, score = known[event.line, inside], before[event.line, inside]
        hits = alerts[number, inside] & (~there | (after[number, inside] > _HIGHER * score))
        days = np.flatnonzero(hits)
        delay = int(days[0]) if len(days) else None
        outcomes.append(Outcome.of(event, lines[event.line].y, task.season, delay))
    return outcomes


def rates_elsewhere(
    task: InjectionTask, known: Sequence[RawScores], detector: InjectionDetector
) -> list[float]:
    """Alerts per series and span of one half of the series at pool and threshold of the other."""
    rates = []
    for seed in task.seeds:
        order = np.random.default_rng(seed).permutation(len(known))
        halves = order[: len(known) // 2], order[len(known) // 2 :]
        for own, other in (halves, halves[::-1]):
            if len(own) == 0:
                continue
            score = detector.calibrated([known[row] for row in own])
            threshold = threshold_of(padded([score(known[row]) for row in own]), task)
            rates.append(_rate(task, padded([score(known[row]) for row in other]), threshold))
    return rates


def _rate(task: InjectionTask, score: _Array, threshold: float) -> float:
    return float(alerts_of(score, threshold, task).sum() / spans_scored(score, task))
