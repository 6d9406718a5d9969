"""What was used, per team and kind of use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.allocation import AllocationRule
from ledger.quantities import QUANTITIES, quantities
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
CALL: Row = {"source": "litellm", "provider": "openai", "raw_model": "gpt-5"}


def _rule(**values: Any) -> AllocationRule:  # noqa: ANN401
    return AllocationRule.model_validate({"name": "rule", **values})


PARTS = [{"team": "a", "share": "0.25"}, {"team": "b", "share": "0.75"}]
RULES = Reference(
    allocation=(
        _rule(
            match={"project": ["both"]},
            shares=[{"team": "a", "share": "0.25"}, {"team": "b", "share": "0.75"}],
        ),
        _rule(team_from="project"),
    )
)


def _found(view: LedgerView) -> dict[tuple[str, str], float]:
    table = quantities(view, RULES)
    assert table.schema == QUANTITIES
    return {(row["team"], row["measure"]): row["quantity"] for row in table.to_pylist()}


def test_tokens_by_class_go_to_their_teams(make_row: MakeRow, make_view: MakeView) -> None:
    tokens = {"input_tokens_uncached": 100, "output_tokens": 40, "reasoning_tokens": 30}
    rows = [
        make_row(DAY, **CALL, project="a", **tokens, requests=4, effective_cost=Decimal(2)),
        make_row(DAY, **CALL, project="both", **tokens, effective_cost=Decimal(4), row_number=2),
    ]
    found = _found(make_view(rows))
    assert found["a", "input"] == 125
    assert found["b", "input"] == 75
    assert (found["a", "output"], found["a", "reasoning"]) == (12.5, 37.5)
    assert (found["a", "requests"], found["a", "effective_cost"]) == (4, 3)
    assert ("b", "requests") not in found


def test_what_is_no_demand_is_not_used(make_row: MakeRow, make_view: MakeView) -> None:
    hours = {"project": "a", "gpu_hours": 8.0, "effective_cost": Decimal(1)}
    rows = [
        make_row(DAY, **hours),
        make_row(DAY, **hours, commitment_status="Unused"),
        make_row(DAY, **hours, charge_category="purchase"),
    ]
    assert _found(make_view(rows)) == {("a", "gpu_hours"): 8.0, ("a", "effective_cost"): 1.0}


@pytest.mark.parametrize("column", ["raw_model", "service_tier", "context_tier"])
def test_what_a_price_depends_on_is_kept_apart(
    make_row: MakeRow, make_view: MakeView, column: str
) -> None:
    rows = [
        make_row(DAY, **{**CALL, column: value}, project="a", output_tokens=number + 1)
        for number, value in enumerate(["x", "y"])
    ]
    table = quantities(make_view(rows), RULES).to_pylist()
    assert [(row[column], row["quantity"]) for row in table] == [("x", 1.0), ("y", 2.0)]
