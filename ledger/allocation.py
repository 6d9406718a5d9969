"""Which teams a row belongs to, with which shares: the first rule that takes it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ledger.contexts import Context, as_date, days_of, distinct, epochs
from ledger.dated import Dated
from ledger.matching import ColumnName, Match, columns_of, fits
from ledger.series import UNALLOCATED
from ledger.teams import TeamRow, team_of

__all__ = ["AllocationRule", "Assigned", "Assignment", "TeamShare", "assign", "assign_rows"]


class TeamShare(BaseModel):
    """A team's part of what a rule takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    team: str
    share: Decimal = Field(ge=0)


class AllocationRule(Dated):
    """A `[[rule]]` of `allocation.toml`.

    It takes a row when every column of `match` has a value that fits one of its globs and, with
    `team_from`, that column has a value. It gives the row to one team (`team`, `team_from`) or to
    several (`shares`, which sum to 1).
    """

    name: str
    match: Match = Field(default_factory=dict)
    team: str | None = None
    team_from: ColumnName | None = None
    shares: tuple[TeamShare, ...] | None = None
    use_case: str | None = None
    use_case_from: ColumnName | None = None

    @field_validator("shares")
    @classmethod
    def _whole(cls, shares: tuple[TeamShare, ...]) -> tuple[TeamShare, ...]:
        total = sum((part.share for part in shares), Decimal(0))
        if total != 1:
            raise ValueError(f"shares that sum to 1 (they sum to {total})")
        return shares

    @model_validator(mode="after")
    def _one_way(self) -> AllocationRule:
        given = [self.team, self.team_from, self.shares]
        if sum(value is not None for value in given) != 1:
            raise ValueError("exactly one of team, team_from and shares")
        if self.use_case is not None and self.use_case_from is not None:
            raise ValueError("use_case or use_case_from, not both")
        return self

    @property
    def columns(self) -> frozenset[str]:
        """Columns of `usage_cost` the rule looks at."""
        return columns_of(*self.match, self.team_from, self.use_case_from)


@dataclass(frozen=True)
class Assignment:
    """Teams with their shares (distinct teams, shares sum to 1) and the use case."""

    shares: tuple[tuple[str, Decimal], ...]
    use_case: str


_NOBODY = Assignment(shares=((UNALLOCATED, Decimal(1)),), use_case=UNALLOCATED)


@dataclass(frozen=True)
class Assigned:
    """K distinct assignments and, of each of R rows, which one holds: `which` [R]."""

    assignments: tuple[Assignment, ...]
    which: NDArray[np.intp]


def assign(
    rules: Sequence[AllocationRule], teams: Sequence[TeamRow], context: Context, day: date
) -> Assignment:
    """Assignment of a row under the rules and teams valid on a day."""
    for rule in rules:
        parts = _parts(rule, context) if rule.valid_on(day) and fits(rule.match, context) else None
        if parts is None:
            continue
        shares: dict[str, Decimal] = {}
        for name, share in parts:
            team = team_of(teams, name, day)
            shares[team] = shares.get(team, Decimal(0)) + share
        use_case = context.get(rule.use_case_from) if rule.use_case_from else rule.use_case
        return Assignment(tuple(shares.items()), use_case or UNALLOCATED)
    return _NOBODY


def assign_rows(
    rows: pa.Table,
    rules: Sequence[AllocationRule],
    teams: Sequence[TeamRow],
    *,
    valid_on: date | None,
) -> Assigned:
    """Assignments of the rows of `usage_cost`, under the rules valid on one day.

    With `valid_on=None` each row is judged by the rules valid on its own day.
    """
    days = days_of(rows)
    names = sorted(frozenset[str]().union(*(rule.columns for rule in rules)))
    stretches = epochs([*rules, *teams], days) if valid_on is None else np.zeros_like(days, int)
    firsts, which = distinct([stretches, *(rows[name] for name in names)], rows.num_rows)
    contexts = rows.select(names).take(firsts).to_pylist() if names else [{}] * len(firsts)
    numbers: dict[Assignment, int] = {}
    number_of = np.zeros(len(firsts), dtype=np.intp)
    for position, (first, values) in enumerate(zip(firsts, contexts, strict=True)):
        day = as_date(days[first]) if valid_on is None else valid_on
        found = assign(rules, teams, Context.of(values), day)
        number_of[position] = numbers.setdefault(found, len(numbers))
    return Assigned(tuple(numbers), number_of[which])


def _parts(rule: AllocationRule, context: Context) -> list[tuple[str, Decimal]] | None:
    """Names with shares; None where the row has no value in `team_from`."""
    if rule.shares is not None:
        return [(part.team, part.share) for part in rule.shares if part.share]
    name = context.get(rule.team_from) if rule.team_from is not None else rule.team
    return None if name is None else [(name, Decimal(1))]
