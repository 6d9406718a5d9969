"""Causes held against planted truth, into `docs/explanations.md`: `python -m benchmarks.causes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field
from rich.console import Console

from benchmarks.provenance import REPOSITORY, data_digest, identity
from benchmarks.render import rendered as rendered_blocks
from benchmarks.results import RESULTS, read_rows, write_rows
from benchmarks.rows import Identity
from costcast.cause_evaluation import evaluate_causes
from costcast.evaluation import OTHER_SEEDS
from costcast.settings import Settings
from costcast.world.build import DEMO_SEED, build_world
from costcast.world.events import events_of

__all__ = ["CAUSES", "DOCUMENT", "CauseRow", "CauseTask", "cause_lines", "measure", "rendered"]

#: File of the rows, and the document that shows them.
CAUSES = "causes.csv"
DOCUMENT = REPOSITORY / "docs" / "explanations.md"

_COUNT = Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class CauseTask:
    """Alerts inside events of one kind in the world of a seed."""

    name: str
    seed: int
    kind: str


class CauseRow(Identity):
    """Alerts that were explained, and how many with a label that names the event's cause."""

    kind: str
    explained: _COUNT
    right: _COUNT


def measure(seeds: Sequence[int]) -> list[CauseRow]:
    """Rows of the worlds of these seeds."""
    rows = []
    for seed, scores in zip(seeds, evaluate_causes(Settings(), seeds), strict=True):
        data = data_digest(repr(events_of(build_world(seed))))
        for score in scores:
            task = CauseTask(f"causes/{seed}/{score.kind}", seed, score.kind)
            about = identity(task, "costcast", "product", {}, data)
            counts = {"explained": score.explained, "right": score.right}
            rows.append(CauseRow(**about, kind=score.kind, **counts))
    return rows


def cause_lines(rows: Sequence[CauseRow]) -> list[str]:
    """Table of the kinds of events, in the order of their number."""
    seeds = list(dict.fromkeys(row.task.split("/")[1] for row in rows))
    seeds.sort(key=lambda seed: (int(seed) != DEMO_SEED, int(seed)))
    kinds = sorted({row.kind for row in rows}, key=lambda kind: (-_sum(rows, kind)[1], kind))
    names = ["samples" if int(seed) == DEMO_SEED else f"seed {seed}" for seed in seeds]
    lines = [
        f"| event | {' | '.join(names)} | all |",
        f"|---|{'---:|' * (len(seeds) + 1)}",
    ]
    for kind in [*kinds, ""]:
        cells = [_cell(*_sum(rows, kind, seed)) for seed in [*seeds, ""]]
        lines.append(f"| {kind.replace('_', ' ') or '**all**'} | {' | '.join(cells)} |")
    return lines


def rendered(text: str, rows: Sequence[CauseRow]) -> str:
    """The document with the table between its markers."""
    return rendered_blocks(text, {"causes": "\n".join(cause_lines(rows)) + "\n"})


def _sum(rows: Sequence[CauseRow], kind: str, seed: str = "") -> tuple[int, int]:
    """Right and explained, of a kind and a seed; "" = all."""
    own = [row for row in rows if kind in {"", row.kind} and seed in {"", row.task.split("/")[1]}]
    return sum(row.right for row in own), sum(row.explained for row in own)


def _cell(right: int, explained: int) -> str:
    return f"{right} of {explained}" if explained else ""


def main(path: Path = RESULTS / CAUSES) -> None:
    """Measure, write the rows, and put the table into the document."""
    write_rows(path, CauseRow, measure((DEMO_SEED, *OTHER_SEEDS)))
    rows = read_rows(path, CauseRow)
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(rendered(text, rows), encoding="utf-8")
    Console().print(*cause_lines(rows), sep="\n", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
