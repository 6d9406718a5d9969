"""Rows of the gateway add up, and cost what the price list says."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from costcast.world import gateway_log
from costcast.world.build import World
from costcast.world.calendar import index_of
from costcast.world.inference import UNPRICED_DAYS

Rows = list[dict[str, str]]
Delivered = Callable[[str, str], Rows]


def test_counts_add_up_in_every_row(delivered: Delivered) -> None:
    rows = delivered("2026-09-05", "litellm")
    assert tuple(rows[0]) == gateway_log.COLUMNS
    for row in rows:
        cached = int(row["cache_read_input_tokens"]) + int(row["cache_creation_input_tokens"])
        assert 0 <= cached <= int(row["prompt_tokens"])
        done = int(row["successful_requests"]) + int(row["failed_requests"])
        assert done == int(row["api_requests"]) > 0
        assert len(row["api_key"]) == 64


def test_rows_of_a_delivery_are_unique(delivered: Delivered) -> None:
    rows = delivered("2026-10-20", "litellm")
    keys = {
        tuple(row[name] for name in ("team_id", "date", "api_key", "model", "endpoint"))
        for row in rows
    }
    assert len(keys) == len(rows)


def test_spend_is_tokens_times_price(delivered: Delivered) -> None:
    per_million = {"uncached": "0.875", "read": "0.0875", "output": "7"}
    prices = {name: Decimal(price) / 1_000_000 for name, price in per_million.items()}
    rows = [row for row in delivered("2026-10-20", "litellm") if row["model_group"] == "gpt-5"]
    assert len(rows) > 20
    for row in rows:
        read = int(row["cache_read_input_tokens"])
        spend = (
            (int(row["prompt_tokens"]) - read) * prices["uncached"]
            + read * prices["read"]
            + int(row["completion_tokens"]) * prices["output"]
        )
        assert Decimal(row["spend"]) == spend


def test_a_new_name_has_no_price_for_five_days(world: World, delivered: Delivered) -> None:
    unpriced = {
        row["date"]
        for row in delivered("2026-09-05", "litellm")
        if row["model_group"] == "claude-sonnet-4-5" and Decimal(row["spend"]) == 0
    }
    first = date(2025, 9, 30).toordinal()
    days = [str(date.fromordinal(first + day)) for day in range(UNPRICED_DAYS)]
    assert sorted(unpriced) == days
    traffic = next(t for t in world.traffic if t.raw == "claude-sonnet-4-5-20250929")
    assert traffic.cost[index_of(date(2025, 9, 30))] > 0


def test_old_names_are_sent_after_the_reorganisation(delivered: Delivered) -> None:
    assert "growth" in {row["team_id"] for row in delivered("2026-10-20", "litellm")}
