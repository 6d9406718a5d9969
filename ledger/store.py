"""The ledger on disk or object storage: append-only rows, published by deliveries.

Two Delta tables under one address: `usage_cost`, partitioned by delivery, and `deliveries`. Rows
are written first, the delivery last, each in one atomic commit; rows without a published delivery
are invisible, so a killed ingest leaves nothing that anybody sees. Delta's own time travel is never
used: what was known at T follows from the deliveries (`ledger.view`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import pyarrow as pa
from deltalake import DeltaTable

from ledger import delta
from ledger.delivery import Delivery
from ledger.delivery_records import DELIVERIES, from_records, to_record
from ledger.problems import BadInput
from ledger.schema import FORMAT_VERSION, USAGE_COST

__all__ = ["Ledger", "same_delivery"]

_ROWS, _DELIVERIES = "usage_cost", "deliveries"


class Ledger:
    """The store at `uri`: a folder, or any address that Delta Lake understands (s3://...).

    Nothing is created before the first write; a ledger that does not exist yet is empty.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        self._tables: dict[str, DeltaTable] = {}

    def append_rows(self, delivery_id: str, rows: pa.Table) -> None:
        """Store the rows of a delivery that is not published yet.

        What a killed ingest left under the same id is replaced in the same commit.

        Parameters
        ----------
        rows
            Columns of `ledger.schema.USAGE_COST`, each row with this `delivery_id`.
        """
        if rows.schema.names != USAGE_COST.names:
            raise ValueError(f"got columns {rows.schema.names}, wanted {USAGE_COST.names}")
        if set(rows["delivery_id"].unique().to_pylist()) - {delivery_id}:
            raise ValueError(f"got rows of another delivery, wanted {delivery_id}")
        table = self._opened(_ROWS) or self._created(_ROWS, USAGE_COST, ["delivery_id"])
        where = f"delivery_id = {delta.quoted(delivery_id)}"
        delta.replace(table, rows.cast(USAGE_COST), where=where)

    def publish(self, delivery: Delivery) -> None:
        """Make a delivery and its rows visible; the last step of an ingest."""
        table = self._opened(_DELIVERIES) or self._created(_DELIVERIES, DELIVERIES, [])
        delta.append(table, pa.Table.from_pylist([to_record(delivery)], schema=DELIVERIES))

    def deliveries(self) -> list[Delivery]:
        """Every published delivery, in the order of delivery; raises BadInput for a newer format.

        Two ingests of one file at the same moment publish one id twice; it counts once.
        """
        table = self._opened(_DELIVERIES)
        if table is None:
            return []
        records = delta.read(table).to_pylist()
        newest = max((int(record["format_version"]) for record in records), default=0)
        if newest > FORMAT_VERSION:
            raise BadInput(
                f"format version {FORMAT_VERSION} or older: the ledger was written by a newer "
                "Costcast, upgrade this one (git pull, then make demo builds the environment)",
                file=self.uri,
                got=newest,
            )
        found = {delivery.id: delivery for delivery in reversed(from_records(records))}
        return sorted(found.values(), key=lambda one: (one.delivered_at, one.recorded_at, one.id))

    def rows(self, ids: Collection[str], *, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of these deliveries, published or not, in no particular order."""
        names = USAGE_COST.names if columns is None else list(columns)
        schema = pa.schema([USAGE_COST.field(name) for name in names])
        table = self._opened(_ROWS)
        if table is None or not ids:
            return schema.empty_table()
        listed = ", ".join(map(delta.quoted, sorted(ids)))
        return delta.read(table, columns=names, where=f"delivery_id IN ({listed})").cast(schema)

    def _opened(self, name: str) -> DeltaTable | None:
        """The newest version of a table, also what others have committed since the last call."""
        known = self._tables.get(name)
        if known is not None:
            known.update_incremental()
            return known
        found = delta.open_if_exists(f"{self.uri}/{name}")
        if found is not None:
            self._tables[name] = found
        return found

    def _created(self, name: str, schema: pa.Schema, partition_by: list[str]) -> DeltaTable:
        table = delta.ensure(f"{self.uri}/{name}", schema, partition_by=partition_by)
        self._tables[name] = table
        return table


def same_delivery(
    deliveries: Iterable[Delivery], sha256: str, delivered_at: datetime | None
) -> Delivery | None:
    """The delivery that these bytes already are, or None where they are a new one.

    Bytes whose time of delivery is stated are the same delivery only if that time is the same: old
    bytes delivered again later are news (the source went back to them). Where no time is stated
    there is no evidence of news, and bytes seen before change nothing.
    """
    for delivery in deliveries:
        stated = "delivered_at" not in delivery.assumed
        if delivery.sha256 == sha256 and (
            delivered_at is None or (stated and delivery.delivered_at == delivered_at)
        ):
            return delivery
    return None
