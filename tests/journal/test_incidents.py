"""Incidents over nights and through people's hands, in SQLite and in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from journal.database import Database
from journal.findings import Finding, NightFindings
from journal.incident_values import Incident, IncidentDay, IncidentEnding
from journal.incidents import (
    all_incidents,
    change_incident,
    find_incident,
    labelled_incidents,
)
from journal.night_log import NightResult
from journal.reconciling import reconcile
from journal.tables import METADATA
from ledger.problems import BadInput

SERIES = {"team": "ads", "model": "gpt-5"}
ADS = "team=ads/model=gpt-5"
SEARCH = "team=search/model=gpt-5"
START = date(2026, 9, 10)
FIRST_NIGHT = datetime(2026, 9, 1, 5, tzinfo=UTC)
Amounts = Mapping[tuple[str, date], float]


def _finding(  # what is not named is as in the plainest incident
    days: int = 1,
    *,
    unique_id: str = ADS,
    start: date = START,
    actual: float = 300.0,
    ending: IncidentEnding | None = None,
    score: float = 5.0,
) -> Finding:
    """An incident with an expected amount of 100 a day."""
    return Finding(
        kind="anomaly",
        unique_id=unique_id,
        series=dict(part.split("=") for part in unique_id.split("/")),
        direction="up",
        days=tuple(
            IncidentDay(day=start + timedelta(days=step), actual=actual, expected=100.0)
            for step in range(days)
        ),
        score=score,
        p_value=0.001,
        ending=ending,
    )


def _night(
    database: Database,
    known_at: datetime,
    *findings: Finding,
    ledger: Amounts | None = None,
    quieted: Mapping[int, int] | None = None,
) -> NightResult:
    """Run a night; the ledger has what the findings say, unless told otherwise."""
    told: dict[tuple[str, date], float] = {
        (finding.unique_id, day.day): day.actual for finding in findings for day in finding.days
    }
    told.update(ledger or {})
    night = NightFindings(
        known_at=known_at,
        snapshot=f"{known_at:%Y%m%d}",
        currency="USD",
        since=date(2026, 6, 1),
        through=(known_at - timedelta(days=1)).date(),
        findings=findings,
        amount=lambda unique_id, day: told.get((unique_id, day)),
        quieted=quieted or {},
    )
    return reconcile(database, night)


def _on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


@pytest.fixture
def used(database: Database) -> Database:
    """A journal that has seen a night without findings."""
    _night(database, FIRST_NIGHT)
    return database


def _only(database: Database) -> Incident:
    (incident,) = all_incidents(database, details=True)
    return incident


def _told(incident: Incident, what: str) -> list[tuple[str | None, str | None]]:
    return [(line.before, line.after) for line in incident.history if line.what == what]


def _tables(database: Database) -> dict[str, Sequence[object]]:
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table)).all()]
            for table in METADATA.sorted_tables
        }


def test_one_event_over_several_nights_is_one_incident(used: Database) -> None:
    for days in (1, 2, 4):
        _night(used, _on(START + timedelta(days=days)), _finding(days))
    incident = _only(used)
    assert (incident.first_day, incident.last_day) == (START, START + timedelta(days=3))
    assert (incident.actual, incident.expected, incident.impact) == (1200.0, 400.0, 800.0)
    assert (incident.state, incident.detected_at) == ("active", _on(START + timedelta(days=1)))
    assert [day.actual for day in incident.days] == [300.0] * 4
    assert not incident.backfilled


def test_severity_follows_the_accumulated_impact(used: Database) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding(1, actual=150.0))
    assert _only(used).severity == "low"
    _night(used, _on(START + timedelta(days=9)), _finding(8, actual=150.0))
    assert _told(_only(used), "severity") == [("low", "medium")]
    assert _only(used).severity == "medium"


def test_the_same_night_again_changes_nothing(used: Database) -> None:
    findings = [_finding(3), _finding(2, unique_id=SEARCH, ending="back_to_normal")]
    when = _on(START + timedelta(days=3))
    first = _night(used, when, *findings)
    before = _tables(used)
    assert len(first.opened) == 2
    assert _night(used, when, *findings) == NightResult()
    assert _tables(used) == before


def test_a_night_that_dies_leaves_the_night_before(used: Database) -> None:
    before = _tables(used)
    broken = Finding("anomaly", ADS, SERIES, "up", days=())
    with pytest.raises((IndexError, ValueError)):
        _night(used, _on(START), _finding(unique_id=SEARCH), broken)
    assert _tables(used) == before


def test_back_to_normal_closes_it_and_strange_days_open_it_again(used: Database) -> None:
    _night(used, _on(START + timedelta(days=2)), _finding(2))
    closed = _night(used, _on(START + timedelta(days=6)), _finding(2, ending="back_to_normal"))
    incident = _only(used)
    assert closed.closed == [incident.id]
    assert (incident.state, incident.ending) == ("resolved", "back_to_normal")
    assert incident.resolved_at == _on(START + timedelta(days=6))
    again = _night(used, _on(START + timedelta(days=9)), _finding(8))
    assert again.reopened == [incident.id]
    assert (_only(used).state, _only(used).resolved_at, _only(used).ending) == (
        "active",
        None,
        None,
    )
    assert _told(_only(used), "state") == [("active", "resolved"), ("resolved", "active")]


def test_a_later_event_of_the_series_is_another_incident(used: Database) -> None:
    first = _finding(2, ending="back_to_normal")
    _night(used, _on(START + timedelta(days=6)), first)
    later = _finding(2, start=START + timedelta(days=12))
    _night(used, _on(START + timedelta(days=15)), first, later)
    assert [i.first_day for i in all_incidents(used)] == [START, START + timedelta(days=12)]


def test_a_ledger_that_moved_restates_the_amounts_and_tells_it_once(used: Database) -> None:
    _night(used, _on(START + timedelta(days=2)), _finding(2, actual=700.0))
    assert _only(used).severity == "high"
    corrected = _finding(2, actual=250.0)
    for later in (8, 8, 9):
        _night(used, _on(START + timedelta(days=later)), corrected)
    incident = _only(used)
    assert _told(incident, "restated") == [("1200.00", "300.00")]
    assert (incident.impact, incident.severity, incident.state) == (300.0, "medium", "active")
    assert [day.actual for day in incident.days] == [250.0, 250.0]


def test_what_the_ledger_takes_back_is_restated_and_no_longer_open(used: Database) -> None:
    _night(used, _on(START + timedelta(days=2)), _finding(2))
    ledger = {(ADS, START): 104.0, (ADS, START + timedelta(days=1)): 98.0}
    result = _night(used, _on(START + timedelta(days=5)), ledger=ledger)
    incident = _only(used)
    assert result.restated == [incident.id]
    assert incident.state == "restated"
    assert _told(incident, "restated") == [("400.00", "2.00")]
    assert _told(incident, "state") == [("active", "restated")]
    assert incident.impact == pytest.approx(2.0)
    # and it is opened again where the correction is corrected
    _night(used, _on(START + timedelta(days=7)), _finding(2))
    assert _only(used).state == "active"
    assert _only(used).impact == pytest.approx(400.0)


def test_late_cents_are_not_told(used: Database) -> None:
    _night(used, _on(START + timedelta(days=2)), _finding(2))
    _night(used, _on(START + timedelta(days=3)), _finding(2, actual=300.5))
    assert _told(_only(used), "restated") == []


def test_cents_that_come_together_are_told_when_they_are_worth_it(used: Database) -> None:
    _night(used, _on(START + timedelta(days=2)), _finding(2))
    for later, actual in ((3, 304.0), (4, 308.0), (5, 312.0)):
        _night(used, _on(START + timedelta(days=later)), _finding(2, actual=actual))
    assert _told(_only(used), "restated") == [("400.00", "424.00")]


def test_what_the_detector_no_longer_finds_is_closed_and_kept(used: Database) -> None:
    _night(used, _on(START + timedelta(days=2)), _finding(2))
    _night(used, _on(START + timedelta(days=4)))
    assert _only(used).state == "active"  # it may be found again tomorrow
    _night(used, _on(START + timedelta(days=12)))
    assert (_only(used).state, _only(used).ending) == ("resolved", "no_longer_found")
    assert _only(used).impact == 400.0


def test_the_first_night_only_fills_the_journal(database: Database) -> None:
    over = _finding(2, unique_id=SEARCH, ending="back_to_normal")
    _night(database, _on(START + timedelta(days=9)), _finding(8), over)
    one, other = all_incidents(database)
    assert (one.state, other.state) == ("active", "resolved")
    assert one.backfilled
    assert other.backfilled


def test_what_is_like_a_labelled_incident_is_kept_but_not_open(used: Database) -> None:
    result = _night(used, _on(START + timedelta(days=1)), _finding(unique_id=SEARCH))
    (labelled,) = result.opened
    result = _night(
        used,
        _on(START + timedelta(days=2)),
        _finding(unique_id=SEARCH),
        _finding(1, score=4.0),
        quieted={1: labelled},
    )
    (quiet,) = result.quieted
    incident = find_incident(used, quiet)
    assert incident is not None
    assert (incident.state, incident.quieted_by, incident.is_open) == ("ignored", labelled, False)
    # it outgrows what was labelled
    _night(used, _on(START + timedelta(days=3)), _finding(unique_id=SEARCH), _finding(2, score=9.0))
    incident = find_incident(used, quiet)
    assert incident is not None
    assert (incident.state, incident.score) == ("active", 9.0)


def _group(used: Database) -> tuple[Incident, list[Incident]]:
    parts = [_finding(), _finding(unique_id=SEARCH, actual=500.0)]
    whole = Finding("common", "model=gpt-5", {"model": "gpt-5"}, "up", days=(), parts=(0, 1))
    for _ in range(2):
        _night(used, _on(START + timedelta(days=1)), *parts, whole)
    (found,) = [incident for incident in all_incidents(used) if incident.kind == "common"]
    return found, [incident for incident in all_incidents(used) if incident.part_of == found.id]


def test_one_cause_is_one_incident_made_of_others(used: Database) -> None:
    whole, parts = _group(used)
    assert whole.parts == [part.id for part in parts]
    assert (whole.impact, whole.severity, whole.state) == (600.0, "medium", "active")
    closed = [_finding(ending="back_to_normal"), _finding(unique_id=SEARCH, ending="new_level")]
    again = Finding("common", "model=gpt-5", {"model": "gpt-5"}, "up", days=(), parts=(0, 1))
    _night(used, _on(START + timedelta(days=20)), *closed, again)
    assert {incident.state for incident in all_incidents(used)} == {"resolved"}


def test_who_takes_an_incident_takes_its_parts(used: Database) -> None:
    whole, parts = _group(used)
    at = datetime(2026, 9, 12, 9, tzinfo=UTC)
    change_incident(used, parts[0].id, by="ann", at=at, state="resolved")
    change_incident(used, whole.id, by="bob", at=at, state="acknowledged", note="on it")
    states = {incident.id: incident.state for incident in all_incidents(used)}
    assert states == {
        whole.id: "acknowledged",
        parts[0].id: "resolved",  # what was closed stays closed
        parts[1].id: "acknowledged",
    }


def test_the_history_tells_who_did_what_when(used: Database) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding())
    at = datetime(2026, 9, 12, 9, tzinfo=UTC)
    number = _only(used).id
    change_incident(used, number, by="ann", at=at, state="acknowledged", note="looking")
    later = at + timedelta(hours=3)
    changed = change_incident(used, number, by="ann", at=later, state="resolved")
    assert (changed.acknowledged_at, changed.resolved_at) == (at, later)
    told = [
        (line.at, line.by, line.what, line.before, line.after, line.note)
        for line in changed.history
    ]
    assert told[1:] == [
        (at, "ann", "state", "active", "acknowledged", "looking"),
        (later, "ann", "state", "acknowledged", "resolved", ""),
    ]
    # the same again is no change
    assert change_incident(used, number, by="bob", at=later, state="resolved") == changed


def test_a_label_closes_an_open_incident(used: Database) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding())
    at = datetime(2026, 9, 12, 9, tzinfo=UTC)
    changed = change_incident(used, _only(used).id, by="ann", at=at, feedback="false_positive")
    assert (changed.feedback, changed.state) == ("false_positive", "ignored")
    assert _told(changed, "feedback") == [(None, "false_positive")]
    assert [incident.id for incident in labelled_incidents(used)] == [changed.id]
    # the night leaves what people closed as it is
    _night(used, _on(START + timedelta(days=3)), _finding(3))
    assert _only(used).state == "ignored"
    assert _only(used).impact == 600.0


def test_an_unexpected_one_is_taken_not_closed(used: Database) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding())
    at = datetime(2026, 9, 12, 9, tzinfo=UTC)
    changed = change_incident(used, _only(used).id, by="ann", at=at, feedback="unexpected")
    assert (changed.state, changed.acknowledged_at) == ("acknowledged", at)


def test_resolved_too_early_is_opened_by_the_days_after(used: Database) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding())
    number = _only(used).id
    resolved = datetime(2026, 9, 12, 9, tzinfo=UTC)
    change_incident(used, number, by="ann", at=resolved, state="resolved")
    # days before it was resolved arrive late and say nothing new
    _night(used, _on(START + timedelta(days=3)), _finding(3))
    assert _only(used).state == "resolved"
    _night(used, _on(START + timedelta(days=5)), _finding(5))
    assert _only(used).state == "active"


def test_an_archived_incident_stays_as_it_is(used: Database) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding())
    at = datetime(2026, 9, 12, 9, tzinfo=UTC)
    archived = change_incident(used, _only(used).id, by="ann", at=at, state="archived")
    _night(used, _on(START + timedelta(days=5)), _finding(5))
    assert _only(used) == archived


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"state": "restated"}, "state"),
        ({"by": " "}, "by"),
        ({"by": "x" * 201}, "by"),
        ({"note": "x" * 4001}, "note"),
        ({"state": None}, "state"),
        ({"number": 99}, "id"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    used: Database, asked: dict[str, object], field: str
) -> None:
    _night(used, _on(START + timedelta(days=1)), _finding())
    before = _tables(used)
    plain: dict[str, object] = {"number": _only(used).id, "by": "ann", "state": "acknowledged"}
    arguments = {**plain, "at": FIRST_NIGHT, **asked}
    number = arguments.pop("number")
    with pytest.raises(BadInput) as problem:
        change_incident(used, number, **arguments)  # type: ignore[arg-type]  # wrong on purpose
    assert problem.value.field == field
    assert _tables(used) == before


def test_incidents_are_found_by_state_and_day(used: Database) -> None:
    _night(
        used,
        _on(START + timedelta(days=2)),
        _finding(2),
        _finding(unique_id=SEARCH, ending="new_level"),
    )
    assert [i.unique_id for i in all_incidents(used, states=["active"])] == [ADS]
    assert [i.unique_id for i in all_incidents(used, since=START + timedelta(days=1))] == [ADS]
    assert find_incident(used, 99) is None
