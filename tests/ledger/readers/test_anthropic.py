"""Anthropic's reports: tokens that exclude each other, and money in cents."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.delivery import Span
from ledger.problems import BadInput
from ledger.readers.anthropic_costs import READER as COSTS
from ledger.readers.anthropic_usage import READER as USAGE
from ledger.readers.contract import RawTable
from ledger.readers.detection import choose_reader
from ledger.readers.fields import Field
from ledger.readers.minor_units import parse_hundredths
from ledger.schema import TOKEN_COLUMNS

Open = Callable[..., RawTable]


@pytest.mark.parametrize("reader", [USAGE, COSTS], ids=lambda reader: reader.name)
def test_the_document_is_known_by_its_columns(open_document: Open, reader: Any) -> None:  # noqa: ANN401
    chosen, confidence = choose_reader(open_document(reader.name), None)
    assert chosen is reader
    assert confidence > 0.9


def test_usage_is_split_as_delivered_and_has_no_money(open_document: Open) -> None:
    reading = USAGE.read(open_document("anthropic_usage"))
    row, batch = reading.rows.to_pylist()
    assert [row[name] for name in TOKEN_COLUMNS] == [1500, 200, 500, 1000, 500]
    assert (row["effective_cost"], row["billed_cost"], row["requests"]) == (None, None, None)
    assert (row["source"], row["account"]) == ("anthropic_usage", "anthropic")
    assert (row["meter"], row["cost_origin"], row["provider"]) == (
        "tokens",
        "computed",
        "anthropic",
    )
    assert row["period_start"] == datetime(2026, 9, 12, tzinfo=UTC)
    assert (row["granularity"], row["region"], row["context_tier"]) == ("day", "us", "default")
    assert row["sub_account"] == row["project"] == "wrkspc_ads"
    assert (row["actor"], batch["actor"]) == ("apikey_one", None)
    assert (row["consumed_quantity"], row["consumed_unit"]) == (10, "Searches")
    assert (batch["consumed_quantity"], batch["consumed_unit"]) == (None, None)
    assert (batch["service_tier"], batch["context_tier"]) == ("batch", "long")
    assert reading.covers == (Span(date(2026, 9, 12), date(2026, 9, 13)),)


def test_usage_by_the_hour_lies_in_its_hours(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][0]["ending_at"] = "2026-09-12T01:00:00Z"

    reading = USAGE.read(open_document("anthropic_usage", change))
    assert reading.rows["granularity"].to_pylist() == ["hour", "hour"]
    assert "the report ends within a day, at 2026-09-12 01:00 UTC" in reading.notes


@pytest.mark.parametrize(
    ("name", "value", "note"),
    [
        ("speed", "fast", "1 results in fast mode"),
        ("service_tier", "priority", "1 results of the priority tier are not in"),
        ("model", None, "1 results name no model"),
    ],
)
def test_what_a_row_cannot_say_is_noted(
    open_document: Open, name: str, value: str | None, note: str
) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][0]["results"][0][name] = value

    notes = USAGE.read(open_document("anthropic_usage", change)).notes
    assert any(note in one for one in notes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uncached_input_tokens", None),
        ("output_tokens", -1),
        ("cache_read_input_tokens", "many"),
    ],
)
def test_a_bad_count_is_named(open_document: Open, name: str, value: object) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][0]["results"][1][name] = value

    with pytest.raises(BadInput) as caught:
        USAGE.read(open_document("anthropic_usage", change))
    assert (caught.value.row, caught.value.field) == (2, f"results.{name}")


def test_costs_are_cents(open_document: Open) -> None:
    reading = COSTS.read(open_document("anthropic_costs"))
    tokens, search = reading.rows.to_pylist()
    # Test vector: "123.45" is 1.2345 USD.
    assert tokens["billed_cost"] == tokens["effective_cost"] == Decimal("1.2345")
    assert search["effective_cost"] == Decimal("0.1")
    assert (tokens["source"], tokens["meter"], tokens["cost_origin"]) == (
        "anthropic_costs",
        "cost",
        "billed",
    )
    assert [tokens[name] for name in TOKEN_COLUMNS] == [None] * 5
    assert (tokens["sku_meter"], search["sku_meter"]) == ("uncached_input_tokens", "web_search")
    assert (tokens["raw_model"], search["raw_model"]) == ("claude-sonnet-4-5-20250929", None)
    assert reading.covers == (Span(date(2026, 9, 12), date(2026, 9, 14)),)
    assert (reading.rows_in, reading.rows.num_rows) == (3, 2)


def test_cents_of_another_currency_are_refused(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][0]["results"][0]["currency"] = "JPY"

    with pytest.raises(BadInput, match=r"row 1, field results\.currency: got 'JPY', wanted one of"):
        COSTS.read(open_document("anthropic_costs", change))


def test_costs_that_are_not_grouped_say_so_and_repeats_are_refused(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        results = document["data"][0]["results"]
        results[:] = [{"amount": "5", "currency": "USD", "workspace_id": None}]

    reading = COSTS.read(open_document("anthropic_costs", change))
    assert any("1 results have no description" in note for note in reading.notes)

    def twice(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"].append(document["data"][0])

    with pytest.raises(BadInput, match="row 1 has the same") as caught:
        COSTS.read(open_document("anthropic_costs", twice))
    assert caught.value.row == 4


def test_analytics_reports_are_refused_for_their_overlapping_groups(open_document: Open) -> None:
    def change(document: Any) -> None:  # noqa: ANN401 (JSON)
        document["data"][0]["results"][0]["rbac_group_id"] = "group"

    with pytest.raises(BadInput, match="groups overlap"):
        choose_reader(open_document("anthropic_usage", change), None)


@given(st.decimals(-(10**9), 10**9, places=10), st.booleans())
def test_hundredths_are_exact(cents: Decimal, scientific: bool) -> None:
    text = f"{cents:E}" if scientific else str(cents)
    amounts = parse_hundredths(Field("costs.json", "amount", pa.array([text])))
    assert amounts.values.to_pylist() == [cents / 100]
    assert amounts.rounded == 0


def test_finer_hundredths_are_rounded_and_counted() -> None:
    field = Field("costs.json", "amount", pa.array(["0.00000000005", None, "1e-99"]))
    amounts = parse_hundredths(field)
    assert amounts.values.to_pylist() == [Decimal(0), None, Decimal(0)]
    assert amounts.rounded == 2


@pytest.mark.parametrize("text", ["1,50", "1 USD", "NaN", "Infinity", "9" * 40])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="row 1, field amount"):
        parse_hundredths(Field("costs.json", "amount", pa.array([text])))
