"""What knowledge besides the panel is worth: `python -m benchmarks.knowledge --data FOLDER`.

Generated companies of which two AI models change their price, and real bills for the calendar.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.knowledge_rows import KNOWLEDGE, REPORT, TASKS, KnowledgeRow, KnowledgeTask, report
from benchmarks.provenance import data_digest, identity
from benchmarks.results import RESULTS, read_rows, replace_rows, write_rows
from benchmarks.set_panels import set_panel
from benchmarks.set_tasks import SETS
from costcast.world.build import build_world
from costcast.world.truth import final_panel
from costcast.world.uses import final_quantities, price_rows
from ledger.panel import Panel
from ledger.price_book import NO_LIST, PriceBook
from ledger.quantities import QUANTITIES
from ledger.reference import Reference
from models.accuracy import panel_accuracy
from models.combine import central_mass, leave_one_out_weights, member_weights
from models.metrics import mase_scale
from models.points import Points, plain_points
from training.backtest import Backtest, run_backtest, task_for
from training.revisions import Knowledge, revisions_of

__all__ = ["main", "measure_knowledge"]

_Array = NDArray[np.float64]

_SEASON = 7
#: The yardstick: nothing but the panel.
_PLAIN = "cost alone"
_CALENDAR = "corrected for "


def _known(table: pa.Table, days_before: int | None) -> Knowledge:
    book = PriceBook(price_rows(days_before), listed=NO_LIST)
    return Knowledge(table, Reference(prices=book, digests={}))


#: What is known, from a table of quantities.
_VARIANTS: Mapping[str, Callable[[pa.Table], Knowledge | None]] = {
    _PLAIN: lambda _: None,
    "calendar": lambda _: Knowledge(None, Reference(digests={}), True, "US"),
    "prices known before": lambda table: _known(table, 30),
    "prices known on their day": lambda table: _known(table, 0),
    "prices never told": lambda table: _known(table, None),
    "prices known before, calendar": lambda table: replace(
        _known(table, 30), calendar=True, holidays_country="US"
    ),
}


def measure_knowledge(task: KnowledgeTask, data: Path | None) -> list[KnowledgeRow]:
    """One row for each variant; raises BadInput when a file is not there."""
    panel, table = _panel(task, data)
    variants = {
        name: make(table)
        for name, make in _VARIANTS.items()
        if table.num_rows or "prices" not in name
    }
    said: dict[str, list[Points]] = {name: [] for name in variants}
    truth = []
    for before in task.before_end:
        end = panel.periods[-1] - before + 1
        cut = replace(panel.until(end), known_at=end.astype("datetime64[us]"))
        column = len(cut.periods)
        truth.append(panel.value[:, column : column + task.horizon])
        asked = task_for(cut, horizon=task.horizon, season=_SEASON)
        tested = run_backtest(cut, asked)
        plain = _plain(tested)
        for name, knowledge in variants.items():
            points = plain
            for revise in revisions_of(cut, tested, knowledge):
                points = revise(points)
            said[name].append(points)
    scale = np.array([mase_scale(value, _SEASON) for value in panel.value])
    actual = np.stack(truth, axis=1)
    digest = data_digest(panel.fingerprint)
    return [
        KnowledgeRow(
            **identity(task, name, "baseline" if name == _PLAIN else "product", {}, digest),
            series=len(panel.keys),
            origins=len(task.before_end),
            **_scores(points, actual, scale),
        )
        for name, points in said.items()
    ]


def _panel(task: KnowledgeTask, data: Path | None) -> tuple[Panel, pa.Table]:
    """The panel, and what was used where that is known."""
    if task.source == "world":
        world = build_world(task.seed or 0)
        return final_panel(world), final_quantities(world)
    chosen = next(one for one in SETS if one.name == task.source)
    return set_panel(chosen, data or Path()), QUANTITIES.empty_table()


def _plain(tested: Backtest) -> Points:
    learned = (tested.losses, tested.burstiness, tested.long_window)
    past = central_mass(tested.forecasts, leave_one_out_weights(*learned))
    return plain_points(past, central_mass(tested.future, member_weights(*learned)))


def _scores(points: Sequence[Points], actual: _Array, scale: _Array) -> dict[str, object]:
    accuracy = panel_accuracy(np.stack([one.mean for one in points], axis=1), actual, scale)
    notes = [note for one in points for note in one.notes]
    won = Counter(
        part.removeprefix(_CALENDAR)
        for note in notes
        for part in note.split("; ")
        if part.startswith(_CALENDAR)
    )
    return {
        **{name: accuracy[name] for name in ("mase", "wape", "wape_sum")},
        "revised": sum(map(bool, notes)) / max(len(notes), 1),
        "won": _json(won),
    }


def _json(counts: Mapping[str, int]) -> str:
    return "{" + ", ".join(f'"{name}": {count}' for name, count in sorted(counts.items())) + "}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, put the rows in their file, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real series")
    parser.add_argument("--only", help="a task")
    asked = parser.parse_args(arguments)
    tasks = [task for task in TASKS if asked.only in {None, task.name.split("/")[1]}]
    path, known = RESULTS / KNOWLEDGE, [task.name for task in TASKS]
    for task in tasks:
        old = read_rows(path, KnowledgeRow) if path.exists() else []
        write_rows(
            path, KnowledgeRow, replace_rows(old, measure_knowledge(task, asked.data), known)
        )
    REPORT.write_text(report(), encoding="utf-8")
    Console().print(f"{len(tasks)} tasks in {path}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
