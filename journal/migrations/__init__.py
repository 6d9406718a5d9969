"""Migrations of the state database (Alembic), run by `journal.database`; never imported."""
