"""Tables of the state that people change. Migrations make them; a test holds the two equal."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

__all__ = ["CHANGES", "DAYS", "INCIDENTS", "METADATA", "NIGHTS", "UtcTime"]


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC time; stored without a zone, for SQLite knows none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To the database; raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"got time {value} without a zone, wanted an aware one")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_INCIDENT = "incidents.id"

INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("dedupe_key", String(700), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("unique_id", String(600), nullable=False),
    Column("series", JSON, nullable=False),
    Column("direction", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("severity", String(20), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("ending", String(20)),
    Column("detected_at", UtcTime, nullable=False),
    Column("acknowledged_at", UtcTime),
    Column("resolved_at", UtcTime),
    Column("backfilled", Boolean, nullable=False),
    Column("actual", Double, nullable=False),
    Column("expected", Double, nullable=False),
    Column("impact", Double, nullable=False),
    Column("currency", String(3)),
    Column("score", Double),
    Column("p_value", Double),
    Column("feedback", String(20)),
    Column("quieted_by", Integer, ForeignKey(_INCIDENT)),
    Column("part_of", Integer, ForeignKey(_INCIDENT)),
    Column("snapshot", String(64), nullable=False),
    Index("ix_incidents_unique_id", "unique_id"),
    Index("ix_incidents_first_day", "first_day"),
)

DAYS = Table(
    "incident_days",
    METADATA,
    Column("incident_id", Integer, ForeignKey(_INCIDENT), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("actual", Double, nullable=False),
    Column("expected", Double),
)

CHANGES = Table(
    "incident_changes",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("incident_id", Integer, ForeignKey(_INCIDENT), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("what", String(20), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("note", Text, nullable=False),
    Index("ix_incident_changes_incident_id", "incident_id"),
)

#: Nights that have been through the incidents: the first one only fills the journal.
NIGHTS = Table(
    "incident_nights",
    METADATA,
    Column("known_at", UtcTime, primary_key=True),
    Column("snapshot", String(64), nullable=False),
)
