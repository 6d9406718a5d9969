"""Options reach the workers through the environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from serving.options import ServingOptions
from serving.start import command, environment


def test_a_worker_reads_what_the_starter_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ServingOptions(
        published=tmp_path,
        state_url="postgresql://costcast@db.example/costcast",
        port=3111,
        timeout_seconds=2.5,
    )
    for name, value in options.environment().items():
        monkeypatch.setenv(name, value)
    assert ServingOptions() == options


def test_no_telemetry_and_a_home_of_its_own(tmp_path: Path) -> None:
    one, other = (
        environment(ServingOptions(published=tmp_path / "published", port=port))
        for port in (3111, 3112)
    )
    assert one["BENTOML_DO_NOT_TRACK"] == "True"
    assert one["BENTOML_HOME"] != other["BENTOML_HOME"]


def test_it_listens_locally_by_default() -> None:
    assert "127.0.0.1" in command(ServingOptions())


def test_a_port_out_of_range_is_refused() -> None:
    with pytest.raises(ValidationError):
        ServingOptions(port=0)
