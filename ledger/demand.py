"""Demand: charges for use, without paid capacity that nobody used."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.encoded import encoded, holds, unchunked

__all__ = ["is_demand", "is_demand_line", "is_unused"]


def is_demand(rows: pa.Table) -> pa.Array[Any]:
    """[R] of rows of `usage_cost`: usage that is no unused commitment."""
    return _both(rows["charge_category"], is_unused(rows))


def is_demand_line(lines: pa.Table) -> pa.Array[Any]:
    """[R] of lines that say it themselves: usage facts and cost cells."""
    return _both(lines["charge_category"], unchunked(lines["is_unused_commitment"]))


def is_unused(rows: pa.Table) -> pa.Array[Any]:
    """[R] of rows of `usage_cost`: paid capacity that nobody used."""
    unused: Any = holds(encoded(unchunked(rows["commitment_status"])), _says_unused)
    known: pa.Array[Any] = unused.fill_null(False)
    return known


def _says_unused(status: pa.Array[Any]) -> pa.Array[Any]:
    unused: pa.Array[Any] = pc.equal(pc.utf8_lower(status), pa.scalar("unused"))
    return unused


def _both(category: pa.ChunkedArray[Any], unused: pa.Array[Any]) -> pa.Array[Any]:
    usage = holds(unchunked(category), lambda names: pc.equal(names, pa.scalar("usage")))
    demand: pa.Array[Any] = pc.and_(usage, pc.invert(unused))
    return demand
