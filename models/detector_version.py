"""A fitted detector of daily spend: its replay, its forests and what it needs for the next day.

Needs numpy and pyarrow only: serving imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.artifact import Artifact, read_artifact, write_artifact
from models.combined_score import PARTS
from models.daily_state import DailyState
from models.forest_arrays import PackedForests
from models.significance import Pool

__all__ = ["DETECTOR_KIND", "DetectorVersion", "load_detector", "save_detector"]

#: Kind of the artefact.
DETECTOR_KIND = "detector"

_REPLAY = ("actual", "expected", "lower", "upper", "score", "p_value", "alert", "history_days")
_NUMBERS = ("threshold", "floor_amount", "floor_share")


@dataclass(frozen=True)
class DetectorVersion:
    """N series over T days, as scored day by day with what was known before each.

    Parameters
    ----------
    measure, currency
        What is counted, as in the panel.
    unique_ids
        [N] text form of the series keys.
    days
        [T] datetime64[D], consecutive.
    actual
        [N, T] the measure; NaN = not observed.
    expected, lower, upper
        [N, T] what was expected and the interval of ordinary days; NaN = not scored.
    score
        [N, T] higher = stranger, both directions; NaN = not scored.
    p_value
        [N, T] share of the pooled scores that is at least as high; NaN = not scored.
    alert
        [N, T] whether the day starts an incident.
    history_days
        [N] days from the first observed spend to the end; 0 = never observed.
    threshold
        Score from which a day may alert.
    floor_amount, floor_share
        An alert is further from the expected than both the amount and this share of it.
    forests
        N + 1 forests: one per series, and last the one pooled over all series.
    pools
        Calibration of the five parts and last of the score.
    state
        What the days after the last are scored with.
    known_at
        T of the view the panel was made from, datetime64.
    panel_fingerprint
        SHA-256 of the panel.
    seed
        Seed of the forests.
    metrics
        Aggregates of the replay by name.
    """

    measure: str
    currency: str | None
    unique_ids: tuple[str, ...]
    days: NDArray[np.datetime64]
    actual: NDArray[np.float64]
    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    score: NDArray[np.float64]
    p_value: NDArray[np.float64]
    alert: NDArray[np.bool_]
    history_days: NDArray[np.int64]
    threshold: float
    floor_amount: float
    floor_share: float
    forests: PackedForests
    pools: tuple[Pool, ...]
    state: DailyState
    known_at: np.datetime64
    panel_fingerprint: str
    seed: int
    metrics: Mapping[str, float]

    def __post_init__(self) -> None:
        series = len(self.unique_ids)
        for name in ("actual", "expected", "lower", "upper", "score", "p_value", "alert"):
            if getattr(self, name).shape != (series, len(self.days)):
                raise ValueError(
                    f"{name} has shape {getattr(self, name).shape}, "
                    f"wanted {(series, len(self.days))}"
                )
        if len(self.history_days) != series or len(self.state.reach) != series:
            raise ValueError("history_days and state describe one series a row")
        if len(self.forests) != series + 1 or len(self.pools) != len(PARTS) + 1:
            raise ValueError("a detector has a forest per series and one more, a pool per part too")


def save_detector(version: DetectorVersion, folder: Path) -> str:
    """Write the version as an artefact into a new folder; returns its digest."""
    arrays: dict[str, NDArray[Any]] = {name: getattr(version, name) for name in _REPLAY}
    arrays["days"] = version.days.astype("datetime64[D]").astype(np.int64)
    arrays |= _named("forest", version.forests) | _named("state", version.state)
    for number, known in enumerate(version.pools):
        arrays[f"pool_{number}_values"] = known.values
        arrays[f"pool_{number}_at_least"] = known.at_least
    meta = {
        "measure": version.measure,
        "currency": version.currency,
        **{name: float(getattr(version, name)) for name in _NUMBERS},
        "pool_totals": [known.total for known in version.pools],
        "known_at": str(version.known_at.astype("datetime64[us]")),
        "panel_fingerprint": version.panel_fingerprint,
        "seed": version.seed,
        "metrics": dict(version.metrics),
    }
    tables = {"series": pa.table({"unique_id": pa.array(version.unique_ids, pa.string())})}
    return write_artifact(folder, kind=DETECTOR_KIND, arrays=arrays, tables=tables, meta=meta)


def load_detector(folder: Path, *, verify: bool = True) -> DetectorVersion:
    """Read the version back, arrays memory-mapped; raises models.artifact.BadArtifact."""
    stored = read_artifact(folder, kind=DETECTOR_KIND, verify=verify)
    meta, arrays = stored.meta, stored.arrays
    replay: dict[str, Any] = {name: arrays[name] for name in _REPLAY}
    replay |= {name: meta[name] for name in _NUMBERS}
    return DetectorVersion(
        measure=meta["measure"],
        currency=meta["currency"],
        unique_ids=tuple(map(str, stored.tables["series"]["unique_id"].to_pylist())),
        days=arrays["days"].astype("datetime64[D]"),
        **replay,
        forests=PackedForests(**_unnamed(stored, "forest", PackedForests)),
        pools=tuple(
            Pool(arrays[f"pool_{number}_values"], arrays[f"pool_{number}_at_least"], total)
            for number, total in enumerate(meta["pool_totals"])
        ),
        state=DailyState(**_unnamed(stored, "state", DailyState)),
        known_at=np.datetime64(meta["known_at"]),
        panel_fingerprint=meta["panel_fingerprint"],
        seed=meta["seed"],
        metrics=meta["metrics"],
    )


def _named(prefix: str, value: PackedForests | DailyState) -> dict[str, NDArray[Any]]:
    return {f"{prefix}_{field.name}": getattr(value, field.name) for field in fields(value)}


def _unnamed(stored: Artifact, prefix: str, kind: type[Any]) -> dict[str, NDArray[Any]]:
    return {field.name: stored.arrays[f"{prefix}_{field.name}"] for field in fields(kind)}
