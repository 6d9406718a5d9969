"""The events of a world, told: planted anomalies, planned changes, quirks of the data.

An event is of one series, which it names as today's organisation does, and lasts for the days
`[start, end)`. Its amount is, of an anomaly, what it cost more than without it; of a planned
change, the difference to the mean of the 28 days before; of a data event, the money that was told
wrongly. All are rounded to cents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import numpy as np

from costcast.world.anomalies import Planted
from costcast.world.build import World
from costcast.world.calendar import date_at, index_of
from costcast.world.inference import Traffic
from costcast.world.mistakes import CORRECTION, DOUBLE_BILLING
from costcast.world.planned import Series, key_of, planned_changes
from costcast.world.prices import usd
from costcast.world.truth import current_key, series_truth
from insights.detection_truth import TruthEvent

__all__ = ["events_of"]

_CENTS = Decimal("0.01")


def events_of(world: World) -> tuple[TruthEvent, ...]:
    """Every event, in order of time."""
    series: Series = {truth.key: truth for truth in series_truth(world)}
    events = [
        *(_anomaly(series, planted) for planted in world.planted),
        *planned_changes(series),
        *_told_wrongly(world),
    ]
    return tuple(sorted(events, key=lambda event: (event.start, event.unique_id, event.kind)))


_TOLD = {
    "spike": "a batch job ran outside its plan: requests x{strength:.1f}",
    "retry_loop": "a client retried failing requests without end: requests x{strength:.1f}, "
    "more than half of them failed",
    "prompt_growth": "prompts grew by {percent:.0f} % a day until a history was cut again",
    "key_leak": "a leaked key was used by strangers: requests x{strength:.1f}, longer answers",
    "idle_endpoint": "a test endpoint was left on without traffic: {strength:.1f} times the "
    "machines of an ordinary day on top",
    "runaway_training": "a training run did not stop: {strength:.1f} times the machine hours of "
    "an ordinary day on top",
    "forgotten_copy": "a copy of a data set was forgotten: {percent:.0f} % more storage",
}


def _anomaly(series: Series, planted: Planted) -> TruthEvent:
    key = key_of(planted.team, planted.model)
    days = slice(planted.start, planted.start + planted.length)
    extra = int((series[key].cost - series[key].calm)[days].sum())
    note = _TOLD[planted.kind].format(strength=planted.strength, percent=100 * planted.strength)
    return TruthEvent(
        kind=planted.kind,
        group="anomaly",
        unique_id=current_key(key).unique_id,
        start=date_at(days.start),
        end=date_at(days.stop),
        amount_usd=usd(extra).quantize(_CENTS),
        note=note,
    )


def _told_wrongly(world: World) -> Iterator[TruthEvent]:
    for traffic in world.traffic:
        if traffic.cost[traffic.unpriced].any():
            yield _unpriced(traffic)
    lines = {line.name: line for line in world.bill.lines}
    wrong, again = lines[CORRECTION.line], lines[DOUBLE_BILLING.line]
    column = index_of(CORRECTION.day)
    yield TruthEvent(
        kind="correction",
        group="data",
        unique_id=key_of(wrong.team, wrong.model).unique_id,
        start=CORRECTION.day,
        end=CORRECTION.day + timedelta(days=1),
        amount_usd=usd(-CORRECTION.hours * int(wrong.price[column])).quantize(_CENTS),
        note=f"booked in the billing period of {CORRECTION.booked_in:%B %Y}, first delivered on "
        f"{CORRECTION.first_delivered}",
    )
    days = [index_of(day) for day in DOUBLE_BILLING.days]
    yield TruthEvent(
        kind="double_billing",
        group="data",
        unique_id=key_of(again.team, again.model).unique_id,
        start=DOUBLE_BILLING.days[0],
        end=DOUBLE_BILLING.days[-1] + timedelta(days=1),
        amount_usd=usd(int((again.quantity[-1] * again.price)[days].sum())).quantize(_CENTS),
        note=f"put right inside the open billing period, from {DOUBLE_BILLING.mended} on",
    )


def _unpriced(traffic: Traffic) -> TruthEvent:
    days = np.flatnonzero(traffic.unpriced & (traffic.cost > 0))
    missing = int(traffic.cost[traffic.unpriced].sum())
    return TruthEvent(
        kind="unpriced",
        group="data",
        unique_id=key_of(traffic.service.team, traffic.service.model).unique_id,
        start=date_at(int(days[0])),
        end=date_at(int(days[-1]) + 1),
        amount_usd=usd(missing).quantize(_CENTS),
        note=f"the gateway has no price for {traffic.raw} yet and gives its spend as 0",
    )
