"""The ledger on disk or object storage: append-only rows, published by deliveries.

Two Delta tables under one address: `usage_cost`, partitioned by delivery, and `deliveries`. Rows
are written first, the delivery last, each in one atomic commit; rows without a published delivery
are invisible, so a killed ingest leaves nothing that anybody sees. Delta's own time travel is never
used: what was known at T follows from the deliveries (`ledger.view`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
from deltalake import DeltaTable

from ledger import delta
from ledger.delivery import Delivery
from ledger.delivery_records import DELIVERIES, from_records, to_record
from ledger.problems import BadInput
from ledger.row_files import STORED, RowFiles
from ledger.schema import FORMAT_VERSION, USAGE_COST
from ledger.staging import local_folder, locked, move_in, staged

__all__ = ["Ledger", "Upgraded", "same_delivery"]

_ROWS, _DELIVERIES = "usage_cost", "deliveries"
_PARTITION = "delivery_id"
#: Property of the table of deliveries.
_RETAINED = "costcast.retained_since"


@dataclass(frozen=True)
class Upgraded:
    """Format version of a ledger after an upgrade, and the columns it lacked before."""

    format_version: int
    added: tuple[str, ...]


class Ledger:
    """The store at `uri`: a folder, or any address that Delta Lake understands (s3://...).

    Nothing is created before the first write; a ledger that does not exist yet is empty.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        self._tables: dict[str, DeltaTable] = {}
        self._known: tuple[int, list[Delivery]] = (-1, [])

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
        with self.staged() as files:
            files.write(rows.cast(USAGE_COST).select(STORED.names))
            self.take_files(delivery_id, files)

    def staged(self) -> AbstractContextManager[RowFiles]:
        """Files for the rows of a delivery whose id is not known yet; `take_files` takes them."""
        return staged(self.uri)

    def take_files(self, delivery_id: str, files: RowFiles) -> None:
        """Store the rows of these files as those of a delivery that is not published yet.

        What a killed ingest left under the same id is replaced in the same commit.
        """
        table = self._opened(_ROWS) or self._created(_ROWS, USAGE_COST, ["delivery_id"])
        delta.add_columns(table, USAGE_COST)  # of a table of an older format
        folder = f"delivery_id={quote(delivery_id, safe='')}"
        moved = move_in(f"{self.uri}/{_ROWS}", files.close(), folder)
        delta.replace_partition(table, moved, partition={"delivery_id": delivery_id})

    def publish(self, delivery: Delivery) -> None:
        """Make a delivery and its rows visible; the last step of an ingest."""
        table = self._opened(_DELIVERIES) or self._created(_DELIVERIES, DELIVERIES, [])
        version, known = self._known
        is_current = version == table.version()
        delta.append(table, pa.Table.from_pylist([to_record(delivery)], schema=DELIVERIES))
        if is_current and table.version() == version + 1:  # nobody else has published meanwhile
            told = from_records([to_record(delivery)])
            self._remember(table.version(), {one.id: one for one in (*told, *known)}.values())

    def deliveries(self) -> list[Delivery]:
        """Every published delivery, in the order of delivery; raises BadInput for a newer format.

        Two ingests of one file at the same moment publish one id twice; it counts once.
        """
        table = self._opened(_DELIVERIES)
        if table is None:
            return []
        version, known = self._known
        if version == table.version():
            return list(known)
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
        return self._remember(table.version(), found.values())

    def _remember(self, version: int, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """The deliveries in their order, kept until the table has another version."""
        known = sorted(deliveries, key=lambda one: (one.delivered_at, one.recorded_at, one.id))
        self._known = (version, known)
        return list(known)

    def rows(self, ids: Collection[str], *, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of these deliveries, published or not, in no particular order."""
        names = USAGE_COST.names if columns is None else list(columns)
        schema = pa.schema([USAGE_COST.field(name) for name in names])
        table = self._opened(_ROWS)
        if table is None or not ids:
            return schema.empty_table()
        listed = ", ".join(map(delta.quoted, sorted(ids)))
        stored = [name for name in names if name in delta.column_names(table)]
        asked = stored or ["delivery_id"]  # of rows without a column nobody could tell how many
        found = delta.read(table, columns=asked, where=f"delivery_id IN ({listed})")
        for name in set(names).difference(stored):  # a table of an older format lacks it
            found = found.append_column(name, pa.nulls(found.num_rows, schema.field(name).type))
        return found.select(names).cast(schema)

    def files(self, ids: Collection[str]) -> dict[str, list[Path]] | None:
        """Files of the rows of these deliveries; None where they are not on this machine."""
        folder = local_folder(f"{self.uri}/{_ROWS}")
        table = self._opened(_ROWS)
        if folder is None:
            return None
        found: dict[str, list[Path]] = {delivery_id: [] for delivery_id in ids}
        for path, delivery_id in [] if table is None else delta.files_of(table, _PARTITION, ids):
            found[delivery_id].append(folder / path)
        return found

    def publishing(self) -> AbstractContextManager[None]:
        """Nobody else on this machine publishes meanwhile; ends with the process that is in it.

        On an object store it keeps nobody out: two rivals that publish in the same second both do.
        """
        return locked(self.uri)

    def retained_since(self) -> datetime | None:
        """From when on views can be asked for; None = all of them (`ledger.retention`)."""
        table = self._opened(_DELIVERIES)
        text = None if table is None else table.metadata().configuration.get(_RETAINED)
        return None if text is None else datetime.fromisoformat(text)

    def forget(self, ids: Collection[str], since: datetime) -> None:
        """Take deliveries back; views as of before `since` are refused from now on.

        Killed in between, it has refused views too many, or left rows that nobody sees.
        """
        table = self._opened(_DELIVERIES)
        if table is None or not ids:
            return
        before = self.retained_since()
        if before is None or before < since:
            settings = {_RETAINED: since.astimezone(UTC).isoformat()}
            table.alter.set_table_properties(settings, raise_if_not_exists=False)
        table.delete(f"id IN ({', '.join(map(delta.quoted, sorted(ids)))})")
        rows = self._opened(_ROWS)
        if rows is not None:
            delta.remove_partitions(rows, "delivery_id", ids)

    def drop_unpublished(self, *, before: datetime) -> int:
        """Remove rows that were stored before a time and never published; of how many deliveries.

        What has been taken back counts as never published.
        """
        table = self._opened(_ROWS)
        if table is None:
            return 0
        written = delta.partitions_before(table, "delivery_id", before)
        unknown = written - {delivery.id for delivery in self.deliveries()}
        if unknown:
            delta.remove_partitions(table, "delivery_id", unknown)
        return len(unknown)

    def merge_files(self) -> int:
        """Merge the small files of each delivery, and those of the list of deliveries; how many."""
        tables = [self._opened(name) for name in (_ROWS, _DELIVERIES)]
        return sum(delta.merge_files(table) for table in tables if table is not None)

    def remove_unused_files(self, *, kept_hours: float) -> int:
        """Remove files that have been no part of the ledger for so long; how many."""
        tables = [self._opened(name) for name in (_ROWS, _DELIVERIES)]
        found = [delta.vacuum(table, kept_hours) for table in tables if table is not None]
        return sum(found)

    def upgrade(self) -> Upgraded:
        """Bring the tables to the format of this Costcast; views stay as they are.

        Raises BadInput for a ledger of a newer one.
        """
        self.deliveries()
        table = self._opened(_ROWS)
        missing = [] if table is None else sorted(set(USAGE_COST.names) - delta.column_names(table))
        if table is not None:
            delta.add_columns(table, USAGE_COST)
        return Upgraded(FORMAT_VERSION, tuple(missing))

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
