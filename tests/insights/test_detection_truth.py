"""Alerts against planted events."""

from datetime import date
from decimal import Decimal

import pytest

from insights.detection_truth import AFTERMATH_DAYS, EventGroup, TruthEvent, match_alerts

ADS, SEARCH = "team=ads/model=a", "team=search/model=a"


def _event(
    kind: str, first: int, end: int, amount: str, group: EventGroup = "anomaly", series: str = ADS
) -> TruthEvent:
    days = date(2026, 9, first), date(2026, 9, end)
    return TruthEvent(kind, group, series, *days, Decimal(amount))


def _alert(day: int, series: str = ADS) -> tuple[str, date, float]:
    return series, date(2026, 9, day), 1.0


TRUTH = [
    _event("spike", 3, 5, "100.10"),
    _event("spike", 20, 21, "-50.00"),
    _event("key_leak", 10, 12, "849.90", series=SEARCH),
    _event("launch", 15, 29, "400", group="planned", series=SEARCH),
]


def test_every_alert_is_accounted_for_once() -> None:
    alerts = [_alert(3), _alert(4), _alert(5), _alert(28), _alert(18, SEARCH), _alert(11, "x=y")]
    score = match_alerts(alerts, TRUTH)
    assert (score.alerts, score.right, score.planned, score.aftermath, score.false) == (
        (6, 2, 1, 2, 1)
    )
    assert score.found == 1
    assert score.recall == pytest.approx(1 / 3)
    assert score.recall_by_kind == {"key_leak": (0, 1), "spike": (1, 2)}
    assert score.precision == pytest.approx(2 / 6)
    assert score.precision_with_planned == pytest.approx(5 / 6)
    assert (score.found_usd, score.planted_usd) == (Decimal("100.10"), Decimal("1000.00"))
    assert score.dollars == pytest.approx(0.1001)


def test_dollars_of_planned_changes_and_returns_count_neither_way() -> None:
    right, false = ("team=ads/model=a", date(2026, 9, 3), -60.0), ("x=y", date(2026, 9, 3), 20.0)
    planned = (SEARCH, date(2026, 9, 18), 1000.0)
    returned = (ADS, date(2026, 9, 5), -500.0)
    score = match_alerts([right, false, planned, returned], TRUTH)
    assert (score.right_impact, score.false_impact) == (60.0, 20.0)
    assert score.precision_by_dollars == 0.75
    assert match_alerts([planned, returned], TRUTH).precision_by_dollars is None


def test_days_are_half_open_and_the_series_must_be_the_same() -> None:
    assert match_alerts([_alert(12, SEARCH)], TRUTH).found == 0
    assert match_alerts([_alert(11, SEARCH)], TRUTH).found == 1
    assert match_alerts([_alert(11)], TRUTH).found == 0


def test_the_aftermath_ends() -> None:
    def aftermath(day: int) -> int:
        return match_alerts([_alert(day)], TRUTH[:1]).aftermath

    assert [aftermath(day) for day in (5, 4 + AFTERMATH_DAYS, 5 + AFTERMATH_DAYS)] == [1, 1, 0]


def test_an_anomaly_within_a_planned_change_is_an_anomaly() -> None:
    leak = _event("key_leak", 16, 18, "10", series=SEARCH)
    score = match_alerts([_alert(16, SEARCH)], [*TRUTH, leak])
    assert (score.right, score.planned) == (1, 0)


def test_one_alert_may_find_two_anomalies() -> None:
    twin = _event("retry_loop", 4, 6, "10")
    score = match_alerts([_alert(4)], [TRUTH[0], twin])
    assert (score.found, score.right) == (2, 1)


def test_nothing_to_measure_on_is_none_and_not_zero() -> None:
    score = match_alerts([], [])
    assert (score.precision, score.precision_with_planned) == (None, None)
    assert (score.recall, score.dollars) == (None, None)
    assert match_alerts([], TRUTH).recall == 0.0
