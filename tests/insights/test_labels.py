"""What people said of incidents, as labels: which days are judged, and as what."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from insights.detection_truth import TruthEvent
from insights.labels import Labels
from journal.incident_values import FeedbackLabel, Incident

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


def _incident(number: int, day: int, feedback: FeedbackLabel | None) -> Incident:
    at = datetime(2026, 9, day, 6, tzinfo=UTC)
    return Incident(
        id=number,
        dedupe_key=str(number),
        kind="anomaly",
        unique_id=f"team=t{number}/model=m",
        series={"team": f"t{number}", "model": "m"},
        direction="up",
        state="resolved",
        severity="low",
        first_day=date(2026, 9, day),
        last_day=date(2026, 9, day + 2),
        ending=None,
        detected_at=at,
        acknowledged_at=None,
        resolved_at=at,
        backfilled=False,
        actual=300.0,
        expected=100.0,
        impact=200.0,
        currency="USD",
        score=4.0,
        p_value=0.001,
        feedback=feedback,
        quieted_by=None,
        part_of=None,
        parts=[],
        snapshot="0" * 16,
        days=[],
        history=[],
    )


@pytest.mark.parametrize(
    ("feedback", "right", "planned", "false"),
    [("unexpected", 1, 0, 0), ("expected", 0, 1, 0), ("planned_activity", 0, 1, 0),
     ("false_positive", 0, 0, 1), (None, 0, 0, 0)],
)  # fmt: skip
def test_a_label_says_what_an_alert_on_its_days_is(
    feedback: FeedbackLabel | None, right: int, planned: int, false: int
) -> None:
    labels = Labels.of_incidents([_incident(1, 10, feedback)])
    score = labels.score([("team=t1/model=m", date(2026, 9, 12), 99.0)], FIRST, LAST)
    assert (score.right, score.planned, score.false) == (right, planned, false)


def test_days_and_series_that_nobody_judged_do_not_count() -> None:
    labels = Labels.of_incidents([_incident(1, 10, "unexpected"), _incident(2, 20, None)])
    alerts = [
        ("team=t1/model=m", date(2026, 9, 10), 99.0),
        ("team=t1/model=m", date(2026, 9, 13), 99.0),
        ("team=t2/model=m", date(2026, 9, 20), 99.0),
    ]
    score = labels.score(alerts, FIRST, LAST)
    assert (score.alerts, score.right, score.planted) == (1, 1, 1)
    assert score.planted_usd == 200


def test_what_nobody_found_again_is_missed() -> None:
    labels = Labels.of_incidents([_incident(1, 10, "unexpected"), _incident(2, 15, "unexpected")])
    score = labels.score([("team=t1/model=m", date(2026, 9, 10), 99.0)], FIRST, LAST)
    assert (score.recall, score.precision) == (0.5, 1.0)


def test_without_judged_days_everything_is() -> None:
    event = TruthEvent("spike", "anomaly", "team=a", date(2026, 9, 5), date(2026, 9, 6), Decimal(5))
    late = TruthEvent("spike", "anomaly", "team=a", LAST, date(2026, 10, 3), Decimal(5))
    outside = TruthEvent("spike", "anomaly", "team=a", date(2026, 8, 5), FIRST, Decimal(5))
    labels = Labels((event, late, outside))
    score = labels.score([("team=b", date(2026, 9, 5), 9.0)], FIRST, LAST)
    assert (score.planted, score.found, score.false) == (2, 0, 1)
