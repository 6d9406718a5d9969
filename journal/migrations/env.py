"""Alembic runs this: migrate over the connection, and in the transaction, that is handed in."""

from __future__ import annotations

from alembic import context

from journal.tables import METADATA

__all__ = ()

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
