"""Tables of the injection bench."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.injection_rows import InjectionRow
from benchmarks.injection_tasks import INJECTION
from benchmarks.tables import Column, Group, markdown

__all__ = ["injection_lines", "kind_lines"]

#: Columns of the short table.
_SHORT = ("found", "dollars", "spike", "2x step")
_ROLES = ("product", "variant", "peer", "baseline")


def injection_lines(
    rows: Sequence[InjectionRow], *, tasks: Sequence[str] = (), short: bool = False
) -> list[str]:
    """Table of every task, of those named where some are; `short` with the main columns only."""
    columns = [one for one in _COLUMNS if not short or one.head in _SHORT]
    return markdown(("series, alerts per series", "detector"), columns, _groups(rows, tasks))


def kind_lines(row: InjectionRow) -> list[str]:
    """Share of each kind and strength of event that one detector found."""
    kinds = list(row.by_kind)
    return [
        "| " + " | ".join(kinds) + " |",
        "| " + " | ".join(["---:"] * len(kinds)) + " |",
        "| " + " | ".join(_share(row.by_kind[kind]) for kind in kinds) + " |",
    ]


def _groups(rows: Sequence[InjectionRow], tasks: Sequence[str]) -> list[Group[InjectionRow]]:
    groups = []
    for task in INJECTION:
        own = [row for row in rows if row.task == task.name]
        if own and (not tasks or task.name in tasks):
            own.sort(key=lambda row: (_ROLES.index(row.role), -row.dollars))
            title = f"{own[0].series} {task.title}"
            groups.append(Group(title, [(row.model, row) for row in own]))
    return groups


def _share(number: float) -> str:
    return f"{100 * number:.1f} %"


def _less_is_worse(number: float) -> float:
    return -number


_COLUMNS: tuple[Column[InjectionRow], ...] = (
    Column("found", lambda row: row.found, _share, _less_is_worse),
    Column("dollars", lambda row: row.dollars, _share, _less_is_worse),
    Column("worst seed", lambda row: row.lowest_dollars, _share, _less_is_worse),
    Column("calm", lambda row: row.calm_dollars, _share, _less_is_worse),
    Column("mid", lambda row: row.mid_dollars, _share, _less_is_worse),
    Column("noisy", lambda row: row.noisy_dollars, _share, _less_is_worse),
    Column("spike", lambda row: row.spike_delay, "{:.0f}".format, None),
    Column("2x step", lambda row: row.double_step_delay, "{:.0f}".format, None),
    Column("drift", lambda row: row.drift_delay, "{:.0f}".format, None),
    Column("alerts elsewhere", lambda row: row.rate_elsewhere, "{:.2f}".format, None),
    Column("at most", lambda row: row.most_elsewhere, "{:.2f}".format, None),
)
