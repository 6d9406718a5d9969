"""Reports of AI providers in the ledger: usage and costs of one day stand beside each other."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.delivery import Span
from ledger.ingest import FileReport, ingest
from ledger.store import Ledger
from ledger.view import LedgerView, view_at

FIXTURES = Path(__file__).parent / "readers" / "fixtures"
REPORTS = (
    "openai_usage",
    "openai_costs",
    "anthropic_usage",
    "anthropic_costs",
    "langfuse_daily",
    "openrouter_activity",
)
NOW = datetime(2026, 9, 20, 6, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "delivered=2026-09-14"
    folder.mkdir(parents=True)
    for name in REPORTS:
        shutil.copyfile(FIXTURES / f"{name}.json", folder / f"{name}.json")
    return folder.parent


def take(inbox: Path, ledger: Ledger) -> list[FileReport]:
    return ingest([inbox], ledger, now=NOW, actor_key=b"k" * 32)


def rows_of(view: LedgerView, source: str) -> pa.Table:
    return view.rows.filter(pc.equal(view.rows["source"], pa.scalar(source)))


def totals(view: LedgerView) -> dict[str, tuple[int, Decimal | None]]:
    """Rows and money per source."""
    found = {}
    for source in view.rows["source"].unique().to_pylist():
        rows = rows_of(view, str(source))
        found[str(source)] = (rows.num_rows, pc.sum(rows["effective_cost"]).as_py())
    return found


def test_no_report_replaces_another(inbox: Path, tmp_path: Path) -> None:
    ledger = Ledger(str(tmp_path / "ledger"))
    reports = take(inbox, ledger)
    assert [report.error for report in reports] == [None] * len(REPORTS)
    assert sorted(str(report.reader) for report in reports) == sorted(REPORTS)
    assert all(
        report.rows_in == report.rows_kept + sum(report.reported.values()) for report in reports
    )
    view = view_at(ledger, NOW)
    assert totals(view) == {
        "openai_usage": (2, None),
        "openai_costs": (3, Decimal("-0.244")),
        "anthropic_usage": (2, None),
        "anthropic_costs": (2, Decimal("1.3345")),
        "langfuse": (2, Decimal("0.375")),
        "openrouter": (2, Decimal("0.0154")),
    }
    actors = set(view.rows["actor"].to_pylist())
    assert not actors & {"key_one", "apikey_one"}
    assert [report.status for report in take(inbox, ledger)] == ["unchanged"] * len(REPORTS)


def test_a_later_report_replaces_its_days_and_an_empty_one_makes_them_nothing(
    inbox: Path, tmp_path: Path
) -> None:
    ledger = Ledger(str(tmp_path / "ledger"))
    take(inbox, ledger)
    document = json.loads((FIXTURES / "openai_usage.json").read_text())
    first, second = document["data"]
    second["results"], first["results"] = first["results"][:1], []
    later = inbox / "delivered=2026-09-15" / "usage.json"
    later.parent.mkdir()
    later.write_text(json.dumps(document))
    take(inbox, ledger)
    usage = rows_of(view_at(ledger, NOW), "openai_usage")
    assert usage["clock_bucket"].to_pylist() == [date(2026, 9, 13)]
    assert totals(view_at(ledger, NOW))["openai_costs"] == (3, Decimal("-0.244"))
    covered = {one.source: one.spans for one in view_at(ledger, NOW).covered}
    assert covered["openai_usage"] == (Span(date(2026, 9, 12), date(2026, 9, 14)),)


def test_two_organisations_stand_beside_each_other(tmp_path: Path) -> None:
    for name in ("acme", "globex"):
        folder = tmp_path / "inbox" / f"account={name}" / "delivered=2026-09-14"
        folder.mkdir(parents=True)
        shutil.copyfile(FIXTURES / "anthropic_usage.json", folder / "usage.json")
        text = (folder / "usage.json").read_text()
        (folder / "usage.json").write_text(text.replace("wrkspc_ads", f"wrkspc_{name}"))
    ledger = Ledger(str(tmp_path / "ledger"))
    assert [report.status for report in take(tmp_path / "inbox", ledger)] == ["published"] * 2
    view = view_at(ledger, NOW)
    assert set(view.rows["account"].to_pylist()) == {"acme", "globex"}
    assert view.rows.num_rows == 4
