"""Parts of one measurement scaled to the total of another, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ledger.money import EXACT, split

__all__ = ["INVOICE_MONTH", "Group", "unexplained", "weights_of"]

#: Column of groups that are told apart by the month in which they were invoiced.
INVOICE_MONTH = "invoice_month"
_SCALED = ("effective_cost", "billed_cost")
#: A group of `ledger.groups` as a mapping of its columns.
Group = dict[str, Any]


def weights_of(amounts: Sequence[Decimal | None]) -> list[Decimal] | None:
    """Sizes of the amounts; None if they are of mixed sign, or all zero."""
    known = [amount or Decimal(0) for amount in amounts]
    if not any(known) or (min(known) < 0 < max(known)):
        return None
    return [abs(amount) for amount in known]


def unexplained(
    total: Sequence[Group], parts: Sequence[Group], weights: Sequence[Decimal]
) -> Iterator[Group]:
    """Groups per part: what the total gives it beyond what its own source said.

    One per part; where groups carry an `invoice_month`, one per part and month of the total, and
    what the part's own source said is taken off in the month that source said it.
    """
    first = min(total, key=lambda group: str(group["account"]))
    said = [name for name in _SCALED if any(group[name] is not None for group in total)]
    months = dict.fromkeys(group.get(INVOICE_MONTH) for group in [*total, *parts])
    for month in sorted(months, key=str):
        own = [group for group in total if group.get(INVOICE_MONTH) == month]
        new = {name: split(_sum(own, name), weights) for name in said}
        for position, part in enumerate(parts):
            is_own = part.get(INVOICE_MONTH) == month
            if not own and not is_own:
                continue
            more = {
                name: _difference(values[position], part[name] if is_own else None)
                for name, values in new.items()
            }
            yield {
                **part,
                **dict.fromkeys(_SCALED),
                **more,
                **({INVOICE_MONTH: month} if INVOICE_MONTH in part else {}),
                "source": first["source"],
                "account": first["account"],
                "cost_origin": first["cost_origin"],
                "unexplained_cost": more.get("effective_cost"),
                "requests": None,
                "total_tokens": None,
                "gpu_hours": None,
                "rows": sum(group["rows"] for group in own),
            }


def _sum(groups: Sequence[Group], name: str) -> Decimal:
    whole = Decimal(0)
    for group in groups:
        whole = EXACT.add(whole, group[name] or Decimal(0))
    return whole


def _difference(new: Decimal, old: Decimal | None) -> Decimal:
    return EXACT.subtract(new, old or Decimal(0))
