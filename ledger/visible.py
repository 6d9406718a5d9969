"""Which rows show, once later deliveries have replaced earlier ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb
import numpy as np
import pyarrow as pa

from ledger.buckets import buckets_of
from ledger.delivery import Delivery
from ledger.schema import USAGE_COST
from ledger.store import Ledger

__all__ = [
    "Cell",
    "Showing",
    "cells_of",
    "delivery_order",
    "shown_in_cells",
    "shown_over_time",
    "shown_table",
    "visible_rows",
]

#: Source, account, clock bucket: what a later delivery replaces as a whole.
Cell = tuple[str, str, date]


@dataclass(frozen=True)
class Showing:
    """A delivery showing in a cell from its own time until a later snapshot's, or still (None)."""

    cell: Cell
    delivery_id: str
    start: datetime
    stop: datetime | None


def shown_over_time(known: Iterable[Delivery]) -> list[Showing]:
    """When which delivery shows where; `known` is in the order of delivery, and so is the answer.

    A snapshot ends everything before it in its cells; an append adds to what is there.
    """
    showing: list[Showing] = []
    still: dict[Cell, list[int]] = {}
    for delivery in known:
        for cell in cells_of(delivery):
            if delivery.mode == "snapshot":
                for index in still.pop(cell, []):
                    showing[index] = replace(showing[index], stop=delivery.delivered_at)
            still.setdefault(cell, []).append(len(showing))
            showing.append(Showing(cell, delivery.id, delivery.delivered_at, None))
    return showing


def shown_in_cells(known: Iterable[Delivery]) -> dict[Cell, list[str]]:
    """Ids of the deliveries that show in each cell, once all of `known` is there, in its order."""
    shown: dict[Cell, list[str]] = {}
    for one in shown_over_time(known):
        if one.stop is None:
            shown.setdefault(one.cell, []).append(one.delivery_id)
    return shown


def cells_of(delivery: Delivery) -> Iterator[Cell]:
    """Every cell that a delivery speaks of: its buckets times its accounts."""
    for bucket in buckets_of(delivery.clock, delivery.covers):
        for account in sorted(delivery.extent):
            yield (delivery.source, account, bucket)


def visible_rows(
    ledger: Ledger,
    shown: dict[Cell, list[str]],
    known: Sequence[Delivery],
    *,
    columns: Collection[str] | None = None,
) -> pa.Table:
    """The rows of `shown`, sorted by source, account, period, delivery and row number.

    `columns` = some of those of `usage_cost`, in its order.
    """
    used = {delivery_id for ids in shown.values() for delivery_id in ids}
    appends = {delivery.id for delivery in known if delivery.mode == "append"}
    wanted = [name for name in USAGE_COST.names if columns is None or name in columns]
    read = [name for name in USAGE_COST.names if name in {*wanted, *_KEYS}]
    rows = ledger.rows(used | appends, columns=read)
    keys = rows.select(_KEYS).append_column("index", pa.array(np.arange(rows.num_rows)))
    with duckdb.connect() as database:
        database.register("keys", keys)
        database.register("shown", shown_table(shown))
        database.register("known", delivery_order(known))
        visible = database.sql(_VISIBLE).to_arrow_table()
    return rows.select(wanted).take(visible["index"].combine_chunks())


_KEYS = [
    "source",
    "account",
    "clock_bucket",
    "delivery_id",
    "row_number",
    "source_row_id",
    "period_start",
]

# Of appended rows with one id only the first counts, also where a snapshot has since replaced that
# first one: the row has been told. Rows of snapshots stand as they are.
_VISIBLE = """
    WITH told AS (
        SELECT keys.*, known.is_append, shown.delivery_id IS NOT NULL AS is_shown,
            row_number() OVER (
                PARTITION BY source, account, source_row_id
                ORDER BY known.position, keys.row_number
            ) AS nth
        FROM keys
        JOIN known ON known.id = keys.delivery_id
        LEFT JOIN shown USING (source, account, clock_bucket, delivery_id)
        WHERE shown.delivery_id IS NOT NULL OR known.is_append
    )
    SELECT index FROM told
    WHERE is_shown AND (NOT is_append OR source_row_id IS NULL OR nth = 1)
    ORDER BY source, account, period_start, delivery_id, told.row_number
"""


def shown_table(shown: dict[Cell, list[str]]) -> pa.Table:
    """Cells and the deliveries that show in them, as a table."""
    cells = [(*cell, delivery_id) for cell, ids in shown.items() for delivery_id in ids]
    return pa.table(
        {
            "source": pa.array([cell[0] for cell in cells], pa.string()),
            "account": pa.array([cell[1] for cell in cells], pa.string()),
            "clock_bucket": pa.array([cell[2] for cell in cells], pa.date32()),
            "delivery_id": pa.array([cell[3] for cell in cells], pa.string()),
        }
    )


def delivery_order(known: Sequence[Delivery]) -> pa.Table:
    """The deliveries in their order, which `position` counts."""
    return pa.table(
        {
            "id": pa.array([delivery.id for delivery in known], pa.string()),
            "position": pa.array(np.arange(len(known))),
            "is_append": pa.array([delivery.mode == "append" for delivery in known], pa.bool_()),
        }
    )
