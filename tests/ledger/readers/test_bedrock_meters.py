"""Usage types of Bedrock in both spellings, and the unit their tokens are counted in."""

from decimal import Decimal

import pytest

from ledger.readers.bedrock_meters import (
    bedrock_meter,
    is_marketplace_meter,
    is_plausible_price,
    model_of_product,
    token_factor,
)


@pytest.mark.parametrize(
    ("usage_type", "model", "column", "tier", "context"),
    [
        ("USE1-Nova2.0Lite-input-tokens", "Nova2.0Lite", "input_tokens_uncached", "standard", ""),
        ("USE1-NovaPro-output-tokens-batch", "NovaPro", "output_tokens", "batch", ""),
        ("EUC1-NovaPro-output-tokens-flex", "NovaPro", "output_tokens", "flex", ""),
        (
            "USE1-Claude4Sonnet-input-tokens-cross-region-global",
            "Claude4Sonnet",
            "input_tokens_uncached",
            "standard",
            "",
        ),
        (
            "USE1-NovaPro-cache-read-input-token-count",
            "NovaPro",
            "input_tokens_cache_read",
            "standard",
            "",
        ),
        (
            "USE1-NovaPro-cache-write-input-token-count",
            "NovaPro",
            "input_tokens_cache_write_5m",
            "standard",
            "",
        ),
        (
            "USE1-xai.grok-4.7-mantle-input-tokens-priority",
            "xai.grok-4.7",
            "input_tokens_uncached",
            "priority",
            "",
        ),
        (
            "USE1-Nova2.0Pro-input-image-token-count-cross-region-global",
            "Nova2.0Pro",
            "input_tokens_uncached",
            "standard",
            "",
        ),
        ("APN2_InputTokenCount_LCtx_Global", None, "input_tokens_uncached", "standard", "long"),
        ("USE1-MP:USE1_OutputTokenCount-Units", None, "output_tokens", "standard", ""),
        (
            "USE1-MP:USE1_InputTokenCount_Global_Batch-Units",
            None,
            "input_tokens_uncached",
            "batch",
            "",
        ),
        (
            "USE2_CacheWriteInputTokenCount",
            None,
            "input_tokens_cache_write_5m",
            "standard",
            "",
        ),
        (
            "MP:APN1_cache_read_tokens_global_standard-Units",
            None,
            "input_tokens_cache_read",
            "standard",
            "",
        ),
        (
            "USW2-MP:USW2_cache_write_tokens_1h_global_standard-Units",
            None,
            "input_tokens_cache_write_1h",
            "standard",
            "",
        ),
        (
            "USW2-MP:USW2_cache_write_1h_tokens_standard-Units",
            None,
            "input_tokens_cache_write_1h",
            "standard",
            "",
        ),
    ],
)
def test_it_says_model_class_tier_and_context(
    usage_type: str, model: str | None, column: str, tier: str, context: str
) -> None:
    meter = bedrock_meter(usage_type)
    assert meter is not None
    assert (meter.model, meter.column) == (model, column)
    assert (meter.service_tier, meter.context_tier) == (tier, context or "default")


def test_provisioned_throughput_has_a_model_and_no_tokens() -> None:
    meter = bedrock_meter("USE1-TitanText-ProvisionedThroughput-ModelUnits-1mo")
    assert meter is not None
    assert (meter.model, meter.column, meter.service_tier) == ("TitanText", None, "provisioned")


@pytest.mark.parametrize(
    "usage_type", ["USE1-Guardrail-ContentPolicyUnitsConsumed", "USE1-CustomModel-Storage", "x"]
)
def test_other_usage_types_are_not_understood(usage_type: str) -> None:
    assert bedrock_meter(usage_type) is None
    assert not is_marketplace_meter(usage_type)


@pytest.mark.parametrize(
    ("usage_type", "unit", "description", "factor"),
    [
        ("USE1-NovaPro-input-tokens", "1K tokens", None, 1000),
        ("USE1-NovaPro-input-tokens", "1M tokens", None, 1_000_000),
        ("USE1-NovaPro-input-tokens", None, None, 1000),
        ("USE1-NovaPro-input-tokens", "Tokens", None, 1),
        ("USE1-MP:USE1_InputTokenCount-Units", "Units", None, 1_000_000),
        ("USE1-MP:USE1_InputTokenCount-Units", "1K tokens", None, 1000),
        ("USE1_InputTokenCount", "Units", "AWS Marketplace|Million Input Tokens", 1_000_000),
        ("USE1_InputTokenCount", None, "$0.003 per 1K tokens", 1000),
        ("APN2_InputTokenCount_LCtx_Global", None, None, 1000),
    ],
)
def test_the_unit_of_tokens(
    usage_type: str, unit: str | None, description: str | None, factor: int
) -> None:
    assert token_factor(usage_type, unit, description) == factor


def test_a_price_nobody_asks_shows_a_wrong_unit() -> None:
    assert is_plausible_price(Decimal("1.7898"), Decimal(433_893))
    assert not is_plausible_price(Decimal("1.7898"), Decimal("433.893"))
    assert not is_plausible_price(Decimal("1.7898"), Decimal(433_893_000_000))
    assert is_plausible_price(Decimal(0), Decimal(5))


def test_a_product_names_its_model() -> None:
    assert model_of_product("Claude Sonnet 4.5 (Amazon Bedrock Edition)") == "Claude Sonnet 4.5"
