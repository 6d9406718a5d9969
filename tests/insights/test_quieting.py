"""Labels of earlier incidents and what they keep quiet: at the edges, and how strong at most."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.quieting import MEMORY_DAYS, SAME_WEEK_DAYS, STRONGER, quieted
from journal.findings import Finding
from journal.incident_values import (
    Direction,
    FeedbackLabel,
    Incident,
    IncidentDay,
    IncidentKind,
)

START = date(2026, 3, 2)
EXPECTED = 100.0
ADS, SEARCH = "team=ads/model=gpt-5", "team=search/model=gpt-5"
ADS_MINI, SEARCH_MINI = "team=ads/model=gpt-5-mini", "team=search/model=gpt-5-mini"
FRAUD_FLASH = "team=fraud/model=flash"


def _series(unique_id: str) -> dict[str, str]:
    return dict(part.split("=") for part in unique_id.split("/"))


def _days(start: date, share: float, expected: float | None) -> tuple[IncidentDay, ...]:
    """One day that is this share of 100 (or of the expected) above it."""
    base = EXPECTED if expected is None else expected
    return (IncidentDay(day=start, actual=(expected or 0.0) + share * base, expected=expected),)


def finding(
    unique_id: str = ADS,
    *,
    after: int = 30,
    share: float = 1.0,
    score: float = 4.0,
    expected: float | None = EXPECTED,
    direction: Direction = "up",
    kind: IncidentKind = "anomaly",
) -> Finding:
    days = _days(START + timedelta(days=after), share, expected)
    return Finding(kind, unique_id, _series(unique_id), direction, days=days, score=score)


def labelled(
    number: int,
    unique_id: str = ADS,
    *,
    label: FeedbackLabel = "false_positive",
    after: int = 0,
    share: float = 1.0,
    score: float | None = 4.0,
    expected: float = EXPECTED,
    direction: Direction = "up",
    kind: IncidentKind = "anomaly",
) -> Incident:
    day = START + timedelta(days=after)
    days = _days(day, share, expected)
    return Incident(
        id=number,
        dedupe_key=str(number),
        kind=kind,
        unique_id=unique_id,
        series=_series(unique_id),
        direction=direction,
        state="ignored",
        severity="low",
        first_day=day,
        last_day=day,
        ending=None,
        detected_at=datetime(2026, 3, 3, tzinfo=UTC),
        acknowledged_at=None,
        resolved_at=None,
        backfilled=False,
        actual=days[0].actual,
        expected=expected,
        impact=days[0].actual - expected,
        currency="USD",
        score=score,
        p_value=0.001,
        feedback=label,
        quieted_by=None,
        part_of=None,
        parts=[],
        snapshot="s",
        days=list(days),
        history=[],
    )


@pytest.mark.parametrize("label", ["expected", "false_positive", "planned_activity"])
def test_what_is_like_a_labelled_one_of_its_series_is_quiet(label: FeedbackLabel) -> None:
    told = [finding(SEARCH), finding(ADS)]
    assert quieted(told, [labelled(7, label=label)]) == {1: 7}


@pytest.mark.parametrize(
    ("other", "is_quiet"),
    [
        (finding(score=4.0 * STRONGER), True),
        (finding(score=4.01 * STRONGER), False),
        (finding(share=0.99 * STRONGER), True),
        # more money at the same share, and a larger share of the same money
        (finding(expected=1.01 * STRONGER * EXPECTED), False),
        (finding(expected=EXPECTED / 2, share=1.01 * STRONGER), False),
        (finding(expected=None), False),
        (finding(after=MEMORY_DAYS), True),
        (finding(after=MEMORY_DAYS + 1), False),
        (finding(after=0), False),
        (finding(direction="down"), False),
        (finding(kind="first_seen"), False),
        (finding(SEARCH), False),
    ],
)
def test_how_far_a_label_of_its_series_reaches(other: Finding, is_quiet: bool) -> None:
    assert (quieted([other], [labelled(1)]) == {0: 1}) is is_quiet


def test_a_label_on_something_no_score_found_or_on_a_group_quiets_nothing() -> None:
    assert quieted([finding()], [labelled(1, score=None)]) == {}
    assert quieted([finding()], [labelled(1, kind="diffuse")]) == {}


@pytest.mark.parametrize(("share", "is_quiet"), [(0.7, True), (0.8, False)])
def test_what_is_no_smaller_than_an_unexpected_one_is_told(share: float, is_quiet: bool) -> None:
    said = [labelled(1, share=1.0), labelled(2, label="unexpected", after=10, share=1.0)]
    assert bool(quieted([finding(share=share)], said)) is is_quiet


def _event(*places: tuple[str, int], label: FeedbackLabel = "expected") -> list[Incident]:
    return [
        labelled(number, name, after=day, label=label) for number, (name, day) in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("said", "is_quiet"),
    [
        (_event((ADS, 0), (SEARCH_MINI, 1)), True),  # nothing in common: everybody's week
        (_event((ADS, 0)), False),  # one alone is its own affair
        (_event((ADS, 0), (ADS, 1)), False),
        (_event((ADS, 0), (ADS_MINI, 1)), False),  # what ads says speaks for ads
        (_event((ADS, 0), (SEARCH, 1)), False),  # what is said of gpt-5 speaks for gpt-5
        (_event((ADS, 0), (SEARCH_MINI, 1), label="unexpected"), False),
        (_event((ADS, -5), (SEARCH_MINI, -4)), False),  # a week ago and a day
        (_event((ADS, -4), (SEARCH_MINI, -4)), True),
        (_event((ADS, 0), (SEARCH_MINI, 4)), False),  # one began after it
    ],
)
def test_when_labels_of_other_series_speak_for_one(said: list[Incident], is_quiet: bool) -> None:
    assert SAME_WEEK_DAYS == 7
    assert bool(quieted([finding(FRAUD_FLASH, after=3)], said)) is is_quiet


def test_a_team_speaks_for_its_own_series() -> None:
    said = _event((ADS, 0), (ADS_MINI, 1))
    assert quieted([finding("team=ads/model=flash", after=3)], said) == {0: 1}


@pytest.mark.parametrize(
    ("measures", "is_quiet"),
    [
        ({"score": 4.01 * STRONGER}, False),
        ({"share": 1.01 * STRONGER}, False),
        ({"expected": 2.0 * EXPECTED}, True),  # as large as both together
        ({"expected": 2.01 * EXPECTED}, False),
        ({"expected": None}, False),
    ],
)
def test_the_week_quiets_nothing_stronger(
    measures: Mapping[str, float | None], is_quiet: bool
) -> None:
    said = _event((ADS, 0), (SEARCH_MINI, 1))
    other = finding(FRAUD_FLASH, after=3, **measures)  # type: ignore[arg-type]
    assert bool(quieted([other], said)) is is_quiet


@pytest.mark.parametrize(
    ("shown", "is_quiet"),
    [
        (set(), True),
        ({(ADS, START + timedelta(days=30))}, False),  # the new one alone
        ({(ADS, START)}, True),  # the labelled one alone
        ({(ADS, START), (ADS, START + timedelta(days=30))}, True),
    ],
)
def test_what_usage_shows_is_like_what_usage_showed(
    shown: set[tuple[str, date]], is_quiet: bool
) -> None:
    found = quieted([finding()], [labelled(1)], lambda name, day: (name, day) in shown)
    assert bool(found) is is_quiet


def test_what_usage_shows_is_like_a_week_that_usage_showed() -> None:
    said = _event((ADS, 0), (SEARCH_MINI, 1))
    strange = {(FRAUD_FLASH, START + timedelta(days=3)), (ADS, START)}
    other = [finding(FRAUD_FLASH, after=3)]
    assert quieted(other, said, lambda name, day: (name, day) in strange) == {}
    strange.add((SEARCH_MINI, START + timedelta(days=1)))
    assert quieted(other, said, lambda name, day: (name, day) in strange) == {0: 1}


@pytest.mark.parametrize(("days", "is_quiet"), [(1, True), (2, False)])
def test_what_lasts_longer_is_more(days: int, is_quiet: bool) -> None:
    begun = finding(share=0.9).days[0]
    longer = replace(
        finding(),
        days=tuple(
            begun.model_copy(update={"day": begun.day + timedelta(days=n)}) for n in range(days)
        ),
    )
    assert bool(quieted([longer], [labelled(1)])) is is_quiet


_NAMES = st.sampled_from([ADS, SEARCH, ADS_MINI, SEARCH_MINI, FRAUD_FLASH])
_SAID = st.lists(
    st.builds(
        labelled,
        st.integers(1, 99),
        _NAMES,
        label=st.sampled_from(["expected", "unexpected", "false_positive", "planned_activity"]),
        after=st.integers(-20, 20),
        share=st.floats(0.1, 5.0),
        score=st.floats(3.0, 8.0),
        expected=st.floats(10.0, 1000.0),
        direction=st.sampled_from(["up", "down"]),
    ),
    max_size=8,
)


def _strongest(said: Sequence[Incident], direction: Direction) -> tuple[float, float]:
    """Largest score and share of all that was labelled as no problem on this side."""
    calm = [i for i in said if i.feedback != "unexpected" and i.direction == direction]
    shares = [(i.days[0].actual - i.expected) / i.expected for i in calm]
    return max((i.score or 0.0 for i in calm), default=0.0), max(shares, default=0.0)


@given(
    said=_SAID,
    name=_NAMES,
    share=st.floats(0.1, 8.0),
    score=st.floats(3.0, 12.0),
    less=st.floats(0.3, 1.0),
)
def test_nothing_is_quiet_that_is_stronger_than_all_that_was_labelled(
    said: list[Incident], name: str, share: float, score: float, less: float
) -> None:
    """And a weaker score or fewer labels "unexpected" never make a quiet one told."""
    other = finding(name, after=21, share=share, score=score)
    quiet = quieted([other], said)
    largest_score, largest_share = _strongest(said, "up")
    if score > STRONGER * largest_score or share > 1.0001 * STRONGER * largest_share:
        assert quiet == {}
    if quiet:
        weaker = finding(name, after=21, share=share, score=less * score)
        assert quieted([weaker], said)
        assert quieted([other], [one for one in said if one.feedback != "unexpected"])
