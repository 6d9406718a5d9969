"""Which amount of use a line of usage facts counts: what ratios are made of."""

from __future__ import annotations

from ledger.usage_fact_columns import GPU_HOURS

__all__ = ["COUNTED", "OTHER", "amount_of"]

#: Columns of usage facts that are amounts as they are.
COUNTED = ("requests", "failed_requests", "busy_hours")
#: Of quantities in which no ratio is told: bytes, months, calls.
OTHER = "other"

_AMOUNT_OF_CLASS = {
    "input": "input",
    "cache_read": "cache_read",
    "cache_write_5m": "cache_write",
    "cache_write_1h": "cache_write",
    "output": "output",
    "reasoning": "output",
}


def amount_of(unit: str, token_class: str) -> str:
    """Name of the amount that a line's quantity is of (`models.usage.AMOUNTS`), or `OTHER`.

    >>> amount_of("tokens", "cache_write_5m"), amount_of("GB-Months", "(none)")
    ('cache_write', 'other')
    """
    return "gpu_hours" if unit == GPU_HOURS else _AMOUNT_OF_CLASS.get(token_class, OTHER)
