"""What became of injected events, counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.injection_events import Event, noise_class, weight_of

__all__ = ["Outcome", "summary"]

_CLASSES = ("calm", "mid", "noisy")


@dataclass(frozen=True)
class Outcome:
    """An event: what it is, how much it moves, and after how many steps it was found.

    Parameters
    ----------
    kind, strength
        Of the event.
    weight
        Amount it moves, in means of the weeks before.
    noise
        Class of its series.
    delay
        Steps from its start to the alert; None = not found.
    """

    kind: str
    strength: float
    weight: float
    noise: str
    delay: int | None

    @classmethod
    def of(cls, event: Event, y: NDArray[np.float64], season: int, delay: int | None) -> Self:
        """The outcome of an event of this series."""
        return cls(
            event.kind.name,
            event.kind.strength,
            weight_of(y, event, season),
            noise_class(y, season),
            delay,
        )


def summary(seeds: Sequence[Sequence[Outcome]]) -> dict[str, object]:
    """Columns of `InjectionRow` about the events: means over the seeds."""
    found = [_found(outcomes) for outcomes in seeds]
    dollars = [_dollars(outcomes) for outcomes in seeds]
    columns: dict[str, object] = {
        "events": sum(len(outcomes) for outcomes in seeds),
        "found": _mean(found),
        "dollars": _mean(dollars),
        "lowest_found": min(found),
        "lowest_dollars": min(dollars),
        "by_kind": json.dumps(_by_kind(seeds)),
    }
    for name in _CLASSES:
        chosen = [[one for one in outcomes if one.noise == name] for outcomes in seeds]
        there = all(chosen)
        columns[name] = _mean([_found(one) for one in chosen]) if there else None
        columns[f"{name}_dollars"] = _mean([_dollars(one) for one in chosen]) if there else None
    return columns | {
        "spike_delay": _delay(seeds, "spike"),
        "double_step_delay": _delay(seeds, "step", 2.0),
        "drift_delay": _delay(seeds, "drift"),
    }


def _found(outcomes: Sequence[Outcome]) -> float:
    return float(np.mean([one.delay is not None for one in outcomes]))


def _dollars(outcomes: Sequence[Outcome]) -> float:
    total = sum(one.weight for one in outcomes)
    return sum(one.weight for one in outcomes if one.delay is not None) / total


def _mean(shares: Sequence[float]) -> float:
    return float(np.mean(shares))


def _by_kind(seeds: Sequence[Sequence[Outcome]]) -> dict[str, float]:
    """Share of each kind and strength that was found, over all seeds."""
    everything = [one for outcomes in seeds for one in outcomes]
    names = sorted({(one.kind, one.strength) for one in everything})
    return {
        f"{kind} {strength:g}": round(
            _found([one for one in everything if (one.kind, one.strength) == (kind, strength)]), 4
        )
        for kind, strength in names
    }


def _delay(
    seeds: Sequence[Sequence[Outcome]], kind: str, strength: float | None = None
) -> float | None:
    """Median steps to the alert, over the found events of all seeds; None = none was found."""
    delays = [
        one.delay
        for outcomes in seeds
        for one in outcomes
        if one.delay is not None and one.kind == kind and strength in {None, one.strength}
    ]
    return float(np.median(delays)) if delays else None
