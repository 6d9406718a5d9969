"""The document's table of feedback: what is told without labels, with them, and under a mute."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from benchmarks.feedback_policies import POLICIES
from benchmarks.feedback_replay import LABEL_DELAY_DAYS
from benchmarks.feedback_rows import FeedbackRow
from insights.quieting import SAME_WEEK_DAYS

__all__ = ["feedback_lines", "pooled"]

_COUNTS = (
    "unplanted",
    "unplanted_told",
    "false",
    "false_told",
    "again",
    "again_told",
    "same_week",
    "same_week_told",
    "planted",
    "found",
    "days_to_tell",
)
_HEAD = (
    "| what a label does | false again, same series | false again, same week "
    "| all false | all unplanted | anomalies found | dollars found | days until told |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def feedback_lines(rows: Sequence[FeedbackRow]) -> list[str]:
    """Table of the policies over all worlds together, and what the columns mean."""
    named = {policy.name: [row for row in rows if row.model == policy.name] for policy in POLICIES}
    lines = [_line(name, pooled(own)) for name, own in named.items() if own]
    worlds = len({row.task for row in rows})
    return [_HEAD, *lines, "", _LEGEND.format(worlds=worlds)]


def pooled(rows: Sequence[FeedbackRow]) -> FeedbackRow:
    """The worlds of one policy counted together."""
    total: dict[str, int | Decimal] = {
        name: sum(getattr(row, name) for row in rows) for name in _COUNTS
    }
    for name in ("planted_usd", "found_usd"):
        total[name] = sum((getattr(row, name) for row in rows), Decimal(0))
    return rows[0].model_copy(update=total)


def _line(name: str, row: FeedbackRow) -> str:
    cells = [
        name,
        f"{row.again_told} of {row.again}",
        f"{row.same_week_told} of {row.same_week}",
        f"{row.false_told} of {row.false}",
        f"{row.unplanted_told} of {row.unplanted}",
        f"{row.found} of {row.planted}",
        f"{float(100 * row.found_usd / row.planted_usd):.1f} %",
        f"{row.days_to_tell / row.found:.2f}" if row.found else "-",
    ]
    return f"| {' | '.join(cells)} |"


_LEGEND = (
    f"{{worlds}} generated companies, 18 months each, a night a day, through the journal as a "
    f"night does it; every incident that is told is labelled {LABEL_DELAY_DAYS} days later by what "
    f"is true of it. Told incidents without a planted anomaly, of all there are. False: nothing is "
    f"behind it, no planned change and no anomaly just before. Again: after an unplanted one of "
    f"the same series and direction could be labelled, or, of other series, in the "
    f"{SAME_WEEK_DAYS} days after its first. Found: planted anomalies with a told day; days until "
    f"told, from their first day, on average over the found. Mute: no alert of this series and "
    f"direction for a year after a label that it is no problem. Ranks and threshold are those of "
    f"the whole history, the same for all three."
)
