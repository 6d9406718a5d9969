"""What is measured, as frozen values: everything else takes these and derives nothing again."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

__all__ = [
    "ACCURACY",
    "DETECTION",
    "TASKS",
    "TIMING",
    "AccuracyTask",
    "DetectionTask",
    "Source",
    "Task",
    "TimingTask",
]

#: Where a panel comes from (`benchmarks.panels`): generated here, or a file of `--data`.
Source = Literal["world", "mybinder", "optscale"]

_STRICT = ConfigDict(extra="forbid")
_FOUR_MONTHS = (112, 84, 56, 28)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class AccuracyTask:
    """Forecast every series of a panel at past origins, knowing only the days before each.

    Parameters
    ----------
    name, title, short
        Key of the rows, what the table says, and what a sentence says.
    source, seed, latest_days
        The panel; `seed` of a generated world, only its latest days where stated.
    horizon, season
        Days ahead, and days of the season of model and MASE scale.
    origins_before_end
        [K] how many days before the end of the panel each origin lies.
    """

    family: ClassVar[str] = "accuracy"

    name: str
    title: str
    short: str
    source: Source
    seed: int | None = None
    latest_days: int | None = None
    horizon: int
    season: int = 7
    origins_before_end: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class DetectionTask:
    """Find the planted anomalies of a generated world by a replay of its days.

    Every detector may raise as many alerts as Costcast raised, under the same floors, warm-up and
    cool-down.

    Parameters
    ----------
    seed
        Of the world.
    alerts_per_series_and_quarter, floor_amount, floor_share, detector_seed
        As `costcast.settings` has them by default (a test holds them together).
    """

    family: ClassVar[str] = "detection"

    name: str
    title: str
    seed: int
    alerts_per_series_and_quarter: float = 1.0
    floor_amount: float = 20.0
    floor_share: float = 0.25
    detector_seed: int = 0


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class TimingTask:
    """Wall time of the steps of a night on the samples, and of answers.

    Parameters
    ----------
    horizon, season, workers
        Of the forecaster, as `costcast.settings` has them by default.
    repeats
        Of the short steps, of which the median is told; fits and ingest run once.
    """

    family: ClassVar[str] = "timing"

    name: str
    title: str
    horizon: int = 92
    season: int = 7
    workers: int = 2
    repeats: int = 5


Task = AccuracyTask | DetectionTask | TimingTask

ACCURACY: tuple[AccuracyTask, ...] = (
    AccuracyTask(
        name="accuracy/world-14",
        title="generated company, team x model",
        short="generated",
        source="world",
        seed=14,
        horizon=28,
        origins_before_end=_FOUR_MONTHS,
    ),
    # small enough for the tests to repeat
    AccuracyTask(
        name="accuracy/world-14-young",
        title="the same, but 56 and 84 days old",
        short="young",
        source="world",
        seed=14,
        latest_days=112,
        horizon=28,
        origins_before_end=(56, 28),
    ),
    AccuracyTask(
        name="accuracy/mybinder",
        title="mybinder.org, real Google Cloud bill, project x service and totals",
        short="mybinder",
        source="mybinder",
        horizon=28,
        origins_before_end=_FOUR_MONTHS,
    ),
    AccuracyTask(
        name="accuracy/optscale",
        title="OptScale demo bill, 60 days",
        short="OptScale",
        source="optscale",
        horizon=14,
        origins_before_end=(28, 21, 14),
    ),
)

DETECTION: tuple[DetectionTask, ...] = tuple(
    DetectionTask(name=f"detection/world-{seed}", title=f"seed {seed}", seed=seed)
    for seed in (14, 101, 202, 303)
)

TIMING: tuple[TimingTask, ...] = (TimingTask(name="timing/samples", title="the samples"),)

TASKS: tuple[Task, ...] = (*ACCURACY, *DETECTION, *TIMING)
