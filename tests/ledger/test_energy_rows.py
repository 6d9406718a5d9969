"""Rows without money beside rows with it: energy costs nothing by itself, tokens are priced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from ledger.costs import cost_cells
from ledger.delivery import Span
from ledger.ingest import ingest
from ledger.panels import build_panel
from ledger.reference import Reference
from ledger.store import Ledger
from ledger.view import Covered, LedgerView, view_at

Row = dict[str, Any]
AS_OF = datetime(2026, 10, 20, 6, tzinfo=UTC)
EXPORTS = Path(__file__).parent.parent / "contracts" / "exports"


def _day(number: int) -> date:
    return date(2026, 10, number)


def test_a_day_with_energy_alone_costs_nothing(
    make_row: Callable[..., Row], make_view: Callable[..., LedgerView]
) -> None:
    covered = Covered("focus", "acme", "usage_day", (Span(_day(1), _day(4)),), AS_OF)
    rows = [
        make_row(_day(1), effective_cost=Decimal(5)),
        make_row(_day(2), effective_cost=Decimal(7)),
        make_row(_day(2), source="codecarbon", meter="energy", energy_kwh=1.5),
        make_row(_day(3), source="codecarbon", meter="energy", energy_kwh=1.5),
    ]
    view = make_view(rows, covered=[covered])
    cells = cost_cells(view, Reference(), allocation="current", currency="USD")
    panel, _ = build_panel(cells, view)
    np.testing.assert_array_equal(panel.value, [[5, 7, 0]])


def test_telemetry_is_priced_and_energy_stored(tmp_path: Path) -> None:
    ledger = Ledger(str(tmp_path / "ledger"))
    files: list[Path | str] = [EXPORTS / "otel_genai.jsonl", str(EXPORTS / "codecarbon.csv")]
    reports = ingest(files, ledger, now=AS_OF)
    assert [report.status for report in reports] == ["published", "published"]
    view = view_at(ledger, AS_OF)
    assert sum(filter(None, view.rows["energy_kwh"].to_pylist())) == 1.2345 + 0.75 + 3.5
    cells = cost_cells(view, Reference(), allocation="current", currency="USD").to_pylist()
    tokens = [cell for cell in cells if cell["source"] == "otel"]
    # GPT-5 costs 1.25 USD per million tokens of input, 10 USD of output.
    assert sum(cell["effective_cost"] for cell in tokens) == Decimal("0.06542")
    assert not any(cell["is_unpriced"] for cell in cells)
    assert [cell["effective_cost"] for cell in cells if cell["meter"] == "energy"] == [None] * 3
