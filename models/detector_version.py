"""A fitted detector of daily spend: its replay, its forests and what it needs for the next day.

Needs numpy and pyarrow only: serving imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.artifact import read_artifact, write_artifact
from models.daily_state import DailyState
from models.detectors.kinds import PARTS_OF, DetectorKind
from models.forest_arrays import PackedForests
from models.significance import Pool
from models.usage_evidence import UsageState

__all__ = ["DETECTOR_KIND", "DetectorVersion", "load_detector", "save_detector"]

#: Kind of the artefact.
DETECTOR_KIND = "detector"

_REPLAY = ("actual", "expected", "lower", "upper", "score", "p_value", "alert", "history_days")
_NUMBERS = ("threshold", "floor_amount", "floor_share")
#: Prefix of what an artefact holds of the aggregates.
_OF_SUMS = "sums_"

_Part = TypeVar("_Part")


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
        Calibration of the detector's parts and last of the score.
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
    detector
        What its score is made of (`models.detectors.kinds`).
    support
        [N, T] of `models.support`; None where no usage was known.
    usage, usage_pool
        What usage after the last day is held against, and its calibration; None where no usage was
        known: the cost alone is judged.
    aggregates
        The same of the sums of these series (of teams, of models, of all), on ranks, threshold and
        days of their own; None where only the series are scored. Its `unique_ids` are `team=ads`,
        `model=gpt-5`, `total`.
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
    detector: DetectorKind = "range_forest"
    support: NDArray[np.int8] | None = None
    usage: UsageState | None = None
    usage_pool: Pool | None = None
    aggregates: DetectorVersion | None = None

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
        parts = len(PARTS_OF[self.detector])
        if len(self.forests) != series + 1 or len(self.pools) != parts + 1:
            raise ValueError("a detector has a forest per series and one more, a pool per part too")
        known = {part is None for part in (self.support, self.usage, self.usage_pool)}
        if len(known) > 1:
            raise ValueError("support, usage and its calibration belong together")


def save_detector(version: DetectorVersion, folder: Path) -> str:
    """Write the version as an artefact into a new folder; returns its digest."""
    arrays, tables, meta = _contents(version)
    if version.aggregates is not None:
        of_sums = _contents(version.aggregates)
        arrays |= {_OF_SUMS + name: array for name, array in of_sums[0].items()}
        tables |= {_OF_SUMS + name: table for name, table in of_sums[1].items()}
        meta["aggregates"] = of_sums[2]
    return write_artifact(folder, kind=DETECTOR_KIND, arrays=arrays, tables=tables, meta=meta)


def load_detector(folder: Path, *, verify: bool = True) -> DetectorVersion:
    """Read the version back, arrays memory-mapped; raises models.artifact.BadArtifact."""
    stored = read_artifact(folder, kind=DETECTOR_KIND, verify=verify)
    version = _version(stored.meta, stored.arrays, stored.tables)
    if "aggregates" not in stored.meta:
        return version
    of_sums = _version(stored.meta["aggregates"], _of_sums(stored.arrays), _of_sums(stored.tables))
    return replace(version, aggregates=of_sums)


def _contents(
    version: DetectorVersion,
) -> tuple[dict[str, NDArray[Any]], dict[str, pa.Table], dict[str, Any]]:
    """Arrays, tables and meta of a version without its aggregates."""
    arrays: dict[str, NDArray[Any]] = {name: getattr(version, name) for name in _REPLAY}
    arrays["days"] = version.days.astype("datetime64[D]").astype(np.int64)
    arrays |= _named("forest", version.forests) | _named("state", version.state)
    pools = {f"pool_{number}": known for number, known in enumerate(version.pools)}
    if version.support is not None and version.usage is not None and version.usage_pool is not None:
        arrays["support"] = version.support
        arrays |= _named("usage", version.usage)
        pools["usage_pool"] = version.usage_pool
    for name, known in pools.items():
        arrays[f"{name}_values"], arrays[f"{name}_at_least"] = known.values, known.at_least
    meta = {
        "measure": version.measure,
        "currency": version.currency,
        "detector": version.detector,
        **{name: float(getattr(version, name)) for name in _NUMBERS},
        "pool_totals": [known.total for known in version.pools],
        "usage_pool_total": None if version.usage_pool is None else version.usage_pool.total,
        "known_at": str(version.known_at.astype("datetime64[us]")),
        "panel_fingerprint": version.panel_fingerprint,
        "seed": version.seed,
        "metrics": dict(version.metrics),
    }
    tables = {"series": pa.table({"unique_id": pa.array(version.unique_ids, pa.string())})}
    return arrays, tables, meta


def _version(
    meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], tables: Mapping[str, pa.Table]
) -> DetectorVersion:
    replay: dict[str, Any] = {name: arrays[name] for name in _REPLAY}
    replay |= {name: meta[name] for name in _NUMBERS}
    return DetectorVersion(
        measure=meta["measure"],
        currency=meta["currency"],
        unique_ids=tuple(map(str, tables["series"]["unique_id"].to_pylist())),
        days=arrays["days"].astype("datetime64[D]"),
        **replay,
        forests=PackedForests(**_unnamed(arrays, "forest", PackedForests)),
        pools=tuple(
            Pool(arrays[f"pool_{number}_values"], arrays[f"pool_{number}_at_least"], total)
            for number, total in enumerate(meta["pool_totals"])
        ),
        state=DailyState(**_unnamed(arrays, "state", DailyState)),
        known_at=np.datetime64(meta["known_at"]),
        panel_fingerprint=meta["panel_fingerprint"],
        seed=meta["seed"],
        metrics=meta["metrics"],
        # versions from before there was a choice
        detector=meta.get("detector", "range_forest"),
        **_usage(meta.get("usage_pool_total"), arrays),
    )


def _usage(total: int | None, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Fields of the usage; none of a version that knew of no usage."""
    if total is None:
        return {}
    calibration = Pool(arrays["usage_pool_values"], arrays["usage_pool_at_least"], total)
    return {
        "support": arrays["support"],
        "usage": UsageState(**_unnamed(arrays, "usage", UsageState)),
        "usage_pool": calibration,
    }


def _of_sums(parts: Mapping[str, _Part]) -> dict[str, _Part]:
    """The entries that belong to the aggregates, by their own names."""
    return {
        name.removeprefix(_OF_SUMS): part
        for name, part in parts.items()
        if name.startswith(_OF_SUMS)
    }


def _named(prefix: str, value: PackedForests | DailyState | UsageState) -> dict[str, NDArray[Any]]:
    return {f"{prefix}_{field.name}": getattr(value, field.name) for field in fields(value)}


def _unnamed(
    arrays: Mapping[str, NDArray[Any]], prefix: str, kind: type[Any]
) -> dict[str, NDArray[Any]]:
    return {field.name: arrays[f"{prefix}_{field.name}"] for field in fields(kind)}
