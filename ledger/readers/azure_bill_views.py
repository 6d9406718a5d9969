"""Azure sells one bill as two exports: actual cost (cash) and amortised cost (accrual).

They have the same columns and mostly the same rows, so together they would count the bill twice.
Which one a file is follows from what it says of commitments: only actual cost lists their purchase
and shows the use they cover at no cost; only amortised cost gives that use a cost and lists what
of them nobody used. A file without commitments does not say; then the nearest part of its path
that holds the word actual or amortized does.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.fields import Column, Fields
from ledger.readers.masks import how_many
from ledger.schema import MONEY

__all__ = ["BillView", "bill_view", "is_committed"]

BillView = Literal["actual", "amortised"]

_ACTUAL = re.compile(r"actual", re.IGNORECASE)
_AMORTISED = re.compile(r"amorti[sz]ed", re.IGNORECASE)
_COMMITTED_MODELS = pa.array(["reservation", "savingsplan"])
_UNUSED = pa.array(["unusedreservation", "unusedsavingsplan"])
_PURCHASES = pa.array(["purchase", "refund"])


def is_committed(fields: Fields) -> Column:
    """Rows under a reservation or savings plan; older exports name only the reservation."""
    if "PricingModel" in fields:
        model = pc.utf8_lower(fields.text("PricingModel"))
        named: Column = pc.is_in(model, value_set=_COMMITTED_MODELS)
        return named
    reserved: Column = pc.is_valid(fields.text("ReservationId"))
    return reserved


def bill_view(fields: Fields, cost: Column) -> BillView:
    """Which of the two exports a file is; raises BadInput where it does not say, or says both."""
    said = {view: how_many(rows) for view, rows in _evidence(fields, cost).items()}
    stated = _of_path(fields.file)
    views = {view for view, count in said.items() if count} | ({stated} if stated else set())
    if len(views) == 1:
        return views.pop()
    if not views:
        raise BadInput(
            "to know whether it is the actual or the amortized cost of the bill: the word in the "
            "name of the file or a folder above it, since no row tells of a commitment",
            file=fields.file,
        )
    raise BadInput(
        "one view of the bill in a file, actual or amortized cost",
        file=fields.file,
        got=f"{said['actual']} rows that only actual cost has and {said['amortised']} that only "
        f"amortized cost has, in a path that says {stated or 'neither'}",
    )


def _evidence(fields: Fields, cost: Column) -> dict[BillView, Column]:
    kind = pc.utf8_lower(fields.text("ChargeType"))
    committed = is_committed(fields)
    covered = pc.and_(committed, pc.equal(kind, pa.scalar("usage")))
    costs_something = pc.not_equal(cost, pa.scalar(0, MONEY))
    bought = pc.and_(committed, pc.is_in(kind, value_set=_PURCHASES))
    unused = pc.is_in(kind, value_set=_UNUSED)
    charged = pc.and_kleene(covered, costs_something)
    # Amortised use can be too small for its cost to show, so free use proves nothing beside it.
    free: Column = pc.and_kleene(covered, pc.invert(costs_something))
    proves = bought if how_many(charged) or how_many(unused) else pc.or_(bought, free)
    return {"actual": proves, "amortised": pc.or_kleene(unused, charged)}


def _of_path(file: str) -> BillView | None:
    for part in reversed(PurePath(file).parts):
        actual, amortised = bool(_ACTUAL.search(part)), bool(_AMORTISED.search(part))
        if actual != amortised:
            return "actual" if actual else "amortised"
    return None
