import json
import os
import socket
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlflow import MlflowClient

from ledger.problems import BadInput
from models.artifact import BadArtifact, verify_artifact, write_artifact
from training.registry import (
    DETECTOR,
    EXPERIMENT,
    FORECASTER,
    Registry,
    TrainingRun,
    open_registry,
)


def a_run(folder: Path, *, fill: float = 1.0) -> TrainingRun:
    versions = {}
    for name in (FORECASTER, DETECTOR):
        versions[name] = folder / name
        write_artifact(
            versions[name],
            kind="test",
            arrays={"mean": np.full((3, 2), fill)},
            tables={},
            meta={"name": name},
        )
    return TrainingRun(
        params={"horizon_days": 92, "members": ["a", "b"], "currency": None},
        metrics={"forecaster_mase": 0.8, "forecaster_wape": float("nan")},
        tables={"forecaster_series": pa.table({"unique_id": ["team=a"], "mase": [0.8]})},
        dataset_name="effective_cost per team and model",
        dataset_digest="f" * 64,
        versions=versions,
    )


def test_one_training_is_one_run_with_both_versions(
    registry: Registry, tracking_uri: str, tmp_path: Path
) -> None:
    client = MlflowClient(tracking_uri=tracking_uri)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    before = len(client.search_runs([experiment.experiment_id]))
    run_id, versions = registry.record(a_run(tmp_path / "drafts"))
    assert len(client.search_runs([experiment.experiment_id])) == before + 1
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["horizon_days"] == "92"
    assert json.loads(run.data.params["members"]) == ["a", "b"]
    assert run.data.metrics == {"forecaster_mase": 0.8}  # not measured is not logged
    assert run.data.tags["dataset_digest"] == "f" * 64
    assert run.inputs is not None
    assert [used.dataset.digest for used in run.inputs.dataset_inputs] == ["f" * 36]
    table = client.download_artifacts(run_id, "tables/forecaster_series.parquet", str(tmp_path))
    assert pq.read_table(table)["mase"].to_pylist() == [0.8]
    assert {ref.run_id for ref in versions.values()} == {run_id}
    assert set(versions) == {FORECASTER, DETECTOR}


def test_a_version_comes_back_as_it_was_recorded(registry: Registry, tmp_path: Path) -> None:
    _, versions = registry.record(a_run(tmp_path / "drafts", fill=3.0))
    (tmp_path / "copies").mkdir()
    ref = versions[FORECASTER]
    copy = registry.download(ref, tmp_path / "copies")
    assert tmp_path / "copies" in copy.parents
    assert verify_artifact(copy) == ref.digest == verify_artifact(tmp_path / "drafts" / FORECASTER)
    assert sorted(path.name for path in copy.iterdir()) == ["manifest.json", "mean.npy"]


def test_only_promotion_makes_a_champion(registry: Registry, tmp_path: Path) -> None:
    _, first = registry.record(a_run(tmp_path / "one"))
    registry.promote(first[DETECTOR])
    _, second = registry.record(a_run(tmp_path / "two", fill=2.0))
    assert registry.champion(DETECTOR) == first[DETECTOR]
    registry.note(second[DETECTOR], "gate", "promoted: for a test")
    registry.promote(second[DETECTOR])
    assert registry.champion(DETECTOR) == second[DETECTOR]
    assert int(second[DETECTOR].version) == int(first[DETECTOR].version) + 1


def test_before_anything_is_registered_there_is_no_champion(local_registry: Registry) -> None:
    assert local_registry.champion(FORECASTER) is None


def test_a_version_without_promotion_is_no_champion(
    local_registry: Registry, tmp_path: Path
) -> None:
    local_registry.record(a_run(tmp_path))
    assert local_registry.champion(FORECASTER) is None


def test_a_training_that_fails_half_way_leaves_a_failed_run(
    local_registry: Registry, sqlite_uri: str, tmp_path: Path
) -> None:
    run = a_run(tmp_path)
    (tmp_path / FORECASTER / "mean.npy").write_bytes(b"damaged")
    with pytest.raises(BadArtifact):
        local_registry.record(run)
    client = MlflowClient(tracking_uri=sqlite_uri)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    [failed] = client.search_runs([experiment.experiment_id])
    assert failed.info.status == "FAILED"
    assert local_registry.champion(FORECASTER) is None


def test_artefacts_of_a_local_store_lie_where_they_were_asked_to(
    local_registry: Registry, tmp_path: Path
) -> None:
    run_id, _ = local_registry.record(a_run(tmp_path / "drafts"))
    stored = tmp_path / "artifacts" / run_id / "artifacts" / FORECASTER / "manifest.json"
    assert stored.is_file()


def test_opening_again_finds_the_same_record(
    local_registry: Registry, sqlite_uri: str, tmp_path: Path
) -> None:
    _, versions = local_registry.record(a_run(tmp_path / "drafts"))
    local_registry.promote(versions[FORECASTER])
    again = open_registry(sqlite_uri, tmp_path / "elsewhere")
    assert again.champion(FORECASTER) == versions[FORECASTER]


def test_mlflow_sends_no_telemetry(local_registry: Registry) -> None:
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["DO_NOT_TRACK"] == "true"


def test_a_server_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(BadInput) as problem:
            open_registry(f"http://me:secret@127.0.0.1:{port}", tmp_path)
    assert f"http://127.0.0.1:{port}" in str(problem.value)
    assert "secret" not in str(problem.value)
