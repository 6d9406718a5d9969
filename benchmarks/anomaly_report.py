"""Write `docs/detection.md` from the files of results: `python -m benchmarks.anomaly_report`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.forest_rows import ForestRow
from benchmarks.forest_table import forest_lines
from benchmarks.injection_rows import InjectionRow
from benchmarks.injection_table import injection_lines, kind_lines
from benchmarks.injection_tasks import INJECTION
from benchmarks.nab_rows import NabRow
from benchmarks.nab_table import nab_lines
from benchmarks.nab_tasks import NAB
from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows

__all__ = ["REPORT", "SECTIONS", "main", "readme_lines", "report"]

REPORT = REPOSITORY / "docs" / "detection.md"

_HEAD = """\
# Finding anomalies

Written by `make bench-anomaly DATA=folder` from `benchmarks/results`; not by hand.
"""
_NAB = """\
## Minutes and hours: the Numenta Anomaly Benchmark

The official score, standard profile, of the files there are; 100 = every labelled window at its
first row and no other alert, 0 = no alert at all. One threshold holds for all files, nothing is
chosen per file. Every detector's alerts follow the same rule (one per event, a soft budget).

"Solved by replay": the lowest threshold with at most one alert per file and week, found without
labels, as Costcast does it in use, for each sampling step of its own. "Best threshold": the one
that scores best on these very files; it flatters every detector that is measured here. A published
detector has the threshold that NAB's authors chose with the labels of their whole corpus.

The coarser steps are the same files with 3, 6 and 12 rows averaged into one: a detector that is
right only at five minutes would show there. The surprise alone and the forest alone are the two
halves of Costcast's score: where the threshold is found without labels, which is how it is used,
both together are as good as the better half or better at every step but the finest.

In use: `FineDetector(FineSettings.of_step(step)).score(times, values)` scores rows as they come,
each from the rows up to it; a series is silent for its first two days of minutes or five of hours.
`replay_hourly(panel)` scores an hourly panel and solves its threshold for a budget of alerts per
series and week (`models.detectors`).
"""
_INJECTION = """\
## Days and hours of spend: injected events

Events are put into real series, one at a time: spikes of a day times 2, 3, 5, 10; steps times 1.3,
1.5, 2, 3; drifts of 2, 3, 5 % a day for three weeks; drops to a fifth for three days and to a half
for seven; the weekly profile moved by three days. Every series gets two of each, at random times,
with three seeds. A hit is an alert inside the event that is not there without it. Ranks and
threshold come from the series as they are, without labels: every real event that alerts is one of
the budget. The rule that makes alerts of scores is the same for all, and there are no floors.

"Dollars" weighs an event by its amount in means of the four weeks before, so that no large series
decides; "worst seed" is the same of the worst of three. Calm, mid, noisy: dollars in series whose
typical weekly change is below 5 %, below 20 %, above. Delays are medians of the found events, in
days (hours for ServeGen). "Alerts elsewhere": alerts per series and budget span on one half of the
series with ranks and threshold of the other half, on average and in the worst of six halves.

ETS: exponential smoothing with weekdays. Regression: trend with bends and weekdays, as Prophet has,
refitted weekly, without its sampling; Prophet itself runs on a sample, with its own interval.
Isolation forest: value and weekly change, refitted weekly; robust z: the same weekday of four
weeks. "With its filters": only the days that the product tells by default, far outside the interval
of ordinary days and among the strangest 0.75 %. It raises fewer alerts than the budget allows, for
the sake of those who read them. The generated series have no anomalies but the injected ones.
"""
_FORESTS = """\
## Ten thousand forests

One thread; a forest per series on 180 days of five features, then one point of each series scored.
scikit-learn's loop has as many trees and rows per tree and runs on the stated number of series.
"""
#: Published detectors that the README shows.
_PUBLISHED_IN_README = 3
_README_LEGEND = (
    "Score of the alerts, 100 = every labelled window at its first row and nothing else. Solved by "
    "replay: one threshold for all files, found without labels for one alert a file and week; best "
    "threshold: chosen with hindsight on these files. A published detector has the threshold that "
    "was chosen with the labels of the whole corpus. The surprise alone is as good at five minutes "
    "and worse at coarser steps."
)
#: Steps of a season of daily series.
_WEEK = 7
_README_INJECTION = (
    "Events injected into real series: the share that raises an alert which is not there without "
    "them, by number and by amount (in means of each series), and the median delay in days "
    "(ServeGen: hours). All detectors keep the same budget of alerts on the series as they are. "
    "docs/detection.md has the other budgets, Prophet on a sample and the kinds of events."
)


def nab_section(results: Path) -> list[str]:
    """Lines about NAB, none where it was not measured."""
    path = results / "nab.csv"
    return [_NAB, *nab_lines(read_rows(path, NabRow)), ""] if path.exists() else []


def injection_section(results: Path) -> list[str]:
    """Lines about injected events, none where they were not measured."""
    path = results / "injection.csv"
    if not path.exists():
        return []
    rows = read_rows(path, InjectionRow)
    main = [row for row in rows if row.task == INJECTION[0].name and row.role == "product"]
    kinds = [line for row in main for line in ("By kind and strength:", "", *kind_lines(row), "")]
    return [_INJECTION, *injection_lines(rows), "", *kinds]


def forest_section(results: Path) -> list[str]:
    """Lines about the time of forests, none where they were not measured."""
    path = results / "forests.csv"
    return [_FORESTS, *forest_lines(read_rows(path, ForestRow)), ""] if path.exists() else []


#: What the report is made of, in order; a further part of the benchmark adds its own here.
SECTIONS: tuple[Callable[[Path], list[str]], ...] = (
    nab_section,
    injection_section,
    forest_section,
)


def report(results: Path = RESULTS) -> str:
    """Text of the report; what was not measured is left out."""
    lines = [_HEAD, *(line for section in SECTIONS for line in section(results))]
    return "\n".join(lines).rstrip("\n") + "\n"


def readme_lines(results: Path = RESULTS) -> list[str]:
    """Lines of the README: NAB at its own sampling step, and injected events at one budget."""
    rows = read_rows(results / "nab.csv", NabRow)
    table = nab_lines(rows, tasks=[NAB[0].name], published=_PUBLISHED_IN_README)
    events = read_rows(results / "injection.csv", InjectionRow)
    chosen = [INJECTION[0].name, *(task.name for task in INJECTION if task.season != _WEEK)]
    injected = injection_lines(events, tasks=chosen, short=True)
    return [*table, "", _README_LEGEND, "", *injected, "", _README_INJECTION]


def main() -> None:
    """Write the report."""
    REPORT.write_text(report(), encoding="utf-8")


if __name__ == "__main__":
    main()
