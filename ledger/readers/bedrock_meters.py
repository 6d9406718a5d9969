"""Usage types of Amazon Bedrock in their two spellings, and in what unit they count tokens.

Models of Amazon and partners: "USE1-Nova2.0Lite-input-tokens", with suffixes for tier and route.
Models sold through AWS Marketplace: "APN2_InputTokenCount_LCtx_Global" or
"USE1-MP:USE1_cache_read_tokens_global_standard-Units"; these do not name the model, the product
does ("Claude Sonnet 4.5 (Amazon Bedrock Edition)").
Source: AWS, "Understanding your Amazon Bedrock Cost and Usage Report data".
"""

from __future__ import annotations

import re
from decimal import Decimal

from ledger.readers.cloud_units import parse_cloud_unit
from ledger.readers.token_meters import PROVISIONED, TokenColumn, TokenMeter

__all__ = [
    "bedrock_meter",
    "is_marketplace_meter",
    "is_plausible_price",
    "model_of_product",
    "token_factor",
]

#: Ordinary usage types count thousands of tokens, those of Marketplace in "Units" millions.
_THOUSAND, _MILLION = 1000, 1_000_000

_REGION = re.compile(r"[A-Z]{2,4}\d?-")
_MARKETPLACE = re.compile(
    r"(?:[A-Z]{2,4}\d?-)?(?:MP:)?[A-Z]{2,4}\d?_(?P<meter>\w+?)(?P<units>-Units)?", re.ASCII
)
# The class of tokens, where the name of the model ends. The cached ones first: their names contain
# the word input too.
_PATTERNS: tuple[tuple[str, TokenColumn], ...] = (
    (r"cache[-_]?read[-_]?(input[-_]?)?token", "input_tokens_cache_read"),
    (r"cache[-_]?write[-_]?(input[-_]?)?token.*1h", "input_tokens_cache_write_1h"),
    (r"cache[-_]?write[-_]?1h[-_]?(input[-_]?)?token", "input_tokens_cache_write_1h"),
    (r"cache[-_]?write[-_]?(input[-_]?)?token", "input_tokens_cache_write_5m"),
    (r"output[-_]?((text|image|audio|video|speech)[-_]?)?token", "output_tokens"),
    (r"input[-_]?((text|image|audio|video|speech)[-_]?)?token", "input_tokens_uncached"),
)
_CLASSES = tuple((re.compile(pattern, re.IGNORECASE), column) for pattern, column in _PATTERNS)
_TIERS = ("batch", "flex", "priority")
_LONG = re.compile(r"lctx|long[-_]?context", re.IGNORECASE)
_THROUGHPUT = re.compile(r"-?(Provisioned|ModelUnit)", re.IGNORECASE)
_EDITION = re.compile(r"\s*\(Amazon Bedrock Edition\)\s*$", re.IGNORECASE)
_STATED = re.compile(r"\b(?:(million|1M|1,000,000)|(thousand|1K|1,?000))\b", re.IGNORECASE)
# No model has ever been sold outside of these prices per million tokens; a unit that would mean
# one is not the unit.
_CHEAPEST, _DEAREST = Decimal("0.005"), Decimal(1000)


def bedrock_meter(usage_type: str) -> TokenMeter | None:
    """What a usage type of Bedrock says, None where it is not understood.

    >>> bedrock_meter("USE1-Claude4Sonnet-input-tokens-cross-region-global").model
    'Claude4Sonnet'
    >>> bedrock_meter("APN2_InputTokenCount_LCtx_Global").context_tier
    'long'
    """
    marketplace = _MARKETPLACE.fullmatch(usage_type)
    meter = marketplace["meter"] if marketplace else _REGION.sub("", usage_type, count=1)
    for pattern, column in _CLASSES:
        found = pattern.search(meter)
        if found is None:
            continue
        model = None if marketplace else meter[: found.start()].strip("-_")
        lower = meter.lower()
        return TokenMeter(
            model=(model or "").removesuffix("-mantle") or None,
            column=column,
            service_tier=next((tier for tier in _TIERS if tier in lower), "standard"),
            context_tier="long" if _LONG.search(meter) else "default",
        )
    throughput = _THROUGHPUT.search(meter)
    if throughput is None:
        return None
    return TokenMeter(meter[: throughput.start()] or None, None, PROVISIONED)


def is_marketplace_meter(usage_type: str) -> bool:
    """Whether this is the spelling of models sold through AWS Marketplace.

    Their product code is an identifier of the seller that says nothing of Bedrock.
    """
    return bool(_MARKETPLACE.fullmatch(usage_type)) and bedrock_meter(usage_type) is not None


def model_of_product(product_name: str) -> str:
    """Model in the name of a Marketplace product: without the words that all of them have."""
    return _EDITION.sub("", product_name)


def token_factor(usage_type: str, pricing_unit: str | None, description: str | None) -> int:
    """How many tokens one billed quantity is.

    What the pricing unit or the description states; else a million where Marketplace counts in
    "Units", and a thousand otherwise (AWS, as above).
    """
    unit = parse_cloud_unit(pricing_unit or "")
    if unit.name.endswith("tokens") or unit.name.endswith("token"):
        return unit.factor if unit.factor > 1 else _stated(pricing_unit or "") or 1
    stated = _stated(description or "")
    if stated:
        return stated
    return _MILLION if usage_type.endswith("-Units") else _THOUSAND


def is_plausible_price(cost: Decimal, tokens: Decimal) -> bool:
    """Whether this cost of this many tokens is a price that exists; free ones pass."""
    if not cost or not tokens:
        return True
    return _CHEAPEST <= abs(cost * _MILLION / tokens) <= _DEAREST


def _stated(text: str) -> int | None:
    found = _STATED.search(text)
    if found is None:
        return None
    return _MILLION if found[1] else _THOUSAND
