"""Wall time of the steps of a night and of an answer, alone on the machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.provenance import REPOSITORY, data_digest, identity, machine
from benchmarks.rows import TimingRow
from benchmarks.tasks import TimingTask
from costcast.books import Books, open_books
from costcast.nightly import ingest_into
from costcast.settings import Settings
from costcast.world.samples import AS_OF, DELIVERIES
from ledger.panel import Panel
from ledger.scope import Scope
from ledger.store import Ledger
from ledger.view import view_at
from models.detector_version import DETECTOR_KIND, save_detector
from models.forecaster_version import KIND as FORECASTER_KIND
from models.forecaster_version import save_forecaster
from serving.engine import Engine
from serving.publishing import CHAMPIONS, publish
from serving.snapshot import open_current
from training.detect import fit_detector
from training.fit import fit_forecaster

__all__ = ["measure_timing"]

_SAMPLES = REPOSITORY / "data" / "samples"
_REFERENCE = REPOSITORY / "reference"
#: Days ahead of the timed answer: another question than those of the warm-up.
_ASKED_DAYS = 91

_T = TypeVar("_T")


@dataclass
class _Clock:
    """Takes the time of steps and remembers it."""

    repeats: int
    steps: list[tuple[str, str, int, float]] = field(default_factory=list)

    def once(self, name: str, title: str, work: Callable[[], _T]) -> _T:
        """Time one call."""
        started = time.perf_counter()
        result = work()
        self.steps.append((name, title, 1, time.perf_counter() - started))
        return result

    def median(self, name: str, title: str, work: Callable[[], _T]) -> _T:
        """Time several calls and keep the median."""
        seconds = []
        for _ in range(self.repeats):
            started = time.perf_counter()
            result = work()
            seconds.append(time.perf_counter() - started)
        self.steps.append((name, title, self.repeats, statistics.median(seconds)))
        return result


def measure_timing(task: TimingTask) -> list[TimingRow]:
    """Time ingest, view, fits, opening of a snapshot and answers, in a folder thrown away."""
    clock = _Clock(task.repeats)
    with TemporaryDirectory(prefix="costcast-bench-") as folder:
        settings = Settings(state=Path(folder), reference=_REFERENCE, workers=task.workers)
        books = _time_books(clock, settings)
        _publish(settings, books, _time_fits(clock, task, books.final, Path(folder)))
        _time_answers(clock, settings)
    about = identity(task, "costcast", "product", {}, data_digest(books.final.fingerprint))
    return [
        TimingRow(
            **(about | {"task": f"{task.name}:{name}"}),
            machine=machine(),
            title=title,
            repeats=repeats,
            seconds=seconds,
        )
        for name, title, repeats, seconds in clock.steps
    ]


def _time_fits(clock: _Clock, task: TimingTask, final: Panel, folder: Path) -> dict[str, Path]:
    """Fit both versions on the final days; returns their folders."""
    shape = f"{len(final.keys)} series x {len(final.periods)} days"
    forecaster = clock.once(
        "fit-forecaster",
        f"fit the forecaster, {shape}, {task.horizon} days ahead, {task.workers} processes",
        lambda: fit_forecaster(
            final, horizon=task.horizon, season=task.season, workers=task.workers
        ),
    )
    detector = clock.once("fit-detector", f"fit the detector, {shape}", lambda: fit_detector(final))
    folders = {name: folder / name / "1" for name in CHAMPIONS.values()}
    save_forecaster(forecaster, folders[CHAMPIONS[FORECASTER_KIND]])
    save_detector(detector, folders[CHAMPIONS[DETECTOR_KIND]])
    return folders


def _time_books(clock: _Clock, settings: Settings) -> Books:
    deliveries, now = _SAMPLES / DELIVERIES, AS_OF[-1]
    files = len(list(deliveries.rglob("*.csv.gz")))
    clock.once(
        "ingest",
        f"ingest the samples, {files} exports",
        lambda: ingest_into(settings, [deliveries], now=now),
    )
    view = clock.median("view", "the view alone", lambda: view_at(Ledger(settings.ledger), now))
    rows = f"{view.rows.num_rows:,}".replace(",", " ")
    return clock.median(
        "books",
        f"view, allocation and panel as of a time, {rows} rows",
        lambda: open_books(settings, now),
    )


def _publish(settings: Settings, books: Books, champions: dict[str, Path]) -> None:
    publish(
        settings.published,
        cells=books.cells,
        panel=books.panel,
        final=books.final,
        excluded=books.excluded,
        budgets=books.budgets,
        freshness=books.freshness,
        reference_digests=books.reference_digests,
        view=books.view,
        champions=champions,
    )


def _time_answers(clock: _Clock, settings: Settings) -> None:
    snapshot = clock.median(
        "open-snapshot",
        "open the published snapshot and verify its checksums",
        lambda: open_current(settings.published),
    )
    everything = Scope.everything()
    team = snapshot.panel.keys[0]["team"]
    Engine(snapshot).forecast(everything)
    # an engine of its own for each question: answers are kept, and a kept one costs nothing
    clock.median(
        "forecast-team",
        f"forecast of one team, {_ASKED_DAYS} days, not asked before",
        lambda: Engine(snapshot).forecast(everything, team=team, horizon_days=_ASKED_DAYS),
    )
    clock.median(
        "forecast-every-series",
        f"forecasts of all {len(snapshot.panel.keys)} series, each apart",
        lambda: Engine(snapshot).forecast(everything, group_by=("team", "model")),
    )
