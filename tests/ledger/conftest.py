"""Views made by hand for the tests of judgements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from ledger.delivery import Span
from ledger.schema import USAGE_COST
from ledger.view import Covered, LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

AS_OF = datetime(2026, 10, 20, 6, tzinfo=UTC)
COVERS = (Span(date(2026, 6, 1), date(2026, 10, 20)),)

_DEFAULTS: Row = {
    "granularity": "day",
    "source": "focus",
    "delivery_id": "d1",
    "row_number": 1,
    "account": "acme",
    "meter": "cost",
    "provider": "aws",
    "charge_category": "usage",
    "is_correction": False,
    "currency": "USD",
    "cost_origin": "billed",
}


def _make_row(day: date, **values: Any) -> Row:  # noqa: ANN401
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {
        **dict.fromkeys(USAGE_COST.names),
        **_DEFAULTS,
        "period_start": start,
        "period_end": start + timedelta(days=1),
        "clock_bucket": day.replace(day=1),
        **values,
    }


def _make_view(
    rows: Sequence[Row], *, as_of: datetime = AS_OF, covered: Sequence[Covered] | None = None
) -> LedgerView:
    if covered is None:
        pairs = sorted({(row["source"], row["account"]) for row in rows})
        covered = [Covered(*pair, "billing_period", COVERS, as_of) for pair in pairs]
    return LedgerView(
        rows=pa.Table.from_pylist(list(rows), schema=USAGE_COST),
        data_as_of=as_of,
        recorded_by=None,
        deliveries=(),
        covered=tuple(covered),
        digest="",
    )


@pytest.fixture(scope="session")
def make_row() -> MakeRow:
    """A row of `usage_cost` on a day; what is not given has a plain value or is null."""
    return _make_row


@pytest.fixture(scope="session")
def make_view() -> MakeView:
    """A view of rows; every source covers June to mid October 2026 unless `covered` says else."""
    return _make_view
