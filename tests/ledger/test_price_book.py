"""Stated prices over the public list: dated, known from a moment on, one currency a model."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.price_book import NO_LIST, PriceBook
from ledger.price_keys import PriceKey, price_key
from ledger.price_list import listed_prices
from ledger.price_rows import PriceRow
from ledger.problems import BadInput
from ledger.reference import load_reference

DAY = date(2026, 10, 5)
GPT = PriceKey("openai", ("gpt-5-2025-08-07", "gpt-5"))
MILLION = Decimal(1_000_000)
NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
_OUTPUT = {"token_class": "output"}


def _row(**values: Any) -> PriceRow:  # noqa: ANN401
    plain = {
        "provider": "openai",
        "model": "gpt-5",
        "token_class": "input",
        "unit": "1M",
        "price": "1",
        "currency": "USD",
    }
    return PriceRow.model_validate(plain | values)


def _load(folder: Path, text: str, known_at: datetime) -> PriceBook:
    (folder / "prices.csv").write_text(text)
    return load_reference(folder, known_at=known_at).prices


@pytest.mark.parametrize(
    ("unit", "tokens"),
    [("1M", 10**6), ("1K", 1_000), ("1", 1), ("1000 Tokens", 1_000), ("10k tokens", 10_000)],
)
def test_a_unit_is_a_number_of_tokens(unit: str, tokens: int) -> None:
    assert _row(unit=unit).unit == tokens


@pytest.mark.parametrize(
    "values",
    [
        {"unit": "M"},
        {"unit": "0"},
        {"unit": "1000 Requests"},
        {"price": "-1"},
        {"price": "0.0000001", "unit": "1M"},
        {"token_class": "prompt"},
        {"currency": "usd"},
    ],
)
def test_a_row_that_means_nothing_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(values)) if "price" not in values else "."):
        _row(**values)


def test_a_stated_price_counts_before_the_list() -> None:
    book = PriceBook((_row(price="1.10"),))
    prices = book.prices(GPT, DAY)
    assert prices.per_token["input"] * MILLION == Decimal("1.10")
    assert prices.per_token["output"] == listed_prices(GPT, DAY).per_token["output"]


def test_a_row_for_the_standard_tier_says_nothing_about_the_others() -> None:
    batch = PriceKey("openai", ("gpt-5",), "batch")
    assert not PriceBook((_row(),), NO_LIST).prices(batch, DAY).per_token
    half = PriceBook((_row(tier="batch", price="0.5"),), NO_LIST).prices(batch, DAY)
    assert half.per_token == {"input": Decimal("0.0000005")}
    every = PriceBook((_row(tier="*", context="*"),), NO_LIST)
    assert every.prices(PriceKey("openai", ("gpt-5",), "flex", "long"), DAY).per_token


def test_the_first_row_that_fits_decides_and_of_its_versions_the_newest() -> None:
    rows = (
        _row(price="1"),
        _row(price="2", known_at="2026-09-01"),
        _row(model="gpt-*", price="3", known_at="2026-10-01"),
    )
    assert PriceBook(rows, NO_LIST).prices(GPT, DAY).per_token["input"] * MILLION == 2
    other = PriceKey("openai", ("gpt-6",))
    assert PriceBook(rows, NO_LIST).prices(other, DAY).per_token["input"] * MILLION == 3


def test_prices_hold_on_their_days() -> None:
    book = PriceBook((_row(valid_from="2026-10-05", valid_to="2026-10-06"),), NO_LIST)
    assert [bool(book.prices(GPT, date(2026, 10, day)).per_token) for day in (4, 5, 6)] == [
        False,
        True,
        False,
    ]
    assert book.edges() == [date(2026, 10, 5), date(2026, 10, 6)]


def test_reasoning_costs_what_output_costs_unless_stated() -> None:
    output = _row(**_OUTPUT, price="8")
    reasoning = _row(**{"token_class": "reasoning"}, price="9")
    assert PriceBook((output,)).prices(GPT, DAY).per_token["reasoning"] * MILLION == 8
    assert PriceBook((output, reasoning)).prices(GPT, DAY).per_token["reasoning"] * MILLION == 9


def test_a_model_has_one_currency() -> None:
    euros = (_row(currency="EUR"), _row(**_OUTPUT, currency="EUR", price="9"))
    prices = PriceBook(euros).prices(GPT, DAY)
    assert (prices.currency, sorted(prices.per_token)) == ("EUR", ["input", "output", "reasoning"])
    assert "EUR" in prices.reason
    mixed = (_row(currency="EUR"), _row(**_OUTPUT))
    with pytest.raises(BadInput, match="EUR and USD"):
        PriceBook(mixed).prices(GPT, DAY)


HEADER = "provider,model,token_class,unit,price,currency,valid_from,known_at\n"


def test_a_price_learnt_later_does_not_exist_yet(tmp_path: Path) -> None:
    text = (
        HEADER + "openai,gpt-5,input,1M,1,USD,,\nopenai,gpt-5,input,1M,2,USD,,2026-10-20T06:00Z\n"
    )
    for moment, price in ((NOW - timedelta(seconds=1), 1), (NOW, 2)):
        book = _load(tmp_path, text, moment)
        assert book.prices(GPT, DAY).per_token["input"] * MILLION == price


def test_mistakes_are_named_by_file_row_and_field(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"prices\.csv, row 1, field unit"):
        _load(tmp_path, HEADER + "openai,gpt-5,input,dozen,1,USD,,\n", NOW)
    twice = "openai,gpt-5,input,1M,1,USD,,\nopenai,gpt-5,input,1M,2,USD,,\n"
    with pytest.raises(BadInput, match=r"prices\.csv, row 2"):
        _load(tmp_path, HEADER + twice, NOW)


def test_the_list_is_part_of_what_a_view_depends_on(tmp_path: Path) -> None:
    assert "genai-prices" in load_reference(tmp_path, known_at=NOW).digests


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("openai/gpt-5-mini", ("openai/gpt-5-mini", "gpt-5-mini")),
        (None, ("gpt-5-mini",)),
        ("gpt-5-mini", ("gpt-5-mini",)),
    ],
)
def test_a_key_has_every_name_once(raw: str | None, names: tuple[str, ...]) -> None:
    key = price_key("openai", raw, "gpt-5-mini", " Default ", "0-200k")
    assert (key.names, key.tier, key.context) == (names, "standard", "default")
    assert price_key("openai", raw, "gpt-5-mini", "Batch", "Long").tier == "batch"
