"""Every reader keeps `ledger.readers.contract`. A new one is found by existing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.mapping import Mapping
from ledger.readers.canonical import CANONICAL
from ledger.readers.contract import RawTable, Reader
from ledger.readers.detection import READERS, choose_reader
from ledger.readers.generic import GenericReader
from ledger.schema import TOKEN_COLUMNS

GENERIC = GenericReader(
    Mapping(
        source="own",
        zone="UTC",
        currency="USD",
        columns={"period_start": "day", "effective_cost": "cost", "billed_cost": "cost"},
        constants={"provider": "own"},
    )
)

# One sound row per format; `cost` is written into the columns named in _MONEY_OF.
EXAMPLES: dict[str, dict[str, str]] = {
    "focus": {
        "BillingAccountId": "1",
        "BillingCurrency": "USD",
        "BillingPeriodStart": "2026-09-01T00:00:00Z",
        "BillingPeriodEnd": "2026-10-01T00:00:00Z",
        "ChargePeriodStart": "2026-09-12T03:00:00Z",
        "ChargePeriodEnd": "2026-09-12T04:00:00Z",
        "ChargeCategory": "Usage",
    },
    "litellm_daily_team_spend": {
        "team_id": "ads",
        "date": "2026-09-12",
        "model": "gpt-5",
        "prompt_tokens": "10",
        "completion_tokens": "5",
        "api_requests": "1",
    },
    "litellm_spend_logs": {
        "startTime": "2026-09-12T03:04:05Z",
        "model": "gpt-5",
        "prompt_tokens": "10",
        "completion_tokens": "5",
    },
    "generic": {"day": "2026-09-12"},
    "openai_usage": {
        "start_time": "1789171200",
        "end_time": "1789257600",
        "results.object": "organization.usage.completions.result",
        "results.input_tokens": "5000",
        "results.input_cached_tokens": "1800",
        "results.output_tokens": "100",
        "results.num_model_requests": "5",
    },
    "openai_costs": {
        "start_time": "1789171200",
        "end_time": "1789257600",
        "results.amount.currency": "usd",
    },
    "anthropic_usage": {
        "starting_at": "2026-09-12T00:00:00Z",
        "ending_at": "2026-09-13T00:00:00Z",
        "results.uncached_input_tokens": "1500",
        "results.cache_read_input_tokens": "200",
        "results.output_tokens": "500",
    },
    "anthropic_costs": {
        "starting_at": "2026-09-12T00:00:00Z",
        "ending_at": "2026-09-13T00:00:00Z",
        "results.currency": "USD",
    },
    "langfuse_daily": {
        "date": "2026-09-12",
        "totalCost": "10000000",
        "usage.inputUsage": "10",
        "usage.outputUsage": "5",
    },
    "openrouter_activity": {
        "date": "2026-09-12",
        "requests": "5",
        "prompt_tokens": "50",
        "completion_tokens": "125",
    },
    "opencost": {
        "window.start": "2026-09-12T00:00:00Z",
        "window.end": "2026-09-13T00:00:00Z",
        "properties.cluster": "one",
    },
    "otel_genai": {
        "metric.name": "gen_ai.client.token.usage",
        "metric.kind": "histogram",
        "metric.aggregationTemporality": "1",
        "point.startTimeUnixNano": "1789182000000000000",
        "point.timeUnixNano": "1789182060000000000",
        "point.count": "3",
        "point.sum": "1234",
        "attributes.gen_ai.token.type": "input",
    },
    "aws_cur": {
        "bill_payer_account_id": "1",
        "bill_billing_period_start_date": "2026-09-01T00:00:00Z",
        "bill_billing_period_end_date": "2026-10-01T00:00:00Z",
        "line_item_currency_code": "USD",
        "line_item_line_item_type": "Usage",
        "line_item_product_code": "AmazonBedrock",
        "line_item_usage_amount": "433.893",
        "line_item_usage_start_date": "2026-09-12T03:00:00Z",
        "line_item_usage_end_date": "2026-09-12T04:00:00Z",
        "line_item_usage_type": "USE1-Claude4Sonnet-input-tokens",
    },
    "azure_cost": {
        "BillingAccountId": "1",
        "BillingCurrency": "USD",
        "BillingPeriodStartDate": "09/01/2026",
        "BillingPeriodEndDate": "09/30/2026",
        "ChargeType": "Usage",
        "Date": "09/12/2026",
        "MeterCategory": "Foundry Models",
        "MeterName": "gpt-4o-0806-Inp-glbl Tokens",
        "Quantity": "12.5",
        "UnitOfMeasure": "1K",
    },
    "gcp_billing": {
        "billing_account_id": "1",
        "currency": "USD",
        "invoice": '{"month": "202609"}',
        "service": '{"id": "V", "description": "Vertex AI"}',
        "sku": '{"id": "S", "description": "Gemini 2.5 Pro Text Input - Predictions"}',
        "usage": '{"amount": "12", "unit": "count"}',
        "usage_start_time": "2026-09-12 03:00:00 UTC",
        "usage_end_time": "2026-09-12 04:00:00 UTC",
    },
    "codecarbon": {
        "timestamp": "2026-09-12T03:04:05",
        "project_name": "ranker",
        "duration": "60.5",
        "emissions": "0.5",
        "energy_consumed": "1.25",
    },
}
MONEY_OF = {
    "focus": ("BilledCost", "EffectiveCost"),
    "litellm_daily_team_spend": ("spend",),
    "litellm_spend_logs": ("spend",),
    "generic": ("cost",),
    "aws_cur": ("line_item_unblended_cost",),
    "azure_cost": ("Cost",),
    "gcp_billing": ("cost",),
    "openai_usage": (),
    "openai_costs": ("results.amount.value",),
    "anthropic_usage": (),
    "anthropic_costs": ("results.amount",),
    "langfuse_daily": ("usage.totalCost",),
    "openrouter_activity": ("usage",),
    "opencost": ("totalCost",),
    "otel_genai": (),
    "codecarbon": (),
}
# Columns that tell the rows of a file apart, where a format has each row once.
ID_OF = {
    "litellm_spend_logs": "request_id",
    "openai_usage": "results.model",
    "openai_costs": "results.line_item",
    "anthropic_usage": "results.model",
    "anthropic_costs": "results.description",
    "langfuse_daily": "usage.model",
    "openrouter_activity": "model_permaslug",
    "opencost": "name",
    "otel_genai": "attributes",
    "codecarbon": "run_id",
}
# Azure's amortised export, which the file's name says this is, knows nothing of the cash view.
FILLS = {"azure_cost": ("effective_cost",)}
FILE_OF = {"azure_cost": "amortized.csv"}
# How many units of the export's money are one of the currency: Anthropic counts cents.
UNITS_OF = {"anthropic_costs": 100}

ALL: tuple[Reader, ...] = (*READERS, GENERIC)
every_reader: Callable[..., Any] = pytest.mark.parametrize("reader", ALL, ids=lambda r: r.name)


def raw(reader: Reader, costs: list[str], **extra: str) -> RawTable:
    columns = {name: [value] * len(costs) for name, value in EXAMPLES[reader.name].items()}
    written = [str(Decimal(cost) * UNITS_OF.get(reader.name, 1)) for cost in costs]
    columns |= dict.fromkeys(MONEY_OF[reader.name], written)
    columns |= {name: [value] * len(costs) for name, value in extra.items()}
    if reader.name in ID_OF:
        columns[ID_OF[reader.name]] = [f"id-{i}" for i in range(len(costs))]
    file = FILE_OF.get(reader.name, "export.csv")
    return RawTable(file, pa.table({n: pa.array(v) for n, v in columns.items()}))


@every_reader
def test_it_has_an_example_here_and_says_what_it_is(reader: Reader) -> None:
    assert reader.name in EXAMPLES, f"add a sound row of {reader.name} to EXAMPLES"
    assert reader.required <= reader.columns
    assert reader.clock in ("billing_period", "usage_day")
    assert reader.mode in ("snapshot", "append")


@every_reader
def test_its_own_export_is_known_by_its_columns(reader: Reader) -> None:
    mapping = GENERIC._mapping if reader is GENERIC else None
    chosen, confidence = choose_reader(raw(reader, ["1"]), mapping)
    assert chosen.name == reader.name
    assert 0.5 < confidence <= 1.0
    assert reader.confidence(frozenset()) == 0.0


@every_reader
@settings(max_examples=20, deadline=None)
@given(costs=st.lists(st.decimals(-(10**6), 10**6, places=11), min_size=1, max_size=5))
def test_mass_and_money_are_conserved_exactly(reader: Reader, costs: list[Decimal]) -> None:
    reading = reader.read(raw(reader, [str(cost) for cost in costs]))
    assert reading.rows_in == len(costs)
    assert reading.rows_in == reading.rows.num_rows + sum(reading.reported.values())
    for name in ("effective_cost", "billed_cost"):
        read: list[Decimal | None] = [row[name] for row in reading.rows.to_pylist()]
        if not MONEY_OF[reader.name] or name not in FILLS.get(reader.name, (name,)):
            assert read == [None] * len(costs)  # unknown is not zero
            continue
        assert sum(filter(None, read), Decimal(0)) == sum(costs, Decimal(0))


@every_reader
def test_rows_have_the_canonical_schema_and_are_numbered(reader: Reader) -> None:
    rows = reader.read(raw(reader, ["1", "2", "3"])).rows
    assert rows.schema.equals(CANONICAL)
    assert rows["row_number"].to_pylist() == [1, 2, 3]
    assert set(rows["source"].to_pylist()) == {reader.source}
    for field in CANONICAL:
        assert field.nullable or rows[field.name].null_count == 0


@every_reader
def test_periods_are_half_open_in_utc_and_bucketed_by_the_clock(reader: Reader) -> None:
    row = reader.read(raw(reader, ["1"])).rows.to_pylist()[0]
    assert row["period_start"] < row["period_end"]
    assert row["period_start"].utcoffset().total_seconds() == 0
    hours = (row["period_end"] - row["period_start"]).total_seconds() / 3600
    assert {"hour": 1, "day": 24}[row["granularity"]] == hours
    day = row["period_start"].date()
    assert row["clock_bucket"] == (day if reader.clock == "usage_day" else day.replace(day=1))


@every_reader
def test_columns_outside_the_allow_list_change_nothing(reader: Reader) -> None:
    private = {"messages": "my secret", "requester_ip_address": "10.0.0.1", "x_note": "secret"}
    assert not private.keys() & reader.columns
    reading = reader.read(raw(reader, ["1", "2"], **private))
    assert reading.rows.equals(reader.read(raw(reader, ["1", "2"])).rows)


@every_reader
def test_tokens_are_not_negative_and_unknown_ones_are_null(reader: Reader) -> None:
    rows = reader.read(raw(reader, ["1"])).rows
    for name in TOKEN_COLUMNS:
        assert all(value is None or value >= 0 for value in rows[name].to_pylist())


@every_reader
def test_reading_twice_gives_the_same(reader: Reader) -> None:
    first, second = (reader.read(raw(reader, ["1", "-2"])) for _ in range(2))
    assert first.rows.equals(second.rows)
    assert first.notes == second.notes
