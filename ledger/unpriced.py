"""Usage whose money is a floor: which tokens have no price, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.aliases import models_of_rows
from ledger.contexts import as_date, days_of
from ledger.groups import exact_sum
from ledger.money import EXACT
from ledger.price_keys import ClassPrices
from ledger.pricing import Priced, at_rows, lacking_money, pick, price_tokens, stated_without_price
from ledger.reference import Reference
from ledger.token_classes import TokenClass, total_counts
from ledger.view import LedgerView

__all__ = ["Unpriced", "unpriced_usage"]

_SOURCE_SAID_ZERO = "the source states 0 for these tokens: it did not know their price"


@dataclass(frozen=True)
class Unpriced:
    """Tokens of one model and class that the view's money does not hold.

    `token_class` is None where the source itself said 0 for all classes; `book_cost` is then what
    the price book would have said, None where it does not know the model either.
    """

    source: str
    provider: str
    model: str
    raw_model: str | None
    tier: str
    token_class: TokenClass | None
    tokens: int
    first_day: date
    last_day: date
    reason: str
    book_cost: Decimal | None = None
    currency: str | None = None


def unpriced_usage(view: LedgerView, reference: Reference) -> list[Unpriced]:
    """What is missing in the price book for this view, the most tokens first."""
    models = models_of_rows(view.rows, reference.aliases)
    zeros = np.flatnonzero(stated_without_price(view.rows))
    found: list[Unpriced] = []
    for numbers, entries in ((lacking_money(view.rows), _without_price), (zeros, _said_zero)):
        if len(numbers):
            names = pick(models, numbers)
            rows = at_rows(view.rows, numbers).append_column("model", names)
            found += entries(rows, price_tokens(rows, names, reference.prices))
    return sorted(
        _merged(found), key=lambda one: (-one.tokens, one.source, one.model, str(one.token_class))
    )


def _without_price(rows: pa.Table, priced: Priced) -> Iterator[Unpriced]:
    """Per source, kind of usage and class the tokens without a price."""
    for entry, prices, mask in _parts(rows, priced):
        for name, counts in priced.counts.items():
            own = mask & (counts > 0)
            if name not in prices.per_token and own.any():
                first, last = _span(rows, own)
                tokens = int(counts[own].sum())
                yield replace(
                    entry,
                    token_class=name,
                    tokens=tokens,
                    first_day=first,
                    last_day=last,
                    reason=prices.reason,
                )


def _said_zero(rows: pa.Table, priced: Priced) -> Iterator[Unpriced]:
    """Per source and kind of usage the tokens that cost nothing by the source's own price list."""
    for entry, prices, mask in _parts(rows, priced):
        known = not priced.unpriced[mask].any()
        cost = exact_sum(pa.chunked_array([priced.amount.filter(pa.array(mask))]))
        yield replace(
            entry,
            book_cost=cost if known else None,
            currency=prices.currency if known else None,
        )


def _parts(
    rows: pa.Table, priced: Priced
) -> Iterator[tuple[Unpriced, ClassPrices, NDArray[np.bool_]]]:
    """Rows of one source and kind of usage: an entry about all their tokens, and which [R]."""
    sources = np.array(rows["source"].to_pylist(), dtype=object)
    totals = total_counts(rows)
    for number, kind in enumerate(priced.kinds):
        of_kind = priced.which == number
        for source in sorted(set(sources[of_kind])):
            mask = of_kind & (sources == source)
            first, last = _span(rows, mask)
            at = int(np.flatnonzero(mask)[0])
            entry = Unpriced(
                source=source,
                provider=kind.key.provider,
                model=str(rows["model"][at].as_py()),
                raw_model=rows["raw_model"][at].as_py(),
                tier=kind.key.tier,
                token_class=None,
                tokens=int(totals[mask].sum()),
                first_day=first,
                last_day=last,
                reason=_SOURCE_SAID_ZERO,
            )
            yield entry, kind.prices, mask


def _span(rows: pa.Table, mask: NDArray[np.bool_]) -> tuple[date, date]:
    days = days_of(rows)[mask]
    return as_date(days.min()), as_date(days.max())


def _merged(entries: Iterable[Unpriced]) -> list[Unpriced]:
    """One entry for what only the times between two changes of price told apart."""
    merged: dict[Unpriced, Unpriced] = {}
    for entry in entries:
        subject = replace(entry, tokens=0, first_day=date.min, last_day=date.min, book_cost=None)
        other = merged.get(subject)
        merged[subject] = entry if other is None else _sum(other, entry)
    return list(merged.values())


def _sum(one: Unpriced, other: Unpriced) -> Unpriced:
    cost = None
    if one.book_cost is not None and other.book_cost is not None:
        cost = EXACT.add(one.book_cost, other.book_cost)
    return replace(
        one,
        tokens=one.tokens + other.tokens,
        first_day=min(one.first_day, other.first_day),
        last_day=max(one.last_day, other.last_day),
        book_cost=cost,
    )
