"""OpenAI's reports: usage has tokens and no money, costs have money and no tokens."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.delivery import Span
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reading
from ledger.readers.detection import choose_reader
from ledger.readers.openai_costs import READER as COSTS
from ledger.readers.openai_line_items import LineItem, parse_line_item
from ledger.readers.openai_usage import READER as USAGE
from ledger.schema import TOKEN_COLUMNS

Open = Callable[..., RawTable]
MONEY = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")
TWO_DAYS = (Span(date(2026, 9, 12), date(2026, 9, 14)),)


def first_results(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (JSON)
    page = document[0] if isinstance(document, list) else document
    results: list[dict[str, Any]] = page["data"][0]["results"]
    return results


def read_usage(open_document: Open, **first: object) -> Reading:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        first_results(document)[0].update(first)

    return USAGE.read(open_document("openai_usage", change))


@pytest.mark.parametrize("reader", [USAGE, COSTS], ids=lambda reader: reader.name)
def test_the_document_is_known_by_its_columns(open_document: Open, reader: Any) -> None:  # noqa: ANN401
    chosen, confidence = choose_reader(open_document(reader.name), None)
    assert chosen is reader
    assert confidence > 0.9


def test_usage_counts_each_token_once_and_has_no_money(open_document: Open) -> None:
    reading = USAGE.read(open_document("openai_usage"))
    row, batch = reading.rows.to_pylist()
    # Test vector: input 5000 = uncached 3000 + cached 1800 + cache write 200.
    assert [row[name] for name in TOKEN_COLUMNS] == [3000, 1800, 200, None, 1000]
    assert sum(row[name] for name in TOKEN_COLUMNS[:3]) == 5000
    assert [row[name] for name in MONEY] == [None] * 4
    assert (row["meter"], row["cost_origin"], row["currency"]) == ("tokens", "computed", "USD")
    assert (row["source"], row["account"]) == ("openai_usage", "openai/completions")
    assert (row["provider"], row["raw_model"]) == ("openai", "gpt-5-2025-08-07")
    assert row["sub_account"] == row["project"] == "proj_ads"
    assert (row["actor"], row["requests"], row["service_tier"]) == ("key_one", 5, "standard")
    assert row["period_start"] == datetime(2026, 9, 12, tzinfo=UTC)
    assert (batch["service_tier"], batch["input_tokens_uncached"]) == ("batch", 700)
    assert batch["input_tokens_cache_write_5m"] is None


def test_an_empty_bucket_is_covered_and_reported(open_document: Open) -> None:
    reading = USAGE.read(open_document("openai_usage"))
    assert (reading.rows_in, reading.rows.num_rows) == (3, 2)
    assert reading.reported == {"periods in which the report has no result": 1}
    assert reading.covers == TWO_DAYS
    assert reading.rows["row_number"].to_pylist() == [1, 2]


def test_an_empty_bucket_before_others_leaves_the_numbers_of_rows(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        one, two = document["data"]
        one["results"], two["results"] = two["results"], one["results"]

    reading = USAGE.read(open_document("openai_usage", change))
    assert reading.rows["row_number"].to_pylist() == [2, 3]
    assert reading.covers == TWO_DAYS


def test_cached_tokens_must_fit_into_the_input(open_document: Open) -> None:
    with pytest.raises(BadInput, match=r"row 1, field results\.input_tokens: got '1999'"):
        read_usage(open_document, input_tokens=1999, input_uncached_tokens=None)
    with pytest.raises(BadInput, match="got '5000', wanted the sum of uncached, cached and"):
        read_usage(open_document, input_uncached_tokens=3001)
    reading = read_usage(open_document, input_uncached_tokens=None)
    assert reading.rows["input_tokens_uncached"].to_pylist()[0] == 3000


@pytest.mark.parametrize(
    ("first", "field"),
    [
        ({"input_tokens": -1}, "results.input_tokens"),
        ({"output_tokens": None}, "results.output_tokens"),
        ({"num_model_requests": None}, "results.num_model_requests"),
        ({"num_model_requests": 1.5}, "results.num_model_requests"),
        ({"object": "organization.usage.vector_stores.result"}, "results.object"),
        ({"object": "organization.usage.embeddings.result"}, "results.object"),
    ],
)
def test_a_bad_value_of_usage_is_named(
    open_document: Open, first: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_usage(open_document, **first)
    assert caught.value.field == field


def test_a_page_twice_in_a_file_is_refused(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"].insert(1, document["data"][0])

    with pytest.raises(BadInput, match="row 1 has the same") as caught:
        USAGE.read(open_document("openai_usage", change))
    assert caught.value.row == 3


def test_usage_that_is_not_grouped_says_so(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        del first_results(document)[1]
        document["has_more"] = True
        for name in ("project_id", "api_key_id", "model", "batch", "service_tier"):
            first_results(document)[0][name] = None
        first_results(document)[0]["input_audio_tokens"] = 7

    reading = USAGE.read(open_document("openai_usage", change))
    row = reading.rows.to_pylist()[0]
    assert (row["raw_model"], row["service_tier"], row["project"]) == (None, None, None)
    notes = " | ".join(reading.notes)
    assert "1 results name no model" in notes
    assert "7 audio tokens" in notes
    assert "goes on after the last page" in notes
    assert "taken as account openai/completions" in notes
    assert reading.extent is None


def test_the_path_says_whose_report_it_is(open_document: Open) -> None:
    reading = USAGE.read(open_document("openai_usage", folder="account=acme"))
    assert reading.extent == frozenset({"acme/completions"})
    assert reading.rows["account"].unique().to_pylist() == ["acme/completions"]
    assert not any("account" in note for note in reading.notes)
    with pytest.raises(BadInput, match="account=acme"):
        USAGE.read(open_document("openai_usage", folder="account="))


@pytest.mark.parametrize(
    ("endpoint", "name", "meter", "unit"),
    [
        ("images", "images", "images", "Images"),
        ("audio_speeches", "characters", "audio", "Characters"),
        ("audio_transcriptions", "seconds", "audio", "Seconds"),
    ],
)
def test_endpoints_without_tokens_have_a_quantity(
    open_document: Open, endpoint: str, name: str, meter: str, unit: str
) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        result = {
            "object": f"organization.usage.{endpoint}.result",
            name: 2.5,
            "num_model_requests": 1,
            "model": "m",
        }
        document["data"][0]["results"] = [result]

    row = USAGE.read(open_document("openai_usage", change)).rows.to_pylist()[0]
    assert (row["account"], row["meter"]) == (f"openai/{endpoint}", meter)
    assert (row["consumed_quantity"], row["consumed_unit"]) == (Decimal("2.5"), unit)
    assert [row[token] for token in TOKEN_COLUMNS] == [None] * 5


def test_embeddings_have_input_tokens_only(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        result = {
            "object": "organization.usage.embeddings.result",
            "input_tokens": 16,
            "num_model_requests": 2,
        }
        document["data"][0]["results"] = [result]

    row = USAGE.read(open_document("openai_usage", change)).rows.to_pylist()[0]
    assert row["account"] == "openai/embeddings"
    assert [row[token] for token in TOKEN_COLUMNS] == [16, None, None, None, None]


def test_costs_have_money_and_no_tokens(open_document: Open) -> None:
    reading = COSTS.read(open_document("openai_costs"))
    model, tool, refund = reading.rows.to_pylist()
    assert [model[name] for name in TOKEN_COLUMNS] == [None] * 5
    assert model["billed_cost"] == model["effective_cost"] == Decimal("0.006")
    assert any("rounded" in note for note in reading.notes)
    assert (model["source"], model["account"]) == ("openai_costs", "org-acme")
    assert (model["meter"], model["cost_origin"], model["currency"]) == ("cost", "billed", "USD")
    assert (model["raw_model"], model["sku_meter"]) == ("gpt-5-2025-08-07", "cached input")
    assert (model["consumed_quantity"], model["consumed_unit"]) == (1800, "Tokens")
    assert (tool["raw_model"], tool["charge_description"]) == (None, "web search tool calls")
    assert refund["effective_cost"] == Decimal("-0.5")
    assert (refund["service_tier"], refund["context_tier"]) == ("priority", "long")
    assert reading.covers == TWO_DAYS
    assert (reading.rows_in, reading.reported, reading.extent) == (3, {}, None)
    assert any("1 line items name no model" in note for note in reading.notes)


def test_costs_may_have_an_empty_bucket_and_no_organisation(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document[1]["data"][0]["results"] = []
        for result in first_results(document):
            del result["organization_id"], result["line_item"]
        first_results(document)[1]["project_id"] = None

    reading = COSTS.read(open_document("openai_costs", change))
    assert reading.rows["account"].to_pylist() == ["openai", "openai"]
    assert reading.reported == {"periods in which the report has no result": 1}
    notes = " | ".join(reading.notes)
    assert "2 results have no line item" in notes
    assert "taken as account openai;" in notes


@pytest.mark.parametrize(
    ("amount", "field"),
    [
        ({"value": None, "currency": "usd"}, "results.amount.value"),
        ({"value": "1,50", "currency": "usd"}, "results.amount.value"),
        ({"value": 1, "currency": None}, "results.amount.currency"),
        ({"value": 1, "currency": "dollars"}, "results.amount.currency"),
    ],
)
def test_a_bad_amount_is_named(open_document: Open, amount: dict[str, object], field: str) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        first_results(document)[1]["amount"] = amount

    with pytest.raises(BadInput) as caught:
        COSTS.read(open_document("openai_costs", change))
    assert (caught.value.row, caught.value.field) == (2, field)


def test_a_key_is_never_shown(open_document: Open) -> None:
    assert {"results.api_key_id", "results.user_id"} <= USAGE.columns & COSTS.columns
    assert read_usage(open_document, user_id="u").rows["actor"].to_pylist()[0] == "key_one"
    reading = read_usage(open_document, api_key_id=None, user_id="user_one")
    assert reading.rows["actor"].to_pylist()[0] == "user_one"


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("gpt-4.1-2025-04-14, input", LineItem("gpt-4.1-2025-04-14", "input")),
        ("gpt-image-1 image, output", LineItem("gpt-image-1", "image output")),
        ("ft:gpt-4o:acme::1, cached input", LineItem("ft:gpt-4o:acme::1", "cached input")),
        ("batch | gpt-5, output", LineItem("gpt-5", "output", "batch")),
        ("gpt-5.6, input, long context", LineItem("gpt-5.6", "input", None, True)),
        ("whisper-1, audio", LineItem("whisper-1", "audio")),
        ("assistants api | file search", LineItem()),
        ("evals | gpt-5, input", LineItem()),
        ("web search tool calls", LineItem()),
        ("Vector storage", LineItem()),
        ("Fees, input", LineItem("Fees", "input")),
    ],
)
def test_line_items_name_the_model_in_one_form(text: str, item: LineItem) -> None:
    assert parse_line_item(text) == item
