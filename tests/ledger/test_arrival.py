from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ledger.arrival import FEWEST_DAYS, SETTLED_DAYS, arrival_curves
from ledger.arrival_pairs import LONGEST_LAG
from ledger.delivery import Delivery, Span
from ledger.schema import USAGE_COST
from ledger.store import Ledger

MakeRow = Callable[..., dict[str, Any]]

FIRST = date(2026, 9, 1)
NIGHTS = 16
#: Of a day's amount, what has arrived the morning after, a day later, and from then on.
SHARES = (Decimal("0.6"), Decimal("0.9"), Decimal(1))


def _amount(day: date) -> Decimal:
    return Decimal(100 + 7 * (day - FIRST).days)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(5), tzinfo=UTC)


def _deliver(ledger: Ledger, make_row: MakeRow, on: date, source: str, days: list[date]) -> None:
    number = f"{source}{on}"
    rows = []
    for day in days:
        share = SHARES[min((on - day).days, len(SHARES)) - 1]
        rows.append(make_row(day, effective_cost=_amount(day) * share))
        # Neither of these follows the arrival of usage.
        rows.append(make_row(day, effective_cost=Decimal(5), charge_category="tax"))
        rows.append(make_row(day, effective_cost=-Decimal(on.day), is_correction=True))
    for position, row in enumerate(rows, start=1):
        row |= {"source": source, "delivery_id": number, "row_number": position}
        row |= {"clock_bucket": row["period_start"].date()}
    ledger.append_rows(number, pa.Table.from_pylist(rows, schema=USAGE_COST))
    ledger.publish(
        Delivery(
            id=number,
            source=source,
            reader=source,
            clock="usage_day",
            mode="snapshot",
            extent=frozenset({"acme"}),
            covers=tuple(Span(day, day + timedelta(days=1)) for day in days),
            delivered_at=_morning(on),
            recorded_at=_morning(on),
            sha256=number,
            file=number,
            rows=len(rows),
            sums={},
        )
    )


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, make_row: MakeRow) -> Ledger:
    """A gateway that sends its last three days each morning, and a bill delivered once."""
    ledger = Ledger(str(tmp_path_factory.mktemp("ledger")))
    mornings = [FIRST + timedelta(days=night) for night in range(NIGHTS)]
    for on in mornings:
        days = [on - timedelta(days=lag) for lag in (3, 2, 1) if on - timedelta(days=lag) >= FIRST]
        if days:
            _deliver(ledger, make_row, on, "gateway", days)
    _deliver(ledger, make_row, mornings[-1], "once", [FIRST, FIRST + timedelta(days=1)])
    return ledger


LAST = FIRST + timedelta(days=NIGHTS - 1)


def test_the_curve_is_the_share_that_had_arrived(ledger: Ledger) -> None:
    curve = arrival_curves(ledger, _morning(LAST))["gateway"]
    assert curve.shares[:5] == pytest.approx((None, 0.6, 0.9, 1.0, 1.0))
    # Days old enough to be final at the last delivery are those that count.
    assert curve.days[1] == (LAST - FIRST).days - 1 - SETTLED_DAYS + 1
    as_of = _morning(LAST)
    assert curve.completeness(LAST - timedelta(days=1), as_of) == pytest.approx(0.6)
    assert curve.completeness(LAST - timedelta(days=2), as_of) == pytest.approx(0.9)
    assert curve.completeness(LAST - timedelta(days=4), as_of) == 1.0
    assert curve.completeness(LAST - timedelta(days=LONGEST_LAG + 1), as_of) == 1.0
    assert curve.completeness(LAST, as_of) is None
    assert curve.completeness(LAST + timedelta(days=1), as_of) is None


def test_silence_makes_nothing_arrive(ledger: Ledger) -> None:
    later = _morning(LAST + timedelta(days=30))
    curve = arrival_curves(ledger, later)["gateway"]
    assert curve.delivered_at == _morning(LAST)
    assert curve.completeness(LAST - timedelta(days=1), later) == pytest.approx(0.6)


def test_a_source_that_delivered_once_is_not_measured(ledger: Ledger) -> None:
    curve = arrival_curves(ledger, _morning(LAST))["once"]
    assert set(curve.shares) == {None}
    assert curve.completeness(FIRST, _morning(LAST)) is None


def test_only_what_was_known_then_is_measured(ledger: Ledger) -> None:
    early = _morning(FIRST + timedelta(days=1 + SETTLED_DAYS + FEWEST_DAYS - 2))
    assert arrival_curves(ledger, early)["gateway"].shares[1] is None
    assert "once" not in arrival_curves(ledger, early)
    enough = arrival_curves(ledger, early + timedelta(days=1))["gateway"]
    assert enough.days[1] == FEWEST_DAYS
    assert enough.shares[1] == pytest.approx(0.6)


def test_an_empty_ledger_has_no_curves(tmp_path: Path) -> None:
    assert arrival_curves(Ledger(str(tmp_path)), _morning(LAST)) == {}
