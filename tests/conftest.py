"""What every test shares: the real data's path, and which tests a machine can run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--datasets",
        type=Path,
        default=Path(os.environ.get("COSTCAST_DATASETS", REPOSITORY.parent / "shared/datasets")),
        help="folder of real data to measure with (tests marked 'datasets')",
    )


def _absent(config: pytest.Config) -> dict[str, str]:
    """Markers whose tests cannot run here, each with the reason."""
    absent = {}
    datasets: Path = config.getoption("--datasets")
    if not datasets.is_dir():
        absent["datasets"] = f"{datasets} is not there"
    if os.environ.get("COSTCAST_TESTS") != "all" and shutil.which("chromium") is None:
        absent["browser"] = "chromium is not installed"
    if os.environ.get("COSTCAST_TESTS") != "all" and not _has_postgres():
        absent["postgres"] = "PostgreSQL is not installed"
    return absent


def _has_postgres() -> bool:
    """Whether there is a server to start; Debian keeps it outside of the PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return shutil.which("initdb") is not None or any(debian)


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [f"deselected: '{marker}', {why}" for marker, why in _absent(config).items()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    absent = _absent(config)
    left_out = [item for item in items if any(item.get_closest_marker(m) for m in absent)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def datasets(pytestconfig: pytest.Config) -> Path:
    """Folder of the real data sets."""
    folder: Path = pytestconfig.getoption("--datasets")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def demo_run(
    tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> subprocess.CompletedProcess[str]:
    """The demo, run once as a user runs it; its state folder is the last argument."""
    state = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "costcast", "demo", "--state", str(state)]
    return subprocess.run(command, check=True, cwd=repository, capture_output=True, text=True)


@pytest.fixture(scope="session")
def demo_state(demo_run: subprocess.CompletedProcess[str]) -> Path:
    """State folder that the demo left behind: ledger, versions, snapshot, tables, report."""
    return Path(demo_run.args[-1])
