"""The state database: made by its migrations, alone while it writes, refused when newer."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import StatementError

from journal.database import Database, open_database
from journal.tables import METADATA, NIGHTS
from ledger.problems import BadInput

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)


def test_the_migrations_make_the_tables_that_the_program_reads(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_what_was_written_is_there_when_it_is_opened_again(state_url: str) -> None:
    first = open_database(state_url)
    with first.writing() as connection:
        connection.execute(insert(NIGHTS).values(known_at=NOW, snapshot="a"))
    first.close()
    again = open_database(state_url)
    with again.reading() as connection:
        assert connection.execute(select(NIGHTS.c.known_at)).scalar_one() == NOW
    again.close()


def test_a_newer_format_is_refused_naming_the_upgrade(state_url: str) -> None:
    newer = open_database(state_url)
    with newer.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer.close()
    with pytest.raises(BadInput, match="upgrade Costcast") as problem:
        open_database(state_url)
    assert "9999" in str(problem.value)


def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        connection.execute(insert(NIGHTS).values(known_at=NOW, snapshot="a"))
        _ = 1 / 0
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(NIGHTS)).scalar_one() == 0


def test_writers_are_alone_from_what_they_read_to_what_they_write(database: Database) -> None:
    """Each adds one night more than it saw: no two may see the same number."""

    def add() -> None:
        for _ in range(5):
            with database.writing() as connection:
                seen = connection.execute(select(func.count()).select_from(NIGHTS)).scalar_one()
                values = {"known_at": NOW + timedelta(days=seen), "snapshot": "a"}
                connection.execute(insert(NIGHTS).values(**values))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(NIGHTS)).scalar_one() == 20


def test_programs_that_open_an_empty_database_at_once_migrate_it_once(state_url: str) -> None:
    problems: list[BaseException] = []

    def opened() -> None:
        try:
            open_database(state_url).close()
        except BaseException as problem:  # noqa: BLE001 (told below)
            problems.append(problem)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.writing() as connection:
        connection.execute(insert(NIGHTS).values(known_at=datetime(2026, 1, 1), snapshot="a"))  # noqa: DTZ001


@pytest.mark.parametrize("url", ["no address", "nothing://here", "sqlite:////dev/null/state.db"])
def test_an_address_that_cannot_be_opened_is_told(url: str) -> None:
    with pytest.raises(BadInput, match="state"):
        open_database(url)


def test_a_password_is_not_in_the_message() -> None:
    with pytest.raises(BadInput) as problem:
        open_database("postgresql://costcast:secret-word@127.0.0.1:1/state")
    assert "secret-word" not in str(problem.value)


def test_sqlite_writes_ahead_so_that_readers_go_on(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    with database.writing() as writer:
        writer.execute(insert(NIGHTS).values(known_at=NOW, snapshot="a"))
        with database.reading() as reader:
            assert reader.execute(select(func.count()).select_from(NIGHTS)).scalar_one() == 0
    assert (tmp_path / "state" / "state.db-wal").exists()
    database.close()
