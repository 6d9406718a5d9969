"""Usage times price against gateway against invoice: what explains the bill, and what does not.

Three measurements of one thing are compared, never added: per provider, month and model, on the
days that all of them speak of.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ledger.basis import BasisRule
from ledger.measurements import measurements
from ledger.money import EXACT
from ledger.reference import Reference
from ledger.view import Covered, LedgerView

__all__ = ["COMPARED", "Costs", "ModelGap", "ProviderGap", "reconcile"]

#: From the weakest measurement to the strongest.
COMPARED = ("usage", "gateway", "invoice")

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Costs:
    """One amount per measurement, None where no source makes it.

    `unexplained` is the strongest measurement less the next one: what the invoice holds beyond the
    gateway's log (or, without a gateway, beyond usage times price). None where there is only one.
    """

    usage: Decimal | None
    gateway: Decimal | None
    invoice: Decimal | None
    unexplained: Decimal | None


@dataclass(frozen=True)
class ModelGap:
    """A model's part: the parts of a provider and month sum to the whole exactly.

    Where an invoice names no models, its money is under `(none)` and the models' gaps are as large
    as their costs; the whole is then what tells.
    """

    model: str
    costs: Costs
    tokens: int
    unpriced_tokens: int


@dataclass(frozen=True)
class ProviderGap:
    """A provider's month.

    Attributes
    ----------
    sources
        The source of each measurement that is compared; usage times price may be that of a usage
        report or of the tokens in a gateway's log.
    set_aside
        Other sources with money for this provider and month: they measure it again.
    days, days_of_month
        Days that all compared sources speak of, and the length of the month.
    uncompared
        Money of the strongest measurement on the other days.
    other_charges
        What the invoice holds besides use: tax, fees, credits, purchases, unused commitments.
    """

    provider: str
    month: date
    currency: str
    sources: Mapping[str, str]
    set_aside: tuple[str, ...]
    days: int
    days_of_month: int
    costs: Costs
    uncompared: Decimal
    other_charges: Decimal
    tokens: int
    unpriced_tokens: int
    models: tuple[ModelGap, ...] = field(repr=False)


def reconcile(view: LedgerView, reference: Reference, *, currency: str) -> list[ProviderGap]:
    """The gaps of every provider and month of a view, by provider and month.

    Where several sources make one measurement, the basis rule of the provider decides which is
    compared, without one the source with the most money (for usage: first a report that states no
    money, then the most tokens).

    Raises BadInput for money in a currency without a rate to `currency`.
    """
    months: dict[tuple[str, date], list[_Row]] = defaultdict(list)
    for row in measurements(view, reference, currency=currency).to_pylist():
        months[row["provider"], row["day"].replace(day=1)].append(row)
    return [
        _gap(provider, month, rows, view.covered, reference.basis, currency)
        for (provider, month), rows in sorted(months.items())
    ]


def _gap(
    provider: str,
    month: date,
    rows: Sequence[_Row],
    covered: Sequence[Covered],
    rules: Sequence[BasisRule],
    currency: str,
) -> ProviderGap:
    sources = _sources(provider, month, rows, rules)
    length = calendar.monthrange(month.year, month.month)[1]
    days = {month + timedelta(days=number) for number in range(length)}
    for source in set(sources.values()):
        days &= _spoken_days(rows, covered, source)
    used = [row for row in rows if sources.get(row["measure"]) == row["source"]]
    compared = [row for row in used if row["day"] in days]
    strongest = [name for name in COMPARED if name in sources][-1:]
    measured = {row["source"] for row in rows if row["measure"] != "other"}
    return ProviderGap(
        provider=provider,
        month=month,
        currency=currency,
        sources=sources,
        set_aside=tuple(sorted(measured - set(sources.values()))),
        days=len(days) if sources else 0,
        days_of_month=length,
        costs=_costs(compared, sources),
        uncompared=_sum(
            row for row in used if row["measure"] in strongest and row["day"] not in days
        ),
        other_charges=_sum(row for row in rows if row["measure"] == "other"),
        tokens=_count(compared, "tokens"),
        unpriced_tokens=_count(compared, "unpriced_tokens"),
        models=_models(compared, sources),
    )


def _models(compared: Iterable[_Row], sources: Mapping[str, str]) -> tuple[ModelGap, ...]:
    by_model: dict[str, list[_Row]] = defaultdict(list)
    for row in compared:
        by_model[row["model"]].append(row)
    return tuple(
        ModelGap(
            model=model,
            costs=_costs(rows, sources),
            tokens=_count(rows, "tokens"),
            unpriced_tokens=_count(rows, "unpriced_tokens"),
        )
        for model, rows in sorted(by_model.items())
    )


def _sources(
    provider: str, month: date, rows: Sequence[_Row], rules: Sequence[BasisRule]
) -> dict[str, str]:
    """The source that makes each measurement."""
    named = {
        name
        for rule in rules
        if rule.provider == provider and rule.valid_on(month)
        for name in (rule.total, rule.split)
    }
    states_money = {row["source"] for row in rows if row["measure"] in {"gateway", "invoice"}}
    chosen = {}
    for measure in COMPARED:
        sizes: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            if row["measure"] == measure:
                size = row["tokens"] if measure == "usage" else row["effective_cost"]
                sizes[row["source"]] += Decimal(size)
        reports = {name for name in sizes if measure == "usage" and name not in states_money}
        ranks = {
            name: (name not in reports, name not in named, -abs(size), name)
            for name, size in sizes.items()
        }
        if ranks:
            chosen[measure] = min(ranks, key=lambda name: ranks[name])
    return chosen


def _spoken_days(rows: Sequence[_Row], covered: Sequence[Covered], source: str) -> set[date]:
    """Days that a source covers for every account of it that has to do with the provider."""
    accounts = {row["account"] for row in rows if row["source"] == source}
    own = {row["day"] for row in rows}
    first, last = min(own).replace(day=1), max(own).replace(day=1) + timedelta(days=31)
    days = {first + timedelta(days=number) for number in range((last - first).days)}
    for account in accounts:
        spans = [
            span
            for one in covered
            if (one.source, one.account) == (source, account)
            for span in one.spans
        ]
        days = {day for day in days if any(span.start <= day < span.end for span in spans)}
    return days


def _costs(rows: Sequence[_Row], sources: Mapping[str, str]) -> Costs:
    """A source that speaks of the days and has no row measured nothing: zero, not unknown."""
    amounts = {
        name: _sum(row for row in rows if row["measure"] == name) if name in sources else None
        for name in COMPARED
    }
    known = [amount for amount in reversed(amounts.values()) if amount is not None]
    unexplained = EXACT.subtract(known[0], known[1]) if len(known) > 1 else None
    return Costs(**amounts, unexplained=unexplained)


def _sum(rows: Iterable[_Row]) -> Decimal:
    total = Decimal(0)
    for row in rows:
        total = EXACT.add(total, row["effective_cost"] or Decimal(0))
    return total


def _count(rows: Iterable[_Row], name: str) -> int:
    return sum(row[name] or 0 for row in rows)
