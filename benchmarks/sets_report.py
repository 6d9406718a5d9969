"""Write `docs/accuracy.md` from the files of results: `python -m benchmarks.sets_report`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.ablation_table import ABLATION, ablation_lines
from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows
from benchmarks.set_rows import SetCpuRow, SetRow
from benchmarks.sets_table import set_lines, summary_lines
from benchmarks.totals_table import TOTALS, totals_lines

__all__ = ["REPORT", "main", "report"]

REPORT = REPOSITORY / "docs" / "accuracy.md"

_HEAD = """\
# Accuracy on real series

Written by `make bench-accuracy DATA=folder` from `benchmarks/results`; not by hand. Every model
sees the same steps before each origin and no others. `benchmarks/set_tasks.py` defines the sets.

MASE: error in units of the naive step, a season back (M4: one step), mean over series. OWA: as in
M4, against Naive2. WAPE: error as a share of the amount, per step and of the sums over the horizon.
Peers run with their library's default settings and one season; on M4 Weekly with 1 and 52 (AutoETS
and AutoARIMA with 1), the better one counts. Milliseconds are CPU of one fit and one forecast, for
Costcast with its eight inner origins, weights and intervals.
"""
_SAMPLE = """\
## Samples

AutoARIMA takes so long that it forecasts some series of each set, evenly spaced in order of name,
from the last origin only; of PJM load none, where one fit takes more than three minutes. It does
not count in the ratios above: one origin of few series decides nothing. All models on the same
ones:
"""
_ABLATION = """
## What each part is worth

Error of a variant over that of Costcast as it is, geometric mean over the sets it ran on (of MASE,
on M4 Weekly OWA; of WAPE; of WAPE of sums), and the sets on which it is worst and best for MASE.
Above 1: the part that is left out helps, or the part that is added does harm. Panel members are for
sets of ten series and more.
"""
_TOTALS = """
## Totals

Total of all series of a set, from its own past (direct), from groups (models, teams, project and
service), from the parts; "averaged" is the mean of these (`models.totals`).
"""


def report(results: Path = RESULTS) -> str:
    """Text of the report; what was not measured is left out."""
    rows = read_rows(results / "sets.csv", SetRow)
    cpu = read_rows(results / "sets_cpu.csv", SetCpuRow)
    variants, totals = (
        read_rows(path, SetRow) if (path := results / name).exists() else []
        for name in (ABLATION, TOTALS)
    )
    parts = [
        [_HEAD, "## Costcast over the best other model", ""],
        [*summary_lines(rows), "", "## Whole sets", ""],
        [*set_lines(rows, cpu, sample=False), "", _SAMPLE],
        set_lines(rows, cpu, sample=True),
        [_TOTALS, *totals_lines(totals)] if totals else [],
        [_ABLATION, *ablation_lines(variants)] if variants else [],
    ]
    return "\n".join(line for part in parts for line in part) + "\n"


def main() -> None:
    """Write the report."""
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
