"""The public list, asked by kind of usage: as its own calculation, but never silently wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from genai_prices import Usage, calc_price

from ledger.price_keys import LONG_CONTEXT, ClassPrices, PriceKey
from ledger.price_list import (
    is_listed_as_deprecated,
    list_digest,
    list_edges,
    listed_prices,
)
from ledger.token_classes import TOKEN_CLASSES, TokenClass

MILLION = Decimal(1_000_000)
DAY = date(2026, 10, 15)
COUNTS: dict[TokenClass, int] = {
    "input": 1_000,
    "cache_read": 700,
    "cache_write_5m": 300,
    "cache_write_1h": 200,
    "output": 400,
    "reasoning": 100,
}


def _key(provider: str, name: str, tier: str = "standard", context: str = "default") -> PriceKey:
    return PriceKey(provider, (name,), tier, context)


def _cost(prices: ClassPrices) -> Decimal:
    return sum(
        (COUNTS[name] * prices.per_token.get(name, Decimal(0)) for name in TOKEN_CLASSES),
        Decimal(0),
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "model", "tier", "context"),
    [
        ("openai", "openai", "gpt-5-2025-08-07", "standard", None),
        ("openai", "openai", "gpt-5", "batch", {"processing": "batch"}),
        ("openai", "openai", "gpt-5", "priority", {"service_tier": "priority"}),
        ("openai", "openai", "text-embedding-3-large", "standard", None),
        ("anthropic", "anthropic", "claude-sonnet-4-5-20250929", "standard", None),
        ("anthropic", "anthropic", "claude-sonnet-4-5-20250929", "batch", {"processing": "batch"}),
        ("gcp.gemini", "google", "gemini-2.5-flash", "standard", None),
        ("gcp.vertex_ai", "google", "gemini-2.5-pro", "standard", None),
        ("perplexity", "perplexity", "sonar-deep-research", "standard", None),
        ("aws.bedrock", "aws", "anthropic.claude-sonnet-4-5-20250929-v1:0", "standard", None),
        ("azure.ai.openai", "azure", "gpt-4o-2024-08-06", "standard", None),
    ],
)
def test_a_small_request_costs_what_the_list_itself_calculates(
    ours: str, theirs: str, model: str, tier: str, context: dict[str, str] | None
) -> None:
    usage = Usage(
        input_tokens=2_200,
        cache_read_tokens=COUNTS["cache_read"],
        cache_write_tokens=500,
        cache_write_5m_tokens=COUNTS["cache_write_5m"],
        cache_write_1h_tokens=COUNTS["cache_write_1h"],
        output_tokens=500,
        output_reasoning_tokens=COUNTS["reasoning"],
    )
    theirs_cost = calc_price(
        usage,
        model,
        provider_id=theirs,
        genai_request_timestamp=datetime(2026, 10, 15, 12, tzinfo=UTC),
        price_context=context,
    ).total_price
    prices = listed_prices(_key(ours, model, tier), DAY)
    counted = _cost(prices)
    if "output" not in prices.per_token:  # an embedding model: the list prices input alone
        assert set(prices.per_token) == {"input", "cache_read", "cache_write_5m", "cache_write_1h"}
    assert counted == theirs_cost


def test_the_long_context_band_has_prices_of_its_own() -> None:
    short = listed_prices(_key("gcp.gemini", "gemini-2.5-pro"), DAY).per_token
    long = listed_prices(_key("gcp.gemini", "gemini-2.5-pro", context=LONG_CONTEXT), DAY).per_token
    assert (short["input"] * MILLION, short["output"] * MILLION) == (Decimal("1.25"), Decimal(10))
    assert (long["input"] * MILLION, long["output"] * MILLION) == (Decimal("2.50"), Decimal(15))


def test_a_tier_is_taken_back_as_long_as_the_standard_price_is_the_same() -> None:
    key, standard = _key("openai", "gpt-5", "batch"), _key("openai", "gpt-5")
    for day in (date(2025, 9, 1), DAY):
        prices = listed_prices(key, day).per_token
        assert prices["input"] * 2 == listed_prices(standard, day).per_token["input"]


def test_a_tier_has_no_price_where_the_standard_price_was_another() -> None:
    # o3 cost five times as much until June 2025; what its batches cost then the list does not say.
    before, after = date(2025, 6, 1), date(2025, 9, 1)
    standard = [listed_prices(_key("openai", "o3"), day).per_token for day in (before, after)]
    assert standard[0]["input"] == 5 * standard[1]["input"]
    prices = listed_prices(_key("openai", "o3", "batch"), before)
    assert not prices.per_token
    assert prices.reason == "the price list has no price per token of tier batch on that day"
    assert listed_prices(_key("openai", "o3", "batch"), after).per_token


@pytest.mark.parametrize("tier", ["provisioned", "scale"])
def test_a_tier_the_list_does_not_know_is_not_the_standard_one(tier: str) -> None:
    assert not listed_prices(_key("openai", "gpt-5", tier), DAY).per_token


def test_a_model_lent_by_another_provider_lends_no_tiers() -> None:
    assert listed_prices(_key("gcp.vertex_ai", "claude-sonnet-4-5"), DAY).per_token
    assert not listed_prices(_key("gcp.vertex_ai", "claude-sonnet-4-5", "batch"), DAY).per_token


@pytest.mark.parametrize(
    ("provider", "name"), [("openai", "ranker-ft"), ("nobody", "gpt-5"), ("openai", "(none)")]
)
def test_what_the_list_does_not_know_has_no_price_and_a_reason(provider: str, name: str) -> None:
    prices = listed_prices(_key(provider, name), DAY)
    assert not prices.per_token
    assert prices.reason == "the price list does not know the model"


def test_the_first_known_name_counts() -> None:
    key = PriceKey("openai", ("openai/gpt-5-mini", "gpt-5-mini"))
    assert listed_prices(key, DAY) == listed_prices(_key("openai", "gpt-5-mini"), DAY)


def test_a_price_by_the_hour_is_no_price_of_a_day() -> None:
    prices = listed_prices(_key("deepseek", "deepseek-chat"), date(2025, 6, 1))
    assert not prices.per_token
    assert prices.reason == "its price depends on the hour of the day"


def test_prices_change_on_edges_only() -> None:
    edges = list_edges()
    assert list(edges) == sorted(set(edges))
    key = _key("openai", "o3")
    changes = [
        day
        for day in (date(2025, 6, 1) + timedelta(days=step) for step in range(30))
        if listed_prices(key, day) != listed_prices(key, day - timedelta(days=1))
    ]
    assert changes
    assert set(changes) <= set(edges)


def test_every_price_of_a_token_is_storable_money() -> None:
    for name in ("gpt-5", "gpt-5-mini", "text-embedding-3-large"):
        for price in listed_prices(_key("openai", name), DAY).per_token.values():
            assert price == price.quantize(Decimal("1e-12"))


def test_the_list_says_which_models_are_deprecated() -> None:
    assert not is_listed_as_deprecated("openai", ("gpt-5",))
    assert not is_listed_as_deprecated("openai", ("ranker-ft",))


def test_the_digest_names_the_list() -> None:
    assert len(list_digest()) == 64
