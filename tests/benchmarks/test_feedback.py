"""Feedback lowers what is told twice and loses no planted anomaly: in the rows, and in one run."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.feedback import DOCUMENT, FEEDBACK, SEEDS, rendered
from benchmarks.feedback_nights import nights_of
from benchmarks.feedback_policies import POLICIES, FeedbackPolicy
from benchmarks.feedback_replay import LABEL_DELAY_DAYS, replay
from benchmarks.feedback_rows import FeedbackRow
from benchmarks.feedback_table import feedback_lines, pooled
from benchmarks.feedback_truth import counted, said_of
from benchmarks.results import RESULTS, read_rows, write_rows
from insights.detection_truth import TruthEvent

#: What labels have to achieve over all worlds: at most this share of the false alerts that repeat
#: (in their series, or in the week of others) is told again, and of all false ones.
MOST_AGAIN, MOST_FALSE = 0.9, 0.95

BASELINE, PRODUCT, MUTE = (policy.name for policy in POLICIES)


def committed() -> dict[str, list[FeedbackRow]]:
    named = defaultdict(list)
    for row in read_rows(RESULTS / FEEDBACK, FeedbackRow):
        named[row.model].append(row)
    return named


def test_every_world_has_every_policy_on_the_same_data() -> None:
    rows = committed()
    assert set(rows) == {policy.name for policy in POLICIES}
    for own in rows.values():
        assert {row.task for row in own} == {f"feedback/{seed}" for seed in SEEDS}
    data = {(row.task, row.data, row.commit) for own in rows.values() for row in own}
    assert len(data) == len(SEEDS)


def repeated(row: FeedbackRow) -> tuple[int, int]:
    """False alerts that repeat: told, and all."""
    return row.again_told + row.same_week_told, row.again + row.same_week


def test_labels_lower_what_is_told_again() -> None:
    rows = committed()
    without, with_labels = pooled(rows[BASELINE]), pooled(rows[PRODUCT])
    assert without.unplanted_told == without.unplanted
    told, there_are = repeated(without)
    assert told == there_are > 0
    told, there_are = repeated(with_labels)
    assert told <= MOST_AGAIN * there_are
    assert with_labels.false_told <= MOST_FALSE * with_labels.false


def test_labels_lose_no_planted_anomaly_in_any_world_and_a_mute_does() -> None:
    rows = committed()
    without = {row.task: row for row in rows[BASELINE]}
    for row in rows[PRODUCT]:
        assert (row.found, row.found_usd) == (without[row.task].found, without[row.task].found_usd)
    assert pooled(rows[MUTE]).found < pooled(rows[BASELINE]).found


def test_the_document_shows_the_rows() -> None:
    rows = read_rows(RESULTS / FEEDBACK, FeedbackRow)
    text = DOCUMENT.read_text(encoding="utf-8")
    assert rendered(text, rows) == text
    assert "\n".join(feedback_lines(rows)) in text


FIRST = date(2026, 1, 5)
DAYS = 200
ADS, SEARCH, FRAUD, LATE = (
    "team=ads/model=a",
    "team=search/model=b",
    "team=fraud/model=c",
    "team=late/model=d",
)
#: Series and first day to days, amount and score; 100 is expected.
EVENTS = {
    (ADS, 40): (1, 200.0, 4.0),
    (ADS, 70): (1, 210.0, 4.2),  # the same again
    (ADS, 100): (1, 205.0, 3.9),
    (ADS, 150): (3, 500.0, 6.0),  # planted
    (SEARCH, 40): (2, 190.0, 4.1),
    (FRAUD, 44): (1, 195.0, 4.0),  # of one event with the two
    (LATE, 41): (1, 195.0, 4.0),  # before the two are labelled
    (FRAUD, 120): (2, 420.0, 5.5),  # planted
}
PLANTED = ((ADS, 150), (FRAUD, 120))


@dataclass(frozen=True)
class Panel:
    """Four series of 100 a day, and the events that alert on their first days."""

    unique_ids: tuple[str, ...]
    days: NDArray[np.datetime64]
    actual: NDArray[np.float64]
    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    score: NDArray[np.float64]
    p_value: NDArray[np.float64]
    alert: NDArray[np.bool_]


def panel() -> Panel:
    names = (ADS, SEARCH, FRAUD, LATE)
    ones = np.ones((len(names), DAYS))
    actual, score, alert = 100.0 * ones, 0.5 * ones, np.zeros(ones.shape, np.bool_)
    for (name, first), (length, amount, strength) in EVENTS.items():
        row = names.index(name)
        actual[row, first : first + length] = amount
        score[row, first], alert[row, first] = strength, True
    days = np.datetime64(FIRST, "D") + np.arange(DAYS)
    return Panel(names, days, actual, 100 * ones, 80 * ones, 120 * ones, score, 0.001 * ones, alert)


def truth() -> list[TruthEvent]:
    begun = [(name, FIRST + timedelta(days=first), EVENTS[name, first]) for name, first in PLANTED]
    return [
        TruthEvent(
            kind="spike",
            group="anomaly",
            unique_id=name,
            start=start,
            end=start + timedelta(days=length),
            amount_usd=Decimal(int(length * (amount - 100))),
        )
        for name, start, (length, amount, _) in begun
    ]


def run(policy: FeedbackPolicy) -> tuple[dict[str, int | Decimal], set[tuple[str, int]]]:
    """Counts of a replay, and which incidents were told."""
    events, seen = truth(), panel()
    label = partial(said_of, events=events) if policy.has_labels else None
    tellings = replay(seen, list(nights_of(seen, reach_days=120)), policy.quiets, label)
    told = {
        (one.incident.unique_id, (one.incident.first_day - FIRST).days)
        for one in tellings
        if one.told is not None
    }
    assert len(tellings) == len(EVENTS)
    return counted(tellings, events), told


@pytest.mark.parametrize(
    ("policy", "quiet"),
    [
        (POLICIES[0], set()),
        (POLICIES[1], {(ADS, 70), (ADS, 100), (FRAUD, 44)}),
        (POLICIES[2], {(ADS, 70), (ADS, 100), (ADS, 150), (FRAUD, 120)}),
    ],
    ids=[policy.name for policy in POLICIES],
)
def test_one_run_tells_what_each_policy_should(
    policy: FeedbackPolicy, quiet: set[tuple[str, int]]
) -> None:
    counts, told = run(policy)
    assert LABEL_DELAY_DAYS == 2
    assert told == EVENTS.keys() - quiet
    assert (counts["unplanted"], counts["false"]) == (6, 6)
    assert (counts["again"], counts["same_week"]) == (2, 1)
    assert counts["again_told"] == sum((ADS, day) not in quiet for day in (70, 100))
    assert counts["same_week_told"] == ((FRAUD, 44) not in quiet)
    assert counts["unplanted_told"] == 6 - len(quiet - set(PLANTED))
    found = set(PLANTED) - quiet
    assert (counts["planted"], counts["planted_usd"]) == (2, Decimal(1840))
    assert counts["found"] == len(found)
    amounts = {(ADS, 150): Decimal(1200), (FRAUD, 120): Decimal(640)}
    assert counts["found_usd"] == sum((amounts[one] for one in found), Decimal(0))
    assert counts["days_to_tell"] == 0


def test_what_outgrows_its_label_is_told_when_it_does() -> None:
    events = truth()
    seen = panel()
    row = seen.unique_ids.index(ADS)
    seen.actual[row, 150] = 210.0  # the first planted day looks like what was labelled
    seen.score[row, 150] = 4.2
    nights = list(nights_of(seen, reach_days=120))
    tellings = replay(seen, nights, POLICIES[1].quiets, partial(said_of, events=events))
    (grown,) = (one for one in tellings if one.incident.first_day == FIRST + timedelta(days=150))
    assert grown.incident.quieted_by is not None
    assert grown.told == FIRST + timedelta(days=151)
    assert counted(tellings, events)["days_to_tell"] == 1


def test_the_file_is_as_the_program_writes_it(tmp_path: Path) -> None:
    path = tmp_path / FEEDBACK
    write_rows(path, FeedbackRow, read_rows(RESULTS / FEEDBACK, FeedbackRow))
    assert path.read_bytes() == (RESULTS / FEEDBACK).read_bytes()
