"""Training runs of a cluster: each is a resource of its own on the bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from costcast.world.calendar import date_at

__all__ = ["Run", "longest", "parts", "that_add_up"]


@dataclass(frozen=True)
class Run:
    """One training run, the `number`-th of those that start in column `started`.

    `micro_hours` are the millionths of machine hours it takes, by column.
    """

    started: int
    number: int
    micro_hours: Mapping[int, int]

    @property
    def name(self) -> str:
        """What tells it from the other runs of its cluster: first day and number."""
        return f"{date_at(self.started):%Y%m%d}-{self.number}"


def longest(runs: Sequence[Run], column: int) -> Run | None:
    """The run with the most hours in a column, the first of equals; None = nothing ran."""
    there = [run for run in runs if column in run.micro_hours]
    return max(there, key=lambda run: run.micro_hours[column], default=None)


def parts(runs: Sequence[Run], column: int, amount: int) -> Iterator[tuple[Run, int]]:
    """Parts of an amount of one column, by the runs' hours; they sum to the amount exactly.

    Bounds are rounded down, not parts, so no part is off by a whole unit.

    >>> two = (Run(0, 1, {5: 2}), Run(4, 1, {5: 1}))
    >>> [part for _, part in parts(two, 5, 100)]
    [66, 34]
    """
    there = [run for run in runs if run.micro_hours.get(column)]
    whole = sum(run.micro_hours[column] for run in there)
    below = given = 0
    for run in there:
        below += run.micro_hours[column]
        bound = amount * below // whole
        yield run, bound - given
        given = bound


def that_add_up(runs: Sequence[Run], micro_hours: NDArray[np.int64]) -> tuple[Run, ...]:
    """The runs, with hours that sum to `micro_hours` [T] in every column.

    What is missing (what was rounded, or is charged too much) goes to the longest run of the
    column, or is a run of its own.
    """
    whole = list(runs)
    for column, total in enumerate(micro_hours.tolist()):
        missing = total - sum(run.micro_hours.get(column, 0) for run in whole)
        run = longest(whole, column)
        if missing and run is None:
            number = 1 + sum(other.started == column for other in whole)
            whole.append(Run(column, number, {column: missing}))
        elif missing and run is not None:
            more = {**run.micro_hours, column: run.micro_hours[column] + missing}
            whole[whole.index(run)] = replace(run, micro_hours=more)
    return tuple(sorted(whole, key=lambda run: (run.started, run.number)))
