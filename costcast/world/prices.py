"""What things cost, exactly, in whole numbers of tiny money.

Tokens are priced in pico-dollars (1e-12 USD) a token, machines and storage in micro-dollars
(1e-6 USD) a unit; quantities of machines and storage are counted in millionths. Every amount is
therefore a whole number of pico-dollars, which a 64-bit integer holds up to nine million dollars.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costcast.world.calendar import DAYS, FIRST_DAY

__all__ = [
    "GPU_PRICES",
    "MICRO",
    "PICO",
    "RESERVED_PRICE",
    "STORAGE_PRICE",
    "SUPPORT_FEE",
    "TOKEN_PRICES",
    "MachinePrice",
    "TokenPrice",
    "contracted",
    "decimal_text",
    "price_by_day",
    "usd",
]

PICO = 10**12
MICRO = 10**6
#: Agreed discount of the enterprise contract on every list price of the bill.
_DISCOUNT_PERCENT = 6


@dataclass(frozen=True)
class TokenPrice:
    """Prices of one AI model from a day on, in pico-dollars a token."""

    since: date
    uncached: int
    cache_read: int
    cache_write: int
    output: int


@dataclass(frozen=True)
class MachinePrice:
    """List price of one machine from a day on, in micro-dollars an hour."""

    since: date
    list_price: int


# Public list prices of 2025 per million tokens (1.25 USD = 1 250 000 pico-dollars a token). The
# cut of gpt-5 in March 2026 and the rise of gemini-2.5-flash in August 2026 are inventions.
TOKEN_PRICES: dict[str, tuple[TokenPrice, ...]] = {
    "gpt-5": (
        TokenPrice(FIRST_DAY, 1_250_000, 125_000, 1_250_000, 10_000_000),
        TokenPrice(date(2026, 3, 16), 875_000, 87_500, 875_000, 7_000_000),
    ),
    "gpt-5-mini": (TokenPrice(FIRST_DAY, 250_000, 25_000, 250_000, 2_000_000),),
    "claude-sonnet-4-5": (TokenPrice(FIRST_DAY, 3_000_000, 300_000, 3_750_000, 15_000_000),),
    "gemini-2.5-flash": (
        TokenPrice(FIRST_DAY, 300_000, 75_000, 300_000, 2_500_000),
        TokenPrice(date(2026, 8, 3), 360_000, 90_000, 360_000, 3_000_000),
    ),
    "text-embedding-3-large": (TokenPrice(FIRST_DAY, 130_000, 130_000, 130_000, 0),),
}

# On-demand list prices in us-east-1; both training machines fell in June 2025.
GPU_PRICES: dict[str, tuple[MachinePrice, ...]] = {
    "p5.48xlarge": (
        MachinePrice(FIRST_DAY, 98_320_000),
        MachinePrice(date(2025, 6, 1), 55_040_000),
    ),
    "p4d.24xlarge": (
        MachinePrice(FIRST_DAY, 32_773_000),
        MachinePrice(date(2025, 6, 1), 21_958_000),
    ),
    "g6e.xlarge": (MachinePrice(FIRST_DAY, 1_861_000),),
    "g5.xlarge": (MachinePrice(FIRST_DAY, 1_006_000),),
}
#: One-year reservation of a g6e.xlarge without upfront payment, micro-dollars an hour.
RESERVED_PRICE = 1_172_000
#: Monthly support fee, pico-dollars.
SUPPORT_FEE = 5_500 * PICO
#: Object storage, standard class, micro-dollars a GB and month.
STORAGE_PRICE = 23_000


def contracted(list_price: int) -> int:
    """Price under the enterprise contract, micro-dollars a unit (all divide evenly)."""
    return list_price * (100 - _DISCOUNT_PERCENT) // 100


def price_by_day(steps: tuple[tuple[date, int], ...]) -> NDArray[np.int64]:
    """[T] price on every day, from steps (first day, price) in order of time."""
    prices = np.zeros(len(DAYS), dtype=np.int64)
    for since, price in steps:
        prices[np.datetime64(since, "D") <= DAYS] = price
    return prices


def usd(pico: int) -> Decimal:
    """Exact dollars of a number of pico-dollars."""
    return Decimal(int(pico)).scaleb(-12)


def decimal_text(number: int, digits: int) -> str:
    """Shortest plain decimal text of `number` times ten to the minus `digits`.

    >>> decimal_text(-1_250_000, 6), decimal_text(5, 12), decimal_text(0, 6)
    ('-1.25', '0.000000000005', '0')
    """
    whole, part = divmod(abs(int(number)), 10**digits)
    tail = f".{part:0{digits}d}".rstrip("0").rstrip(".") if part else ""
    return f"{'-' if number < 0 else ''}{whole}{tail}"
