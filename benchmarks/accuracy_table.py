"""The README's table of accuracy."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.rows import AccuracyRow
from benchmarks.tables import Column, Group, bold_best, markdown
from benchmarks.tasks import ACCURACY, AccuracyTask

__all__ = ["accuracy_lines"]

#: Order of the rows of a task.
_ROLES = ("product", "baseline", "peer")
_NOMINAL = 0.8


def accuracy_lines(rows: Sequence[AccuracyRow]) -> list[str]:
    """Table, how many columns Costcast wins, and what the columns mean."""
    measured = [(task, chosen) for task in ACCURACY if (chosen := _of_task(rows, task))]
    groups = [
        Group(_title(task, chosen[0]), [(row.model, row) for row in chosen])
        for task, chosen in measured
    ]
    lines = markdown(("data", "model"), _COLUMNS, groups)
    return [
        *lines,
        "",
        _verdict([(task.short, chosen) for task, chosen in measured]),
        "",
        _LEGEND + _left_out([chosen for _, chosen in measured]),
    ]


def _of_task(rows: Sequence[AccuracyRow], task: AccuracyTask) -> list[AccuracyRow]:
    chosen = [row for row in rows if row.task == task.name]
    return sorted(chosen, key=lambda row: (_ROLES.index(row.role), row.model))


def _title(task: AccuracyTask, row: AccuracyRow) -> str:
    return f"{task.title}: {row.series} series, {row.origins} x {task.horizon} days"


def _share(number: float) -> str:
    return f"{100 * number:.1f} %"


def _signed(number: float) -> str:
    return f"{100 * number:+.1f} %"


def _off_nominal(number: float) -> float:
    return abs(number - _NOMINAL)


_COLUMNS: tuple[Column[AccuracyRow], ...] = (
    Column("MASE", lambda row: row.mase, "{:.3f}".format, float),
    Column("WAPE", lambda row: row.wape, _share, float),
    Column("WAPE of sums", lambda row: row.wape_sum, _share, float),
    Column("bias", lambda row: row.bias, _signed, abs),
    Column("80 % of days", lambda row: row.coverage80, _share, _off_nominal),
    Column("80 % of sums", lambda row: row.coverage80_sum, _share, None),
)

_LEGEND = (
    "MASE: error in units of the seasonal naive step of the whole series, mean over series. WAPE: "
    "error as a share of the money, per day and of the sums over the horizon. Bias: positive = too "
    "high. Last: how often the truth lay in the 80 % interval of a day and of a sum, ideally 80 %; "
    "the peers have no intervals of sums."
)


def _verdict(measured: Sequence[tuple[str, Sequence[AccuracyRow]]]) -> str:
    """In how many contests of a data set and a column Costcast is the best, and in which not."""
    contests = [
        (column, short, rows)
        for column in _COLUMNS
        if column.loss is not None
        for short, rows in measured
    ]
    winners = [(column, short, _best(column, rows)) for column, short, rows in contests]
    lost = [
        f"{column.head} of {short} ({', '.join(row.model for row in best)})"
        for column, short, best in winners
        if all(row.role != "product" for row in best)
    ]
    best_in = f"Costcast is the best or level in {len(contests) - len(lost)} of {len(contests)}"
    return f"{best_in} columns; not in {', '.join(lost)}." if lost else f"{best_in} columns."


def _best(column: Column[AccuracyRow], rows: Sequence[AccuracyRow]) -> list[AccuracyRow]:
    return [row for row, (_, wins) in zip(rows, bold_best(column, rows), strict=True) if wins]


def _left_out(measured: Sequence[Sequence[AccuracyRow]]) -> str:
    """Series without a scale, and histories that a model failed on."""
    dropped = ", ".join(f"{rows[0].dropped} of {rows[0].series}" for rows in measured)
    failed = [f"{row.model} {row.fallbacks}" for rows in measured for row in rows if row.fallbacks]
    fell = f" Histories a model failed on (their last value stood in): {', '.join(failed)}."
    return f" Series that hardly move have no MASE: {dropped}." + (fell if failed else "")
