"""Parameters, metrics and the dataset of a training run, as MLflow wants them."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput, Metric

__all__ = ["dataset_input", "params_of", "run_metrics"]

#: MLflow keeps this many characters of a dataset's digest; a tag of the run has all of them.
_DIGEST_LENGTH = 36


def params_of(params: Mapping[str, object]) -> dict[str, str]:
    """Parameters as text; lists and mappings as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for name, value in params.items()
    }


def run_metrics(metrics: Mapping[str, float]) -> list[Metric]:
    """Finite metrics; NaN = not measured is left out, because a server's JSON cannot carry it."""
    from mlflow.entities import Metric  # noqa: PLC0415

    now_ms = int(time.time() * 1000)
    return [
        Metric(name, float(value), now_ms, 0)
        for name, value in metrics.items()
        if math.isfinite(value)
    ]


def dataset_input(name: str, digest: str) -> DatasetInput:
    """Name and digest of the panel a run was trained on."""
    from mlflow.entities import Dataset, DatasetInput, InputTag  # noqa: PLC0415

    return DatasetInput(
        dataset=Dataset(
            name=name,
            digest=digest[:_DIGEST_LENGTH],
            source_type="panel",
            source=json.dumps({"fingerprint": digest}),
        ),
        tags=[InputTag(key="mlflow.data.context", value="training")],
    )
