"""What is injected where, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import ClassVar, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

__all__ = ["INJECTION", "KINDS", "InjectionSource", "InjectionTask", "Kind", "same_series"]

#: Which series (`benchmarks.injection_lines`).
InjectionSource = Literal["bills", "generated", "servegen"]

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Kind:
    """A kind of event of one strength.

    Parameters
    ----------
    name
        "spike", "step", "drop": the amount times `strength`. "drift": times (1 + strength) ^ days.
        "shape": the profile of the season moved by `strength` steps.
    strength
        See `name`.
    length
        Steps that are scored; steps of a level stay to the end, drifts stay at their last factor.
    """

    name: Literal["spike", "step", "drift", "drop", "shape"]
    strength: float
    length: int


#: Daily events: spikes of a day, steps scored for two weeks, drifts of three weeks, drops of three
#: and seven days, a weekly shape moved by three days for two weeks.
KINDS: tuple[Kind, ...] = (
    *(Kind("spike", factor, 1) for factor in (2.0, 3.0, 5.0, 10.0)),
    *(Kind("step", factor, 14) for factor in (1.3, 1.5, 2.0, 3.0)),
    *(Kind("drift", growth, 21) for growth in (0.02, 0.03, 0.05)),
    Kind("drop", 0.2, 3),
    Kind("drop", 0.5, 7),
    Kind("shape", 3.0, 14),
)
#: Hourly events: spikes of an hour, bursts of four, steps of a day, a drop of twelve hours.
_HOURLY: tuple[Kind, ...] = (
    *(Kind("spike", factor, 1) for factor in (3.0, 10.0)),
    *(Kind("spike", factor, 4) for factor in (2.0, 3.0)),
    *(Kind("step", factor, 24) for factor in (1.5, 2.0, 3.0)),
    Kind("drop", 0.1, 12),
)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class InjectionTask:
    """Put events into real series and see which of them raise an alert that was not there before.

    Parameters
    ----------
    name, title
        Key of the rows, and what the table says.
    source
        The series.
    kinds, events
        Each series gets so many events of each kind, one at a time.
    season, warm_up
        Steps of a season (7 or 24), and steps before the first event.
    cool_down
        Steps after an alert in which only a stronger one is told.
    budget, budget_steps
        Alerts of the uninjected replay per series and so many steps, at most.
    seeds
        Each draws where the events start; the rows are means over them.
    sampled
        Only so many series, evenly spaced, where the task is a sample for slow models.
    """

    family: ClassVar[str] = "injection"

    name: str
    title: str
    source: InjectionSource
    kinds: tuple[Kind, ...] = field(default=KINDS)
    events: int = 2
    season: int = 7
    warm_up: int = 29
    cool_down: int = 7
    budget: float = 1.0
    budget_steps: float = 365.25 / 4
    seeds: tuple[int, ...] = (1, 2, 3)
    sampled: int | None = None


INJECTION: tuple[InjectionTask, ...] = (
    *(
        InjectionTask(
            name=f"injection/bills-{budget:g}",
            title=f"series of two bills, {budget:g} a quarter",
            source="bills",
            budget=budget,
        )
        for budget in (1.0, 0.25, 0.5, 2.0)
    ),
    InjectionTask(
        name="injection/generated",
        title="series of a generated company, 1 a quarter",
        source="generated",
    ),
    InjectionTask(
        name="injection/bills-sample",
        title="series of two bills, 1 a quarter",
        source="bills",
        seeds=(1,),
        sampled=16,
    ),
    InjectionTask(
        name="injection/servegen",
        title="series of ServeGen tokens, hourly, 1 a week",
        source="servegen",
        kinds=_HOURLY,
        season=24,
        warm_up=120,
        cool_down=12,
        budget_steps=168.0,
    ),
)


def same_series(tasks: Sequence[InjectionTask]) -> list[tuple[InjectionTask, ...]]:
    """The tasks in groups that differ in their budget only: one group is scored once."""
    groups: dict[tuple[object, ...], list[InjectionTask]] = {}
    for task in tasks:
        groups.setdefault((task.source, task.kinds, task.seeds, task.sampled), []).append(task)
    return [tuple(group) for group in groups.values()]
