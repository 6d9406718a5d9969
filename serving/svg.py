"""A few words of SVG: scales, paths, elements. Text is always escaped."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Plot", "area", "element", "line", "nice_ticks"]

#: Steps of an axis that people can count in.
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
#: Values closer than this share of their size are one value.
_LEAST_WIDTH = 1e-9


@dataclass(frozen=True)
class Plot:
    """The plane of a chart: `count` steps wide, values from `low` to `high`.

    `left`, `right`, `top` and `bottom` are the edges of the plane within the drawing, in pixels.
    """

    count: int
    low: float
    high: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, step: float) -> float:
        """Pixel of a step."""
        return self.left + (self.right - self.left) * step / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        """Pixel of a value."""
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.bottom - (self.bottom - self.top) * part


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round values that enclose `[low, high]`.

    >>> nice_ticks(0, 87)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    width = high - low
    if width <= _LEAST_WIDTH * max(abs(low), abs(high), 1.0):
        width = 1.0
    power = 10.0 ** math.floor(math.log10(width / count))
    step = next((s for s in _STEPS if s * power * count >= width), _STEPS[-1]) * power
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, max(last, first + 1) + 1)]


def element(name: str, content: str = "", /, **attributes: object) -> Markup:
    """One element; `_` in an attribute stands for `-`, and `class_` for `class`."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{pairs}>{escape(content)}</{name}>")  # noqa: S704 (all parts escaped)


def line(plot: Plot, start: int, values: Sequence[float], class_: str) -> Markup:
    """Line through the values from a step on; NaN interrupts it, a lone value is a dot."""
    drawn = Markup("")
    for begin, run in _runs(values):
        points = [(plot.x(start + begin + i), plot.y(value)) for i, value in enumerate(run)]
        if len(points) == 1:
            drawn += element(
                "circle", cx=points[0][0], cy=points[0][1], r=1.5, class_=f"{class_} dot"
            )
        else:
            drawn += element("path", d=_path(points), class_=class_)
    return drawn


def area(
    plot: Plot, start: int, lower: Sequence[float], upper: Sequence[float], class_: str
) -> Markup:
    """Area between two lines, where both have values."""
    drawn = Markup("")
    both = [low + high for low, high in zip(lower, upper, strict=True)]
    for begin, run in _runs(both):
        steps = range(begin, begin + len(run))
        points = [(plot.x(start + i), plot.y(upper[i])) for i in steps]
        points += [(plot.x(start + i), plot.y(lower[i])) for i in reversed(steps)]
        drawn += element("path", d=_path(points) + "Z", class_=class_)
    return drawn


def _runs(values: Sequence[float]) -> Iterator[tuple[int, list[float]]]:
    """Stretches without NaN, with where they begin."""
    begin, run = 0, list[float]()
    for index, value in enumerate([*values, math.nan]):
        if math.isnan(value):
            if run:
                yield begin, run
            begin, run = index + 1, []
        else:
            run.append(value)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _text(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
