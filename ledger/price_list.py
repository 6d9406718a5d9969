"""The public price list: the package genai-prices, whose prices carry the day they start.

Its objects are walked instead of its `calc_price` called because that takes an unknown tier, or a
sum of many requests, at a price that is wrong by a factor of two without saying so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from ledger.money import EXACT, QUANTUM
from ledger.price_keys import LONG_CONTEXT, STANDARD_TIER, ClassPrices, PriceKey
from ledger.token_classes import TokenClass

__all__ = [
    "LISTED_CURRENCY",
    "is_listed_as_deprecated",
    "list_digest",
    "list_edges",
    "listed_prices",
]

#: All prices of the list are in US dollars, per million tokens.
LISTED_CURRENCY = "USD"
_MILLION = Decimal(1_000_000)

# `gen_ai.provider.name` of OpenTelemetry, or a cloud's name on a bill -> id in the list. Others are
# found by the list's own rules.
_PROVIDERS = {
    "aws.bedrock": "aws",
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "google cloud": "google",
    "microsoft": "azure",
    "mistral_ai": "mistral",
    "x_ai": "x-ai",
    "fireworks_ai": "fireworks",
    "together_ai": "together",
}
# Tier -> what the list's variants ask of a request.
_VARIANTS = {
    "batch": ("processing", "batch"),
    "flex": ("service_tier", "flex"),
    "priority": ("service_tier", "priority"),
}
# Tokens of a class without a price of its own cost what the next name says: the list means a price
# of input to hold for all input that no finer price takes.
_FIELDS: dict[TokenClass, tuple[str, ...]] = {
    "input": ("input_mtok",),
    "cache_read": ("cache_read_mtok", "input_mtok"),
    "cache_write_5m": ("cache_write_5m_mtok", "cache_write_mtok", "input_mtok"),
    "cache_write_1h": ("cache_write_1h_mtok", "cache_write_mtok", "input_mtok"),
    "output": ("output_mtok",),
    "reasoning": ("output_reasoning_mtok", "output_mtok"),
}
#: Steps in which prices by the hour are compared: the list's begin at full or half hours.
_STEP = timedelta(minutes=30)
_STEPS = 48


def listed_prices(key: PriceKey, day: date) -> ClassPrices:
    """Prices of the list on a UTC day; no prices, and why, where it does not know them.

    The list dates the price of a tier (batch, flex, priority) from the day somebody verified it. It
    is taken back from there to where the model's standard price was another one.
    """
    found = _find(_PROVIDERS.get(key.provider, key.provider), key.names)
    if found is None:
        return _nothing("the price list does not know the model")
    provider, model = found
    wanted = None if key.tier == STANDARD_TIER else _VARIANTS.get(key.tier, (key.tier, ""))
    moment = datetime.combine(day, time(), UTC)
    if wanted is not None:
        known = _moment_of_tier(provider, model, wanted, moment)
        if known is None:
            return _nothing(f"the price list has no price per token of tier {key.tier} on that day")
        moment = known
    context = None if wanted is None else dict([wanted])
    prices = model.get_prices(moment, context)
    if _varies_by_hour(model):
        later = (model.get_prices(moment + step * _STEP, context) for step in range(1, _STEPS))
        if any(other != prices for other in later):
            return _nothing("its price depends on the hour of the day")
    per_token = dict(_per_token(vars(prices), long=key.context == LONG_CONTEXT))
    return ClassPrices(LISTED_CURRENCY, per_token, "the price list has no price of the class")


def is_listed_as_deprecated(provider: str, names: tuple[str, ...]) -> bool:
    """Whether the list says that the provider wants users to leave the model; it has no date."""
    found = _find(_PROVIDERS.get(provider, provider), names)
    return found is not None and bool(found[1].deprecated)


@cache
def list_edges() -> tuple[date, ...]:
    """Days on which some price of the list starts, in order."""
    starts = {
        start
        for provider in _snapshot().providers
        for model in provider.models
        for dated in (*_conditional(model), *(model.price_variants or ()))
        if (start := getattr(dated.constraint, "start_date", None)) is not None
    }
    return tuple(sorted(starts))


@cache
def list_digest() -> str:
    """SHA-256 of the list's data: another release may know other prices of the past."""
    data = Path(str(distribution("genai-prices").locate_file("genai_prices/data.py")))
    return hashlib.sha256(data.read_bytes()).hexdigest()


@cache
def _snapshot() -> Any:  # noqa: ANN401 (untyped: see pyproject)
    """The list as released; imported late, because that takes a second and few views need it."""
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415

    return get_snapshot()


@cache
def _find(provider_id: str, names: tuple[str, ...]) -> tuple[Any, Any] | None:
    """Provider and model of the first name that the list knows."""
    for name in names:
        try:
            provider, model = _snapshot().find_provider_model(name, None, provider_id, None)
        except LookupError:
            continue
        return provider, model
    return None


def _nothing(reason: str) -> ClassPrices:
    return ClassPrices(LISTED_CURRENCY, reason=reason)


def _conditional(model: Any) -> Sequence[Any]:  # noqa: ANN401
    return model.prices if isinstance(model.prices, list) else ()


def _moment_of_tier(
    provider: Any,  # noqa: ANN401
    model: Any,  # noqa: ANN401
    wanted: tuple[str, str],
    moment: datetime,
) -> datetime | None:
    """When the list knows the prices of a tier that held at a moment; None if it does not.

    A model lent by another provider lends no tiers.
    """
    if all(model is not own for own in provider.models):
        return None
    starts = [
        getattr(variant.constraint, "start_date", date.min)
        for variant in model.price_variants or ()
        if variant.when == dict([wanted]) and vars(variant.prices)
    ]
    if not starts:
        return None
    first = datetime.combine(min(starts), time(), UTC)
    if first <= moment:
        return moment
    return first if model.get_prices(first) == model.get_prices(moment) else None


def _varies_by_hour(model: Any) -> bool:  # noqa: ANN401
    dated = (*_conditional(model), *(model.price_variants or ()))
    return any(hasattr(one.constraint, "start_time") for one in dated)


def _per_token(prices: dict[str, Any], *, long: bool) -> Iterator[tuple[TokenClass, Decimal]]:
    """Price of one token per class, to the last stored digit."""
    for token_class, fields in _FIELDS.items():
        listed = next((prices[name] for name in fields if prices.get(name) is not None), None)
        if listed is None:
            continue
        tiers = getattr(listed, "tiers", ())
        # The list names thresholds by size; where it has several, `long` is beyond the first.
        price = tiers[0].price if long and tiers else getattr(listed, "base", listed)
        per_token = EXACT.divide(price, _MILLION).quantize(QUANTUM, ROUND_HALF_EVEN, context=EXACT)
        yield token_class, per_token
