"""What a price is asked for, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.token_classes import TokenClass

__all__ = [
    "DEFAULT_CONTEXT",
    "LONG_CONTEXT",
    "STANDARD_TIER",
    "ClassPrices",
    "PriceKey",
    "price_key",
]

STANDARD_TIER = "standard"
DEFAULT_CONTEXT = "default"
LONG_CONTEXT = "long"

# Names under which sources report the tier that everyone gets who asks for none.
_STANDARD_NAMES = frozenset({"", "auto", "default", "on_demand", "standard"})


@dataclass(frozen=True)
class PriceKey:
    """Usage of one kind: all of it has the same prices on a day.

    `names` are what the model may be listed under, the delivered name first.
    """

    provider: str
    names: tuple[str, ...]
    tier: str = STANDARD_TIER
    context: str = DEFAULT_CONTEXT


@dataclass(frozen=True)
class ClassPrices:
    """Price of one token of each class that has one; `reason` says why the others have none."""

    currency: str
    per_token: Mapping[TokenClass, Decimal] = field(default_factory=dict)
    reason: str = ""


def price_key(
    provider: str,
    raw_model: str | None,
    model: str,
    service_tier: str | None,
    context_tier: str | None,
) -> PriceKey:
    """Key of a row: its model as delivered, without a gateway's prefix, and as people call it.

    The size of a row says nothing about the size of its requests, so the context band is what the
    source states, and the default one where it states none.
    """
    tier = (service_tier or "").strip().lower()
    context = (context_tier or "").strip().lower()
    # A gateway writes openai/gpt-5-mini where the provider writes gpt-5-mini.
    names = [raw_model, raw_model and raw_model.rsplit("/", 1)[-1], model]
    return PriceKey(
        provider=provider,
        names=tuple(dict.fromkeys(name for name in names if name)),
        tier=STANDARD_TIER if tier in _STANDARD_NAMES else tier,
        context=LONG_CONTEXT if context == LONG_CONTEXT else DEFAULT_CONTEXT,
    )
