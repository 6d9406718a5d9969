"""What the uses behind a panel cost on each day, as it was known at each origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from ledger.known_prices import known_prices
from ledger.panel import Panel
from ledger.price_keys import PriceKey
from ledger.reference import Reference
from ledger.retirements import notice_of
from ledger.token_classes import TOKEN_CLASSES, TokenClass

__all__ = ["UseKind", "use_prices"]

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class UseKind:
    """A use of one series: what it is called and counted in."""

    series: int
    key: PriceKey
    measure: str


def use_prices(
    panel: Panel,
    kinds: Sequence[UseKind],
    reference: Reference,
    columns: Sequence[int],
    horizon: int,
) -> _Array:
    """[K, U, T + H] price per unit of each use, as known at midnight of the day of each column.

    1 for what has no price per token; 0 from the day on which a model is switched off. The column
    after the last day knows what the panel does. Days are the panel's and `horizon` more.
    """
    days = panel.periods[:1] + np.arange(len(panel.periods) + horizon)
    prices = np.empty((len(columns), len(kinds), len(days)))
    tokens = [use for use, kind in enumerate(kinds) if kind.measure in TOKEN_CLASSES]
    asked: dict[tuple[PriceKey, TokenClass], int] = {}
    place = [asked.setdefault(_asked(kinds[use]), len(asked)) for use in tokens]
    for outlook, column in enumerate(columns):
        now = column == len(panel.periods)
        moment = _moment(panel.known_at if now else panel.periods[column])
        prices[outlook] = 1.0
        if tokens:
            known, currencies = known_prices(reference.prices, list(asked), days, moment)
            known = _carried(known)
            codes = np.array(currencies, dtype=object)[place]
            prices[outlook, tokens] = known[place]
            prices[outlook, _without_list(kinds, tokens, prices[outlook], codes)] = 1.0
        for use, kind in enumerate(kinds):
            _switch_off(prices[outlook, use], kind, reference, moment, days, column)
    return prices


def _asked(kind: UseKind) -> tuple[PriceKey, TokenClass]:
    token_class = next(name for name in TOKEN_CLASSES if name == kind.measure)
    return kind.key, token_class


def _moment(time: np.datetime64) -> datetime:
    naive: datetime = time.astype("datetime64[us]").astype(datetime)
    return naive.replace(tzinfo=UTC)


def _carried(prices: _Array) -> _Array:
    """Prices with gaps filled: by the one before, at the start by the first."""
    columns = np.arange(prices.shape[1])
    known = np.isfinite(prices)
    before = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    filled: _Array = np.take_along_axis(
        prices, np.where(before >= 0, before, first[:, None]), axis=1
    )
    return filled


def _without_list(
    kinds: Sequence[UseKind], tokens: Sequence[int], prices: _Array, currencies: NDArray[np.object_]
) -> list[int]:
    """Uses of series of which some use has no price, or prices are in several currencies.

    Their tokens are added up, and a token costs what it cost of late.
    """
    blind: set[int] = set()
    codes: dict[int, set[str]] = {}
    for place, use in enumerate(tokens):
        series = kinds[use].series
        codes.setdefault(series, set()).add(str(currencies[place]))
        if not np.isfinite(prices[use]).all() or len(codes[series]) > 1:
            blind.add(series)
    return [use for use in tokens if kinds[use].series in blind]


def _switch_off(
    prices: _Array,
    kind: UseKind,
    reference: Reference,
    moment: datetime,
    days: NDArray[np.datetime64],
    column: int,
) -> None:
    """Set prices [T + H] to 0 from the day on which calls will fail.

    A day that lies before the origin changes nothing: what is used after it was not switched off.
    """
    known = [row for row in reference.models if row.known_by(moment)]
    if not known:
        return
    notice = notice_of(known, kind.key.provider, kind.key.names, moment.date())
    ends: date | None = None if notice is None else notice.retires_on
    if ends is not None and np.datetime64(ends, "D") >= days[min(column, len(days) - 1)]:
        prices[days >= np.datetime64(ends, "D")] = 0.0
