"""What labels do to later alerts, in generated worlds: `python -m benchmarks.feedback`.

Writes `benchmarks/results/feedback.csv` and the table in `docs/alerts.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from benchmarks.feedback_nights import nights_of
from benchmarks.feedback_policies import POLICIES
from benchmarks.feedback_replay import LABEL_DELAY_DAYS, replay
from benchmarks.feedback_rows import FeedbackRow
from benchmarks.feedback_table import feedback_lines
from benchmarks.feedback_truth import counted, said_of
from benchmarks.provenance import REPOSITORY, data_digest, identity
from benchmarks.render import rendered as rendered_blocks
from benchmarks.results import RESULTS, read_rows, write_rows
from costcast.evaluation import OTHER_SEEDS, detector_of
from costcast.settings import Settings
from costcast.world.build import build_world
from costcast.world.events import events_of
from insights.supported_days import supported_days

__all__ = ["DOCUMENT", "FEEDBACK", "SEEDS", "FeedbackTask", "measure", "rendered"]

#: File of the rows, and the document that shows them.
FEEDBACK = "feedback.csv"
DOCUMENT = REPOSITORY / "docs" / "alerts.md"
#: The worlds of the other benches, and seventeen more; no constant was tuned on any of them. That
#: money in all and usage have a say was learnt from an anomaly of 101 and one of 607.
SEEDS = (*OTHER_SEEDS, *range(601, 618))


@dataclass(frozen=True)
class FeedbackTask:
    """The world of a seed, with readers who label what they are told."""

    name: str
    seed: int
    label_delay_days: int = LABEL_DELAY_DAYS


def measure(seeds: Sequence[int], settings: Settings | None = None) -> list[FeedbackRow]:
    """Rows of the worlds of these seeds under every policy, as many worlds at once as `workers`."""
    settings = Settings() if settings is None else settings
    with ProcessPoolExecutor(settings.workers, mp_context=get_context("spawn")) as pool:
        return [row for rows in pool.map(partial(_of_world, settings), seeds) for row in rows]


def rendered(text: str, rows: Sequence[FeedbackRow]) -> str:
    """The document with the table between its markers."""
    return rendered_blocks(text, {"feedback": "\n".join(feedback_lines(rows)) + "\n"})


def _of_world(settings: Settings, seed: int) -> list[FeedbackRow]:
    world = build_world(seed)
    detector, events = detector_of(world, settings), events_of(world)
    nights = list(nights_of(detector, reach_days=settings.incident_days))
    data = data_digest(detector.panel_fingerprint, repr(events))
    task, rows = FeedbackTask(f"feedback/{seed}", seed), []
    for policy in POLICIES:
        label = partial(said_of, events=events) if policy.has_labels else None
        told = replay(detector, nights, policy.quiets, label, supported_days(detector))
        about = identity(task, policy.name, policy.role, policy.settings, data)
        rows.append(FeedbackRow(**about, **counted(told, events)))
    return rows


def main(path: Path = RESULTS / FEEDBACK) -> None:
    """Measure, write the rows, and put the table into the document."""
    write_rows(path, FeedbackRow, measure(SEEDS))
    rows = read_rows(path, FeedbackRow)
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(rendered(text, rows), encoding="utf-8")
    Console().print(*feedback_lines(rows), sep="\n", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
