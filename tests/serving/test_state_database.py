"""The state database between questions: absent, there, another, broken."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from journal.database import open_database
from journal.incidents import all_incidents
from serving.problem_response import problem_response
from serving.problems import StateUnavailable
from serving.state_database import StateDatabase


def test_a_question_to_no_state_makes_none(tmp_path: Path) -> None:
    with closing(StateDatabase(f"sqlite:///{tmp_path}/state/state.db")) as state:
        with state.asked() as database:
            assert database is None
        assert list(tmp_path.iterdir()) == []


def test_it_is_opened_once_and_again_when_it_is_another(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with closing(StateDatabase(f"sqlite:///{file}")) as state:
        for _ in range(2):
            open_database(f"sqlite:///{file}").close()
            with state.asked() as first, state.asked() as second:
                assert first is not None
                assert first is second
                assert all_incidents(first) == []
            for part in tmp_path.glob("state.db*"):
                part.unlink()
            with state.asked() as gone:
                assert gone is None


def test_what_is_no_database_is_told_without_its_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state.db").write_text("no database at all " * 100)
    state = StateDatabase(f"sqlite:///{tmp_path}/state.db")
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(StateUnavailable) as problem,
        state.asked(),
    ):
        raise AssertionError("it opened")
    assert str(tmp_path) in str(problem.value)
    assert str(tmp_path) in caplog.text
    answer = problem_response(problem.value)
    assert answer.status_code == 503
    assert str(tmp_path).encode() not in bytes(answer.body)


def test_a_database_that_fails_later_is_unavailable(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.db"
    open_database(url).close()
    with closing(StateDatabase(url)) as state:
        with state.asked() as database:
            assert database is not None
            with database.writing() as connection:
                connection.exec_driver_sql("DROP TABLE incident_changes")
                connection.exec_driver_sql("DROP TABLE incident_days")
                connection.exec_driver_sql("DROP TABLE incidents")
        with pytest.raises(StateUnavailable), state.asked() as database:
            assert database is not None
            all_incidents(database)


@pytest.mark.parametrize("url", ["nonsense", "nothing://here/x"])
def test_a_wrong_address_is_unavailable(url: str) -> None:
    with pytest.raises(StateUnavailable, match="an address such as"), StateDatabase(url).asked():
        raise AssertionError("it opened")


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.db"
    begun, ended = threading.Event(), threading.Event()

    def write() -> None:
        with open_database(url) as database, database.writing():
            begun.set()
            ended.wait(20)

    with closing(StateDatabase(url)) as state:
        open_database(url).close()
        with state.asked() as database:
            assert database is not None
        writer = threading.Thread(target=write)
        writer.start()
        try:
            assert begun.wait(20)
            start = time.perf_counter()
            with state.asked() as database:
                assert database is not None
                assert all_incidents(database) == []
            assert time.perf_counter() - start < 5
        finally:
            ended.set()
            writer.join()
