"""What the gateway carried: requests and tokens of every service on every day, and their cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from costcast.world import demand
from costcast.world.anomalies import Planted
from costcast.world.calendar import DAYS_COUNT, index_of
from costcast.world.catalogue import MIGRATIONS, MODELS, SERVICES, GatewayModel, Service
from costcast.world.effects import EFFECTS, Rates
from costcast.world.prices import PICO, TOKEN_PRICES, price_by_day
from costcast.world.randomness import generator
from costcast.world.teams import TEAMS

__all__ = ["COUNTS", "UNPRICED_DAYS", "Traffic", "carry", "token_cost"]

Counts = NDArray[np.int64]

#: Counts of a service on a day, the first axis of `Traffic.counts`.
COUNTS = ("requests", "failed", "uncached", "cache_read", "cache_write", "output")
#: Days until the gateway's price list knows a new model: its spend is 0 till then.
UNPRICED_DAYS = 5
_DAYS_A_MONTH = 30.4
_FAILED_SHARE = 0.006


@dataclass(frozen=True)
class Traffic:
    """One service, in final numbers.

    `counts` is [6, T] in the order of `COUNTS`, `calm` the same without anomalies; `prices` is
    [6, T] pico-dollars per count; `unpriced` [T] marks days whose spend the gateway gave as 0.
    """

    service: Service
    model: GatewayModel
    raw: str
    provider: str
    counts: Counts
    calm: Counts
    prices: Counts
    unpriced: NDArray[np.bool_]

    @property
    def cost(self) -> Counts:
        """[T] pico-dollars the use really cost, also where the gateway knew no price."""
        return token_cost(self.counts, self.prices)

    @property
    def calm_cost(self) -> Counts:
        """[T] pico-dollars it would have cost without anomalies."""
        return token_cost(self.calm, self.prices)


def token_cost(counts: Counts, prices: Counts) -> Counts:
    """[T] exact pico-dollars of counts [6, T] at prices [6, T]."""
    total: Counts = (counts * prices).sum(axis=0)
    return total


def carry(seed: int, planted: tuple[Planted, ...]) -> tuple[Traffic, ...]:
    """Every service's traffic."""
    return tuple(_traffic(seed, service, planted) for service in SERVICES)


def _traffic(seed: int, service: Service, planted: tuple[Planted, ...]) -> Traffic:
    model = MODELS[service.model]
    prices = _prices(service.model)
    calm = _calm_rates(seed, service, model, prices)
    struck = dict(calm)
    for event in planted:
        if event.hits(service.team, service.model, *EFFECTS):
            window = slice(event.start, event.start + event.length)
            struck = {name: rate.copy() for name, rate in struck.items()}
            EFFECTS[event.kind](struck, window, event.strength)
    route = service.route
    return Traffic(
        service=service,
        model=model,
        raw=model.raw if route is None else f"{route}/claude-sonnet-4-5@20250929",
        provider=model.provider if route is None else route,
        counts=_count(struck),
        calm=_count(calm),
        prices=prices,
        unpriced=_unpriced(service),
    )


def _calm_rates(seed: int, service: Service, model: GatewayModel, prices: Counts) -> Rates:
    """Requests a day and tokens a request, without anomalies."""
    rng = generator(seed, "service", service.team, service.model)
    team = TEAMS[service.team]
    prompt = model.prompt * rng.uniform(0.75, 1.35) * demand.noise(rng, service.noise / 4)
    output = model.output * rng.uniform(0.75, 1.35) * demand.noise(rng, service.noise / 4)
    read = np.clip(model.read * demand.noise(rng, 0.05), 0, 0.9)
    rates = {
        "uncached": prompt * (1 - read - model.write),
        "cache_read": prompt * read,
        "cache_write": prompt * model.write,
        "output": output,
    }
    dollars = sum(rate.mean() * prices[2 + row, -1] for row, rate in enumerate(rates.values()))
    level = service.usd_month / _DAYS_A_MONTH * PICO / dollars / np.mean(team.week)
    use = demand.growth(service.growth) * demand.launch(service.since, service.until)
    use *= _moved(service) * demand.rhythm(team) * demand.noise(rng, service.noise)
    failed = np.clip(_FAILED_SHARE * demand.noise(rng, 0.3), 0, 0.1)
    return {"requests": level * use, "failed": failed, **rates}


def _moved(service: Service) -> demand.Factors:
    """Traffic that migrations take from a service or bring to it, 1 at the end."""
    factors = np.ones(DAYS_COUNT)
    for move in MIGRATIONS:
        if (service.team, service.model) == (move.team, move.source):
            factors *= demand.period(move.start, move.end, move.left) / move.left
        elif (service.team, service.model) == (move.team, move.target):
            arrived = demand.period(move.start, move.end, move.left)
            gained = (1 - arrived) / (1 - move.left)
            factors *= 0.35 + 0.65 * gained if service.since < move.start else gained
    return factors


def _count(rates: Rates) -> Counts:
    """Whole numbers [6, T] of rates."""
    requests = np.rint(rates["requests"])
    failed = np.rint(requests * rates["failed"])
    tokens = [np.rint(requests * rates[name]) for name in COUNTS[2:]]
    return np.stack([requests, failed, *tokens]).astype(np.int64)


def _prices(model: str) -> Counts:
    """[6, T] pico-dollars per count; requests themselves are free."""
    steps = TOKEN_PRICES[model]
    free = np.zeros(DAYS_COUNT, dtype=np.int64)
    classes = [
        price_by_day(tuple((step.since, getattr(step, name)) for step in steps))
        for name in COUNTS[2:]
    ]
    return np.stack([free, free, *classes])


def _unpriced(service: Service) -> NDArray[np.bool_]:
    """A raw name that the gateway sees for the first time has no price for some days."""
    marks = np.zeros(DAYS_COUNT, dtype=np.bool_)
    same = [
        other.since
        for other in SERVICES
        if (other.model, other.route) == (service.model, service.route)
    ]
    first: date = min(same)
    if index_of(first) > 0 and service.model == "claude-sonnet-4-5":
        start = index_of(first)
        marks[start : index_of(first + timedelta(days=UNPRICED_DAYS))] = True
    return marks
