"""The state that people change: SQLite by default, PostgreSQL by URL, one migration at a time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from ledger.problems import BadInput

__all__ = ["Database", "open_database"]

#: Wait this long for another writer.
_BUSY_SECONDS = 30
_PAUSE_SECONDS = 0.05
#: Any number, the same for all programs that migrate: who holds it migrates alone.
_MIGRATION_LOCK = 20_261_125
_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_WRITES = "costcast_writes"


class Database:
    """An open state database, migrated to what this program reads and writes.

    `reading` and `writing` are transactions; a writing one is alone from its first statement, so
    what it read cannot change before it writes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the tables."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is taken back whole when the block raises."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                _alone(connection)
                yield connection

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()


def open_database(url: str) -> Database:
    """Open, create or upgrade the database at an SQLAlchemy URL.

    Raises
    ------
    BadInput
        For a URL that is none, a database that cannot be reached, or one that a newer Costcast has
        written.
    """
    try:
        engine = create_engine(_with_driver(url))
    except (ArgumentError, NoSuchModuleError) as problem:
        raise BadInput("an address such as sqlite:///var/state.db", field="state_url") from problem
    database = Database(engine)
    try:
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        with database.writing() as connection:
            _upgrade(connection)
    except (DatabaseError, OSError) as problem:
        database.close()
        why = problem.orig if isinstance(problem, DatabaseError) else problem
        wanted = f"a state database that can be opened ({why})"
        raise BadInput(wanted, file=_shown(engine)) from problem
    except BaseException:
        database.close()
        raise
    return database


def _with_driver(url: str) -> str:
    """The driver that is installed, where the URL names none."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, foreign keys, and transactions that begin where we say."""
    name = engine.url.database
    if name and name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:  # noqa: ANN401 (a driver's connection)
        connection.isolation_level = None  # the driver would begin too late, at the first write
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        _switch_to_wal(cursor)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Write-ahead log from now on; SQLite does not wait by itself for others who switch too."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _alone(connection: Connection) -> None:
    """One writer at a time; SQLite has seen to it by BEGIN IMMEDIATE."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))


def _upgrade(connection: Connection) -> None:
    """Run the migrations that are missing; raises BadInput where there are unknown ones."""
    from alembic import command  # noqa: PLC0415 (only here, and slow to load)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise BadInput(
            "a format this program knows; upgrade Costcast (pip install --upgrade costcast)",
            file=_shown(connection.engine),
            field="format of the state database",
            got=current,
        )
    if current != scripts.get_current_head():
        command.upgrade(config, "head")
