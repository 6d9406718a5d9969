"""The three charts of the pages: inline SVG without scripts, coloured by the style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from journal.outcomes import Forecast
from serving.anomalies import Surroundings
from serving.history import History
from serving.svg import Plot, area, element, line, nice_ticks
from serving.wording import compact, day, money

__all__ = ["anomaly_chart", "fan_chart", "range_bar"]

#: Widths near those on the page keep text at its size.
_FAN_WIDTH, _WIDE_FAN_WIDTH, _FAN_HEIGHT = 540, 1100, 230
_SMALL_WIDTH, _SMALL_HEIGHT = 360, 150
_BAR_WIDTH, _BAR_HEIGHT = 200, 22
#: Labels of days closer than this many pixels would touch.
_LABEL_PIXELS = 46


def fan_chart(history: History, forecast: Forecast, label: str, *, wide: bool = False) -> Markup:
    """Actual days, then the band from P10 to P90 with P50, parted by "forecast starts"."""
    currency = forecast.currency or ""
    first, width = history.days[0], _WIDE_FAN_WIDTH if wide else _FAN_WIDTH
    start = (forecast.points[0].period_start - first).days
    low, middle, high = (
        [point.quantiles[level] for point in forecast.points] for level in ("0.1", "0.5", "0.9")
    )
    settled = [a if f else math.nan for a, f in zip(history.amount, history.final, strict=True)]
    waiting = [math.nan if f else a for a, f in zip(history.amount, history.final, strict=True)]
    count = start + len(middle)
    plot = _plot(count, [*history.amount, *low, *high], width, _FAN_HEIGHT)
    parts = [
        _grid(plot, currency),
        _month_labels(plot, first, count),
        area(plot, start, low, high, "band"),
        line(plot, start, middle, "median"),
        line(plot, 0, settled, "actual"),
        _dots(plot, waiting),
        _start_line(plot, start),
        _hints(plot, first, history, forecast),
    ]
    return _drawing(width, _FAN_HEIGHT, "fan", label, parts)


def anomaly_chart(around: Surroundings, at: date, currency: str, label: str) -> Markup:
    """Expected days with their interval against actual ones, the abnormal day marked."""
    values = [*around.actual, *around.expected, *around.upper, *around.lower]
    plot = _plot(len(around.days), values, _SMALL_WIDTH, _SMALL_HEIGHT)
    marked = around.days.index(at)
    actual = float(around.actual[marked])
    x, y = plot.x(marked), plot.y(actual)
    parts = [
        _grid(plot, currency, count=2),
        _day_labels(plot, around.days),
        area(plot, 0, list(around.lower), list(around.upper), "band ordinary"),
        line(plot, 0, list(around.expected), "expected"),
        line(plot, 0, list(around.actual), "actual"),
        element("line", x1=x, x2=x, y1=plot.bottom, y2=y, class_="drop"),
        element("circle", cx=x, cy=y, r=4.5, class_="alert"),
    ]
    return _drawing(_SMALL_WIDTH, _SMALL_HEIGHT, "small", label, parts)


def range_bar(
    actual: float, band: tuple[float, float, float] | None, budget: float | None, label: str
) -> Markup:
    """A month on one line: what is spent (bar), P10 to P90 (band), P50 (tick), budget (mark)."""
    ends = [actual, *(band or ()), budget or 0.0]
    plot = Plot(2, 0.0, 1.0, 1.0, _BAR_WIDTH - 1.0, 0.0, float(_BAR_HEIGHT))
    whole = max(ends) * 1.04 or 1.0

    def x(value: float) -> float:
        return plot.x(min(max(value, 0.0) / whole, 1.0))

    middle = _BAR_HEIGHT / 2
    parts = [
        element(
            "rect", x=x(0), y=middle - 4, width=x(whole) - x(0), height=8, rx=4, class_="track"
        ),
        element(
            "rect", x=x(0), y=middle - 4, width=x(actual) - x(0), height=8, rx=4, class_="spent"
        ),
    ]
    if band is not None:
        low, median, high = map(x, band)
        width = max(high - low, 2.0)
        parts += [
            element("rect", x=low, y=middle - 7, width=width, height=14, rx=3, class_="band"),
            element("line", x1=median, x2=median, y1=middle - 8, y2=middle + 8, class_="tick"),
        ]
    if budget is not None:
        over = " over" if band is not None and band[1] > budget else ""
        parts.append(
            element(
                "line", x1=x(budget), x2=x(budget), y1=0, y2=_BAR_HEIGHT, class_=f"budget{over}"
            )
        )
    return _drawing(_BAR_WIDTH, _BAR_HEIGHT, "bar", label, parts)


def _plot(count: int, values: Sequence[float], width: int, height: int) -> Plot:
    known = [float(value) for value in values if not math.isnan(value)] or [0.0]
    ticks = nice_ticks(min(*known, 0.0), max(*known, 0.0))
    return Plot(count, ticks[0], ticks[-1], 52.0, width - 10.0, 14.0, height - 24.0)


def _grid(plot: Plot, currency: str, count: int = 4) -> Markup:
    drawn = Markup("")
    for tick in nice_ticks(plot.low, plot.high, count):
        y = plot.y(tick)
        if plot.top - 1 <= y <= plot.bottom + 1:
            drawn += element("line", x1=plot.left, x2=plot.right, y1=y, y2=y, class_="grid")
            text = compact(tick, currency)
            drawn += element("text", text, x=plot.left - 8, y=y + 4, class_="label end")
    return drawn


def _month_labels(plot: Plot, first: date, count: int) -> Markup:
    drawn, last = Markup(""), -math.inf
    for step in range(count):
        current = date.fromordinal(first.toordinal() + step)
        x = plot.x(step)
        if current.day != 1 or x - last < _LABEL_PIXELS or x > plot.right - _LABEL_PIXELS / 2:
            continue
        last = x
        drawn += element("line", x1=x, x2=x, y1=plot.bottom, y2=plot.bottom + 4, class_="axis")
        drawn += element("text", f"1 {current:%b}", x=x, y=plot.bottom + 17, class_="label middle")
    return drawn


def _day_labels(plot: Plot, days: Sequence[date]) -> Markup:
    drawn = Markup("")
    for step, anchor in ((0, "begin"), (len(days) - 1, "end")):
        text, x = f"{days[step].day} {days[step]:%b}", plot.x(step)
        drawn += element("text", text, x=x, y=plot.bottom + 16, class_=f"label {anchor}")
    return drawn


def _dots(plot: Plot, values: Sequence[float]) -> Markup:
    """Provisional days: hollow dots, because the amounts still grow."""
    drawn = Markup("")
    for step, value in enumerate(values):
        if not math.isnan(value):
            drawn += element("circle", cx=plot.x(step), cy=plot.y(value), r=2.6, class_="waiting")
    return drawn


def _start_line(plot: Plot, start: int) -> Markup:
    x = plot.x(start - 0.5)
    rule = element("line", x1=x, x2=x, y1=plot.top - 6, y2=plot.bottom, class_="start")
    return rule + element("text", "forecast starts", x=x + 6, y=plot.top + 2, class_="label")


def _hints(plot: Plot, first: date, history: History, forecast: Forecast) -> Markup:
    """What each day says when pointed at."""
    currency, said = forecast.currency or "", {}
    for current, amount in zip(history.days, history.amount, strict=True):
        said[current] = f"{day(current)}: {money(float(amount), currency)}"
    for point in forecast.points:
        low, middle, high = (money(point.quantiles[q], currency) for q in ("0.1", "0.5", "0.9"))
        text = f"forecast {middle} ({low} to {high})"
        earlier = said.get(point.period_start)
        whole = f"{earlier} so far, {text}" if earlier else f"{day(point.period_start)}: {text}"
        said[point.period_start] = whole
    width = plot.x(1) - plot.x(0)
    drawn = Markup("")
    for current, text in said.items():
        x = plot.x((current - first).days) - width / 2
        box = {"x": x, "y": plot.top, "width": width, "height": plot.bottom - plot.top}
        drawn += element("rect", element("title", text), class_="hint", **box)
    return drawn


def _drawing(width: int, height: int, kind: str, label: str, parts: Sequence[Markup]) -> Markup:
    size = f"0 0 {width} {height}"
    content = Markup("").join(parts)
    return element(
        "svg", content, viewBox=size, class_=f"chart {kind}", role="img", aria_label=label
    )
