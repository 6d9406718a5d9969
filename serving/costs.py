"""Exact sums of the ledger by group, within a scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from journal.outcomes import CostRow
from ledger.cells import DIMENSIONS
from ledger.schema import MONEY
from ledger.scope import Scope
from serving.problems import InvalidRequest
from serving.provisional import PROVISIONAL
from serving.snapshot import Snapshot

__all__ = ["cost_rows"]


def cost_rows(
    snapshot: Snapshot,
    scope: Scope,
    *,
    start: date | None,
    end: date | None,
    group_by: Sequence[str],
) -> list[CostRow]:
    """Effective cost over `[start, end)` by group, all charge categories, in the order of names.

    None = from the first day, or to the last day of the ledger. Without a dimension to group by
    there is one row, the total. Raises InvalidRequest for an unknown dimension or an empty span.
    """
    if len(set(group_by)) != len(group_by) or not set(group_by) <= set(DIMENSIONS):
        wanted = f"distinct dimensions out of {', '.join(DIMENSIONS)}"
        raise InvalidRequest(wanted, field="group_by", got=", ".join(group_by))
    first, last = (bound(snapshot.cells["day"]).as_py() for bound in (pc.min, pc.max))
    if first is None or last is None:
        return []
    start = first if start is None else start
    end = last + timedelta(days=1) if end is None else end
    if start >= end:
        raise InvalidRequest(f"a day after start {start}", field="end", got=str(end))
    groups = _sums(_visible(snapshot.cells, scope, start, end), list(group_by))
    return [
        CostRow(
            snapshot=snapshot.id,
            group={name: line[name] for name in group_by},
            start=start,
            end=end,
            cost=line["cost_sum"] or Decimal(0),
            currency=snapshot.currency,
            provisional_cost=line["provisional_sum"] or Decimal(0),
            unpriced_rows=line["unpriced_sum"] or 0,
            rows=line["rows_sum"],
        )
        for line in groups
    ]


def _visible(cells: pa.Table, scope: Scope, start: date, end: date) -> pa.Table:
    day = cells["day"]
    chosen = pc.and_(
        pc.greater_equal(day, pa.scalar(start, pa.date32())),
        pc.less(day, pa.scalar(end, pa.date32())),
    )
    if scope.teams is not None:
        teams = pa.array(sorted(scope.teams), pa.string())
        chosen = pc.and_(chosen, pc.is_in(cells["team"], value_set=teams))
    return cells.filter(chosen)


def _sums(cells: pa.Table, group_by: list[str]) -> list[dict[str, Any]]:
    nothing = pa.scalar(Decimal(0), MONEY)
    cost = cells["effective_cost"]
    table = pa.table(
        {name: cells[name] for name in group_by}
        | {
            "cost": cost,
            "provisional": pc.if_else(cells[PROVISIONAL], cost, nothing),
            "unpriced": pc.if_else(cells["is_unpriced"], cells["rows"], 0),
            "rows": cells["rows"],
        }
    )
    if not table.num_rows:
        return []
    names = ["cost", "provisional", "unpriced", "rows"]
    sums = table.group_by(group_by).aggregate([(name, "sum") for name in names])
    lines: list[dict[str, Any]] = sums.to_pylist()
    return sorted(lines, key=lambda line: [line[name] for name in group_by])
