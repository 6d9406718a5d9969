"""How good detection is where the truth is known: the demo's world and worlds of other seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from costcast.alert_settings import rule_of
from costcast.settings import Settings
from costcast.world.build import World, build_world
from costcast.world.events import events_of
from costcast.world.final_usage import final_usage
from costcast.world.samples import load_truth_events
from costcast.world.truth import final_panel
from insights.detection_truth import DetectionScore, match_alerts
from models.detector_version import DetectorVersion
from training.detect import fit_detector

__all__ = ["OTHER_SEEDS", "WorldScore", "detector_of", "evaluate_samples", "evaluate_seeds"]

#: Worlds other than the one in `data/samples`; nothing was tuned on them.
OTHER_SEEDS = (101, 202, 303)


@dataclass(frozen=True)
class WorldScore:
    """Detection in one world; None = nothing to measure on."""

    name: str
    score: DetectionScore

    def as_row(self) -> dict[str, object]:
        """Fields of the report's table, and the counts behind them."""
        measured: dict[str, object] = {
            "world": self.name,
            "precision": self.score.precision,
            "precision_with_planned": self.score.precision_with_planned,
            "precision_by_dollars": self.score.precision_by_dollars,
            "recall": self.score.recall,
            "dollars_found": self.score.dollars,
            "dollars_planted": float(self.score.planted_usd),
        }
        counts = {key: value for key, value in asdict(self.score).items() if isinstance(value, int)}
        return measured | counts


def evaluate_samples(detector: DetectorVersion, truth_file: Path) -> WorldScore:
    """Hold the alerts of a detector's replay against the truth file of the samples."""
    return WorldScore("samples", match_alerts(_alerts(detector), load_truth_events(truth_file)))


def evaluate_seeds(settings: Settings, seeds: Sequence[int] = OTHER_SEEDS) -> list[WorldScore]:
    """Make other worlds, fit a detector on each as a night would, and score it.

    One process per world, as many at once as `workers`.
    """
    with ProcessPoolExecutor(settings.workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_evaluate_seed, [settings] * len(seeds), seeds))


def detector_of(world: World, settings: Settings) -> DetectorVersion:
    """Detector that a night with these settings would fit on a world's final days."""
    return fit_detector(
        final_panel(world),
        rule=rule_of(settings),
        detector=settings.detector,
        seed=settings.seed,
        usage=final_usage(world),
    )


def _evaluate_seed(settings: Settings, seed: int) -> WorldScore:
    world = build_world(seed)
    detector = detector_of(world, settings)
    return WorldScore(f"seed {seed}", match_alerts(_alerts(detector), events_of(world)))


def _alerts(detector: DetectorVersion) -> Iterable[tuple[str, date, float]]:
    """Every alert of the replay: series, day, actual minus expected."""
    impact = detector.actual - detector.expected
    return [
        (detector.unique_ids[row], detector.days[day].astype(date), float(impact[row, day]))
        for row, day in np.argwhere(detector.alert)
    ]
