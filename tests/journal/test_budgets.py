from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from journal.budgets import Budget, budgets_on, load_budgets
from journal.fiscal import FiscalCalendar
from ledger.problems import BadInput

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
HEADER = (
    "budget,scope,basis,period,fiscal_start_month,amount,currency,ladder,"
    "valid_from,valid_to,known_at\n"
)


def write(folder: Path, *rows: str) -> Path:
    path = folder / "budgets.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_full_row_and_a_row_of_defaults(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "# a comment",
        "ranking,team=search/model=vendor%2Fgpt,effective,quarter,2,1234.56,EUR,0.5;0.9;1.2,"
        "2026-01-01,2027-01-01,2025-12-01T12:00",
        "all,,,month,,100,USD,,,,",
    )
    ranking, everything = load_budgets(path, known_at=NOW)
    assert ranking.scope == {"team": "search", "model": "vendor/gpt"}
    assert ranking.amount == Decimal("1234.56")
    assert ranking.ladder == (Decimal("0.5"), Decimal("0.9"), Decimal("1.2"))
    assert ranking.known_at == datetime(2025, 12, 1, 12, tzinfo=UTC)
    assert (ranking.fiscal_start_month, everything.fiscal_start_month) == (2, 1)
    assert everything.scope == {}
    assert everything.ladder == (Decimal("0.5"), Decimal("0.8"), Decimal("1.0"))
    assert everything.basis == "effective"
    assert Budget.model_validate_json(ranking.model_dump_json()) == ranking


def test_no_file_is_no_budgets(tmp_path: Path) -> None:
    assert load_budgets(tmp_path / "budgets.csv", known_at=NOW) == []


def test_a_row_decided_later_replaces_and_a_look_back_does_not_see_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "search,team=search,,month,,100,USD,,,,2026-01-01",
        "search,team=search,,month,,80,USD,,2026-10-01,,2026-09-20",
    )
    day = date(2026, 10, 20)
    [now] = budgets_on(load_budgets(path, known_at=NOW), day)
    before = datetime(2026, 9, 19, tzinfo=UTC)
    [then] = budgets_on(load_budgets(path, known_at=before), day)
    [earlier] = budgets_on(load_budgets(path, known_at=NOW), date(2026, 9, 30))
    assert [str(row.amount) for row in (now, then, earlier)] == ["80", "100", "100"]


def test_budgets_keep_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [f"{name},,,month,,1,USD,,,," for name in ("search", "ads", "all")]
    budgets = load_budgets(write(tmp_path, *rows), known_at=NOW)
    assert [row.budget for row in budgets_on(budgets, NOW.date())] == ["search", "ads", "all"]


def test_a_budget_is_in_force_on_its_days_only(tmp_path: Path) -> None:
    path = write(tmp_path, "a,,,month,,1,USD,,2026-10-01,2026-11-01,")
    budgets = load_budgets(path, known_at=NOW)
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    assert [len(budgets_on(budgets, day)) for day in days] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("row", "field", "wanted"),
    [
        ("a,tribe=search,,month,,1,USD,,,,", "scope", "team=search"),
        ("a,search,,month,,1,USD,,,,", "scope", "team=search"),
        ("a,team=,,month,,1,USD,,,,", "scope", "team=search"),
        ("a,,billed,month,,1,USD,,,,", "basis", "not projected yet"),
        ("a,,gross,month,,1,USD,,,,", "basis", "effective"),
        ("a,,,week,,1,USD,,,,", "period", "'month', 'quarter' or 'year'"),
        ("a,,,month,13,1,USD,,,,", "fiscal_start_month", "less than or equal to 12"),
        ("a,,,month,,1e,USD,,,,", "amount", "a decimal number above zero"),
        ("a,,,month,,0,USD,,,,", "amount", "a decimal number above zero"),
        ("a,,,month,,NaN,USD,,,,", "amount", "a decimal number above zero"),
        ("a,,,month,,Infinity,USD,,,,", "amount", "a decimal number above zero"),
        ("a,,,month,,1,usd,,,,", "currency", "pattern"),
        ("a,,,month,,1,USD,1.0;0.8,,,", "ladder", "increasing shares"),
        ("a,,,month,,1,USD,0.5;;1,,,", "ladder", "a decimal number above zero"),
        ("a,,,month,,1,USD,,2026-13-01,,", "valid_from", "a date such as"),
        ("a,,,month,,1,USD,,2026-10-01,2026-10-01,", "valid_to", "a day after valid_from"),
        ("a,,,month,,1,USD,,,,soon", "known_at", "a UTC time such as"),
        (",,,month,,1,USD,,,,", "budget", "a value"),
    ],
)
def test_a_mistake_is_named_by_file_row_and_field(
    tmp_path: Path, row: str, field: str, wanted: str
) -> None:
    path = write(tmp_path, "fine,,,month,,1,USD,,,,", row)
    with pytest.raises(BadInput) as problem:
        load_budgets(path, known_at=NOW)
    assert (problem.value.file, problem.value.row) == (str(path), 2)
    assert problem.value.field == field
    assert wanted in problem.value.wanted


def test_two_rows_of_which_neither_replaces_the_other_are_refused(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a,,,month,,1,USD,,,2026-06-01,2026-01-01",
        "b,,,month,,1,USD,,,,",
        "a,,,month,,2,USD,,2026-05-31,,2026-01-01",
    )
    with pytest.raises(BadInput, match=r"row 3, field budget: got 'a'.* in row 1"):
        load_budgets(path, known_at=NOW)


def test_the_budgets_that_come_with_costcast_load(repository: Path) -> None:
    budgets = budgets_on(
        load_budgets(repository / "reference/budgets.csv", known_at=NOW), NOW.date()
    )
    teams = {budget.scope["team"] for budget in budgets if budget.scope}
    assert len(teams) == 11
    assert {budget.period for budget in budgets} == {"month", "quarter"}
    assert [budget.budget for budget in budgets if not budget.scope] == ["all AI spend"]


def test_a_budget_may_follow_a_calendar_of_weeks(tmp_path: Path) -> None:
    path = tmp_path / "budgets.csv"
    path.write_text(
        "budget,period,amount,currency,fiscal_start_month,fiscal_pattern,fiscal_year_end\n"
        "a,month,1,USD,2,4-5-4,nearest\nb,month,1,USD,,,\n"
    )
    weeks, months = load_budgets(path, known_at=NOW)
    assert weeks.calendar == FiscalCalendar(2, "4-5-4", "saturday", "nearest")
    assert months.calendar == FiscalCalendar()
    path.write_text("budget,period,amount,currency,fiscal_pattern\na,month,1,USD,4-4-4\n")
    with pytest.raises(BadInput, match="row 1, field fiscal_pattern: got '4-4-4'"):
        load_budgets(path, known_at=NOW)
