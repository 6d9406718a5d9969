"""Irregular names of Azure's model meters, by their words."""

import pytest

from ledger.readers.azure_meters import azure_meter, is_model_service

INPUT, OUTPUT, CACHED = "input_tokens_uncached", "output_tokens", "input_tokens_cache_read"


@pytest.mark.parametrize(
    ("name", "model", "column", "tier"),
    [
        ("gpt-4o-0806-Inp-glbl Tokens", "gpt-4o-0806", INPUT, "standard"),
        ("gpt-4o-mini-0718-Outp-glbl", "gpt-4o-mini-0718", OUTPUT, "standard"),
        ("gpt 4o 1120 cached Inp glbl", "gpt-4o-1120", CACHED, "standard"),
        ("gpt-35-turbo-4k-Input-regional", "gpt-35-turbo-4k", INPUT, "standard"),
        ("gpt-4-8K-Batch-Inp-glbl Tokens", "gpt-4-8k", INPUT, "batch"),
        ("gpt 4.5 0227 Batch Outp DZone", "gpt-4.5-0227", OUTPUT, "batch"),
        ("gpt 4o 0513 Output global Tokens", "gpt-4o-0513", OUTPUT, "standard"),
        ("gpt-4o-rt-txt-1217 cchd Inp rgnl", "gpt-4o-rt-txt-1217", CACHED, "standard"),
        ("GPT 5 Mini cchd Inpt Glbl 1M Tokens", "gpt-5-mini", CACHED, "standard"),
        ("GPT 5 outpt Glbl 1M Tokens", "gpt-5", OUTPUT, "standard"),
        ("5 pp opt Gl 1M Tokens", "gpt-5", OUTPUT, "priority"),
        ("5.4 cd inp Gl 1M Tokens", "gpt-5.4", CACHED, "standard"),
        ("o3 mini 0131 input glbl", "o3-mini-0131", INPUT, "standard"),
        ("R1 Outp glbl Tokens", "r1", OUTPUT, "standard"),
        ("Grok 4.1 Inp DZone Tokens", "grok-4.1", INPUT, "standard"),
        ("text embedding 3 small DZ", "text-embedding-3-small", INPUT, "standard"),
        ("FW GPT OSS 120B Cache Inp DZ Tokens", "fw-gpt-oss-120b", CACHED, "standard"),
    ],
)
def test_a_name_is_understood(name: str, model: str, column: str, tier: str) -> None:
    meter = azure_meter(name)
    assert meter is not None
    assert (meter.model, meter.column, meter.service_tier) == (model, column, tier)


@pytest.mark.parametrize(
    ("name", "tier"),
    [("Provisioned Managed Global", "provisioned"), ("gpt-4o-ft-Training glbl", None)],
)
def test_some_meters_count_no_tokens(name: str, tier: str | None) -> None:
    meter = azure_meter(name)
    assert meter is not None
    assert (meter.column, meter.service_tier) == (None, tier)


@pytest.mark.parametrize("name", ["File-Search-Tool-Calls", "gpt-9-quux", "Inp glbl", "Inp Outp x"])
def test_a_name_without_a_class_or_a_model_is_not_guessed(name: str) -> None:
    assert azure_meter(name) is None


def test_services_of_models() -> None:
    assert is_model_service("Cognitive Services", "Azure OpenAI", None)
    assert is_model_service("Foundry Models")
    assert is_model_service(None, "Azure Grok Models")
    assert not is_model_service("Virtual Machines", "BS Series", "Virtual Machines BS Series")
