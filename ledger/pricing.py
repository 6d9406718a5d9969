"""Usage times price, exactly: money for rows whose source counted tokens and stated none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.contexts import as_date, days_of, distinct
from ledger.price_book import PriceBook
from ledger.price_keys import ClassPrices, PriceKey, price_key
from ledger.readers.encoded import plain, unchunked
from ledger.schema import MONEY, MONEY_SCALE
from ledger.token_classes import (
    COUNTED_COLUMNS,
    TokenClass,
    class_counts,
    states_tokens,
    total_counts,
)

__all__ = [
    "COMPUTED",
    "PRICED_BY",
    "Kind",
    "Priced",
    "PricedRows",
    "at_rows",
    "lacking_money",
    "pick",
    "price_rows",
    "price_tokens",
    "stated_without_price",
]

#: Value of `cost_origin` of money that is usage times price.
COMPUTED = "computed"
#: Origins whose money is usage times somebody's price: 0 for tokens means that it was not known.
_BY_PRICE = pa.array(["gateway", COMPUTED], pa.string())

# A price below a million per token times a count below 10^19 has at most 37 digits; the parts are
# narrowed so that a sum of six still fits 38.
_COUNT = pa.decimal128(19, 0)
_PRICE = pa.decimal128(18, MONEY_SCALE)
_PART = pa.decimal128(33, MONEY_SCALE)
_KEY_COLUMNS = ("provider", "raw_model", "service_tier", "context_tier")
#: What the price of a row depends on.
PRICED_BY = (*_KEY_COLUMNS, "period_start", *COUNTED_COLUMNS)


@dataclass(frozen=True)
class Kind:
    """Rows whose tokens have the same prices: one kind of usage between two changes of price."""

    key: PriceKey
    day: date
    prices: ClassPrices


@dataclass(frozen=True)
class Priced:
    """Usage times price of every row.

    Attributes
    ----------
    amount
        [R] money(38, 12); null where no token of the row has a price, or none was counted.
    unpriced
        [R] tokens without a price: the amount does not hold them.
    which
        [R] position of the row's kind in `kinds`.
    counts
        [R] tokens per class.
    """

    amount: pa.Array[Any]
    unpriced: NDArray[np.int64]
    which: NDArray[np.intp]
    kinds: tuple[Kind, ...]
    counts: Mapping[TokenClass, NDArray[np.int64]]

    @property
    def currencies(self) -> pa.Array[Any]:
        """[R] currency of each amount."""
        return _spread([kind.prices.currency for kind in self.kinds], self.which, pa.string())


@dataclass(frozen=True)
class PricedRows:
    """Rows of `usage_cost` with computed money where it can be known.

    `is_unpriced` [R] marks rows whose money is a floor: some of their tokens have no price.
    """

    rows: pa.Table
    is_unpriced: NDArray[np.bool_]


def price_rows(rows: pa.Table, models: pa.StringArray, book: PriceBook) -> PricedRows:
    """The rows, with the price book's money where a source counted tokens and stated none.

    Such money is effective cost of origin `computed`, in the currency of the price; it is nobody's
    bill, so `billed_cost` stays unknown. Where some tokens of a row have no price the money of the
    others is a floor, and where none has one it stays null.

    Parameters
    ----------
    models
        [R] model of each row as people call it (`ledger.aliases.models_of_rows`).
    """
    floor = stated_without_price(rows)
    numbers = lacking_money(rows)
    if not len(numbers):
        return PricedRows(rows, floor)
    needed = at_rows(rows.select(PRICED_BY), numbers)
    priced = price_tokens(needed, pick(models, numbers), book)
    floor[numbers] = priced.unpriced > 0
    known = priced.amount.is_valid().to_numpy(zero_copy_only=False)
    chosen = np.zeros(rows.num_rows, dtype=bool)
    chosen[numbers[known]] = True
    new = {
        "effective_cost": priced.amount.drop_null(),
        "currency": priced.currencies.filter(pa.array(known)),
        "cost_origin": pa.array([COMPUTED] * int(known.sum()), pa.string()),
    }
    for name, values in new.items():
        at = rows.schema.get_field_index(name)
        filled = pc.replace_with_mask(plain(unchunked(rows[name])), pa.array(chosen), values)
        rows = rows.set_column(at, name, filled)
    return PricedRows(rows, floor)


def price_tokens(rows: pa.Table, models: pa.StringArray, book: PriceBook) -> Priced:
    """Usage times price of every row, whatever money its source stated."""
    kinds, which = _kinds(rows, models, book)
    counts = class_counts(rows)
    amount: Any = pa.repeat(pa.scalar(Decimal(0), MONEY), rows.num_rows)
    unpriced = np.zeros(rows.num_rows, dtype=np.int64)
    for name, count in counts.items():
        if not count.any():
            continue
        prices = _spread([kind.prices.per_token.get(name) for kind in kinds], which, _PRICE)
        part = pc.multiply(
            pa.array(count).cast(_COUNT), pc.fill_null(prices, pa.scalar(Decimal(0), _PRICE))
        )
        amount = pc.add(amount.cast(_PART), part.cast(_PART)).cast(MONEY)
        unpriced += np.where(prices.is_null().to_numpy(zero_copy_only=False), count, 0)
    nothing_known = (unpriced > 0) & (unpriced == total_counts(rows))
    unknown = pa.array(nothing_known | ~states_tokens(rows))
    amount = pc.if_else(unknown, pa.scalar(None, MONEY), amount)
    return Priced(amount, unpriced, which, kinds, counts)


def lacking_money(rows: pa.Table) -> NDArray[np.int64]:
    """Numbers of the rows for whose use tokens were counted and no cost is stated."""
    is_usage = pc.equal(rows["charge_category"], pa.scalar("usage"))
    numbers = _numbers(pc.and_(is_usage, pc.is_null(rows["effective_cost"])))
    return numbers[states_tokens(at_rows(rows.select(COUNTED_COLUMNS), numbers))]


def pick(column: pa.StringArray, numbers: NDArray[np.int64]) -> pa.StringArray:
    """Values of a text column at the given positions."""
    picked: pa.StringArray = column.take(pa.array(numbers, pa.int64()))
    return picked


def _kinds(
    rows: pa.Table, models: pa.StringArray, book: PriceBook
) -> tuple[tuple[Kind, ...], NDArray[np.intp]]:
    """The kinds of usage in the rows, and the kind of each row."""
    days = days_of(rows)
    edges = np.array(book.edges(), dtype="datetime64[D]")
    stretches = np.searchsorted(edges, days, side="right").astype(np.int64)
    labels = rows.select(_KEY_COLUMNS).append_column("model", models)
    columns = [labels[name] for name in labels.column_names]
    firsts, which = distinct([stretches, *columns], rows.num_rows)
    kinds = []
    for first, row in zip(
        firsts, labels.take(pa.array(firsts, pa.int64())).to_pylist(), strict=True
    ):
        key = price_key(**row)
        day = as_date(days[first])
        kinds.append(Kind(key, day, book.prices(key, day)))
    return tuple(kinds), which


def _spread(values: Sequence[Any], which: NDArray[np.intp], kind: pa.DataType) -> pa.Array[Any]:
    """[R] value of each row's kind."""
    spread: pa.Array[Any] = pa.array(values, kind).take(pa.array(which, pa.int64()))
    return spread


def stated_without_price(rows: pa.Table) -> NDArray[np.bool_]:
    """[R] whether somebody's price list said 0 for tokens: it did not know their price."""
    free = pc.is_in(rows["effective_cost"], value_set=pa.array([Decimal(0)], MONEY))
    by_price = pc.is_in(rows["cost_origin"], value_set=_BY_PRICE)
    numbers = _numbers(pc.and_(free, by_price))
    floor = np.zeros(rows.num_rows, dtype=np.bool_)
    floor[numbers] = total_counts(at_rows(rows.select(COUNTED_COLUMNS), numbers)) > 0
    return floor


def _numbers(mask: pa.Array[Any] | pa.ChunkedArray[Any]) -> NDArray[np.int64]:
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False)).astype(np.int64)


def at_rows(rows: pa.Table, numbers: NDArray[np.int64]) -> pa.Table:
    """The rows with these numbers."""
    return rows.take(pa.array(numbers, pa.int64()))
