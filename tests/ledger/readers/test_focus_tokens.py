"""Tokens on FOCUS rows, and the tokens that are no tokens but money."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reading
from ledger.readers.focus import READER
from ledger.readers.focus_tokens import class_of_text
from ledger.schema import TOKEN_COLUMNS

ROW: dict[str, str | None] = {
    "BilledCost": "1",
    "EffectiveCost": "1",
    "BillingAccountId": "111",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "ChargePeriodStart": "2026-09-12T00:00:00Z",
    "ChargePeriodEnd": "2026-09-13T00:00:00Z",
    "ChargeCategory": "Usage",
    "ProviderName": "AWS",
    "ConsumedUnit": "1000 Tokens",
    "ConsumedQuantity": "2.5",
}


def read(*changes: dict[str, Any]) -> Reading:
    rows = [{**ROW, **change} for change in changes]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    return READER.read(RawTable("bill.csv", pa.table(columns)))


def counts(*changes: dict[str, Any]) -> list[dict[str, int]]:
    """Token counts that are stated, per row."""
    rows = read(*changes).rows.select(list(TOKEN_COLUMNS)).to_pylist()
    return [{name: n for name, n in row.items() if n is not None} for row in rows]


def test_a_thousand_tokens_times_two_and_a_half() -> None:
    reading = read({"SkuMeter": "GPT-5 output tokens"})
    (row,) = reading.rows.to_pylist()
    assert (row["output_tokens"], row["meter"]) == (2500, "tokens")
    assert (row["consumed_quantity"], row["consumed_unit"]) == (Decimal("2.5"), "1000 Tokens")


def test_price_details_say_the_class_before_any_text() -> None:
    details = [
        '{"TokenDirection": "Input"}',
        '{"TokenDirection": "Input", "TokenCacheAction": "Read"}',
        '{"x_TokenDirection": "input", "x_TokenCacheAction": "Write"}',
        '{"TokenDirection": "Output", "TokenCacheAction": "None"}',
        '{"TokenDirection": "Output", "TokenCacheAction": "Other"}',
    ]
    found = counts(*({"SkuPriceDetails": text, "ConsumedUnit": "Tokens", "ConsumedQuantity": "7"}
                     for text in details))  # fmt: skip
    assert found == [
        {"input_tokens_uncached": 7},
        {"input_tokens_cache_read": 7},
        {"input_tokens_cache_write_5m": 7},
        {"output_tokens": 7},
        {},
    ]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("gpt-4o-0806-Inp-glbl Tokens", "input_tokens_uncached"),
        ("gpt-4o-mini-0718-Outp-glbl", "output_tokens"),
        ("gpt 4o 1120 cached Inp glbl", "input_tokens_cache_read"),
        ("USE1-Nova2.0Lite-input-tokens", "input_tokens_uncached"),
        ("USE1-Claude4Sonnet-cache-read-input-token-count", "input_tokens_cache_read"),
        ("USE1-Claude4Sonnet-cache-write-input-token-count", "input_tokens_cache_write_5m"),
        ("Prompt cache writes, 1 hour", "input_tokens_cache_write_1h"),
        ("APN2_InputTokenCount_LCtx_Global", "input_tokens_uncached"),
        ("completion tokens", "output_tokens"),
        ("input and output tokens", None),
        ("cached output", None),
        ("tokens", None),
        ("training of internal models", None),
    ],
)
def test_words_of_meters(text: str, column: str | None) -> None:
    assert class_of_text(text) == column


def test_what_a_row_does_not_say_is_unknown_and_told() -> None:
    reading = read(
        {"SkuMeter": "tokens"},
        {"ChargeDescription": "input tokens", "ConsumedQuantity": "-2"},
        {"ChargeDescription": "input tokens", "ConsumedQuantity": "0.0006"},
        {"ChargeDescription": "input tokens", "ConsumedQuantity": None},
        {"ChargeDescription": "input tokens", "ChargeCategory": "Tax"},
        {"ChargeDescription": "input tokens", "ConsumedUnit": "Hours"},
    )
    assert reading.rows["input_tokens_uncached"].to_pylist() == [None, None, 1, None, None, None]
    assert reading.rows["consumed_quantity"].to_pylist()[:2] == [Decimal("2.5"), Decimal(-2)]
    told = " ".join(reading.notes)
    assert "2 rows of tokens do not say which tokens, or take some back" in told
    assert "1 token counts were not whole and were rounded" in told


def test_more_tokens_than_a_count_can_hold_are_refused() -> None:
    with pytest.raises(BadInput, match="too large"):
        read({"SkuMeter": "input tokens", "ConsumedQuantity": "9" * 20})


def test_a_bill_without_tokens_has_none_and_says_nothing() -> None:
    reading = read({"ConsumedUnit": "Hours", "SkuMeter": "input tokens"})
    assert all(reading.rows[name].null_count == 1 for name in TOKEN_COLUMNS)
    assert not any("token" in note for note in reading.notes)


def test_prepaid_tokens_are_a_currency() -> None:
    """FOCUS 1.2, appendix: 100,000 tokens bought at $2; 245 executions at one token each."""
    usage = {
        "BilledCost": "0",
        "EffectiveCost": "490",
        "ListCost": "490",
        "ContractedCost": "490",
        "ConsumedQuantity": "245",
        "ConsumedUnit": "Execution",
        "PricingCurrency": "Token",
        "PricingCurrencyEffectiveCost": "245",
        "PricingCurrencyListUnitPrice": "1",
    }
    purchase = {
        "ChargeCategory": "Purchase",
        "BilledCost": "200000",
        "EffectiveCost": "0",
        "ConsumedQuantity": None,
        "ConsumedUnit": None,
        "PricingCurrency": "USD",
        "PricingQuantity": "100000",
    }
    bought, used = read(purchase, usage).rows.to_pylist()
    assert (bought["billed_cost"], bought["effective_cost"]) == (200_000, 0)
    assert (used["billed_cost"], used["effective_cost"]) == (0, 490)
    assert (used["pricing_currency"], used["pricing_currency_effective_cost"]) == ("Token", 245)
    assert [used[name] for name in TOKEN_COLUMNS] == [None] * len(TOKEN_COLUMNS)
    assert used["meter"] == "cost"
