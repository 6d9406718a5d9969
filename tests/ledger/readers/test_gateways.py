"""Langfuse and OpenRouter: a day and model per row; LiteLLM's activity: refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.delivery import Span
from ledger.problems import BadInput
from ledger.readers.contract import RawTable
from ledger.readers.detection import READERS, REFUSED, choose_reader
from ledger.readers.langfuse_daily import READER as LANGFUSE
from ledger.readers.openrouter_activity import READER as OPENROUTER

Open = Callable[..., RawTable]


@pytest.mark.parametrize("reader", [LANGFUSE, OPENROUTER], ids=lambda reader: reader.name)
def test_the_document_is_known_by_its_columns(open_document: Open, reader: Any) -> None:  # noqa: ANN401
    chosen, confidence = choose_reader(open_document(reader.name), None)
    assert chosen is reader
    assert confidence > 0.9


def test_langfuse_has_a_row_per_day_and_model(open_document: Open) -> None:
    reading = LANGFUSE.read(open_document("langfuse_daily"))
    gpt, claude = reading.rows.to_pylist()
    assert gpt["period_start"] == datetime(2026, 9, 12, tzinfo=UTC)
    assert (gpt["source"], gpt["account"], gpt["provider"]) == ("langfuse", "langfuse", "unknown")
    assert (gpt["cost_origin"], gpt["requests"]) == ("gateway", 20)
    assert (gpt["input_tokens_uncached"], gpt["output_tokens"]) == (1000, 50)
    assert gpt["effective_cost"] == gpt["billed_cost"] == Decimal("0.25")
    assert claude["raw_model"] == "claude-sonnet-4-5"
    assert reading.rows["row_number"].to_pylist() == [2, 3]
    assert reading.reported == {"periods in which the report has no result": 1}
    assert reading.covers == (Span(date(2026, 9, 12), date(2026, 9, 14)),)
    assert any("names no providers" in note for note in reading.notes)


def test_money_of_a_day_beyond_its_models_is_told(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][1]["totalCost"] = 1.375
        document["meta"]["totalPages"] = 3

    notes = LANGFUSE.read(open_document("langfuse_daily", change)).notes
    assert "USD 1 of 1 days (2026-09-12) belong to no model and are left out" in notes
    assert "the file has 1 of the 3 pages of the report" in notes


def test_models_that_cost_more_than_their_day_are_refused(open_document: Open) -> None:
    def cents(document: Any) -> None:  # noqa: ANN401 (JSON)
        for usage in document["data"][1]["usage"]:
            usage["totalCost"] *= 100

    with pytest.raises(BadInput, match=r"got '37\.5 in sum'.*totalCost, 0\.375") as caught:
        LANGFUSE.read(open_document("langfuse_daily", cents))
    assert (caught.value.row, caught.value.field) == (2, "usage.totalCost")


def test_rounding_of_doubles_is_no_contradiction(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][1]["totalCost"] = 0.37499999999999994

    notes = LANGFUSE.read(open_document("langfuse_daily", change)).notes
    assert not any("belong to no model" in note for note in notes)


def test_a_day_twice_is_refused(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"].append(document["data"][1])

    with pytest.raises(BadInput, match="each model once in a period: row 2 has the same"):
        LANGFUSE.read(open_document("langfuse_daily", change))


def test_openrouter_is_paid_and_others_host(open_document: Open) -> None:
    reading = OPENROUTER.read(open_document("openrouter_activity"))
    gpt, llama = reading.rows.to_pylist()
    assert (gpt["source"], gpt["provider"], gpt["host_provider"]) == (
        "openrouter",
        "openrouter",
        "openai",
    )
    assert gpt["raw_model"] == "openai/gpt-4.1-2025-04-14"
    assert (gpt["input_tokens_uncached"], gpt["output_tokens"]) == (50, 125)
    assert (gpt["reasoning_tokens"], gpt["requests"], gpt["cost_origin"]) == (25, 5, "billed")
    assert llama["host_provider"] == "deepinfra"
    assert reading.covers is None


def test_money_on_own_keys_is_kept_apart(open_document: Open) -> None:
    reading = OPENROUTER.read(open_document("openrouter_activity"))
    gpt, llama = reading.rows.to_pylist()
    assert gpt["effective_cost"] == gpt["billed_cost"] == Decimal("0.015")
    assert (gpt["consumed_quantity"], gpt["consumed_unit"]) == (
        Decimal("0.012"),
        "USD on own keys",
    )
    assert (llama["consumed_quantity"], llama["consumed_unit"]) == (None, None)
    assert any(note.startswith("USD 0.012 were paid on own keys") for note in reading.notes)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("reasoning_tokens", 126, "reasoning_tokens"),
        ("usage", None, "usage"),
        ("prompt_tokens", -5, "prompt_tokens"),
        ("date", "2026-09-12T01:00:00Z", "date"),
        ("date", "9/12/26", "date"),
    ],
)
def test_a_bad_value_is_named(open_document: Open, name: str, value: object, field: str) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][0][name] = value

    with pytest.raises(BadInput) as caught:
        OPENROUTER.read(open_document("openrouter_activity", change))
    assert (caught.value.row, caught.value.field) == (1, field)


def test_litellm_activity_is_refused_because_its_breakdowns_are_marginals(
    open_document: Open,
) -> None:
    with pytest.raises(BadInput, match=r"marginals.*wanted an export of the table LiteLLM_Daily"):
        choose_reader(open_document("litellm_team_activity"), None)


def test_no_format_is_both_read_and_refused() -> None:
    assert {refused.name for refused in REFUSED} >= {"litellm_team_activity", "anthropic_analytics"}
    for refused in REFUSED:
        assert all(not refused.required <= reader.columns for reader in READERS)
