"""Charts are well-formed, escaped and drawn where the numbers are."""

from __future__ import annotations

import doctest
import math
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.scope import Scope
from serving import svg, wording
from serving.charts import anomaly_chart, fan_chart, range_bar
from serving.engine import Engine
from serving.svg import Plot, element, line, nice_ticks

ALL = Scope.everything()


@pytest.mark.parametrize("module", [svg, wording], ids=lambda module: module.__name__)
def test_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # a module


def _elements(text: str, class_: str) -> list[ElementTree.Element]:
    return [e for e in ElementTree.fromstring(text).iter() if class_ in (e.get("class") or "")]  # noqa: S314 (our own text)


def test_a_fan_shows_actuals_band_and_where_the_forecast_starts(engine: Engine) -> None:
    (forecast,) = engine.forecast(ALL, team="ads")
    history = engine.history(ALL, team="ads", days=30)
    chart = fan_chart(history, forecast, "ads <team>")
    assert "forecast starts" in chart
    assert "ads &lt;team&gt;" in chart
    for class_ in ("band", "median", "actual"):
        assert _elements(chart, class_)
    assert len(_elements(chart, "waiting")) == 3  # provisional days
    hints = [e.text or "" for e in ElementTree.fromstring(chart).iter("title")]  # noqa: S314
    assert len(hints) == 30 - 3 + 92
    assert any("so far" in hint for hint in hints)


def test_an_anomaly_is_marked(engine: Engine) -> None:
    anomaly = max(engine.anomalies(ALL), key=lambda a: a.impact or 0)
    around = engine.surroundings(anomaly)
    assert anomaly.period_start in around.days
    chart = anomaly_chart(around, anomaly.period_start, "USD", "spike")
    assert len(_elements(chart, "alert")) == 1
    assert _elements(chart, "expected")


def test_a_bar_marks_a_budget_that_breaks() -> None:
    over = range_bar(50.0, (90.0, 110.0, 130.0), 100.0, "x")
    holds = range_bar(50.0, (90.0, 95.0, 130.0), 100.0, "x")
    assert "budget over" in over
    assert "budget over" not in holds
    assert _elements(range_bar(0.0, None, None, "nothing"), "track")


def test_a_gap_interrupts_a_line() -> None:
    plot = Plot(5, 0.0, 10.0, 0.0, 40.0, 0.0, 10.0)
    drawn = line(plot, 0, [1.0, 2.0, math.nan, 4.0, math.nan], "actual")
    assert drawn.count("<path") == 1
    assert drawn.count("<circle") == 1
    assert "M0.0,9.0L10.0,8.0" in drawn


def test_text_is_escaped_everywhere() -> None:
    assert element("text", "<b>", class_='"x"') == '<text class="&#34;x&#34;">&lt;b&gt;</text>'


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_ticks_enclose_the_values(low: float, width: float) -> None:
    ticks = nice_ticks(low, low + width)
    slack = 1e-6 * max(abs(low), width, 1.0)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + width - slack
    assert 2 <= len(ticks) <= 8


def test_days_are_written_without_ambiguity() -> None:
    assert wording.day(date(2026, 10, 5)) == "5 Oct 2026"
    assert not re.search(r"\d+/\d+", wording.span(date(2026, 10, 1), date(2026, 11, 1)))
