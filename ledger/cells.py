"""Cost cells: the view under its judgements, one row per day and dimension tuple, money exact.

This is the table from which panels, `/v1/costs` and the finance page are made. Money that rules
split over several teams is split here, exactly: the cells sum to the view's total.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ledger.schema import MONEY

__all__ = ["CELLS", "DIMENSIONS"]

#: What `/v1/costs` can group by.
DIMENSIONS = (
    "team",
    "model",
    "use_case",
    "provider",
    "source",
    "meter",
    "region",
    "charge_category",
    "cost_origin",
)

_FIELDS: list[pa.Field[Any]] = [
    pa.field("day", pa.date32(), nullable=False),  # UTC day of use
    pa.field("source", pa.string(), nullable=False),
    pa.field("account", pa.string(), nullable=False),
    pa.field("provider", pa.string(), nullable=False),
    pa.field("team", pa.string(), nullable=False),  # `unallocated` where no rule takes it
    pa.field("use_case", pa.string(), nullable=False),
    pa.field("model", pa.string(), nullable=False),  # `(none)` for spend of no AI model
    pa.field("region", pa.string(), nullable=False),  # `(none)` where not stated
    pa.field("meter", pa.string(), nullable=False),
    pa.field("charge_category", pa.string(), nullable=False),
    pa.field("cost_origin", pa.string(), nullable=False),  # computed = usage times price
    pa.field("is_unused_commitment", pa.bool_(), nullable=False),
    pa.field("is_unpriced", pa.bool_(), nullable=False),  # usage without a price: a floor
    pa.field("currency", pa.string(), nullable=False),  # the asked currency, after conversion
    pa.field("effective_cost", MONEY),  # null = no source said
    pa.field("billed_cost", MONEY),
    pa.field("unexplained_cost", MONEY),  # what a basis rule added to meet the total
    pa.field("requests", pa.int64()),
    pa.field("total_tokens", pa.int64()),
    pa.field("gpu_hours", pa.float64()),
    pa.field("rows", pa.int64(), nullable=False),  # rows of the view with a share in the cell
]
CELLS = pa.schema(_FIELDS)
