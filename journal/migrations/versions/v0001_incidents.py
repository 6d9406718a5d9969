"""Incidents with their days and history, and the nights that went through them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["downgrade", "upgrade"]

revision = "0001"
down_revision = None

_TEXT = sa.String


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("dedupe_key", _TEXT(700), nullable=False),
        sa.Column("kind", _TEXT(20), nullable=False),
        sa.Column("unique_id", _TEXT(600), nullable=False),
        sa.Column("series", sa.JSON, nullable=False),
        sa.Column("direction", _TEXT(10), nullable=False),
        sa.Column("state", _TEXT(20), nullable=False),
        sa.Column("severity", _TEXT(20), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("ending", _TEXT(20)),
        sa.Column("detected_at", sa.DateTime, nullable=False),
        sa.Column("acknowledged_at", sa.DateTime),
        sa.Column("resolved_at", sa.DateTime),
        sa.Column("backfilled", sa.Boolean, nullable=False),
        sa.Column("actual", sa.Double, nullable=False),
        sa.Column("expected", sa.Double, nullable=False),
        sa.Column("impact", sa.Double, nullable=False),
        sa.Column("currency", _TEXT(3)),
        sa.Column("score", sa.Double),
        sa.Column("p_value", sa.Double),
        sa.Column("feedback", _TEXT(20)),
        sa.Column("quieted_by", sa.Integer),
        sa.Column("part_of", sa.Integer),
        sa.Column("snapshot", _TEXT(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("dedupe_key", name="uq_incidents_dedupe_key"),
        sa.ForeignKeyConstraint(["quieted_by"], ["incidents.id"], name="fk_incidents_quieted_by"),
        sa.ForeignKeyConstraint(["part_of"], ["incidents.id"], name="fk_incidents_part_of"),
    )
    op.create_index("ix_incidents_unique_id", "incidents", ["unique_id"])
    op.create_index("ix_incidents_first_day", "incidents", ["first_day"])
    _create_details()


def _create_details() -> None:
    incident = ["incidents.id"]
    op.create_table(
        "incident_days",
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("actual", sa.Double, nullable=False),
        sa.Column("expected", sa.Double),
        sa.PrimaryKeyConstraint("incident_id", "day", name="pk_incident_days"),
        sa.ForeignKeyConstraint(["incident_id"], incident, name="fk_incident_days_incident_id"),
    )
    op.create_table(
        "incident_changes",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("incident_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("by", _TEXT(200), nullable=False),
        sa.Column("what", _TEXT(20), nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_changes"),
        sa.ForeignKeyConstraint(["incident_id"], incident, name="fk_incident_changes_incident_id"),
    )
    op.create_index("ix_incident_changes_incident_id", "incident_changes", ["incident_id"])
    op.create_table(
        "incident_nights",
        sa.Column("known_at", sa.DateTime, nullable=False),
        sa.Column("snapshot", _TEXT(64), nullable=False),
        sa.PrimaryKeyConstraint("known_at", name="pk_incident_nights"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("incident_nights", "incident_changes", "incident_days", "incidents"):
        op.drop_table(table)
