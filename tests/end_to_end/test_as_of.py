"""The ledger of the samples as of any day: four right totals, and a correction erases none."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from costcast.books import open_books
from costcast.nightly import ingest_into
from costcast.settings import Settings
from ledger.store import Ledger
from ledger.view import LedgerView, view_at

CORRECTED = date(2026, 9, 12)


@pytest.fixture(scope="session")
def ledger(demo_state: Path) -> Ledger:
    return Ledger(str(demo_state / "ledger"))


def _days(view: LedgerView, source: str) -> dict[date, Decimal]:
    """Effective cost per day of use, the slow and obvious way."""
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for row in view.rows.select(["source", "period_start", "effective_cost"]).to_pylist():
        if row["source"] == source and row["effective_cost"] is not None:
            sums[row["period_start"].date()] += row["effective_cost"]
    return dict(sums)


def test_a_correction_delivered_in_october_leaves_the_rest_of_september(ledger: Ledger) -> None:
    before = _days(view_at(ledger, datetime(2026, 10, 8, 23, tzinfo=UTC)), "focus")
    after = _days(view_at(ledger, datetime(2026, 10, 9, 23, tzinfo=UTC)), "focus")
    september = [day for day in before if (day.year, day.month) == (2026, 9)]
    assert len(september) == 30
    assert [day for day in september if before[day] != after[day]] == [CORRECTED]
    assert after[CORRECTED] < before[CORRECTED]


def _truths(repository: Path) -> list[dict[str, Any]]:
    truth = json.loads((repository / "data/samples/truth.json").read_text())
    moments: list[dict[str, Any]] = truth["as_of"]
    return moments


def test_the_view_as_of_four_times_gives_the_four_right_totals(
    ledger: Ledger, repository: Path
) -> None:
    moments = _truths(repository)
    assert len(moments) == 4
    for moment in moments:
        view = view_at(ledger, datetime.fromisoformat(moment["as_of"]))
        for source, told in moment["totals"].items():
            rows = [row for row in view.rows.to_pylist() if row["source"] == source]
            assert len(rows) == told["rows"], (moment["as_of"], source)
            for column in ("effective_cost", "billed_cost"):
                total = sum((row[column] or Decimal(0) for row in rows), Decimal(0))
                assert total == Decimal(told[column]), (moment["as_of"], source, column)


def test_cells_and_panel_account_for_every_cent_of_the_view(demo_state: Path) -> None:
    settings = Settings(state=demo_state)
    books = open_books(settings, datetime(2026, 10, 20, 6, tzinfo=UTC))
    view = sum(filter(None, books.view.rows["effective_cost"].to_pylist()), Decimal(0))
    cells = sum(filter(None, books.cells["effective_cost"].to_pylist()), Decimal(0))
    assert cells == view
    out = sum((item.amount for item in books.excluded), Decimal(0))
    assert float(view - out) == pytest.approx(float(np.nansum(books.panel.value)), rel=1e-12)


def test_deliveries_told_again_change_nothing_and_say_so(
    demo_state: Path, repository: Path, ledger: Ledger
) -> None:
    before = view_at(ledger, datetime(2026, 10, 20, 6, tzinfo=UTC)).digest
    again = sorted((repository / "data/samples/deliveries").glob("delivered=2026-10-1*"))
    reports = ingest_into(Settings(state=demo_state), again, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert {report.status for report in reports} == {"unchanged"}
    assert view_at(ledger, datetime(2026, 10, 20, 6, tzinfo=UTC)).digest == before
