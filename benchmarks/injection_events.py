"""Events put into a series, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.injection_lines import Line
from benchmarks.injection_tasks import InjectionTask, Kind

__all__ = ["Event", "draw_events", "injected", "noise_class", "weight_of"]

_Array = NDArray[np.float64]

#: A profile is of so many seasons, and flat below this ratio of its largest to its smallest mean.
_PROFILE_SEASONS, _FLAT = 8, 1.3
#: Seasons before an event whose mean is its unit.
_UNIT_SEASONS = 4
#: Draws until one moves an amount: a spike on an idle day is no event.
_DRAWS = 50
#: median |y_t - y_(t - season)| / median y below which a series is calm, and mid.
_CALM, _MID = 0.05, 0.2


@dataclass(frozen=True)
class Event:
    """An event of line number `line`, scored on the steps `[start, stop)`."""

    line: int
    kind: Kind
    start: int
    stop: int


def draw_events(lines: Sequence[Line], task: InjectionTask, seed: int) -> list[Event]:
    """Events of every line and kind, their starts uniform where the whole event fits."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    for number, line in enumerate(lines):
        for kind in task.kinds:
            last = len(line.y) - kind.length
            if last < task.warm_up:
                continue
            for _ in range(task.events):
                events.extend(_drawn(rng, line.y, task, Event(number, kind, 0, 0), last))
    return events


def _drawn(
    rng: np.random.Generator, y: _Array, task: InjectionTask, event: Event, last: int
) -> list[Event]:
    for _ in range(_DRAWS):
        start = int(rng.integers(task.warm_up, last + 1))
        here = Event(event.line, event.kind, start, start + event.kind.length)
        if weight_of(y, here, task.season) > 0:
            return [here]
    return []


def injected(y: _Array, event: Event, season: int) -> _Array:
    """The series [n] with the event in it."""
    after = y.copy()
    kind, start, stop = event.kind, event.start, event.stop
    if kind.name == "drift":
        days = np.minimum(np.arange(1, len(y) - start + 1), kind.length)
        after[start:] *= (1.0 + kind.strength) ** days
    elif kind.name == "shape":
        after[start:stop] *= _moved_profile(y, event, season)
    else:
        after[start : len(y) if kind.name == "step" else stop] *= kind.strength
    return after


def weight_of(y: _Array, event: Event, season: int) -> float:
    """Amount that the event moves, in means of the four seasons before it; 0 = no event."""
    moved = np.abs(injected(y, event, season) - y)[event.start : event.stop].sum()
    unit = np.abs(y[max(event.start - _UNIT_SEASONS * season, 0) : event.start]).mean()
    return float(moved / unit) if unit > 0 else 0.0


def noise_class(y: _Array, season: int) -> str:
    """How regular a series is: "calm", "mid" or "noisy"."""
    typical = np.median(y)
    change = np.median(np.abs(y[season:] - y[:-season]))
    ratio = change / typical if typical > 0 else np.inf
    return "calm" if ratio < _CALM else "mid" if ratio < _MID else "noisy"


def _moved_profile(y: _Array, event: Event, season: int) -> _Array:
    """Factors that move the profile of the weeks before, ones where it is flat."""
    first = max(event.start - _PROFILE_SEASONS * season, event.start % season)
    whole = (event.start - first) // season * season
    means = y[event.start - whole : event.start].reshape(-1, season).mean(axis=0)
    if means.min() <= 0 or means.max() <= _FLAT * means.min():
        return np.ones(event.stop - event.start)
    ratio = np.roll(means, -int(event.kind.strength)) / means
    return np.resize(ratio, event.stop - event.start)
