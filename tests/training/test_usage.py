"""Usage beside a panel, against the amounts that explanations read from the same lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from insights.amounts import OTHER, amount_of
from insights.evidence import _daily
from ledger.largest_runs import RUNS
from ledger.panel import Frequency, Panel
from ledger.series import SeriesKey
from ledger.token_classes import TOKEN_CLASSES
from ledger.usage_fact_columns import KEYS, USAGE_FACTS
from models.features.ratios import ratio_series
from models.usage import AMOUNTS
from training.usage import usage_of

Row = dict[str, Any]

START = date(2026, 9, 1)
SERIES = (("b", "own"), ("a", "gpt-5"), ("a", "own"))
PANEL_KEYS = tuple(SeriesKey.of(team=team, model=model) for team, model in SERIES)
DAYS = 4


def _panel(
    keys: Sequence[SeriesKey] = PANEL_KEYS,
    days: int = DAYS,
    frequency: Frequency = "D",
) -> Panel:
    shape = (len(keys), days)
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency=frequency,
        keys=tuple(keys),
        periods=np.datetime64(START.isoformat(), frequency) + np.arange(days),
        value=np.ones(shape),
        observed=np.ones(shape, dtype=np.bool_),
        completeness=np.ones(shape),
        known_at=np.datetime64("2026-10-01", "us"),
    )


def _line(**values: Any) -> Row:  # noqa: ANN401
    plain = {name: "(none)" for name, kind in KEYS.items() if kind == pa.string()}
    return {
        **plain,
        "team": "a",
        "model": "gpt-5",
        "day": START,
        "charge_category": "usage",
        "is_correction": False,
        "is_unused_commitment": False,
        **values,
    }


def _facts(lines: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(lines), USAGE_FACTS)


def _runs(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist(list(rows), RUNS)


counts = st.none() | st.integers(0, 9)
money = st.none() | st.decimals(-5, 5, places=3)
lines_of_facts = st.lists(
    st.builds(
        _line,
        team=st.sampled_from(["a", "b", "c"]),
        model=st.sampled_from(["own", "gpt-5", "(none)"]),
        day=st.integers(-1, DAYS).map(lambda days: START + timedelta(days=days)),
        unit=st.sampled_from(["tokens", "GPU-hours", "GB-Months", "(none)"]),
        token_class=st.sampled_from([*TOKEN_CLASSES, "(none)"]),
        charge_category=st.sampled_from(["usage", "usage", "usage", "tax"]),
        is_unused_commitment=st.sampled_from([False, False, False, True]),
        effective_cost=money,
        quantity=money,
        busy_hours=money,
        requests=counts,
        failed_requests=counts,
    ),
    max_size=30,
)


def _obvious(lines: Sequence[Row]) -> dict[str, NDArray[np.float64]]:
    """Series by series, day by day, as an explanation would read them."""
    amounts = {name: np.full((len(SERIES), DAYS), np.nan) for name in AMOUNTS}
    for row, (team, model) in enumerate(SERIES):
        for column in range(DAYS):
            told = [
                line
                for line in lines
                if (line["team"], line["model"]) == (team, model)
                and line["day"] == START + timedelta(days=column)
                and line["charge_category"] == "usage"
                and not line["is_unused_commitment"]
            ]
            priced = [
                line for line in told if amount_of(line["unit"], line["token_class"]) != OTHER
            ]
            for name, sums in _daily(told).items():
                if name in amounts and name not in {"cost", "quantity"} and told:
                    amounts[name][row, column] = sums[0]
            for name in ("cost", "quantity"):
                for amount in _daily(priced).get(name, []) if priced else []:
                    amounts[name][row, column] = amount
    return {name: amount for name, amount in amounts.items() if np.isfinite(amount).any()}


@given(lines=lines_of_facts, is_encoded=st.booleans())
def test_amounts_are_those_of_explanations(lines: list[Row], is_encoded: bool) -> None:
    facts = _facts(lines)
    if is_encoded:  # as a snapshot keeps them
        names = [field.name for field in facts.schema if field.type == pa.string()]
        for name in names:
            at = facts.schema.get_field_index(name)
            facts = facts.set_column(at, name, facts[name].dictionary_encode())
    found = usage_of(_panel(), facts, _runs()).amounts
    wanted = _obvious(lines)
    assert set(found) == set(wanted)
    for name, amount in wanted.items():
        np.testing.assert_allclose(found[name], amount, rtol=1e-12, atol=1e-12)


def test_ratios_of_series_and_days_are_those_of_each() -> None:
    lines = [
        _line(unit="tokens", token_class=name, quantity=Decimal(size), requests=calls)
        for name, size, calls in (("input", 600, 4), ("cache_read", 200, None), ("output", 80, 4))
    ]
    ratios = ratio_series(usage_of(_panel(), _facts(lines), _runs()).amounts)
    told = {name: ratio[1, 0] for name, ratio in ratios.items() if np.isfinite(ratio[1, 0])}
    assert told == {
        "input_per_request": 100.0,
        "output_per_request": 10.0,
        "output_per_input": 0.1,
        "cache_hit_share": 0.25,
    }
    assert all(np.isfinite(ratio).sum() <= 1 for ratio in ratios.values())


def test_runs_stand_on_their_series_and_day_in_hours_and_in_money() -> None:
    later = START + timedelta(days=2)
    runs = _runs(
        {"day": START, "team": "a", "model": "own", "cost": 7.0, "gpu_hours": 3.0},
        {"day": later, "team": "a", "model": "own", "cost": 7.0, "gpu_hours": None},
        {"day": later, "team": "b", "model": "own", "cost": 5.0},
        {"day": later, "team": "c", "model": "own", "cost": 3.0},
        {"day": START + timedelta(days=DAYS), "team": "a", "model": "gpt-5", "gpu_hours": 2.0},
    )
    usage = usage_of(_panel(), _facts([]), runs)
    hours, cost = (np.full((len(SERIES), DAYS), np.nan) for _ in range(2))
    hours[2, 0] = 3.0
    cost[2, [0, 2]], cost[0, 2] = 7.0, 5.0
    np.testing.assert_array_equal(usage.run_gpu_hours, hours)
    np.testing.assert_array_equal(usage.run_cost, cost)
    assert usage.amounts == {}


@pytest.mark.parametrize("panel", [_panel(keys=()), _panel(days=0)])
def test_an_empty_panel_has_no_usage(panel: Panel) -> None:
    runs = _runs({"day": START, "team": "a", "model": "own", "cost": 7.0})
    usage = usage_of(panel, _facts([_line(requests=3)]), runs)
    assert usage.shape == panel.value.shape
    assert usage.amounts == {}


def test_other_panels_are_refused() -> None:
    with pytest.raises(ValueError, match="frequency h, wanted D"):
        usage_of(_panel(frequency="h"), _facts([]), _runs())
    with pytest.raises(ValueError, match="got series by team, wanted team, model"):
        usage_of(_panel(keys=[SeriesKey.of(team="a")]), _facts([]), _runs())
