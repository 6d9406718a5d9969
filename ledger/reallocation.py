"""What changed rules would move: a dry run of another `allocation.toml` or `teams.csv`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from ledger.allocation import Assigned, Assignment, assign_rows
from ledger.costs import cells_under
from ledger.groups import sum_by
from ledger.money import EXACT, split
from ledger.reference import Reference
from ledger.view import LedgerView

__all__ = ["Move", "moves"]

#: Team and its money.
_Part = tuple[str, Decimal]


@dataclass(frozen=True)
class Move:
    """Effective cost that would leave one team for another, and how many rows it is of."""

    from_team: str
    to_team: str
    amount: Decimal
    currency: str
    rows: int


def moves(
    view: LedgerView,
    reference: Reference,
    proposed: Reference,
    *,
    allocation: Literal["current", "as_charged"],
    currency: str,
) -> list[Move]:
    """What moves between teams under the allocation and teams of `proposed`, the largest first.

    All other rules (aliases, basis, rates) are those of `reference`. What a team keeps of a shared
    amount does not move; what it loses goes to those who gain, in the order of their shares.
    Nothing is stored. Amounts that round differently by share may differ from the cost cells in
    the last stored digit.
    """
    rows = view.rows
    day = view.data_as_of.date() if allocation == "current" else None
    old = assign_rows(rows, reference.allocation, reference.teams, valid_on=day)
    new = assign_rows(rows, proposed.allocation, proposed.teams, valid_on=day)
    pairs, which = np.unique(np.stack([old.which, new.which]), axis=1, return_inverse=True)
    names = [f"pair/{number}" for number in range(pairs.shape[1])]
    whole = tuple(Assignment(((name, Decimal(1)),), "") for name in names)
    cells = cells_under(view, reference, Assigned(whole, which.ravel()), currency=currency)
    money = sum_by(cells, ["team"], ["effective_cost", "rows"]).to_pylist()
    of_pair = {line["team"]: (line["effective_cost"], line["rows"]) for line in money}
    sums: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for number, name in enumerate(names):
        amount, count = of_pair.get(name, (None, 0))
        before = old.assignments[pairs[0, number]].shares
        after = new.assignments[pairs[1, number]].shares
        for source, target, part in _moved(amount or Decimal(0), before, after):
            whole_before, rows_before = sums.get((source, target), (Decimal(0), 0))
            sums[source, target] = (EXACT.add(whole_before, part), rows_before + count)
    found = [
        Move(source, target, amount, currency, count)
        for (source, target), (amount, count) in sums.items()
        if amount
    ]
    return sorted(found, key=lambda move: (-abs(move.amount), move.from_team, move.to_team))


def _moved(
    amount: Decimal, before: Sequence[_Part], after: Sequence[_Part]
) -> Iterator[tuple[str, str, Decimal]]:
    """From whom to whom parts of an amount go when its shares change."""
    if not amount or before == after:
        return
    sign = Decimal(1).copy_sign(amount)
    had, has = (_money(abs(amount), shares) for shares in (before, after))
    losers = {team: part - has.get(team, Decimal(0)) for team, part in had.items()}
    gainers = {team: part - had.get(team, Decimal(0)) for team, part in has.items()}
    for loser, lost in losers.items():
        left = max(lost, Decimal(0))
        for gainer, wanted in gainers.items():
            part = min(left, max(wanted, Decimal(0)))
            if part:
                gainers[gainer] -= part
                left -= part
                yield loser, gainer, part * sign


def _money(amount: Decimal, shares: Sequence[_Part]) -> dict[str, Decimal]:
    parts = split(amount, [share for _, share in shares])
    return {team: part for (team, _), part in zip(shares, parts, strict=True)}
