"""Parts of one measurement scaled to the total of another, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ledger.money import EXACT, split

__all__ = ["Group", "unexplained", "weights_of"]

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
    """One group per part: what the total gives it beyond what its own source said."""
    first = min(total, key=lambda group: str(group["account"]))
    new = {name: _scaled(total, name, weights) for name in ("effective_cost", "billed_cost")}
    for position, part in enumerate(parts):
        more = {name: _difference(values[position], part[name]) for name, values in new.items()}
        yield {
            **part,
            **more,
            "source": first["source"],
            "account": first["account"],
            "unexplained_cost": more["effective_cost"],
            "requests": None,
            "total_tokens": None,
            "gpu_hours": None,
            "rows": sum(group["rows"] for group in total),
        }


def _scaled(
    total: Sequence[Group], name: str, weights: Sequence[Decimal]
) -> Sequence[Decimal | None]:
    """Parts of the total's sum by weight; None each where the total says nothing."""
    amounts = [group[name] for group in total if group[name] is not None]
    if not amounts:
        return [None] * len(weights)
    whole = Decimal(0)
    for amount in amounts:
        whole = EXACT.add(whole, amount)
    return split(whole, weights)


def _difference(new: Decimal | None, old: Decimal | None) -> Decimal | None:
    return None if new is None else EXACT.subtract(new, old or Decimal(0))
