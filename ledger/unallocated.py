"""The largest spend without an owner, by what a rule could take it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
import pyarrow as pa

from ledger.allocation import Assigned, Assignment, assign_rows
from ledger.contexts import TAG_PREFIX, Context, distinct
from ledger.costs import cells_under
from ledger.groups import sum_by
from ledger.money import EXACT
from ledger.reference import Reference
from ledger.series import UNALLOCATED
from ledger.view import LedgerView

__all__ = ["KEYS", "UnallocatedKey", "largest_unallocated"]

#: Columns worth a rule, besides every tag; nearest to an owner first.
KEYS = (
    "project",
    "sub_account",
    "environment",
    "resource_id",
    "actor",
    "account",
    "provider",
    "service_name",
    "raw_model",
)


@dataclass(frozen=True)
class UnallocatedKey:
    """Spend that no rule takes and that has `value` in the column or tag `key`.

    Keys overlap: the same spend is listed under each of its keys. `actor` is the keyed hash.
    """

    key: str
    value: str
    amount: Decimal
    currency: str
    rows: int


def largest_unallocated(
    view: LedgerView,
    reference: Reference,
    *,
    allocation: Literal["current", "as_charged"],
    currency: str,
    limit: int = 20,
) -> list[UnallocatedKey]:
    """Keys and values with the most unallocated effective cost, by size without sign.

    Amounts are those of the cost cells: converted, and without what is measured twice.
    """
    day = view.data_as_of.date() if allocation == "current" else None
    owned = assign_rows(view.rows, reference.allocation, reference.teams, valid_on=day)
    contexts, marked = _marked(view.rows, owned)
    cells = cells_under(view, reference, marked, currency=currency)
    sums: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for line in sum_by(cells, ["team"], ["effective_cost", "rows"]).to_pylist():
        amount = line["effective_cost"]
        if amount is None or line["team"] not in contexts:
            continue
        for pair in _pairs(contexts[line["team"]]):
            money, rows = sums.get(pair, (Decimal(0), 0))
            sums[pair] = (EXACT.add(money, amount), rows + line["rows"])
    found = [
        UnallocatedKey(key, value, amount, currency, rows)
        for (key, value), (amount, rows) in sums.items()
        if amount
    ]
    order = {name: place for place, name in enumerate(KEYS)}
    found.sort(key=lambda one: (-abs(one.amount), order.get(one.key, -1), one.key, one.value))
    return found[:limit]


def _marked(rows: pa.Table, owned: Assigned) -> tuple[Mapping[str, Context], Assigned]:
    """Owners in which each distinct context without an owner is a team of its own, by name."""
    nobody = [
        number
        for number, assignment in enumerate(owned.assignments)
        if any(team == UNALLOCATED for team, _ in assignment.shares)
    ]
    lost = np.flatnonzero(np.isin(owned.which, nobody))
    names = [name for name in (*KEYS, "tags") if name in rows.column_names]
    own = rows.select(names).take(pa.array(lost, pa.int64()))
    firsts, which = distinct([owned.which[lost], *(own[name] for name in names)], len(lost))
    values = own.take(pa.array(firsts, pa.int64())).to_pylist()
    contexts: dict[str, Context] = {}
    assignments = list(owned.assignments)
    for position, value in enumerate(values):
        name = f"{UNALLOCATED}/{position}"
        contexts[name] = Context.of(value)
        former = owned.assignments[owned.which[lost[firsts[position]]]]
        shares = tuple(
            (name if team == UNALLOCATED else team, share) for team, share in former.shares
        )
        assignments.append(Assignment(shares, former.use_case))
    numbers = owned.which.copy()
    numbers[lost] = len(owned.assignments) + which
    return contexts, Assigned(tuple(assignments), numbers)


def _pairs(context: Context) -> Iterator[tuple[str, str]]:
    """Keys with their values, columns and tags; what is absent is no key."""
    for name in (*context.values, *(TAG_PREFIX + key for key in context.tags)):
        value = context.get(name)
        if value is not None:
            yield name, value
