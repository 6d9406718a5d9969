"""Quantities times dated prices: what is announced moves the cost at its date, no earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.price_book import NO_LIST, PriceBook
from ledger.price_rows import PriceRow
from ledger.quantities import QUANTITIES
from ledger.reference import Reference
from ledger.retirements import ModelRow
from ledger.series import SeriesKey
from models.forecaster_version import ForecasterVersion
from training.backtest import Backtest, run_backtest, task_for
from training.fit import fit_forecaster
from training.token_first import by_quantities
from training.uses import Uses, uses_of

HORIZON, DAYS = 28, 200
FIRST = np.datetime64("2026-01-05")
END = FIRST + DAYS
PER_TOKEN = {"input": Decimal("0.000002"), "output": Decimal("0.000008")}
CUT = date(2026, 5, 11)  # in the history: output costs half from here on


def price(token_class: str, amount: Decimal, **dates: Any) -> PriceRow:  # noqa: ANN401
    return PriceRow.model_validate(
        {
            "provider": "openai",
            "model": "gpt-5",
            "token_class": token_class,
            "unit": "1M",
            "price": amount * 1_000_000,
            "currency": "USD",
            **dates,
        }
    )


OLD = [price(name, amount, valid_to=CUT) for name, amount in PER_TOKEN.items()]
NEW = [
    price("input", PER_TOKEN["input"], valid_from=CUT),
    price("output", PER_TOKEN["output"] / 2, valid_from=CUT),
]


def reference(*more: PriceRow, models: Sequence[ModelRow] = ()) -> Reference:
    # what is announced is learnt last, so it counts before the open end of NEW
    book = PriceBook((*OLD, *NEW, *more), listed=NO_LIST)
    return Reference(prices=book, models=tuple(models), digests={})


def tokens(seed: int = 3, teams: int = 4) -> NDArray[np.float64]:
    """[teams, 2, DAYS] input and output of a team, with a week and noise."""
    rng = np.random.default_rng(seed)
    week = np.resize([1.0, 1.0, 1.1, 1.0, 0.9, 0.5, 0.4], DAYS)
    use = week * rng.lognormal(0, 0.08, (teams, 1, DAYS)) * rng.uniform(2, 9, (teams, 1, 1))
    counts: NDArray[np.float64] = np.rint(use * np.array([[9e6], [2e6]]))
    return counts


def cost_of(use: NDArray[np.float64], discount: float = 0.9) -> NDArray[np.float64]:
    """[teams, DAYS] what a contract with a discount makes of it."""
    after = np.datetime64(CUT) <= FIRST + np.arange(DAYS)
    paid = np.where(after, float(PER_TOKEN["output"]) / 2, float(PER_TOKEN["output"]))
    return discount * (use[:, 0] * float(PER_TOKEN["input"]) + use[:, 1] * paid)


def panel_of(cost: NDArray[np.float64]) -> Panel:
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row}", model="gpt-5") for row in range(len(cost))),
        periods=FIRST + np.arange(cost.shape[1]),
        value=cost,
        observed=np.isfinite(cost),
        completeness=np.ones(cost.shape),
        known_at=(FIRST + cost.shape[1]).astype("datetime64[us]"),
    )


def table_of(use: NDArray[np.float64]) -> pa.Table:
    rows = [
        {
            "day": (FIRST + day).astype(date),
            "team": f"t{row}",
            "model": "gpt-5",
            "provider": "openai",
            "raw_model": "gpt-5",
            "measure": name,
            "quantity": use[row, place, day],
        }
        for row in range(len(use))
        for place, name in enumerate(PER_TOKEN)
        for day in range(use.shape[2])
        if use[row, place, day] > 0
    ]
    return pa.Table.from_pylist(rows, QUANTITIES)


USE = tokens()
PANEL, TABLE = panel_of(cost_of(USE)), table_of(USE)


@pytest.fixture(scope="module")
def tested() -> Backtest:
    return run_backtest(PANEL, task_for(PANEL, horizon=HORIZON, season=7))


def uses(rules: Reference, panel: Panel = PANEL, table: pa.Table = TABLE) -> Uses:
    origins = task_for(panel, horizon=HORIZON, season=7).origins
    return uses_of(panel, table, rules, origins=origins, horizon=HORIZON)


def fitted(tested: Backtest, rules: Reference) -> ForecasterVersion:
    revision = by_quantities(PANEL, tested, uses(rules))
    return fit_forecaster(PANEL, horizon=HORIZON, season=7, backtest=tested, revisions=[revision])


def test_a_known_cut_in_the_past_is_no_shift_of_demand(tested: Backtest) -> None:
    plain = fit_forecaster(PANEL, horizon=HORIZON, season=7, backtest=tested)
    better = fitted(tested, reference())
    assert better.metrics["mase"] < 0.9 * plain.metrics["mase"]
    assert set(better.per_series["revised"].to_pylist()) == {"quantities times dated prices"}


def test_an_announced_price_moves_the_cost_from_its_day_on(tested: Backtest) -> None:
    day, known = date(2026, 8, 3), datetime(2026, 7, 20, tzinfo=UTC)
    doubled = [
        price(name, 2 * row.per_token, valid_from=day, known_at=known)
        for name, row in zip(PER_TOKEN, NEW, strict=True)
    ]
    before, after = (fitted(tested, rules) for rules in (reference(), reference(*doubled)))
    step = int((np.datetime64(day) - END).astype(int))
    assert 0 < step < HORIZON
    assert np.array_equal(after.mean[:, :step], before.mean[:, :step])
    assert np.allclose(after.mean[:, step:], 2 * before.mean[:, step:])
    assert np.allclose(after.quantiles[:, step:], 2 * before.quantiles[:, step:], rtol=1e-6)
    assert all(str(day) in str(note) for note in after.per_series["revised"].to_pylist())


def test_an_announcement_of_later_leaves_an_earlier_backtest_as_it_was(tested: Backtest) -> None:
    """Not a bit differs of what is made of a view of before it was known."""
    later = price("output", Decimal("0.00005"), valid_from=date(2026, 6, 1)).model_copy(
        update={"known_at": datetime(2026, 12, 1, tzinfo=UTC)}
    )
    ends = ModelRow(
        provider="openai",
        model="gpt-5",
        retires_on=date(2026, 8, 1),
        known_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    before, after = fitted(tested, reference()), fitted(tested, reference(later, models=[ends]))
    for name in ("mean", "scale", "bank", "quantiles", "weights"):
        assert getattr(before, name).tobytes() == getattr(after, name).tobytes(), name
    assert before.metrics == after.metrics


def test_an_inner_origin_knows_what_was_announced_by_its_day() -> None:
    task = task_for(PANEL, horizon=HORIZON, season=7)
    days = [FIRST + column for column in task.origins]
    assert days[-1] < np.datetime64(CUT) < days[0]
    told = days[-1] + 3  # the earliest origin has not heard of it
    known = told.astype("datetime64[us]").astype(datetime).replace(tzinfo=UTC)
    announced = [row.model_copy(update={"known_at": known}) for row in NEW]
    found = uses(replace(reference(), prices=PriceBook((*OLD_OPEN, *announced), NO_LIST)))
    cut = int((np.datetime64(CUT) - FIRST).astype(int))
    for k, day in enumerate(days):
        change = found.prices.at(k)[1, cut] / found.prices.at(k)[1, cut - 1]
        assert change == (1.0 if day < told else 0.5), day


OLD_OPEN = [price(name, amount) for name, amount in PER_TOKEN.items()]


@pytest.mark.parametrize("table", [TABLE, QUANTITIES.empty_table()])
def test_a_model_is_not_paid_after_it_is_switched_off(tested: Backtest, table: pa.Table) -> None:
    ends = ModelRow(
        provider="openai",
        model="gpt-5",
        retires_on=date(2026, 8, 1),
        known_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    spent = table if table.num_rows else money_only()
    found = uses(reference(models=[ends]), table=spent)
    revision = by_quantities(PANEL, tested, found)
    version = fit_forecaster(
        PANEL, horizon=HORIZON, season=7, backtest=tested, revisions=[revision]
    )
    step = int((np.datetime64("2026-08-01") - END).astype(int))
    assert (version.mean[:, :step] > 0).all()
    assert not version.mean[:, step:].any()
    assert not version.quantiles[:, step:].any()
    assert "switched off on 2026-08-01" in str(version.per_series["revised"][0].as_py())


def money_only() -> pa.Table:
    """What a bill says that names the model and counts nothing."""
    cost = cost_of(USE)
    rows = [
        {
            "day": (FIRST + day).astype(date),
            "team": f"t{row}",
            "model": "gpt-5",
            "provider": "openai",
            "raw_model": "gpt-5",
            "measure": "effective_cost",
            "quantity": cost[row, day],
        }
        for row in range(len(cost))
        for day in range(DAYS)
    ]
    return pa.Table.from_pylist(rows, QUANTITIES)


def test_without_a_price_a_token_costs_what_it_cost_of_late(tested: Backtest) -> None:
    found = uses(Reference(prices=PriceBook((), NO_LIST), digests={}))
    assert len(found.series) == len(PANEL.keys)  # all classes of a series are one use
    assert all((found.prices.at(k) == 1.0).all() for k in range(len(found.prices.which)))
    assert np.allclose(found.quantity, USE.sum(axis=1))


def test_money_alone_changes_nothing_without_announcements(tested: Backtest) -> None:
    plain = fit_forecaster(PANEL, horizon=HORIZON, season=7, backtest=tested)
    revision = by_quantities(PANEL, tested, uses(reference(), table=money_only()))
    same = fit_forecaster(PANEL, horizon=HORIZON, season=7, backtest=tested, revisions=[revision])
    assert plain.mean.tobytes() == same.mean.tobytes()
    assert plain.quantiles.tobytes() == same.quantiles.tobytes()
