from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.budgets import BudgetOutlook, PeriodSpend, project_budget
from journal.budgets import Budget
from ledger.delivery import Span
from ledger.problems import BadInput

START = date(2026, 10, 1)


def budget(amount: str = "100", currency: str = "USD", ladder: str = "0.5;1.0") -> Budget:
    return Budget.model_validate(
        {
            "budget": "search",
            "scope": "team=search",
            "period": "month",
            "amount": amount,
            "currency": currency,
            "ladder": ladder,
        }
    )


def spend(
    actual: Sequence[float],
    final: list[bool],
    paths: Sequence[Sequence[float]],
    currency: str = "USD",
) -> PeriodSpend:
    arrays = np.array(paths, dtype=np.float64)
    known = np.array(actual, dtype=np.float64)
    return PeriodSpend(
        span=Span(START, START + timedelta(days=len(actual))),
        currency=currency,
        actual=known,
        final=np.array(final),
        mean=np.where(final, known, arrays.mean(axis=0)),
        paths=arrays,
    )


def test_a_projection_worked_out_by_hand() -> None:
    # two final days (30 + 30), one provisional (10 of which so far), one to come; four paths
    found = project_budget(
        budget("100"),
        spend(
            [30, 30, 10, 0],
            [True, True, False, False],
            [[0, 0, 10, 10], [0, 0, 20, 30], [0, 0, 45, 0], [0, 0, 20, 20]],
        ),
    )
    # totals 80, 110, 105, 100: exactly on budget is no breach
    assert found == BudgetOutlook(
        span=Span(START, date(2026, 10, 5)),
        actual=70,
        provisional_actual=10,
        actual_through=date(2026, 10, 2),
        projected_mean=60 + 23.75 + 15,
        projected=found.projected,
        thresholds=found.thresholds,
        p_breach=0.5,
        breach_dates=(date(2026, 10, 3), date(2026, 10, 4), None),
        expected_overrun=(10 + 5) / 4,
    )
    assert found.projected == pytest.approx({"0.1": 86, "0.5": 102.5, "0.9": 108.5})
    half, whole = found.thresholds
    assert (half.amount, half.p_breach, half.breached_on) == (50, 1.0, date(2026, 10, 2))
    assert (whole.amount, whole.p_breach, whole.breached_on) == (100, 0.5, None)


def test_final_days_are_what_they_are_whatever_the_paths_say() -> None:
    certain = spend([60, 60], [True, True], [[0, 0], [999, 999]])
    found = project_budget(budget("100"), certain)
    assert found.p_breach == 1.0
    assert found.projected_mean == found.projected["0.1"] == found.projected["0.9"] == 120
    assert found.breach_dates == (date(2026, 10, 2),) * 3
    assert found.thresholds[1].breached_on == date(2026, 10, 2)
    assert found.actual_through == date(2026, 10, 2)


def test_a_credit_can_undo_a_breach_of_the_period_but_not_its_date() -> None:
    found = project_budget(budget("100"), spend([150, -100], [True, True], [[0, 0]]))
    assert found.p_breach == 0.0
    assert found.expected_overrun == 0.0
    assert found.breach_dates[1] == date(2026, 10, 1)


def test_sums_of_floats_that_only_look_like_more_are_no_breach() -> None:
    found = project_budget(budget("0.3"), spend([0.1, 0.1, 0.1], [True] * 3, [[0, 0, 0]]))
    assert 0.1 + 0.1 + 0.1 > 0.3
    assert found.p_breach == 0.0


def test_nothing_final_yet_has_no_last_final_day() -> None:
    found = project_budget(budget(), spend([0, 5], [False, True], [[1, 1]]))
    assert found.actual_through is None


def _oracle(amount: Decimal, given_spend: PeriodSpend) -> tuple[float, list[date | None], float]:
    """Path by path, day by day, in exact decimals of whole units."""
    breached, days, over = 0, [], Decimal(0)
    for path in given_spend.paths:
        total, first = Decimal(0), None
        for day, value in enumerate(path):
            known = given_spend.actual[day] if given_spend.final[day] else value
            total += Decimal(int(known))
            if first is None and total > amount:
                first = day
        breached += total > amount
        over += max(Decimal(0), total - amount)
        days.append(first)
    count = len(days)
    dates: list[date | None] = []
    for percent in (10, 50, 90):
        by_day = [sum(d is not None and d <= day for d in days) for day in range(len(path))]
        found = [day for day, n in enumerate(by_day) if 100 * n >= percent * count]
        dates.append(START + timedelta(days=found[0]) if found else None)
    return breached / count, dates, float(over / count)


@given(data=st.data())
def test_probabilities_and_dates_are_those_of_a_walk_along_every_path(data: st.DataObject) -> None:
    days = data.draw(st.integers(1, 8))
    amounts = st.integers(-5, 40)
    row = st.lists(amounts, min_size=days, max_size=days)
    paths = data.draw(st.lists(row, min_size=1, max_size=12))
    known = data.draw(row)
    final = data.draw(st.lists(st.booleans(), min_size=days, max_size=days))
    amount = data.draw(st.integers(1, 150))
    given_spend = spend(known, final, paths)
    found = project_budget(budget(str(amount)), given_spend)
    p_breach, dates, overrun = _oracle(Decimal(amount), given_spend)
    assert found.p_breach == p_breach
    assert list(found.breach_dates) == dates
    assert found.expected_overrun == pytest.approx(overrun)
    assert found.thresholds[0].p_breach >= found.thresholds[1].p_breach == found.p_breach


def test_another_currency_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="budget search: got 'EUR', wanted an amount in USD"):
        project_budget(budget(currency="EUR"), spend([1], [True], [[1]]))


def test_a_day_without_an_amount_is_refused() -> None:
    good = spend([1, 2], [True, False], [[1, 2]])
    with pytest.raises(ValueError, match="paths holds NaN"):
        replace(good, paths=np.array([[1.0, np.nan]]))
    with pytest.raises(ValueError, match="final has shape"):
        replace(good, final=np.array([True]))
