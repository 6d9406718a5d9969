"""The record: one MLflow run per training, two registered models, the alias `champion`.

A version is a plain folder (`models.artifact`) registered where the run stored it: no pickle, no
code, no MLmodel file. MLflow is imported when a registry is opened, not before.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.problems import BadInput
from models.artifact import verify_artifact
from training.run_facts import dataset_input, params_of, run_metrics

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

__all__ = [
    "CHAMPION",
    "DETECTOR",
    "EXPERIMENT",
    "FORECASTER",
    "Registry",
    "TrainingRun",
    "VersionRef",
    "open_registry",
]

#: Names of the registered models, the alias that serves, and the experiment of all runs.
FORECASTER = "costcast-forecaster"
DETECTOR = "costcast-detector"
CHAMPION = "champion"
EXPERIMENT = "costcast"

_DIGEST_TAG = "digest"
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
# A user may set these otherwise. MLflow asks a server seven times with doubling pauses: two minutes
# of silence before "connection refused".
_DEFAULTS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class VersionRef:
    """One registered version; `digest` is that of its artefact, `path` its place in the run."""

    name: str
    version: str
    run_id: str
    path: str
    digest: str


@dataclass(frozen=True)
class TrainingRun:
    """What is recorded of one training.

    Parameters
    ----------
    params
        What was asked.
    metrics
        Aggregates under a small, fixed set of names, never one per series; NaN is not logged.
    tables
        Details per series, stored as `tables/<name>.parquet`.
    dataset_name, dataset_digest
        What it was trained on (fingerprint of the panel).
    versions
        Artefact folder of each registered name.
    tags
        Further facts in words.
    """

    params: Mapping[str, object]
    metrics: Mapping[str, float]
    tables: Mapping[str, pa.Table]
    dataset_name: str
    dataset_digest: str
    versions: Mapping[str, Path]
    tags: Mapping[str, str] = field(default_factory=dict)


class Registry:
    """Records trainings and knows the champions. One writer at a time."""

    def __init__(self, client: MlflowClient, experiment_id: str) -> None:
        self._client, self._experiment = client, experiment_id

    def record(self, run: TrainingRun) -> tuple[str, dict[str, VersionRef]]:
        """Record the training as one run; returns its id and the registered versions.

        A run that fails half-way is marked FAILED, and nothing points to it.
        """
        tags = {"costcast.version": installed_version("costcast"), **run.tags}
        run_id = self._client.create_run(self._experiment, tags=tags).info.run_id
        try:
            self._log(run_id, run)
            versions = {name: self._register(run_id, name, run) for name in run.versions}
        except BaseException:
            self._client.set_terminated(run_id, status="FAILED")
            raise
        self._client.set_terminated(run_id, status="FINISHED")
        return run_id, versions

    def champion(self, name: str) -> VersionRef | None:
        """Return the version that serves, or None where none was promoted yet."""
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            aliases = self._client.get_registered_model(name).aliases
        except MlflowException as problem:
            if problem.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        version = aliases.get(CHAMPION)
        return None if version is None else _ref(self._client.get_model_version(name, str(version)))

    def promote(self, ref: VersionRef) -> None:
        """Make the version the champion of its name."""
        self._client.set_registered_model_alias(ref.name, CHAMPION, ref.version)

    def note(self, ref: VersionRef, key: str, text: str) -> None:
        """Write a fact beside a version: the decision of the gate."""
        self._client.set_model_version_tag(ref.name, ref.version, key, text)

    def download(self, ref: VersionRef, to: Path) -> Path:
        """Copy the version's folder below the existing folder `to`; returns the copy.

        Of a local store MLflow hands out the original unless a destination is named.
        """
        return Path(self._client.download_artifacts(ref.run_id, ref.path, str(to)))

    def _log(self, run_id: str, run: TrainingRun) -> None:
        from mlflow.entities import Param  # noqa: PLC0415

        params = [Param(name, text) for name, text in params_of(run.params).items()]
        self._client.log_batch(run_id, metrics=run_metrics(run.metrics), params=params)
        dataset = dataset_input(run.dataset_name, run.dataset_digest)
        self._client.log_inputs(run_id, datasets=[dataset])
        self._client.set_tag(run_id, "dataset_digest", run.dataset_digest)
        with tempfile.TemporaryDirectory() as folder:
            for name, table in run.tables.items():
                pq.write_table(table, Path(folder) / f"{name}.parquet")
            self._client.log_artifacts(run_id, folder, "tables")

    def _register(self, run_id: str, name: str, run: TrainingRun) -> VersionRef:
        folder = run.versions[name]
        digest = verify_artifact(folder)
        self._client.log_artifacts(run_id, str(folder), name)
        self._ensure_model(name)
        root = self._client.get_run(run_id).info.artifact_uri
        tags = {_DIGEST_TAG: digest, "path": name}
        return _ref(self._client.create_model_version(name, f"{root}/{name}", run_id, tags=tags))

    def _ensure_model(self, name: str) -> None:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        try:
            self._client.create_registered_model(name)
        except MlflowException as problem:
            if problem.error_code != "RESOURCE_ALREADY_EXISTS":
                raise


def open_registry(tracking_uri: str, artifacts: Path) -> Registry:
    """Open the record at an SQLite file (made when absent) or an MLflow server.

    `artifacts` is the folder of artefacts where the tracking store is a database; a server decides
    itself. Raises BadInput where the address does not answer. Telemetry of MLflow is switched off
    for the whole process.
    """
    os.environ.update(_ENVIRONMENT)
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    from mlflow import MlflowClient  # noqa: PLC0415
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    is_server = urlsplit(tracking_uri).scheme in {"http", "https"}
    if tracking_uri.startswith("sqlite:///"):
        Path(tracking_uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    client = MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)
    try:
        found = client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return Registry(client, found.experiment_id)
        place = None if is_server else artifacts.resolve().as_uri()
        return Registry(client, client.create_experiment(EXPERIMENT, artifact_location=place))
    except MlflowException as problem:
        address = _without_login(tracking_uri)
        why = str(problem).replace(tracking_uri, address).splitlines()[0]
        wanted = f"a tracking store that answers ({why})"
        raise BadInput(wanted, field="tracking_uri", got=address) from None


def _ref(version: ModelVersion) -> VersionRef:
    return VersionRef(
        name=version.name,
        version=str(version.version),
        run_id=str(version.run_id),
        path=version.tags["path"],
        digest=version.tags[_DIGEST_TAG],
    )


def _without_login(uri: str) -> str:
    """Address without user and password."""
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host).geturl() if host != parts.netloc else uri
