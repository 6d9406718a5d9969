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
}
MONEY_OF = {
    "focus": ("BilledCost", "EffectiveCost"),
    "litellm_daily_team_spend": ("spend",),
    "litellm_spend_logs": ("spend",),
    "generic": ("cost",),
}
ID_OF = {"litellm_spend_logs": "request_id"}

ALL: tuple[Reader, ...] = (*READERS, GENERIC)
every_reader: Callable[..., Any] = pytest.mark.parametrize("reader", ALL, ids=lambda r: r.name)


def raw(reader: Reader, costs: list[str], **extra: str) -> RawTable:
    columns = {name: [value] * len(costs) for name, value in EXAMPLES[reader.name].items()}
    columns |= dict.fromkeys(MONEY_OF[reader.name], costs)
    columns |= {name: [value] * len(costs) for name, value in extra.items()}
    if reader.name in ID_OF:
        columns[ID_OF[reader.name]] = [f"id-{i}" for i in range(len(costs))]
    return RawTable("export.csv", pa.table({n: pa.array(v) for n, v in columns.items()}))


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
        read: list[Decimal] = [row[name] for row in reading.rows.to_pylist()]
        assert sum(read, Decimal(0)) == sum(costs, Decimal(0))


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
