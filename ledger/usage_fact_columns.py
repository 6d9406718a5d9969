"""The columns of usage facts: what tells lines apart, and what is measured of each."""

from __future__ import annotations

import pyarrow as pa

from ledger.schema import MONEY

__all__ = ["GPU_HOURS", "KEYS", "TOKENS", "USAGE_FACTS", "VALUES"]

#: Units of quantities that are not a bill's own.
TOKENS, GPU_HOURS = "tokens", "GPU-hours"

_TEXT = pa.string()
#: What tells lines apart, in the order in which they are sorted.
KEYS: dict[str, pa.DataType] = {
    "team": _TEXT,  # `unallocated` where no rule takes it
    "model": _TEXT,  # `(none)` for spend of no AI model
    "day": pa.date32(),  # UTC day of use
    "source": _TEXT,
    "account": _TEXT,
    "sub_account": _TEXT,
    "provider": _TEXT,
    "use_case": _TEXT,
    "region": _TEXT,
    "environment": _TEXT,
    "actor": _TEXT,  # keyed hash of the API key or user
    "meter": _TEXT,
    "item": _TEXT,  # what is billed: machine, product, or the meter
    "tier": _TEXT,  # of service, else how the price was agreed (standard, committed, ...)
    "token_class": _TEXT,  # `(none)`: money of no tokens, or of several that nothing tells apart
    "unit": _TEXT,  # of the quantity
    "charge_category": _TEXT,
    "is_correction": pa.bool_(),
    "is_unused_commitment": pa.bool_(),
    "stated_currency": _TEXT,  # what the source said; costs are in the asked one
}
#: What is measured.
VALUES: dict[str, pa.DataType] = {
    "effective_cost": MONEY,  # null = no source said
    "stated_cost": MONEY,  # the same in `stated_currency`
    "quantity": MONEY,
    "busy_hours": MONEY,  # of the GPU-hours
    "requests": pa.int64(),  # of the call, so on one of its classes of tokens
    "failed_requests": pa.int64(),
}
USAGE_FACTS = pa.schema(
    [pa.field(name, kind, nullable=False) for name, kind in KEYS.items()]
    + [pa.field(name, kind) for name, kind in VALUES.items()]
)
