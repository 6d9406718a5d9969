"""LiteLLM's exports: tokens made exclusive, money exact, personal columns never looked at."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reader, Reading
from ledger.readers.litellm_daily_team_spend import READER as DAILY
from ledger.readers.litellm_spend_logs import READER as LOGS

DAY: dict[str, Any] = {
    "id": "1",
    "team_id": "ads",
    "date": "2026-09-12",
    "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
    "model": "gpt-5-2025-08-07",
    "custom_llm_provider": "azure",
    "prompt_tokens": "1000",
    "completion_tokens": "50",
    "cache_read_input_tokens": "300",
    "cache_creation_input_tokens": "20",
    "spend": "0.0013950000000000002",
    "api_requests": "7",
    "failed_requests": "1",
}
CALL: dict[str, Any] = {
    "request_id": "chatcmpl-1",
    "startTime": "2026-09-12 10:59:59.999",
    "api_key": "hash",
    "team_id": None,
    "model": "claude-sonnet-4-5",
    "custom_llm_provider": "anthropic",
    "prompt_tokens": "10",
    "completion_tokens": "5",
    "spend": "1e-05",
    "status": "success",
}


def read(reader: Reader, row: dict[str, Any], *changes: dict[str, Any]) -> Reading:
    rows = [{**row, **change} for change in changes or ({},)]
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})
    return reader.read(RawTable("spend.csv", table))


def test_a_day_of_a_team() -> None:
    reading = read(DAILY, DAY)
    row = reading.rows.to_pylist()[0]
    assert (DAILY.clock, DAILY.mode) == ("usage_day", "snapshot")
    assert row["period_start"] == datetime(2026, 9, 12, tzinfo=UTC)
    assert row["period_end"] == datetime(2026, 9, 13, tzinfo=UTC)
    assert (row["clock_bucket"], row["granularity"]) == (date(2026, 9, 12), "day")
    assert (row["source"], row["account"], row["cost_origin"]) == ("litellm", "litellm", "gateway")
    assert (row["project"], row["actor"]) == ("ads", DAY["api_key"])
    assert (row["provider"], row["raw_model"]) == ("azure.ai.openai", "gpt-5-2025-08-07")
    assert (row["requests"], row["failed_requests"]) == (7, 1)
    assert row["effective_cost"] == row["billed_cost"] == Decimal("0.001395")
    assert any("1 values of spend" in note for note in reading.notes)


def test_prompt_tokens_include_the_cached_ones() -> None:
    row = read(DAILY, DAY).rows.to_pylist()[0]
    names = ("uncached", "cache_read", "cache_write_5m")
    parts = [row[f"input_tokens_{name}"] for name in names]
    assert parts == [680, 300, 20]
    assert sum(parts) == int(DAY["prompt_tokens"])
    unknown = read(DAILY, DAY, {"cache_read_input_tokens": None}).rows.to_pylist()[0]
    assert (unknown["input_tokens_uncached"], unknown["input_tokens_cache_read"]) == (980, None)


def test_more_cached_than_prompt_tokens_are_refused() -> None:
    with pytest.raises(BadInput, match="row 2, field prompt_tokens: got '100'"):
        read(DAILY, DAY, {}, {"id": "2", "prompt_tokens": "100"})


def test_a_call_lies_in_the_hour_in_which_it_started() -> None:
    reading = read(LOGS, CALL)
    row = reading.rows.to_pylist()[0]
    assert (LOGS.clock, LOGS.mode) == ("usage_day", "append")
    assert row["source_row_id"] == "chatcmpl-1"
    assert row["period_start"] == datetime(2026, 9, 12, 10, tzinfo=UTC)
    assert row["period_end"] == datetime(2026, 9, 12, 11, tzinfo=UTC)
    assert (row["granularity"], row["project"], row["requests"]) == ("hour", None, 1)
    assert row["effective_cost"] == Decimal("0.00001")
    assert reading.notes == (
        "1 times without a zone were taken as UTC",
        "cached input tokens are not in this export and count as uncached",
    )


def test_failed_calls_are_counted_and_an_unknown_outcome_is_not_a_success() -> None:
    changes = [
        {"request_id": str(i), "status": status}
        for i, status in enumerate(["success", "failure", None])
    ]
    rows = read(LOGS, CALL, *changes).rows
    assert rows["failed_requests"].to_pylist() == [0, 1, None]


@pytest.mark.parametrize(
    ("reader", "row", "column"), [(DAILY, DAY, "id"), (LOGS, CALL, "request_id")]
)
def test_two_rows_with_one_id_are_refused_naming_both(
    reader: Reader, row: dict[str, Any], column: str
) -> None:
    ids = [{column: value} for value in ("a", "b", "c", "b", "c")]
    with pytest.raises(BadInput, match=f"row 4, field {column}: got 'b', .*than row 2") as caught:
        read(reader, row, *ids)
    assert caught.value.row == 4


@pytest.mark.parametrize(
    ("reader", "row", "change", "field"),
    [
        (DAILY, DAY, {"date": "2026-09-12T01:00:00"}, "date"),
        (DAILY, DAY, {"date": None}, "date"),
        (DAILY, DAY, {"spend": None}, "spend"),
        (DAILY, DAY, {"api_requests": "-1"}, "api_requests"),
        (LOGS, CALL, {"request_id": None}, "request_id"),
        (LOGS, CALL, {"startTime": "noon"}, "startTime"),
        (LOGS, CALL, {"completion_tokens": "few"}, "completion_tokens"),
    ],
)
def test_a_bad_value_is_named(
    reader: Reader, row: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(reader, row, change)
    assert (caught.value.row, caught.value.field) == (1, field)


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("openai", "openai"),
        ("Bedrock", "aws.bedrock"),
        ("vertex_ai", "gcp.vertex_ai"),
        ("gemini", "gcp.gemini"),
        ("xai", "x_ai"),
        ("my_gateway", "my_gateway"),
        (None, "unknown"),
    ],
)
def test_providers_have_the_names_of_opentelemetry(name: str | None, provider: str) -> None:
    rows = read(DAILY, DAY, {"custom_llm_provider": name}).rows
    assert rows["provider"].to_pylist() == [provider]


def test_messages_responses_and_addresses_are_outside_the_allow_list() -> None:
    private = {"messages", "response", "requester_ip_address", "metadata", "user", "end_user"}
    assert not private & (LOGS.columns | DAILY.columns)
