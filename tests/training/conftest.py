"""Tracking stores that are really there: an SQLite file, and a started MLflow server."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ledger.panel import Panel
from ledger.series import SeriesKey
from training.registry import Registry, open_registry


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with MLflow's tables, made once: the migrations take seconds."""
    folder = tmp_path_factory.mktemp("store")
    from mlflow import MlflowClient  # noqa: PLC0415

    MlflowClient(tracking_uri=f"sqlite:///{folder}/empty.db").search_experiments()
    return folder / "empty.db"


@pytest.fixture
def sqlite_uri(empty_store: Path, tmp_path: Path) -> str:
    store = tmp_path / "store" / "mlflow.db"
    store.parent.mkdir()
    shutil.copy(empty_store, store)
    return f"sqlite:///{store}"


@pytest.fixture(scope="session")
def server_uri(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a started MLflow server that hands artefacts through."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(empty_store, folder / "mlflow.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, env=os.environ | quiet, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/health", server, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the MLflow server did not start:\n{log.read_text()}")


@pytest.fixture(params=["sqlite", pytest.param("server", marks=pytest.mark.server)])
def tracking_uri(request: pytest.FixtureRequest) -> str:
    """Each kind of store in turn."""
    uri: str = request.getfixturevalue(f"{request.param}_uri")
    return uri


@pytest.fixture
def registry(tracking_uri: str, tmp_path: Path) -> Registry:
    return open_registry(tracking_uri, tmp_path / "artifacts")


@pytest.fixture
def local_registry(sqlite_uri: str, tmp_path: Path) -> Registry:
    return open_registry(sqlite_uri, tmp_path / "artifacts")


@pytest.fixture(scope="session")
def weekly_panel() -> Callable[[int], Panel]:
    """Panel of four weekly series with some noise over the given days."""

    def make(days: int) -> Panel:
        rng = np.random.default_rng(7)
        week = 1 + 0.3 * np.sin(2 * np.pi * np.arange(200) / 7)
        value = (
            np.array([[80.0], [120.0], [300.0], [40.0]]) * week * rng.lognormal(0, 0.1, (4, 200))
        )
        return Panel(
            measure="effective_cost",
            currency="USD",
            frequency="D",
            keys=tuple(SeriesKey.of(team=name, model="gpt-5") for name in "abcd"),
            periods=np.datetime64("2026-04-01") + np.arange(days),
            value=value[:, :days],
            observed=np.ones((4, days), dtype=np.bool_),
            completeness=np.ones((4, days)),
            known_at=np.datetime64("2026-04-01T06:00") + np.timedelta64(days, "D"),
        )

    return make
