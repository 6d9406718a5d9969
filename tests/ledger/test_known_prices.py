"""Prices of any day as they were known at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from ledger.known_prices import known_by, known_prices
from ledger.price_book import PriceBook
from ledger.price_keys import ClassPrices, PriceKey
from ledger.price_rows import PriceRow

KEY = PriceKey("openai", ("gpt-5",))
DAYS = np.arange("2026-10-01", "2026-12-01", dtype="datetime64[D]")
BEFORE, AFTER = datetime(2026, 10, 10, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)


def _listed(key: PriceKey, day: date) -> ClassPrices:
    """A list on which output becomes dearer in November."""
    price = Decimal("0.00001") if day < date(2026, 11, 1) else Decimal("0.00002")
    return ClassPrices("USD", {"output": price})


def _stated(**values: Any) -> PriceRow:  # noqa: ANN401
    plain = {"provider": "openai", "model": "gpt-5", "token_class": "input", "unit": "1M"}
    return PriceRow.model_validate({**plain, "price": "2", "currency": "USD", **values})


NEWS = _stated(price="3", valid_from="2026-11-05", known_at="2026-10-15")
BOOK = PriceBook((_stated(), NEWS), listed=_listed)


def _prices(moment: datetime, name: Any) -> list[float]:  # noqa: ANN401
    prices, currencies = known_prices(BOOK, [(KEY, name)], DAYS, moment)
    assert currencies == ("USD",)
    return sorted(set((1e6 * prices[0]).round(6).tolist()))


def test_a_stated_price_of_the_future_is_known_from_its_moment_on() -> None:
    assert _prices(BEFORE, "input") == [2.0]
    assert _prices(AFTER, "input") == [2.0, 3.0]
    prices, _ = known_prices(BOOK, [(KEY, "input")], DAYS, AFTER)
    assert DAYS[np.argmax(prices[0] > 2.5e-6)] == np.datetime64("2026-11-05")


def test_the_list_tells_nothing_of_its_future() -> None:
    assert _prices(AFTER, "output") == [10.0]
    assert known_by(BOOK, AFTER).prices(KEY, date(2026, 11, 20)).per_token["output"] == Decimal(
        "0.00001"
    )
    later = datetime(2026, 11, 2, tzinfo=UTC)
    assert known_by(BOOK, later).prices(KEY, date(2026, 10, 20)).per_token["output"] == Decimal(
        "0.00001"
    )
    assert known_by(BOOK, later).prices(KEY, date(2026, 11, 20)).per_token["output"] == Decimal(
        "0.00002"
    )


def test_a_class_without_a_price_has_none() -> None:
    prices, _ = known_prices(BOOK, [(KEY, "cache_read")], DAYS, AFTER)
    assert np.isnan(prices).all()
