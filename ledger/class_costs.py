"""One amount of money over several classes of tokens: the parts by the price book, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from ledger.aliases import models_of_rows
from ledger.groups import sum_by
from ledger.money import EXACT, split
from ledger.price_keys import ClassPrices
from ledger.pricing import COMPUTED, lacking_money, price_rows, price_tokens
from ledger.reference import Reference
from ledger.schema import MONEY
from ledger.series import NONE
from ledger.token_classes import TOKEN_CLASSES, TokenClass
from ledger.view import LedgerView

__all__ = ["CLASS_COSTS", "class_costs", "class_entries", "is_ours", "split_over_classes"]

_FIELDS: list[pa.Field[Any]] = [
    pa.field("day", pa.date32(), nullable=False),  # UTC day of use
    pa.field("source", pa.string(), nullable=False),
    pa.field("provider", pa.string(), nullable=False),
    pa.field("model", pa.string(), nullable=False),
    # `(none)`: money of no tokens, or of several classes of which some have no price
    pa.field("token_class", pa.string(), nullable=False),
    pa.field("currency", pa.string(), nullable=False),
    pa.field("cost_origin", pa.string(), nullable=False),  # computed where the split is ours
    pa.field("tokens", pa.int64()),
    pa.field("effective_cost", MONEY),  # null = no source said and the book has no price
]
CLASS_COSTS = pa.schema(_FIELDS)

_KEYS = ("day", "source", "provider", "model", "currency", "cost_origin", "kind", "is_ours")


def split_over_classes(
    amount: Decimal, tokens: Mapping[TokenClass, int], per_token: Mapping[TokenClass, Decimal]
) -> dict[TokenClass, Decimal] | None:
    """Parts of one amount for several classes of tokens, in proportion to tokens times price.

    The parts are multiples of the last stored digit and sum to the amount exactly. None where some
    tokens of several classes have no price, or all are free: then nothing tells the parts.

    >>> prices = {"input": Decimal("0.000001"), "output": Decimal("0.000004")}
    >>> parts = split_over_classes(Decimal("0.9"), {"input": 200, "output": 100}, prices)
    >>> {name: str(part) for name, part in parts.items()}
    {'input': '0.300000000000', 'output': '0.600000000000'}
    """
    used = [name for name in TOKEN_CLASSES if tokens.get(name)]
    if len(used) == 1:
        return {used[0]: amount}
    if any(name not in per_token for name in used):
        return None
    weights = [EXACT.multiply(Decimal(tokens[name]), per_token[name]) for name in used]
    if not any(weights):
        return None
    return dict(zip(used, split(amount, weights), strict=True))


def class_costs(view: LedgerView, reference: Reference) -> pa.Table:
    """Table `CLASS_COSTS` of a view: what each class of tokens cost, per source.

    Its effective cost is the view's total and the computed money (`ledger.pricing`), to the last
    digit. Sources are not weighed against each other here (`ledger.basis` does that), and money is
    in the currency it was stated in.
    """
    models = models_of_rows(view.rows, reference.aliases)
    rows = price_rows(view.rows, models, reference.prices).rows
    priced = price_tokens(rows, models, reference.prices)
    columns: dict[str, Any] = {
        "day": rows["period_start"].cast(pa.date32()),
        "model": models,
        "kind": pa.array(priced.which, pa.int64()),
        "is_ours": is_ours(view.rows),
        **{name: pa.array(counts) for name, counts in priced.counts.items()},
    }
    for name in ("source", "provider", "currency", "cost_origin", "effective_cost"):
        columns[name] = rows[name]
    groups = sum_by(pa.table(columns), _KEYS, (*TOKEN_CLASSES, "effective_cost"))
    entries = [
        entry
        for group in groups.to_pylist()
        for entry in class_entries(group, priced.kinds[group["kind"]].prices)
    ]
    table = pa.Table.from_pylist(entries, CLASS_COSTS)
    keys = [name for name in CLASS_COSTS.names if name not in {"tokens", "effective_cost"}]
    return (
        sum_by(table, keys, ("tokens", "effective_cost"))
        .cast(CLASS_COSTS)
        .sort_by([(key, "ascending") for key in keys])
    )


def is_ours(rows: pa.Table) -> pa.Array[Any]:
    """[R] whether the price book is where the row's money comes from."""
    is_ours = np.zeros(rows.num_rows, dtype=np.bool_)
    is_ours[lacking_money(rows)] = True
    return pa.array(is_ours)


def class_entries(group: Mapping[str, Any], prices: ClassPrices) -> Iterator[dict[str, Any]]:
    """The group's classes of tokens, each with its part of the money.

    A group has `effective_cost`, `cost_origin`, its tokens by class and `is_ours`: whether its
    money is usage times these prices.
    """
    amount: Decimal | None = group["effective_cost"]
    tokens: dict[TokenClass, int] = {name: group[name] for name in TOKEN_CLASSES if group[name]}
    if amount is not None and group["is_ours"]:
        # Money from the book holds the classes with a price only.
        known = {name: count for name, count in tokens.items() if name in prices.per_token}
        parts = split_over_classes(amount, known, prices.per_token)
        if parts is None and not amount:
            parts = dict.fromkeys(known, amount)
    else:
        parts = None if amount is None else split_over_classes(amount, tokens, prices.per_token)
    if amount is not None and parts is None:
        yield {**group, "token_class": NONE, "tokens": None}
        parts = {}
    for name, count in tokens.items():
        part = None if parts is None else parts.get(name)
        is_split = part is not None and len(tokens) > 1
        yield {
            **group,
            "token_class": name,
            "tokens": count,
            "effective_cost": part,
            "cost_origin": COMPUTED if is_split else group["cost_origin"],
        }
