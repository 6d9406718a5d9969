"""A simulated rule does what it would have done once set; nothing of the window is learned from."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray

from insights.detection_truth import TruthEvent
from insights.labels import Labels
from ledger.panel import Panel
from ledger.problems import BadInput
from ledger.series import SeriesKey
from models.alert_rule import AlertRule
from training.detect import fit_detector
from training.simulate import rules_around, simulate

DAYS, WINDOW = 160, 45
START = DAYS - WINDOW
SPIKES = {(0, START + 10): 6.0, (1, START + 30): 4.0, (2, 80): 5.0}
FIRST = date(2026, 1, 5)


def _value() -> NDArray[np.float64]:
    rng = np.random.default_rng(2)
    week = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])[np.arange(DAYS) % 7]
    value = 300 * week * rng.lognormal(0, 0.1, (6, DAYS))
    for cell, factor in SPIKES.items():
        value[cell] *= factor
    return np.asarray(value)


def _panel(value: NDArray[np.float64]) -> Panel:
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(
            SeriesKey.of(team="ads" if row < 3 else "search", model=f"m{row}") for row in range(6)
        ),
        periods=np.datetime64(FIRST, "D") + np.arange(value.shape[1]),
        value=value,
        observed=np.isfinite(value),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )


def _day(number: int) -> date:
    return (np.datetime64(FIRST, "D") + number).astype(date)  # type: ignore[no-any-return]  # numpy's type is wider


def _event(cell: tuple[int, int], group: str = "anomaly") -> TruthEvent:
    row, day = cell
    name = _panel(_value()).unique_ids[row]
    return TruthEvent("spike", group, name, _day(day), _day(day + 1), Decimal(100))  # type: ignore[arg-type]


def test_a_rule_has_the_threshold_of_a_fit_on_the_days_before() -> None:
    panel = _panel(_value())
    rules = (AlertRule(), AlertRule(4.0, 0.0, 0.0), AlertRule(2.0, alerts_per_team_and_week=1))
    for one in simulate(panel, rules, days=WINDOW, seed=3):
        fitted = fit_detector(panel.until(panel.periods[START]), rule=one.rule, seed=3)
        assert one.threshold == pytest.approx(fitted.threshold)


def test_the_window_teaches_nothing() -> None:
    value = _value()
    (quiet,) = simulate(_panel(value), [AlertRule()], days=WINDOW)
    value[:, START + 20 :] *= 30
    (loud,) = simulate(_panel(value), [AlertRule()], days=WINDOW)
    assert loud.threshold == quiet.threshold
    early = [alert for alert in loud.alerts if alert[1] < _day(START + 20)]
    assert early == [alert for alert in quiet.alerts if alert[1] < _day(START + 20)]
    assert len(loud.alerts) > len(quiet.alerts)


def test_planted_days_are_told_and_counted_by_team_and_week() -> None:
    panel = _panel(_value())
    (one,) = simulate(panel, [AlertRule()], days=WINDOW, labels=Labels(tuple(map(_event, SPIKES))))
    assert set(one.alerts) == {
        (panel.unique_ids[0], _day(START + 10)),
        (panel.unique_ids[1], _day(START + 30)),
    }
    assert one.alerts_by_team == {"ads": 2, "search": 0}
    assert (one.busiest_week, one.weeks) == (1, WINDOW / 7)
    assert one.per_team_and_week == pytest.approx(2 / (WINDOW / 7) / 2)
    assert one.truth is not None
    assert (one.truth.precision, one.truth.recall, one.truth.planted) == (1.0, 1.0, 2)
    assert one.impact > 300


def test_labels_of_people_judge_their_own_days_only() -> None:
    panel = _panel(_value())
    right, wrong = map(_event, list(SPIKES)[:2])
    spans = tuple((event.unique_id, event.start, event.end) for event in (right, wrong))
    counts = {}
    for judged in (spans, spans[:1], None):
        (one,) = simulate(panel, [AlertRule()], days=WINDOW, labels=Labels((right,), judged))
        assert one.truth is not None
        assert len(one.alerts) == 2
        counts[judged] = (one.truth.alerts, one.truth.right, one.truth.false)
    assert counts == {spans: (2, 1, 1), spans[:1]: (1, 1, 0), None: (2, 1, 1)}


def test_what_began_before_the_window_is_known_and_no_false_alarm() -> None:
    panel = _panel(_value())
    event = TruthEvent(
        "step", "anomaly", panel.unique_ids[0], _day(START - 5), _day(START + 20), Decimal(9)
    )
    (one,) = simulate(panel, [AlertRule()], days=WINDOW, labels=Labels((event,)))
    assert one.truth is not None
    assert (one.truth.planted, one.truth.planned, one.truth.false) == (0, 1, 1)


def test_looser_rules_tell_more_and_the_set_one_comes_first() -> None:
    rules = rules_around(AlertRule(0.5, 50.0, 0.3, 2))
    assert rules[0] == AlertRule(0.5, 50.0, 0.3, 2)
    assert len(set(rules)) == len(rules) == 15
    simulated = simulate(_panel(_value()), rules, days=WINDOW)
    counts = {
        (one.rule.alerts_per_series_and_quarter, one.rule.floor_amount): len(one.alerts)
        for one in simulated
    }
    assert counts[2.0, 0.0] >= counts[1.0, 0.0] >= counts[0.25, 0.0]
    assert counts[1.0, 0.0] >= counts[1.0, 250.0]


@pytest.mark.parametrize("days", [DAYS - 20, DAYS, DAYS + 9])
def test_a_window_that_leaves_nothing_to_learn_from_is_refused(days: int) -> None:
    with pytest.raises(BadInput, match="scored days before it"):
        simulate(_panel(_value()), [AlertRule()], days=days)
