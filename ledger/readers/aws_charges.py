"""What the line item types of AWS mean: kind of charge, amortised cost, use of commitments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import Amounts
from ledger.readers.exact import added
from ledger.readers.fields import Column, Field
from ledger.readers.masks import holds
from ledger.schema import MONEY

__all__ = ["AMORTISED", "CATEGORIES", "USES", "commitment_status", "effective_costs"]

#: Line item type (lower case) -> FOCUS charge category. Discounts stand on rows of their own beside
#: the use they are about, as negative use.
CATEGORIES = {
    "usage": "usage",
    "discountedusage": "usage",
    "savingsplancoveredusage": "usage",
    "savingsplannegation": "usage",
    "edpdiscount": "usage",
    "privateratediscount": "usage",
    "rivolumediscount": "usage",
    "bundleddiscount": "usage",
    "spprivateratediscount": "usage",
    "discount": "usage",
    "fee": "purchase",
    "rifee": "purchase",
    "savingsplanupfrontfee": "purchase",
    "savingsplanrecurringfee": "purchase",
    "tax": "tax",
    "credit": "credit",
    "refund": "adjustment",
}
#: Types whose quantity was consumed; on all other rows the quantity repeats that of such a row, or
#: counts something else.
USES = frozenset({"usage", "discountedusage", "savingsplancoveredusage"})

_PLAN_COST = "savings_plan_savings_plan_effective_cost"
_PLAN_TOTAL, _PLAN_USED = (
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
)
_RESERVED_COST = "reservation_effective_cost"
_UNUSED_UPFRONT, _UNUSED_RECURRING = (
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
)
#: Money columns that the amortised cost is made of.
AMORTISED = (
    _PLAN_COST,
    _PLAN_TOTAL,
    _PLAN_USED,
    _RESERVED_COST,
    _UNUSED_UPFRONT,
    _UNUSED_RECURRING,
)


def effective_costs(
    types: Field, unblended: Column, amounts: Callable[[str], Amounts], reservation: Column
) -> Column:
    """Amortised cost of each row, after AWS's own definition of the reservation and plan columns.

    Covered use costs its part of the commitment; a commitment's fee costs what of it nobody used;
    an upfront fee and the negation of covered use cost nothing. Where the export does not have
    the column of a covered row, its amortised cost is unknown.
    """
    values = {name: amounts(name).values for name in AMORTISED}
    zero = pa.scalar(0, MONEY)
    unused_plan = added(values[_PLAN_TOTAL], _negative(values[_PLAN_USED]))
    unused_reservation = added(
        values[_UNUSED_UPFRONT].fill_null(zero), values[_UNUSED_RECURRING].fill_null(zero)
    )
    stated = pc.or_(pc.is_valid(values[_UNUSED_UPFRONT]), pc.is_valid(values[_UNUSED_RECURRING]))
    unused_reservation = pc.if_else(stated, unused_reservation, pa.scalar(None, MONEY))
    kind = pc.utf8_lower(types.text())
    nothing = pc.or_(
        pc.is_in(kind, value_set=pa.array(["savingsplannegation", "savingsplanupfrontfee"])),
        pc.and_(pc.equal(kind, pa.scalar("fee")), pc.is_valid(reservation)),
    )
    cost: Any = pc.if_else(nothing, zero, unblended)
    for name, amortised in (
        ("savingsplancoveredusage", values[_PLAN_COST]),
        ("discountedusage", values[_RESERVED_COST]),
        ("savingsplanrecurringfee", unused_plan),
        ("rifee", unused_reservation),
    ):
        cost = pc.if_else(pc.equal(kind, pa.scalar(name)), amortised, cost)
    column: Column = cost
    return column


def commitment_status(types: Field, effective: Column) -> Column:
    """Use that a commitment covers is "used", fees of which nobody used something are "unused"."""
    kind = pc.utf8_lower(types.text())
    fees = pa.array(["savingsplanrecurringfee", "rifee"])
    wasted = pc.and_kleene(
        pc.is_in(kind, value_set=fees), pc.greater(effective, pa.scalar(0, MONEY))
    )
    covered = pc.is_in(kind, value_set=pa.array(["savingsplancoveredusage", "discountedusage"]))
    nothing = pa.scalar(None, pa.string())
    status: Column = pc.if_else(
        covered,
        pa.scalar("used"),
        pc.if_else(holds(wasted), pa.scalar("unused"), nothing),
    )
    return status


def _negative(column: Column) -> Column:
    return pc.negate(column)
