"""AI models in use that their provider will switch off, and what a replacement would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BeforeValidator, model_validator

from ledger.aliases import models_of_rows
from ledger.contexts import distinct
from ledger.dated import Dated, as_day, latest
from ledger.price_list import is_listed_as_deprecated
from ledger.pricing import price_tokens
from ledger.token_classes import total_counts
from ledger.view import LedgerView

if TYPE_CHECKING:
    from ledger.reference import Reference

__all__ = ["ModelRow", "Retirement", "notice_of", "retirements"]

#: Days of use, up to the view, that say whether a model is in use and at what mix.
LOOK_BACK_DAYS = 30

_Day = Annotated[date | None, BeforeValidator(as_day)]


class ModelRow(Dated):
    """A row of `models.csv`: what a provider said about the end of its models.

    `provider` and `model` are globs; the model's is compared with delivered names and with the
    names people use. `deprecated_on`: from this day on one should leave; `retires_on`: from this
    day on calls fail.
    """

    provider: str
    model: str
    deprecated_on: _Day = None
    retires_on: _Day = None
    replacement: str | None = None

    @model_validator(mode="after")
    def _says_when(self) -> ModelRow:
        if self.deprecated_on is None and self.retires_on is None:
            raise ValueError("deprecated_on or retires_on")
        return self


@dataclass(frozen=True)
class Retirement:
    """A model that was used in the days before the view and is on its way out.

    The dates are None where only the public list calls it deprecated, without saying when. The
    costs are those `LOOK_BACK_DAYS` of use at the book's prices, of the model and of its
    replacement; None where some of it has no price.
    """

    provider: str
    model: str
    deprecated_on: date | None
    retires_on: date | None
    days_left: int | None
    replacement: str | None
    tokens: int
    cost: Decimal | None
    replacement_cost: Decimal | None
    currency: str | None


def retirements(view: LedgerView, reference: Reference) -> list[Retirement]:
    """Models in use that are deprecated or retire, those that end first in front."""
    rows = _recent(view)
    names = rows.select(["provider", "raw_model"]).append_column(
        "model", models_of_rows(rows, reference.aliases)
    )
    firsts, which = distinct([names[name] for name in names.column_names], names.num_rows)
    kinds = names.take(pa.array(firsts, pa.int64())).to_pylist()
    found = []
    for number, kind in enumerate(kinds):
        notice = notice_of(
            reference.models, str(kind["provider"]), _names(kind), view.data_as_of.date()
        )
        listed = notice is None and is_listed_as_deprecated(kind["provider"], _names(kind))
        if notice is None and not listed:
            continue
        own = rows.filter(pa.array(which == number))
        found.append(_retirement(own, kind, notice, view.data_as_of, reference))
    return sorted(found, key=lambda one: (one.retires_on or date.max, one.provider, one.model))


def _recent(view: LedgerView) -> pa.Table:
    """Rows with tokens of the last days."""
    start = datetime.combine(
        view.data_as_of.date() - timedelta(days=LOOK_BACK_DAYS), time(), view.data_as_of.tzinfo
    )
    field = view.rows.schema.field("period_start")
    recent = view.rows.filter(
        pc.greater_equal(view.rows["period_start"], pa.scalar(start, field.type))
    )
    return recent.filter(pa.array(total_counts(recent) > 0))


def _names(kind: dict[str, str | None]) -> tuple[str, ...]:
    return tuple(name for name in (kind["raw_model"], kind["model"]) if name)


def notice_of(
    models: Sequence[ModelRow], provider: str, names: Sequence[str], day: date
) -> ModelRow | None:
    """What these rows say on a day of a model's end: of rows for one subject the one learnt last.

    `names` are what the model is called, as in `ledger.price_keys.PriceKey`.
    """
    rows = [
        row
        for row in models
        if fnmatchcase(provider, row.provider)
        and any(fnmatchcase(name, row.model) for name in names)
    ]
    subjects = {(row.provider, row.model): None for row in rows}
    for subject in subjects:
        own = [row for row in rows if (row.provider, row.model) == subject]
        if (found := latest(own, day)) is not None:
            return found
    return None


def _retirement(
    rows: pa.Table,
    kind: dict[str, str | None],
    notice: ModelRow | None,
    as_of: datetime,
    reference: Reference,
) -> Retirement:
    replacement = None if notice is None else notice.replacement
    cost, currency = _cost(rows, str(kind["model"]), reference)
    new_cost, new_currency = (None, None)
    if replacement is not None:
        nameless = pa.nulls(rows.num_rows, pa.string())
        at = rows.schema.get_field_index("raw_model")
        new_cost, new_currency = _cost(
            rows.set_column(at, "raw_model", nameless), replacement, reference
        )
    ends = None if notice is None else notice.retires_on
    return Retirement(
        provider=str(kind["provider"]),
        model=str(kind["model"]),
        deprecated_on=None if notice is None else notice.deprecated_on,
        retires_on=ends,
        days_left=None if ends is None else (ends - as_of.date()).days,
        replacement=replacement,
        tokens=int(total_counts(rows).sum()),
        cost=cost,
        replacement_cost=new_cost if new_currency == currency else None,
        currency=currency,
    )


def _cost(rows: pa.Table, model: str, reference: Reference) -> tuple[Decimal | None, str | None]:
    """Price of the rows' tokens as those of a model; None where some have no price."""
    priced = price_tokens(rows, pa.array([model] * rows.num_rows, pa.string()), reference.prices)
    currencies = set(priced.currencies.to_pylist())
    if priced.unpriced.any() or len(currencies) != 1:
        return None, None
    total = pc.sum(priced.amount).as_py()
    return Decimal(0) if total is None else Decimal(total), currencies.pop()
