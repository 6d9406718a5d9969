"""Explanations as outcomes: what an engine hands out of what was explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from insights.attribution import Attribution
from insights.baskets import GROUPED_BY
from insights.driver_parts import DriverPart
from insights.explanation import Explained
from insights.similar import Case
from journal.explanations import (
    AttributedChange,
    DriverLine,
    Explanation,
    RatioReading,
    SimilarDay,
)
from journal.outcomes import Anomaly, Driver
from ledger.delivery import Span
from ledger.scope import Scope
from ledger.series import SeriesKey
from serving.explanations import Explainer
from serving.problems import InvalidRequest
from serving.selection import select_rows
from serving.similar_days import similar_days
from serving.snapshot import Snapshot

__all__ = ["explain_day", "explain_spans", "keys_of", "spans_of", "with_cause"]

#: Values of each dimension that are told, the largest changes.
_VALUES = 5


def with_cause(anomaly: Anomaly, keys: Sequence[SeriesKey], explainer: Explainer) -> Anomaly:
    """The anomaly of these series with drivers and cause; as it is where its use is not known."""
    found = explainer.day(keys, anomaly.period_start, expected=anomaly.expected)
    if found is None:
        return anomaly
    explained, _ = found
    return anomaly.model_copy(
        update={
            "cause": explained.cause.label,
            "cause_text": explained.cause.text,
            "drivers": _drivers(explained),
        }
    )


def explain_day(
    snapshot: Snapshot,
    explainer: Explainer,
    scope: Scope,
    series: Mapping[str, str],
    day: date,
    past: Sequence[Anomaly],
    *,
    expected: float | None = None,
) -> Explanation:
    """Why series did not cost what was expected of a day; `past` are abnormal days with causes."""
    keys = keys_of(snapshot, scope, series)
    found = explainer.day(keys, day, expected=expected)
    if found is None:
        raise _unknown(explainer, "day", day)
    explained, before = found
    after = Span(day, day + timedelta(days=1))
    similar = similar_days(Case("", day, explained.cause.label, explained.change.parts), past)
    return _explanation(
        snapshot, series, explained, (before, after), is_expected=True, similar=similar
    )


def explain_spans(
    snapshot: Snapshot,
    explainer: Explainer,
    scope: Scope,
    series: Mapping[str, str],
    spans: tuple[Span, Span],
) -> Explanation:
    """Why series did not cost in the second span what they did in the first."""
    explained = explainer.spans(keys_of(snapshot, scope, series), *spans)
    if explained is None:
        raise _unknown(explainer, "start", spans[1].start)
    return _explanation(snapshot, series, explained, spans, is_expected=False)


def spans_of(
    start: date, end: date, before_start: date | None, before_end: date | None
) -> tuple[Span, Span]:
    """The span to compare with, where nothing is said as many days just before, and the span."""
    if start >= end:
        raise InvalidRequest(f"a day after start {start}", field="end", got=str(end))
    last = start if before_end is None else before_end
    first = last - (end - start) if before_start is None else before_start
    if first >= last:
        raise InvalidRequest(f"a day before {last}", field="before_start", got=str(first))
    return Span(first, last), Span(start, end)


def keys_of(snapshot: Snapshot, scope: Scope, series: Mapping[str, str]) -> list[SeriesKey]:
    """Series within the scope that have these values; raises UnknownSeries."""
    panel = snapshot.panel
    rows = select_rows(panel, scope, team=series.get("team"), model=series.get("model"))
    return [panel.keys[row] for row in rows]


def _unknown(explainer: Explainer, field: str, day: date) -> InvalidRequest:
    known = explainer.known_days
    wanted = (
        "a snapshot published with usage facts"
        if known is None
        else f"a day with use, from {known.start} to {known.end - timedelta(days=1)}"
    )
    return InvalidRequest(wanted, field=field, got=str(day))


def _drivers(explained: Explained) -> list[Driver]:
    """Sum of each part of the change."""
    return [Driver(part=name, amount=amount) for name, amount in explained.change.parts.items()]


def _explanation(
    snapshot: Snapshot,
    series: Mapping[str, str],
    explained: Explained,
    spans: tuple[Span, Span],
    *,
    is_expected: bool,
    similar: Iterable[SimilarDay] = (),
) -> Explanation:
    """The outcome; `spans` are the days before and the days explained."""
    change, before, after = explained.change, *spans
    return Explanation(
        snapshot=snapshot.id,
        series=dict(series),
        start=after.start,
        end=after.end,
        before_start=before.start,
        before_end=before.end,
        is_expected=is_expected,
        currency=snapshot.currency,
        before=change.before,
        after=change.after,
        change=change.change,
        drivers=_drivers(explained),
        lines=[_line(effect) for effect in change.effects],
        attribution=[
            _attributed(one)
            for own in explained.evidence.attributions.values()
            for one in own[:_VALUES]
            if one.change
        ],
        ratios=[
            RatioReading(
                name=name,
                before=reading.before,
                after=reading.after,
                low=reading.low,
                high=reading.high,
            )
            for name, reading in explained.evidence.readings.items()
        ],
        cause=explained.cause.label,
        cause_text=explained.cause.text,
        evidence=list(explained.cause.evidence),
        similar=list(similar),
    )


def _line(effect: DriverPart) -> DriverLine:
    names = dict(zip(GROUPED_BY, effect.group, strict=False))
    within = {"tier": effect.tier, "token_class": effect.token_class}
    told = names | {name: value for name, value in within.items() if value}
    return DriverLine(part=effect.part, of=told, amount=effect.amount)


def _attributed(one: Attribution) -> AttributedChange:
    return AttributedChange(
        dimension=one.dimension,
        value=one.value,
        before=one.before,
        after=one.after,
        change=one.change,
    )
