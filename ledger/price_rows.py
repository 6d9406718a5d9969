"""Prices that people state: negotiated ones, own models, and what the public list does not know."""

from __future__ import annotations

import re
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from ledger.dated import Dated
from ledger.money import EXACT, QUANTUM
from ledger.price_keys import DEFAULT_CONTEXT, STANDARD_TIER, PriceKey
from ledger.token_classes import TokenClass

__all__ = ["PriceRow"]

# "1M", "1K", "1", and the spelling of FOCUS ("1000 Tokens", attributes/unit_format.md).
_UNIT = re.compile(r"(\d+)([KM]?)(?:\s+tokens?)?", re.IGNORECASE)
_TIMES = {"": 1, "K": 1_000, "M": 1_000_000}


def _unit(value: object) -> object:
    found = _UNIT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a number of tokens such as 1M, 1K or 1000 Tokens")
    return int(found[1]) * _TIMES[found[2].upper()]


class PriceRow(Dated):
    """A row of `prices.csv`: `unit` tokens of a class cost `price`.

    `provider`, `model`, `tier` and `context` are globs; the model's is compared with the delivered
    name and with the name people use. A row counts before the public list.
    """

    provider: str
    model: str
    token_class: TokenClass
    tier: str = STANDARD_TIER
    context: str = DEFAULT_CONTEXT
    unit: Annotated[int, BeforeValidator(_unit), Field(gt=0)]
    price: Decimal = Field(ge=0)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    @model_validator(mode="after")
    def _is_a_storable_price(self) -> PriceRow:
        """A token's price is money: else sums would depend on how usage is grouped."""
        per_token = self.per_token
        if EXACT.multiply(per_token, Decimal(self.unit)) != self.price:
            raise ValueError(f"a price with at most 12 decimals per token, not {per_token}...")
        return self

    @property
    def per_token(self) -> Decimal:
        """Price of one token, to the last stored digit."""
        return EXACT.divide(self.price, Decimal(self.unit)).quantize(QUANTUM, context=EXACT)

    @property
    def subject(self) -> tuple[str, str, str, str, str]:
        """What the row prices: of several rows the one learnt last counts."""
        return (self.provider, self.model, self.token_class, self.tier, self.context)

    def takes(self, key: PriceKey) -> bool:
        """Whether the row prices this usage, whatever the day."""
        return (
            fnmatchcase(key.provider, self.provider)
            and any(fnmatchcase(name, self.model) for name in key.names)
            and fnmatchcase(key.tier, self.tier)
            and fnmatchcase(key.context, self.context)
        )
