"""What a token would cost on any day, past or future, as it was known at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from ledger.price_book import PriceBook
from ledger.price_keys import ClassPrices, PriceKey
from ledger.token_classes import TokenClass

__all__ = ["known_by", "known_prices"]


def known_by(book: PriceBook, moment: datetime) -> PriceBook:
    """The book as it was at a moment (aware UTC).

    Stated rows that were known; of the public list the prices that had begun, which hold on.
    """
    listed, last = book.listed, moment.date()

    def begun(key: PriceKey, day: date) -> ClassPrices:
        return listed(key, min(day, last))

    return replace(book, rows=tuple(r for r in book.rows if r.known_by(moment)), listed=begun)


def known_prices(
    book: PriceBook,
    asked: Sequence[tuple[PriceKey, TokenClass]],
    days: NDArray[np.datetime64],
    moment: datetime,
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Price of a token of each class asked for on each day, and its currency.

    Returns
    -------
    prices
        [A, D] floats; NaN where there is no price.
    currencies
        [A] of the price on the last day.
    """
    edges = np.array(book.edges(), dtype="datetime64[D]")
    stretch = np.searchsorted(edges, days, side="right")
    _, first, which = np.unique(stretch, return_index=True, return_inverse=True)
    own = known_by(book, moment)
    prices = np.full((len(asked), len(first)), np.nan)
    currencies = []
    for row, (key, token_class) in enumerate(asked):
        found = [own.prices(key, date.fromisoformat(str(days[column]))) for column in first]
        each = [prices_of.per_token.get(token_class) for prices_of in found]
        prices[row] = [np.nan if price is None else float(price) for price in each]
        currencies.append(found[-1].currency if found else "")
    return prices[:, which], tuple(currencies)
