"""What later deliveries have changed of what was known before, per source, day and series."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import duckdb
import pyarrow as pa

from ledger.view import Covered

__all__ = ["ChangeKind", "Restated", "restatement"]

#: What happened to an amount: it came for a day nobody had spoken of, it changed on a day that had
#: been spoken of (also from nothing, also to nothing).
ChangeKind = Literal["arrived", "restated"]
_MEASURES = ("effective_cost", "billed_cost")

_CHANGES = """
    WITH sums AS (
        SELECT source, account, day, team, model, currency,
            sum({measure}) FILTER (NOT is_after) AS before,
            sum({measure}) FILTER (is_after) AS after
        FROM (
            SELECT *, false AS is_after FROM earlier UNION ALL SELECT *, true FROM later
        ) GROUP BY ALL
    )
    SELECT source, account, day, team, model, currency, before, after FROM sums
    WHERE before IS DISTINCT FROM after
    ORDER BY source, day, team, model, account, currency
"""


@dataclass(frozen=True)
class Restated:
    """Money of a source on a day and series at two times; None = nobody had said.

    `change` is after - before, of which an unknown side counts as nothing.
    """

    source: str
    day: date
    team: str
    model: str
    kind: ChangeKind
    before: Decimal | None
    after: Decimal | None
    change: Decimal
    currency: str


def restatement(
    before: pa.Table,
    after: pa.Table,
    covered: Collection[Covered],
    *,
    measure: Literal["effective_cost", "billed_cost"] = "effective_cost",
) -> list[Restated]:
    """Every (source, day, team, model) whose money differs, by source and day.

    Parameters
    ----------
    before, after
        Cost cells (`ledger.cells.CELLS`) of the ledger as of two times under the same rules:
        differences of rules are no restatement.
    covered
        What sources had spoken of at the earlier time (`LedgerView.covered`).
    measure
        Accrual (effective cost) or cash (billed cost).
    """
    if measure not in _MEASURES:
        raise ValueError(f"got {measure}, wanted one of {', '.join(_MEASURES)}")
    columns = ["source", "account", "day", "team", "model", "currency", measure]
    with duckdb.connect() as database:
        database.register("earlier", before.select(columns))
        database.register("later", after.select(columns))
        found = database.sql(_CHANGES.format(measure=measure)).fetchall()
    spoken = {(one.source, one.account): one.spans for one in covered}
    merged: dict[tuple[str, date, str, str, ChangeKind, str], tuple[_Money, _Money]] = {}
    for source, account, day, team, model, currency, old, new in found:
        was_told = any(day in span for span in spoken.get((source, account), ()))
        key = (source, day, team, model, _kind(old, was_told=was_told), currency)
        earlier, later = merged.get(key, (None, None))
        merged[key] = (_add(earlier, old), _add(later, new))
    return [
        Restated(source, day, team, model, kind, old, new, _change(old, new), currency)
        for (source, day, team, model, kind, currency), (old, new) in merged.items()
        if old != new
    ]


_Money = Decimal | None


def _kind(old: _Money, *, was_told: bool) -> ChangeKind:
    return "restated" if was_told or old is not None else "arrived"


def _add(one: _Money, other: _Money) -> _Money:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _change(old: _Money, new: _Money) -> Decimal:
    return (new or Decimal(0)) - (old or Decimal(0))
