"""Numbers and days as a finance reader writes them; template filters."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

__all__ = [
    "NOTHING",
    "change",
    "compact",
    "day",
    "moment",
    "money",
    "month",
    "share",
    "short_day",
    "span",
]

#: Shown for what was not measured.
NOTHING = "–"  # noqa: RUF001 (an en dash reads as "none" in a table)
_MINUS = "−"  # noqa: RUF001 (the minus sign of typography)
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
#: Below this amount cents matter.
_CENTS_BELOW = 100


def money(value: float | Decimal | None, currency: str) -> str:
    """Amount in full: `$12,345`, small ones with cents.

    >>> money(-12345.6, "USD"), money(None, "USD"), money(9.5, "CHF")
    ('−$12,346', '–', 'CHF 9.50')
    """
    if value is None or math.isnan(value):
        return NOTHING
    amount = float(value)
    size = abs(amount)
    digits = f"{size:,.2f}" if 0 < size < _CENTS_BELOW else f"{size:,.0f}"
    return f"{_MINUS if value < 0 else ''}{_symbol(currency)}{digits}"


def compact(value: float | Decimal | None, currency: str) -> str:
    """Amount to three digits, for axes and headlines.

    >>> compact(1234, "USD"), compact(98_765_432, "EUR"), compact(0, "USD")
    ('$1.23k', '€98.8M', '$0')
    """
    if value is None or math.isnan(value):
        return NOTHING
    size, suffix = abs(float(value)), ""
    for bound, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        # 999.6 would be rounded to 1000 of the smaller unit
        if size >= bound * 0.9995:
            size, suffix = size / bound, name
            break
    text = f"{size:.3g}" if size < 999.5 else f"{size:.0f}"
    return f"{_MINUS if value < 0 else ''}{_symbol(currency)}{text}{suffix}"


def share(value: float | None) -> str:
    """Probability or share; never 0 % or 100 % for what is only nearly so.

    >>> share(0.374), share(0.001), share(0.999), share(1.0), share(None)
    ('37 %', '< 1 %', '> 99 %', '100 %', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    if 0 < value < 0.005:
        return "< 1 %"
    if 0.995 < value < 1:
        return "> 99 %"
    return f"{value:.0%}".replace("%", " %")


def change(value: float | None) -> str:
    """Relative change with its sign.

    >>> change(0.1234), change(-0.5)
    ('+12 %', '−50 %')
    """
    if value is None or math.isnan(value):
        return NOTHING
    return f"{value:+.0%}".replace("-", _MINUS).replace("%", " %")


def day(value: date | None) -> str:
    """Day without ambiguity: `20 Oct 2026`."""
    return NOTHING if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date | None) -> str:
    """Day within a year that the reader knows: `20 Oct`."""
    return NOTHING if value is None else f"{value.day} {value:%b}"


def span(start: date, end: date) -> str:
    """Half-open days as people say them.

    >>> span(date(2026, 10, 1), date(2027, 1, 1)), span(date(2026, 12, 31), date(2027, 1, 31))
    ('1 Oct – 31 Dec 2026', '31 Dec 2026 – 30 Jan 2027')
    """
    last = end - timedelta(days=1)
    first = f"{start.day} {start:%b}" if start.year == last.year else day(start)
    return f"{first} {NOTHING} {day(last)}"


def month(value: date) -> str:
    """Month in full: `October 2026`."""
    return f"{value:%B %Y}"


def moment(value: datetime) -> str:
    """Day and time, UTC."""
    return f"{day(value)}, {value:%H:%M} UTC"


def _symbol(currency: str) -> str:
    return _SYMBOLS.get(currency, f"{currency} ")
