"""`costcast accounts`: two statements that are never one, prepaid amounts, owners and dry runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from costcast.accounts_cli import accounts_app
from ledger.ingest import ingest
from ledger.problems import BadInput
from ledger.store import Ledger

COLUMNS = (
    "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
    "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeClass,ProviderName,"
    "CommitmentDiscountId,ChargeDescription,Tags"
)
SEPTEMBER = "2026-09-01T00:00:00Z,2026-10-01T00:00:00Z"
OCTOBER = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"


def _charge(
    billed: int,
    effective: int,
    period: str,
    day: str,
    category: str = "Usage",
    correction: str = "",
    commitment: str = "",
    text: str = "",
    team: str = "ads",
) -> str:
    tags = f'"{{""team"": ""{team}""}}"' if team else '"{""app"": ""x""}"'
    times = f"{day}T00:00:00Z,{day}T12:00:00Z"
    return (
        f"{billed},{effective},acme,USD,{period},{times},{category},{correction},AWS,"
        f"{commitment},{text},{tags}"
    )


BILL = [
    _charge(70, 70, SEPTEMBER, "2026-09-12"),
    _charge(-10, -10, OCTOBER, "2026-09-12", correction="Correction"),
    _charge(50, 0, OCTOBER, "2026-10-01", "Purchase", commitment="ri"),
    _charge(0, 20, OCTOBER, "2026-10-02", commitment="ri"),
    _charge(100, 100, OCTOBER, "2026-10-10", "Purchase", text="seats"),
    _charge(5, 5, OCTOBER, "2026-10-03", team=""),
]
RULES = '[[rule]]\nname = "tag"\nteam_from = "tags.team"\n'
SEATS = '[[rule]]\nname = "seats"\nmatch = { charge_description = "seats" }\ndays = 20\n'


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / "allocation.toml").write_text(RULES)
    (reference / "amortisation.toml").write_text(SEATS)
    (reference / "teams.csv").write_text("name,team,parent\nads,ads,revenue\n")
    (tmp_path / "bill.csv").write_text("\n".join([COLUMNS, *BILL]) + "\n")
    ledger = Ledger(str(tmp_path / "var" / "ledger"))
    (report,) = ingest(
        [tmp_path / "bill.csv"],
        ledger,
        now=datetime(2026, 10, 15, tzinfo=UTC),
        tag_keys=frozenset({"team", "app"}),
    )
    assert report.status == "published", report.error
    return tmp_path / "var"


def _run(*arguments: str) -> Any:  # noqa: ANN401
    command = [*arguments, "--as-of", "2026-10-19T12:00"]
    done = CliRunner().invoke(accounts_app, command, catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


def _amounts(*arguments: str) -> dict[tuple[str, ...], float]:
    lines = _run("statement", "--json", *arguments)
    return {tuple(map(str, line["group"].values())): float(line["amount"]) for line in lines}


def test_accrual_by_month_of_use(state: Path) -> None:
    # Of the seats ten of twenty days have passed; the rest is deferred.
    assert _amounts() == {
        ("2026-09-01", "usage"): 60,
        ("2026-10-01", "commitment_purchase"): 0,
        ("2026-10-01", "one_time_purchase"): 0,
        ("2026-10-01", "usage"): 75,
    }


def test_cash_by_invoice_month_and_what_it_restates(state: Path) -> None:
    assert _amounts("--view", "cash", "--by", "invoice_month") == {
        ("2026-09-01",): 70,
        ("2026-10-01",): 145,
    }
    both = _amounts("--view", "cash", "--by", "invoice_month", "--by", "usage_period")
    assert both["2026-10-01", "2026-09-01"] == -10


def test_teams_roll_up_and_years_may_be_of_weeks(state: Path) -> None:
    found = _amounts(
        "--by", "usage_period", "--by", "team", "--roll-up", "parent",
        "--pattern", "4-4-5", "--start-month", "10", "--period", "quarter",
    )  # fmt: skip
    assert found == {
        ("2026-06-28", "revenue"): 60,
        ("2026-09-27", "revenue"): 70,
        ("2026-09-27", "unallocated"): 5,
    }
    table = _run("statement", "--pattern", "4-4-5", "--start-month", "10", "--period", "quarter")
    assert "FY2026 Q4" in table
    assert "Accrual: what the use cost (USD)" in table
    assert "135.00" in table
    assert "2026-09 " in _run("statement")


def test_what_is_paid_ahead(state: Path) -> None:
    commitment, seats = _run("prepaid", "--json")
    assert (commitment["commitment_id"], float(commitment["purchased"])) == ("ri", 50)
    assert float(commitment["used"]) == 20
    assert (seats["rule"], float(seats["accrued"]), float(seats["amount"])) == ("seats", 50, 100)
    table = _run("prepaid")
    assert "30.00" in table
    assert "seats" in table


def test_coverage_and_what_has_no_owner(state: Path) -> None:
    (whole,) = _run("coverage", "--json")
    assert whole["share"] == "0.9630"  # 130 of 135
    assert "96.3%" in _run("coverage", "--by", "provider")
    (first, *_) = [key for key in _run("unallocated", "--json") if key["key"] == "tags.app"]
    assert (first["value"], float(first["amount"]), first["rows"]) == ("x", 5, 1)
    assert "tags.app" in _run("unallocated")


def test_a_dry_run_shows_what_would_move_and_stores_nothing(state: Path, tmp_path: Path) -> None:
    proposed = tmp_path / "proposed"
    proposed.mkdir()
    (proposed / "allocation.toml").write_text(
        RULES + '[[rule]]\nname = "app"\nmatch = { "tags.app" = "x" }\nteam = "search"\n'
    )
    (move,) = _run("dry-run", str(proposed), "--json")
    assert (move["from_team"], move["to_team"], float(move["amount"])) == (
        "unallocated",
        "search",
        5,
    )
    assert "search" in _run("dry-run", str(proposed))
    assert "nothing would move" in _run("dry-run", "reference")
    assert _run("coverage", "--json")[0]["share"] == "0.9630"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["statement", "--by", "colour"], "wanted one of usage_period, invoice_month"),
        (["statement", "--rates-on", "soon"], "wanted a day such as 2026-10-20"),
        (["coverage", "--by", "day"], "wanted one of"),
        (["dry-run", "nowhere"], "wanted a folder"),
    ],
)
def test_mistakes_are_told(state: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        CliRunner().invoke(accounts_app, arguments, catch_exceptions=False)
