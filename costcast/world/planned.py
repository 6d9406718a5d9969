"""The planned changes of a world: launches, prices, migrations, a re-organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np

from costcast.world.bill import RESERVED_SINCE
from costcast.world.calendar import FIRST_DAY, LAST_DAY, index_of
from costcast.world.catalogue import CLUSTERS, ENDPOINTS, MIGRATIONS, SERVICES
from costcast.world.prices import GPU_PRICES, MICRO, RESERVED_PRICE, TOKEN_PRICES, usd
from costcast.world.truth import SeriesTruth, current_key
from insights.detection_truth import TruthEvent
from ledger.series import SeriesKey

__all__ = ["Series", "key_of", "planned_changes"]

Series = Mapping[SeriesKey, SeriesTruth]

_CENTS = Decimal("0.01")
#: Days after a planned change in which an alert about it is understandable.
_LAUNCH_DAYS, _STEP_DAYS = 35, 14
#: Days before a change that its amount is measured against.
_BEFORE_DAYS = 28
_REORGANISED = date(2026, 7, 1)


def planned_changes(series: Series) -> Iterator[TruthEvent]:
    """Every planned change of these series."""
    yield from _launches(series)
    yield from _price_steps(series)
    yield from _machine_steps(series)
    yield from _migrations(series)
    yield from _reorganisation(series)


def key_of(team: str, model: str) -> SeriesKey:
    """Key of a series."""
    return SeriesKey.of(team=team, model=model)


def _planned(
    series: Series, kind: str, key: SeriesKey, start: date, days: int, note: str
) -> TruthEvent:
    end = min(start + timedelta(days=days), LAST_DAY + timedelta(days=1))
    window = slice(index_of(start), index_of(end))
    cost = series[key].cost
    before = cost[max(0, window.start - _BEFORE_DAYS) : window.start]
    usual = int(np.rint(before.mean())) if len(before) else 0
    amount = int(cost[window].sum()) - usual * (window.stop - window.start)
    return TruthEvent(
        kind=kind,
        group="planned",
        unique_id=current_key(key).unique_id,
        start=start,
        end=end,
        amount_usd=usd(amount).quantize(_CENTS),
        note=note,
    )


def _launches(series: Series) -> Iterator[TruthEvent]:
    for service in SERVICES:
        key = key_of(service.team, service.model)
        if service.since > FIRST_DAY:
            note = f"{service.team} starts to use {service.model}"
            yield _planned(series, "launch", key, service.since, _LAUNCH_DAYS, note)
        if service.until is not None:
            note = f"{service.team} no longer uses {service.model}"
            yield _planned(series, "retirement", key, service.until, _STEP_DAYS, note)
    for endpoint in ENDPOINTS:
        if endpoint.since > FIRST_DAY:
            note = f"{endpoint.team} starts to serve {endpoint.model}"
            key = key_of(endpoint.team, endpoint.model)
            yield _planned(series, "launch", key, endpoint.since, _LAUNCH_DAYS, note)


def _price_steps(series: Series) -> Iterator[TruthEvent]:
    for model, prices in TOKEN_PRICES.items():
        for old, new in pairwise(prices):
            change = 100 * (new.output / old.output - 1)
            kind = "price_cut" if change < 0 else "price_rise"
            note = f"the list price of {model} changes by {change:+.0f} %"
            for key in series:
                if key["model"] == model and series[key].cost[index_of(new.since) - 1] > 0:
                    yield _planned(series, kind, key, new.since, _STEP_DAYS, note)


def _machine_steps(series: Series) -> Iterator[TruthEvent]:
    """Cheaper training machines, and the reservation for endpoints."""
    for cluster in CLUSTERS:
        steps = GPU_PRICES[cluster.machine]
        change = 100 * (steps[1].list_price / steps[0].list_price - 1)
        note = f"the list price of {cluster.machine} changes by {change:+.0f} %"
        key = key_of(cluster.team, cluster.model)
        yield _planned(series, "price_cut", key, steps[1].since, _STEP_DAYS, note)
    note = f"a reservation pays for endpoints at {usd(RESERVED_PRICE * MICRO):.3f} USD an hour"
    for endpoint in ENDPOINTS:
        key = key_of(endpoint.team, endpoint.model)
        yield _planned(series, "price_cut", key, RESERVED_SINCE, _STEP_DAYS, note)


def _migrations(series: Series) -> Iterator[TruthEvent]:
    for move in MIGRATIONS:
        note = f"{move.team} moves its traffic from {move.source} to {move.target}"
        days = (move.end - move.start).days + _STEP_DAYS
        for model in (move.source, move.target):
            yield _planned(series, "migration", key_of(move.team, model), move.start, days, note)


def _reorganisation(series: Series) -> Iterator[TruthEvent]:
    note = "growth becomes part of marketing; the gateway keeps sending its old name"
    for key in series:
        if key["team"] == "growth":
            yield _planned(series, "reorganisation", key, _REORGANISED, _STEP_DAYS, note)
