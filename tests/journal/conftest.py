"""State databases that are really there: SQLite files, and a started PostgreSQL."""

import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from journal.database import Database, open_database

#: PostgreSQL refuses to run as root; this user comes with it.
_USER = "postgres"


def _program(name: str) -> str:
    """Path of a PostgreSQL program; Debian keeps the server's outside of the PATH."""
    found = shutil.which(name) or next(
        iter(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None
    )
    if found is None:
        pytest.fail("PostgreSQL is not installed")
    return str(found)


def _wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert server.poll() is None, log.read_text()
        status = subprocess.run(
            [_program("pg_isready"), "-q", "-d", url], check=False, capture_output=True
        )
        if status.returncode == 0:
            return
        time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL started for these tests, without the name of a database."""
    initdb, postgres = _program("initdb"), _program("postgres")
    user = _USER if os.geteuid() == 0 else None
    folder = Path("/tmp") / f"costcast-{uuid.uuid4().hex[:12]}"  # noqa: S108 (short, its own)
    folder.mkdir(mode=0o700)
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(folder / "data")
    made = [initdb, "-D", data, "-U", "costcast", "-A", "trust", "-N"]
    subprocess.run(made, check=True, user=user, capture_output=True, cwd=folder)
    address = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [postgres, "-D", data, *address], user=user, cwd=folder, stdout=log, stderr=log
        )
    try:
        _wait_until_up(f"postgresql://costcast@127.0.0.1:{port}/postgres", server, folder / "log")
        yield f"postgresql://costcast@127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)  # does not wait for connections
        server.wait(30)
        shutil.rmtree(folder)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state/state.db"


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """An empty database of one's own."""
    name = f"costcast_{uuid.uuid4().hex[:12]}"
    admin = create_engine(
        f"{postgres_server}/postgres".replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return f"{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def state_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty state database of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(state_url: str) -> Iterator[Database]:
    opened = open_database(state_url)
    yield opened
    opened.close()
