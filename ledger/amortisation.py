"""Purchases that pay for many days, spread over those days in the accrual view.

A well-formed bill does this itself (the purchase has no effective cost, the usage it covers has).
Where it does not, as with yearly seats or prepaid throughput of many providers, a rule of
`amortisation.toml` says over which days a purchase is used. Cash is never touched.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from ledger.contexts import Context
from ledger.dated import Dated, latest
from ledger.delivery import Span
from ledger.excluded import Excluded
from ledger.fx import Rate, in_base
from ledger.matching import MATCHABLE, Match, fits
from ledger.money import EXACT, split
from ledger.problems import BadInput
from ledger.schema import MONEY
from ledger.view import LedgerView

__all__ = ["DEFERRED", "AmortisationRule", "Prepaid", "amortise", "deferred", "term_of"]

#: Reason for what is paid and will be used after the day of the view.
DEFERRED = "deferred"

_NOTHING = Decimal(0)
_DAY = timedelta(days=1)
# What a day's part of a purchase does not have: it is money of a term, not a measured quantity.
_NOT_OF_A_PART = (
    "source_row_id",
    "consumed_quantity",
    "consumed_unit",
    "list_cost",
    "contracted_cost",
)


class AmortisationRule(Dated):
    """A `[[rule]]` of `amortisation.toml`.

    It takes the purchases that fit `match` and whose first day the rule is valid on, and spreads
    their effective cost evenly over `months` or `days` from `starts` (default: the purchase's
    first day). `category` says whether the parts are usage (demand, which is forecast) or remain
    purchases (left out of demand).
    """

    name: str
    match: Match = Field(default_factory=dict)
    months: int | None = Field(default=None, ge=1, le=120)
    days: int | None = Field(default=None, ge=1, le=3660)
    starts: date | None = None
    category: Literal["usage", "purchase"] = "usage"

    @model_validator(mode="after")
    def _one_term(self) -> AmortisationRule:
        if (self.months is None) == (self.days is None):
            raise ValueError("exactly one of months and days")
        return self


@dataclass(frozen=True)
class Prepaid:
    """A purchase that a rule spreads: what of it has accrued by the view, and what is deferred."""

    rule: str
    source: str
    account: str
    delivery_id: str
    row_number: int
    term: Span
    currency: str
    amount: Decimal
    accrued: Decimal

    @property
    def deferred(self) -> Decimal:
        """What is paid for days after the view."""
        return EXACT.subtract(self.amount, self.accrued)


def term_of(rule: AmortisationRule, purchased_on: date) -> Span:
    """Days over which a purchase of a day is used; a month ends on its last day at the latest.

    >>> term_of(AmortisationRule(name="seats", months=1), date(2026, 1, 31))
    Span(start=datetime.date(2026, 1, 31), end=datetime.date(2026, 2, 28))
    """
    start = rule.starts or purchased_on
    if rule.months is None:
        return Span(start, start + timedelta(days=rule.days or 1))
    month = start.year * 12 + start.month - 1 + rule.months
    year, month = divmod(month, 12)
    return Span(start, date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])))


def amortise(
    view: LedgerView, rules: Sequence[AmortisationRule]
) -> tuple[LedgerView, tuple[Prepaid, ...]]:
    """The view with purchases spread, and what was spread; without a match the view itself.

    A purchase keeps its billed cost and loses its effective cost, which comes back as one row for
    each day of its term up to the day of the view. Effective cost of the new view plus all that is
    deferred is that of the old view, exactly.
    """
    if not rules:  # then nobody need read the rows
        return view, ()
    taken = list(_taken(view.rows, rules))
    if not taken:
        return view, ()
    today = view.data_as_of.astimezone(UTC).date()
    parts: list[dict[str, Any]] = []
    spread: list[Prepaid] = []
    for number, rule in taken:
        row = view.rows.slice(number, 1).to_pylist()[0]
        term = term_of(rule, row["period_start"].date())
        amounts = split(row["effective_cost"], [Decimal(1)] * (term.end - term.start).days)
        elapsed = max(0, min(len(amounts), (today - term.start).days + 1))
        own = [
            _part(row, rule, term.start + offset * _DAY, amount)
            for offset, amount in enumerate(amounts[:elapsed])
        ]
        parts += own
        spread.append(_prepaid(row, rule, term, amounts[:elapsed]))
    rows = _without_effective(view.rows, [number for number, _ in taken])
    rows = pa.concat_tables([rows, pa.Table.from_pylist(parts, schema=rows.schema)])
    return replace(view, rows=rows, digest=_digest(view, rules)), tuple(spread)


def deferred(prepaid: Sequence[Prepaid], rates: Sequence[Rate], currency: str) -> list[Excluded]:
    """What is deferred, in one currency at the rate of the first day of each term.

    Raises BadInput naming a currency without a rate.
    """
    total = _NOTHING
    for part in prepaid:
        total = EXACT.add(total, _converted(part, rates, currency))
    return [Excluded(DEFERRED, total)] if total else []


def _taken(
    rows: pa.Table, rules: Sequence[AmortisationRule]
) -> Iterator[tuple[int, AmortisationRule]]:
    """Row numbers of purchases with effective cost, with the first rule that takes each."""
    # pyarrow 25 crashes where it counts in a column without chunks, as an empty view has.
    if not rules or not rows.num_rows:
        return
    is_purchase = pc.equal(rows["charge_category"], pa.scalar("purchase"))
    has_cost = pc.not_equal(rows["effective_cost"], pa.scalar(_NOTHING, MONEY))
    numbers = pc.indices_nonzero(pc.and_kleene(is_purchase, has_cost))
    names = [name for name in rows.column_names if name in {*MATCHABLE, "tags", "period_start"}]
    purchases = rows.select(names).take(numbers).to_pylist()
    for number, values in zip(numbers.to_pylist(), purchases, strict=True):
        day = values.pop("period_start").date()
        context = Context.of(values)
        rule = next((r for r in rules if r.valid_on(day) and fits(r.match, context)), None)
        if rule is not None and number is not None:
            yield number, rule


def _part(
    row: dict[str, Any], rule: AmortisationRule, day: date, amount: Decimal
) -> dict[str, Any]:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {
        **row,
        **dict.fromkeys(_NOT_OF_A_PART),
        "period_start": start,
        "period_end": start + _DAY,
        "granularity": "day",
        "charge_category": rule.category,
        "charge_frequency": "recurring",
        "effective_cost": amount,
        "billed_cost": _NOTHING,
    }


def _prepaid(
    row: dict[str, Any], rule: AmortisationRule, term: Span, accrued: Sequence[Decimal]
) -> Prepaid:
    total = _NOTHING
    for amount in accrued:
        total = EXACT.add(total, amount)
    return Prepaid(
        rule=rule.name,
        source=row["source"],
        account=row["account"],
        delivery_id=row["delivery_id"],
        row_number=row["row_number"],
        term=term,
        currency=row["currency"],
        amount=row["effective_cost"],
        accrued=total,
    )


def _without_effective(rows: pa.Table, numbers: Sequence[int]) -> pa.Table:
    """The rows with an effective cost of zero in these ones."""
    chosen = pc.is_in(pa.array(range(rows.num_rows), pa.int64()), value_set=pa.array(numbers))
    cost = pc.if_else(chosen, pa.scalar(_NOTHING, MONEY), rows["effective_cost"])
    at = rows.schema.get_field_index("effective_cost")
    return rows.set_column(at, rows.schema.field(at), cost)


def _digest(view: LedgerView, rules: Sequence[AmortisationRule]) -> str:
    """Identity of the spread view: that of the rows it was made of, the rules and the day."""
    text = [view.digest, view.data_as_of.astimezone(UTC).date().isoformat()]
    text += [rule.model_dump_json() for rule in rules]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def _converted(part: Prepaid, rates: Sequence[Rate], currency: str) -> Decimal:
    if part.currency == currency or not part.deferred:
        return part.deferred
    own = [rate for rate in rates if (rate.currency, rate.base) == (part.currency, currency)]
    rate = latest(own, part.term.start)
    if rate is None:
        got = f"{part.currency} (on {part.term.start})"
        raise BadInput(f"a rate to {currency} in fx.csv", field="currency", got=got)
    return in_base(part.deferred, rate.rate)
