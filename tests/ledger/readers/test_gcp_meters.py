"""SKUs of Google's models in both spellings."""

import pytest

from ledger.readers.gcp_meters import gcp_meter

INPUT, OUTPUT, CACHED = "input_tokens_uncached", "output_tokens", "input_tokens_cache_read"


@pytest.mark.parametrize(
    ("description", "model", "column", "tier", "context"),
    [
        ("Gemini 2.5 Flash Text Input - Predictions", "gemini-2.5-flash", INPUT, "standard", ""),
        (
            "Gemini 2.5 Flash Lite Text Output - Predictions",
            "gemini-2.5-flash-lite",
            OUTPUT,
            "standard",
            "",
        ),
        (
            "Gemini 2.5 Flash Text Output (Thinking On) - Batch Predictions",
            "gemini-2.5-flash",
            OUTPUT,
            "batch",
            "",
        ),
        (
            "Gemini 2.5 Flash Thinking Text Output - Predictions",
            "gemini-2.5-flash",
            OUTPUT,
            "standard",
            "",
        ),
        ("Gemini 2.5 Pro Input Text Caching (Long)", "gemini-2.5-pro", CACHED, "standard", "long"),
        (
            "Gemini 2.5 Flash GA Video Input Priority - Predictions",
            "gemini-2.5-flash",
            INPUT,
            "priority",
            "",
        ),
        (
            "Generate content input token count gemini 2.5 flash lite long input text",
            "gemini-2.5-flash-lite",
            INPUT,
            "standard",
            "long",
        ),
        (
            "Generate content cached input token count gemini 3.6 flash text",
            "gemini-3.6-flash",
            CACHED,
            "standard",
            "",
        ),
        (
            "Generate_content image output token count for Gemini 3 Pro Image",
            "gemini-3-pro",
            OUTPUT,
            "standard",
            "",
        ),
    ],
)
def test_a_description_is_understood(
    description: str, model: str, column: str, tier: str, context: str
) -> None:
    meter = gcp_meter(description)
    assert meter is not None
    assert (meter.model, meter.column) == (model, column)
    assert (meter.service_tier, meter.context_tier) == (tier, context or "default")


@pytest.mark.parametrize(
    "description",
    [
        "Gemini 2.5 Flash Input Text Caching Storage",
        "Gemini 1.5 Flash Text Input - Predictions",  # counted in characters
        "Grounding with Google Search",
        "Nvidia Tesla A100 GPU running in Americas",
    ],
)
def test_other_skus_count_no_tokens(description: str) -> None:
    assert gcp_meter(description) is None
