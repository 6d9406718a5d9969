"""Which teams a row belongs to, with which shares: the first rule that takes it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Annotated

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ledger.contexts import TAG_PREFIX, Context, as_date, days_of, distinct, epochs
from ledger.dated import Dated
from ledger.schema import USAGE_COST
from ledger.series import UNALLOCATED
from ledger.teams import TeamRow, team_of

__all__ = ["AllocationRule", "Assigned", "Assignment", "TeamShare", "assign", "assign_rows"]

#: Columns a rule may name, besides `tags.KEY`.
MATCHABLE = frozenset(f.name for f in USAGE_COST if f.type == pa.string()) - {"tags", "delivery_id"}


def _check_column(name: str) -> str:
    if name not in MATCHABLE and not (name.startswith(TAG_PREFIX) and name != TAG_PREFIX):
        raise ValueError(f"tags.KEY or a text column ({', '.join(sorted(MATCHABLE))})")
    return name


def _globs(value: object) -> object:
    return (value,) if isinstance(value, str) else value


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
    match: dict[str, Annotated[tuple[str, ...], BeforeValidator(_globs)]] = Field(
        default_factory=dict
    )
    team: str | None = None
    team_from: str | None = None
    shares: tuple[TeamShare, ...] | None = None
    use_case: str | None = None
    use_case_from: str | None = None

    @field_validator("match")
    @classmethod
    def _known_columns(cls, match: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name in match:
            _check_column(name)
        return match

    @field_validator("team_from", "use_case_from")
    @classmethod
    def _known_column(cls, name: str) -> str:
        return _check_column(name)

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
        named = [*self.match, self.team_from, self.use_case_from]
        return frozenset(
            "tags" if name.startswith(TAG_PREFIX) else name for name in named if name is not None
        )


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
        parts = _parts(rule, context) if rule.valid_on(day) and _fits(rule.match, context) else None
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


def _fits(match: Mapping[str, tuple[str, ...]], context: Context) -> bool:
    for name, globs in match.items():
        value = context.get(name)
        if value is None or not any(fnmatchcase(value, glob) for glob in globs):
            return False
    return True


def _parts(rule: AllocationRule, context: Context) -> list[tuple[str, Decimal]] | None:
    """Names with shares; None where the row has no value in `team_from`."""
    if rule.shares is not None:
        return [(part.team, part.share) for part in rule.shares if part.share]
    name = context.get(rule.team_from) if rule.team_from is not None else rule.team
    return None if name is None else [(name, Decimal(1))]
