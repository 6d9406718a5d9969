"""What the reference files say that is read without complaint and is yet hardly meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase

from journal.budgets import Budget
from ledger.aliases import Alias
from ledger.allocation import AllocationRule
from ledger.amortisation import AmortisationRule
from ledger.basis import BasisRule
from ledger.dated import Dated
from ledger.fx import Rate
from ledger.series import UNALLOCATED
from ledger.teams import TeamRow

__all__ = ["Doubt", "lint_rows"]

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Doubt:
    """Something of a row (from 1) of a file that is probably a slip."""

    file: str
    row: int
    field: str
    message: str


def lint_rows(files: Mapping[str, Sequence[Dated]], sources: frozenset[str]) -> list[Doubt]:
    """Doubts about the valid rows of the files, by file name in the files' order.

    `sources` are those that built-in readers write.
    """
    names = {row.name for row in files.get("teams.csv", ()) if isinstance(row, TeamRow)}
    doubts: list[Doubt] = []
    for file, rows in files.items():
        doubts += _shadowed(file, rows)
        doubts += _gaps(file, rows)
        for number, row in enumerate(rows, start=1):
            doubts += _unknown_teams(file, number, row, names)
            doubts += _unknown_sources(file, number, row, sources)
    return doubts


def _shadowed(file: str, rows: Sequence[Dated]) -> Iterator[Doubt]:
    """Rules that an earlier one always comes before."""
    for later, row in enumerate(rows):
        for earlier in range(later):
            field = _covered_field(rows[earlier], row)
            if field is not None and _always_before(rows[earlier], row):
                message = f"never reached: row {earlier + 1} takes all that this one takes"
                yield Doubt(file, later + 1, field, message)
                break


def _covered_field(first: Dated, later: Dated) -> str | None:
    """Field by which the first row takes all that the later one takes; None where it does not."""
    if isinstance(first, Alias) and isinstance(later, Alias):
        return "raw_model" if _glob_covers(first.raw_model, later.raw_model) else None
    if isinstance(first, BasisRule) and isinstance(later, BasisRule):
        same = first.provider == later.provider
        return "provider" if same and first.sub_account in {None, later.sub_account} else None
    if isinstance(first, AllocationRule) and isinstance(later, AllocationRule):
        asks = first.team_from is not None and first.team_from != later.team_from
        return None if asks or not _match_covers(first.match, later.match) else "match"
    if isinstance(first, AmortisationRule) and isinstance(later, AmortisationRule):
        return "match" if _match_covers(first.match, later.match) else None
    return None


def _match_covers(
    first: Mapping[str, tuple[str, ...]], later: Mapping[str, tuple[str, ...]]
) -> bool:
    return all(
        name in later and all(any(_glob_covers(glob, own) for glob in globs) for own in later[name])
        for name, globs in first.items()
    )


def _glob_covers(first: str, later: str) -> bool:
    """Whether all that fits the later glob surely fits the first; where in doubt not."""
    if first == later:
        return True
    # The later glob as a text fits the first only with its own wildcards under a `*` of the first.
    return not set("?[") & set(first) and "[" not in later and fnmatchcase(later, first)


def _always_before(first: Dated, later: Dated) -> bool:
    """Whether the first row holds on all days of the later one, and was known no later."""
    begins = (first.valid_from or date.min) <= (later.valid_from or date.min)
    ends = (first.valid_to or date.max) >= (later.valid_to or date.max)
    return begins and ends and (first.known_at or _ALWAYS) <= (later.known_at or _ALWAYS)


def _gaps(file: str, rows: Sequence[Dated]) -> Iterator[Doubt]:
    """Days without a rate between two rows of one pair of currencies."""
    pairs: dict[tuple[str, str], list[tuple[date, date, int]]] = {}
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Rate):
            span = (row.valid_from or date.min, row.valid_to or date.max, number)
            pairs.setdefault((row.currency, row.base), []).append(span)
            if row.currency == row.base:
                yield Doubt(file, number, "base", f"a rate from {row.base} to itself is not used")
    for spans in pairs.values():
        end = date.max
        for start, stop, number in sorted(spans):
            if start > end:
                yield Doubt(file, number, "valid_from", f"no rate from {end} to {start}")
            end = stop if end == date.max else max(end, stop)


def _unknown_teams(file: str, number: int, row: Dated, names: set[str]) -> Iterator[Doubt]:
    """Teams that teams.csv does not list, where it lists any."""
    if not names:
        return
    for field, team in _teams_of(row):
        if team not in names and team != UNALLOCATED:
            message = f"team {team!r} is not listed in teams.csv and stands for itself"
            yield Doubt(file, number, field, message)


def _teams_of(row: Dated) -> Iterator[tuple[str, str]]:
    if isinstance(row, TeamRow):
        yield "team", row.team
    if isinstance(row, AllocationRule):
        if row.team is not None:
            yield "team", row.team
        for part in row.shares or ():
            yield "shares", part.team
    if isinstance(row, Budget) and "team" in row.scope:
        yield "scope", row.scope["team"]


def _unknown_sources(
    file: str, number: int, row: Dated, sources: frozenset[str]
) -> Iterator[Doubt]:
    if isinstance(row, BasisRule):
        for field, source in (("total", row.total), ("split", row.split)):
            if source not in sources:
                message = f"no built-in reader has the source {source!r}: only a mapping file may"
                yield Doubt(file, number, field, message)
