"""The uses behind a panel of cost: quantities by kind, and prices as known at each origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.contexts import distinct
from ledger.panel import Panel
from ledger.price_keys import PriceKey, price_key
from ledger.quantities import GPU_HOURS, MONEY_SPENT, REQUESTS, USE
from ledger.reference import Reference
from ledger.token_classes import TOKEN_CLASSES
from training.use_prices import UseKind, UsePrices, use_prices

__all__ = ["Uses", "uses_of"]

_Array = NDArray[np.float64]

_DIMENSIONS = ("team", "model")
#: What stands for a series, the most telling first: prices are per token.
_PREFERRED: tuple[tuple[str, ...], ...] = (
    TOKEN_CLASSES,
    (GPU_HOURS,),
    (REQUESTS,),
    (MONEY_SPENT,),
)


@dataclass(frozen=True)
class Uses:
    """U uses of N series, seen from K past origins and now.

    Parameters
    ----------
    series
        [U] row of the panel; a series has uses of one measure: classes of tokens, GPU-hours,
        requests or, where nothing was counted, money.
    quantity
        [U, T] NaN where the panel is not observed.
    prices
        Per unit, as known at each origin, now last; 1 for what has no price; 0 from the day a
        model is switched off.
    is_money
        [U] whether only money was counted: nothing to multiply prices with.
    """

    series: NDArray[np.intp]
    quantity: _Array
    prices: UsePrices
    is_money: NDArray[np.bool_]


def uses_of(
    panel: Panel, table: pa.Table, reference: Reference, *, origins: Sequence[int], horizon: int
) -> Uses:
    """Uses behind a daily panel per team and model.

    Parameters
    ----------
    table
        `ledger.quantities.QUANTITIES`.
    reference
        Its price book and announcements, with the moments from which each row was known.
    origins
        [K] columns of the panel; an origin knows what was known at midnight of its day.
    """
    kinds, which, places = _kinds(panel, table)
    quantity = np.zeros((len(kinds), len(panel.periods)))
    days = np.asarray(table["day"].to_numpy(), dtype="datetime64[D]")[places]
    columns = (days - panel.periods[:1]).astype(np.int64) if len(days) else np.zeros(0, np.int64)
    inside = (columns >= 0) & (columns < quantity.shape[1])
    amounts = np.asarray(table["quantity"].to_numpy())[places]
    np.add.at(quantity, (which[inside], columns[inside]), amounts[inside])
    kept = _preferred(kinds, quantity)
    kinds, quantity = [kinds[use] for use in kept], quantity[kept]
    prices = use_prices(panel, kinds, reference, (*origins, len(panel.periods)), horizon)
    series = np.array([kind.series for kind in kinds], dtype=np.intp)
    first, whole = _merged(series, prices.which, quantity)
    seen = panel.observed[series[first]]
    return Uses(
        series=series[first],
        quantity=np.where(seen, whole, np.nan),
        prices=prices.take(first),
        is_money=np.array([kinds[use].measure == MONEY_SPENT for use in first], dtype=np.bool_),
    )


def _kinds(
    panel: Panel, table: pa.Table
) -> tuple[list[UseKind], NDArray[np.intp], NDArray[np.intp]]:
    """Kinds of the panel's series, the kind of each row that has one, and these rows."""
    rows = {tuple(key.values()): row for row, key in enumerate(panel.keys)}
    if panel.keys and tuple(panel.keys[0].dimensions) != _DIMENSIONS:
        rows = {}
    names = (*_DIMENSIONS, *USE, "measure")
    firsts, of_row = distinct([table[name] for name in names], table.num_rows)
    number = np.full(len(firsts), -1, dtype=np.intp)
    kinds: list[UseKind] = []
    for at, one in enumerate(table.select(names).take(pa.array(firsts, pa.int64())).to_pylist()):
        row = rows.get((one["team"], one["model"]))
        if row is not None:
            number[at] = len(kinds)
            kinds.append(UseKind(row, _key(one), one["measure"]))
    which = number[of_row] if len(firsts) else np.zeros(0, np.intp)
    places = np.flatnonzero(which >= 0)
    return kinds, which[places], places


def _key(one: Mapping[str, Any]) -> PriceKey:
    return price_key(
        one["provider"], one["raw_model"], one["model"], one["service_tier"], one["context_tier"]
    )


def _preferred(kinds: Sequence[UseKind], quantity: _Array) -> NDArray[np.intp]:
    """Uses of the most telling measure of each series."""
    rank = {name: place for place, names in enumerate(_PREFERRED) for name in names}
    used = quantity.sum(axis=1) > 0
    best: dict[int, int] = {}
    for kind, is_used in zip(kinds, used, strict=True):
        if is_used:
            best[kind.series] = min(rank[kind.measure], best.get(kind.series, len(_PREFERRED)))
    chosen = [
        use
        for use, kind in enumerate(kinds)
        if used[use] and rank[kind.measure] == best[kind.series]
    ]
    return np.array(chosen, dtype=np.intp)


def _merged(
    series: NDArray[np.intp], which: NDArray[np.intp], quantity: _Array
) -> tuple[NDArray[np.intp], _Array]:
    """First use of each group of one series' uses with equal prices, and the groups' sums."""
    groups: dict[tuple[int, bytes], int] = {}
    first: list[int] = []
    group = np.empty(len(series), dtype=np.intp)
    for use, row in enumerate(series):
        key = (int(row), which[:, use].tobytes())
        group[use] = groups.setdefault(key, len(groups))
        if group[use] == len(first):
            first.append(use)
    whole = np.zeros((len(first), quantity.shape[1]))
    np.add.at(whole, group, quantity)
    return np.array(first, dtype=np.intp), whole
