"""What a token cost on a day: prices people stated, and the public list where they stated none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.dated import latest
from ledger.price_keys import ClassPrices, PriceKey
from ledger.price_list import LISTED_CURRENCY, list_edges, listed_prices
from ledger.price_rows import PriceRow
from ledger.problems import BadInput
from ledger.token_classes import TOKEN_CLASSES, TokenClass

__all__ = ["NO_LIST", "PriceBook"]


def _no_list(key: PriceKey, day: date) -> ClassPrices:  # noqa: ARG001
    return ClassPrices(LISTED_CURRENCY, reason="no row of prices.csv")


#: A book of stated prices alone asks this instead of the list.
NO_LIST: Callable[[PriceKey, date], ClassPrices] = _no_list


@dataclass(frozen=True)
class PriceBook:
    """Stated prices in the order of their file, as known at T, over the public list.

    A listed price is known from the day it starts, and usage of a view is never later than the
    view: so the list never tells a view a price of its future.
    """

    rows: tuple[PriceRow, ...] = ()
    listed: Callable[[PriceKey, date], ClassPrices] = listed_prices

    def prices(self, key: PriceKey, day: date) -> ClassPrices:
        """Prices of usage on a UTC day.

        Per class the first row of the file that takes the usage decides, and of the rows for the
        same subject the one learnt last. Raises BadInput where rows for one usage are in several
        currencies.
        """
        stated = self._stated(key, day)
        if "output" in stated:
            # Reasoning is output: who states a price of output means all of it.
            stated.setdefault("reasoning", stated["output"])
        currencies = sorted({row.currency for row in stated.values()})
        if len(currencies) > 1:
            raise BadInput(
                f"one currency for all classes of a model (here {key.names[0]} on {day})",
                file="prices.csv",
                field="currency",
                got=" and ".join(currencies),
            )
        own: dict[TokenClass, Decimal] = {name: row.per_token for name, row in stated.items()}
        if currencies and currencies != [LISTED_CURRENCY]:
            reason = f"no {currencies[0]} price of the class in prices.csv"
            return ClassPrices(currencies[0], own, reason)
        if len(own) == len(TOKEN_CLASSES):
            return ClassPrices(LISTED_CURRENCY, own)
        listed = self.listed(key, day)
        return ClassPrices(LISTED_CURRENCY, {**listed.per_token, **own}, listed.reason)

    def edges(self) -> list[date]:
        """Days on which some price begins or ends: between them prices stand still."""
        own = {day for row in self.rows for day in (row.valid_from, row.valid_to) if day}
        return sorted(own.union(list_edges() if self.listed is listed_prices else ()))

    def _stated(self, key: PriceKey, day: date) -> dict[TokenClass, PriceRow]:
        """Row of each class that has one."""
        subjects: dict[TokenClass, list[PriceRow]] = {}
        for row in self.rows:
            if not (row.valid_on(day) and row.takes(key)):
                continue
            rivals = subjects.setdefault(row.token_class, [])
            if not rivals or rivals[0].subject == row.subject:
                rivals.append(row)
        found = {name: latest(rows, day) for name, rows in subjects.items()}
        return {name: row for name, row in found.items() if row is not None}
