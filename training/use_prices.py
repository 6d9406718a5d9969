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

__all__ = ["UseKind", "UsePrices", "use_prices"]

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class UseKind:
    """A use of one series: what it is called and counted in."""

    series: int
    key: PriceKey
    measure: str


@dataclass(frozen=True)
class UsePrices:
    """Prices of U uses as known at K origins; equal ones are held once.

    Parameters
    ----------
    rows
        [K, P, T + H] distinct prices per unit on each day of the panel and after it.
    which
        [K, U] row of each use.
    """

    rows: _Array
    which: NDArray[np.intp]

    def at(self, origin: int) -> _Array:
        """[U, T + H] prices of the uses as known at an origin."""
        found: _Array = self.rows[origin][self.which[origin]]
        return found

    def take(self, uses: NDArray[np.intp]) -> UsePrices:
        """Prices of these uses."""
        return UsePrices(self.rows, self.which[:, uses])


def use_prices(
    panel: Panel,
    kinds: Sequence[UseKind],
    reference: Reference,
    columns: Sequence[int],
    horizon: int,
) -> UsePrices:
    """Price per unit of each use, as known at midnight of the day of each column [K].

    1 for what has no price per token; 0 from the day on which a model is switched off. The column
    after the last day knows what the panel does. Days are the panel's and `horizon` more.
    """
    days = panel.periods[:1] + np.arange(len(panel.periods) + horizon)
    asked: dict[tuple[PriceKey, TokenClass], int] = {}
    tokens = [use for use, kind in enumerate(kinds) if kind.measure in TOKEN_CLASSES]
    place = np.array([asked.setdefault(_asked(kinds[u]), len(asked)) for u in tokens], np.intp)
    keys = {key: len(asked) + n for n, key in enumerate(dict.fromkeys(k.key for k in kinds))}
    unpriced = np.array([keys[kind.key] for kind in kinds], dtype=np.intp)
    of_row = [*(key for key, _ in asked), *keys]
    rows = np.ones((len(columns), len(of_row), len(days)))
    which = np.tile(unpriced, (len(columns), 1))
    for origin, column in enumerate(columns):
        now = column == len(panel.periods)
        moment = _moment(panel.known_at if now else panel.periods[column])
        if tokens:
            known, currencies = known_prices(reference.prices, list(asked), days, moment)
            rows[origin, : len(asked)] = _carried(known)
            which[origin, tokens] = place
            codes = np.array(currencies, dtype=object)[place]
            series = np.array([kinds[use].series for use in tokens])
            listed: NDArray[np.bool_] = np.any(np.isfinite(known), axis=1)
            blind = _without_list(series, listed[place], codes)
            lost = np.array(tokens, dtype=np.intp)[blind]
            which[origin, lost] = unpriced[lost]
        for row, key in enumerate(of_row):
            _switch_off(rows[origin, row], key, reference, moment, days, column)
        which[origin] = _first_equal(rows[origin])[which[origin]]
    return UsePrices(rows, which)


def _first_equal(rows: _Array) -> NDArray[np.intp]:
    """[P] the first row that is the same as each."""
    seen: dict[bytes, int] = {}
    return np.array(
        [seen.setdefault(row.tobytes(), place) for place, row in enumerate(rows)], dtype=np.intp
    )


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
    series: NDArray[np.intp], is_known: NDArray[np.bool_], currencies: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """[C] uses of series of which some use has no price, or prices are in several currencies.

    Their tokens are added up, and a token costs what it cost of late.
    """
    codes: dict[int, set[str]] = {}
    for row, code in zip(series.tolist(), currencies.tolist(), strict=True):
        codes.setdefault(row, set()).add(str(code))
    mixed = [row for row, found in codes.items() if len(found) > 1]
    blind: NDArray[np.bool_] = np.isin(series, [*mixed, *series[~is_known]])
    return blind


def _switch_off(
    prices: _Array,
    key: PriceKey,
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
    notice = notice_of(known, key.provider, key.names, moment.date())
    ends: date | None = None if notice is None else notice.retires_on
    if ends is not None and np.datetime64(ends, "D") >= days[min(column, len(days) - 1)]:
        prices[days >= np.datetime64(ends, "D")] = 0.0
