"""Langfuse's `/api/public/metrics/daily`: a day's tokens and money per model, as it priced them.

Whether its input tokens include cached ones depends on the model, and it names no provider.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode, Span
from ledger.problems import BadInput
from ledger.readers.amounts import parse_amounts
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.providers import UNKNOWN
from ledger.readers.report_account import stated_account, unnamed_account
from ledger.readers.report_days import day_periods
from ledger.readers.report_notes import without_model
from ledger.readers.report_results import Results, results_of
from ledger.spans import merge

__all__ = ["READER", "LangfuseDaily"]

_MODEL, _COST = "usage.model", "usage.totalCost"
_TOTAL = "totalCost"
#: A double's rounding over some thousand additions stays far below; cents taken as dollars do not.
_SLACK = Decimal("0.01")
_NAMED = 3  # days that a note names


class LangfuseDaily:
    """Reader of the daily metrics; every delivery says its days anew."""

    name = "langfuse_daily"
    source = "langfuse"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset({"date", _TOTAL, _MODEL, "usage.inputUsage", "usage.outputUsage", _COST})
    columns = required | {"usage.countObservations", "page.meta.page", "page.meta.totalPages"}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per day and model; raises BadInput."""
        fields = Fields(raw, self.columns)
        results = results_of(fields, "usage.")
        days = day_periods(fields["date"])
        results.refuse_repeats(days["period_start"], (_MODEL,))
        cost = parse_amounts(results.required(_COST))
        stated = stated_account(fields.file)
        account = stated or self.source
        listed = pc.unique(days["clock_bucket"]).to_pylist()
        return results.reading(
            days
            | {
                "source": self.source,
                "account": account,
                "meter": "tokens",
                "provider": UNKNOWN,
                "charge_category": "usage",
                "is_correction": False,
                "currency": "USD",
                "cost_origin": "gateway",
                "raw_model": results.text(_MODEL),
                "requests": parse_counts(fields["usage.countObservations"]),
                "input_tokens_uncached": parse_counts(results.required("usage.inputUsage")),
                "output_tokens": parse_counts(results.required("usage.outputUsage")),
                "billed_cost": cost.values,
                "effective_cost": cost.values,
            },
            covers=merge(Span(day, day + timedelta(days=1)) for day in listed if day),
            extent=frozenset({account}) if stated else None,
            notes=cost.note(_COST)
            + without_model(results, _MODEL)
            + _beyond_models(results, days["clock_bucket"], cost.values)
            + (
                "input tokens may include cached ones: all count as uncached",
                f"the export names no providers: all are {UNKNOWN}, so that no basis rule can "
                f"tell whether another source has the same money",
            )
            + (() if stated else unnamed_account(account))
            + _other_pages(fields),
        )


def _beyond_models(results: Results, days: Column, cost: Column) -> tuple[str, ...]:
    """Says what days cost beyond their models; raises BadInput where models cost more than days."""
    totals = parse_amounts(results.fields[_TOTAL].required()).values
    sums = (
        pa.table({"day": days, "total": totals, "parts": cost})
        .group_by("day", use_threads=False)
        .aggregate([("total", "max"), ("parts", "sum")])
    )
    beyond: dict[date, Decimal] = {}
    for row in sums.to_pylist():
        total = row["total_max"]
        gap = total - (row["parts_sum"] or Decimal(0))
        if -gap > _SLACK * max(total, Decimal(1)):
            raise BadInput(
                f"models that cost no more than the day's {_TOTAL}, {total.normalize():f}",
                file=results.fields.file,
                row=pc.index(days, pa.scalar(row["day"], pa.date32())).as_py() + 1,
                field=_COST,
                got=f"{row['parts_sum'].normalize():f} in sum",
            )
        if gap > _SLACK:
            beyond[row["day"]] = gap
    if not beyond:
        return ()
    named = ", ".join(str(day) for day in sorted(beyond)[:_NAMED])
    amount = sum(beyond.values(), Decimal(0)).normalize()
    return (f"USD {amount:f} of {len(beyond)} days ({named}) belong to no model and are left out",)


def _other_pages(fields: Fields) -> tuple[str, ...]:
    pages = pc.drop_null(fields.text("page.meta.page"))
    in_all = parse_counts(fields["page.meta.totalPages"])
    there, wanted = len(pages.unique()), pc.max(in_all).as_py() or 0
    if there >= wanted:
        return ()
    return (f"the file has {there} of the {wanted} pages of the report",)


READER = LangfuseDaily()
