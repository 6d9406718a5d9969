"""A fitted forecaster as plain arrays: all series of a panel, means, scales, residual paths.

Everything that is ever said about the future derives from these arrays (`models.paths`), with
numpy and pyarrow only: serving imports this module.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.artifact import Artifact, read_artifact, write_artifact

__all__ = ["KIND", "ForecasterVersion", "load_forecaster", "save_forecaster"]

#: Kind of the artefact on disk.
KIND = "forecaster"

_TEXTS = ("measure", "currency", "season", "panel_fingerprint", "backtest_horizon")
_ARRAYS = (
    "mean",
    "scale",
    "bank",
    "draw",
    "levels",
    "quantiles",
    "weights",
    "nonnegative",
    "history_days",
    "filled_share",
    "ended",
    "insufficient",
)


@dataclass(frozen=True)
class ForecasterVersion:
    """N series, H days ahead, P tied paths from a bank of B standardised residual paths.

    Parameters
    ----------
    measure, currency
        What is forecast, as in the panel.
    season
        Length of the season in days.
    unique_ids
        [N] text form of the series keys.
    first_day
        Day of step 0: the day after the last final day of the panel.
    known_at
        T of the view the panel was made from.
    mean
        [N, H] point forecast (the combination's central mass).
    scale
        [N, H] size of a residual of 1 in the bank, in units of the measure, width factors included.
    bank
        [B, H] float32, residuals of rolling origins divided by the scale of their series.
    draw
        [P, N] int32 row of the bank for each path and series; equal origin in a row of `draw`.
    levels
        [Q] probabilities of `quantiles`.
    quantiles
        [N, H, Q] per-step quantiles of the paths.
    members, weights
        [M] names of the pool and [N, M] their weights, rows sum to 1.
    nonnegative
        [N] whether the series is never negative, so paths are clipped at 0.
    history_days
        [N] days from the first observed non-zero day to the end of the panel.
    filled_share
        [N] share of those days that were not observed and filled for the fit.
    ended
        [N] whether the series has gone silent: observed zeros at the end, forecast zero.
    insufficient
        [N] whether the history was too short for weights and a scale of its own.
    backtest_horizon
        Days of the shortest rolling origin; residual paths reach H only where truth did.
    panel_fingerprint
        Of the panel the version was fitted on.
    metrics
        Aggregates of the backtest; NaN = not measured (no origin had truth).
    per_series
        One row a series in the order of `unique_ids`: mase, wape, n_origins, weights.
    """

    measure: str
    currency: str | None
    season: int
    unique_ids: tuple[str, ...]
    first_day: np.datetime64
    known_at: np.datetime64
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    bank: NDArray[np.float32]
    draw: NDArray[np.int32]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    members: tuple[str, ...]
    weights: NDArray[np.float64]
    nonnegative: NDArray[np.bool_]
    history_days: NDArray[np.int64]
    filled_share: NDArray[np.float64]
    ended: NDArray[np.bool_]
    insufficient: NDArray[np.bool_]
    backtest_horizon: int
    panel_fingerprint: str
    metrics: dict[str, float]
    per_series: pa.Table

    def __post_init__(self) -> None:
        n, h = len(self.unique_ids), self.horizon
        wanted = {
            "mean": (n, h),
            "scale": (n, h),
            "bank": (len(self.bank), h),
            "draw": (len(self.draw), n),
            "quantiles": (n, h, len(self.levels)),
            "weights": (n, len(self.members)),
        }
        wanted |= dict.fromkeys(_ARRAYS[7:], (n,))
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, wanted {shape}")
        if self.per_series.num_rows != n:
            raise ValueError(f"per_series has {self.per_series.num_rows} rows, wanted {n}")

    @property
    def horizon(self) -> int:
        """H, days."""
        return int(self.mean.shape[1])

    @property
    def days(self) -> NDArray[np.datetime64]:
        """[H] the forecast days."""
        days: NDArray[np.datetime64] = self.first_day + np.arange(self.horizon)
        return days


def save_forecaster(version: ForecasterVersion, folder: Path) -> str:
    """Write the version as an artefact; returns its digest."""
    meta = {name: getattr(version, name) for name in _TEXTS} | {
        "first_day": str(version.first_day),
        "known_at": str(version.known_at),
        "members": list(version.members),
        # JSON has no NaN: null = not measured
        "metrics": {k: v if math.isfinite(v) else None for k, v in version.metrics.items()},
    }
    return write_artifact(
        folder,
        kind=KIND,
        arrays={name: getattr(version, name) for name in _ARRAYS},
        tables={"per_series": version.per_series},
        meta=meta,
    )


def load_forecaster(folder: Path, *, verify: bool = True) -> ForecasterVersion:
    """Read a version; raises models.artifact.BadArtifact naming the file that is not right."""
    return _from_artifact(read_artifact(folder, kind=KIND, verify=verify))


def _from_artifact(artifact: Artifact) -> ForecasterVersion:
    meta, series = artifact.meta, artifact.tables["per_series"]
    metrics = {k: math.nan if v is None else float(v) for k, v in meta["metrics"].items()}
    plain: dict[str, Any] = {name: meta[name] for name in _TEXTS}
    arrays: dict[str, Any] = {name: artifact.arrays[name] for name in _ARRAYS}
    return ForecasterVersion(
        **plain,
        **arrays,
        unique_ids=tuple(str(name) for name in series.column("unique_id").to_pylist()),
        first_day=np.datetime64(meta["first_day"], "D"),
        known_at=np.datetime64(meta["known_at"]),
        members=tuple(meta["members"]),
        metrics=metrics,
        per_series=series,
    )
