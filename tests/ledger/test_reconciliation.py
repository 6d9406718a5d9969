"""Three measurements of one thing side by side: gaps exact, on the days all of them speak of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aliases import Alias
from ledger.basis import BasisRule
from ledger.delivery import Span
from ledger.fx import Rate
from ledger.measurements import MEASUREMENTS, measurements
from ledger.problems import BadInput
from ledger.reconciliation import Costs, reconcile
from ledger.reference import Reference
from ledger.view import Covered, LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
ALIASES = (Alias(raw_model="gpt-5-20*", model="gpt-5"),)
USAGE: Row = {
    "source": "openai_usage",
    "account": "acme",
    "provider": "openai",
    "meter": "tokens",
    "cost_origin": "computed",
    "raw_model": "gpt-5-2025-08-07",
}
GATEWAY: Row = {**USAGE, "source": "litellm", "account": "litellm", "cost_origin": "gateway"}
INVOICE: Row = {"source": "focus", "account": "bill", "provider": "openai", "raw_model": "gpt-5"}


def _covered(view: LedgerView, **spans: Sequence[Span]) -> list[Covered]:
    """What the view says is covered, with other spans for some sources."""
    return [
        Covered(one.source, one.account, one.clock, tuple(spans[one.source]), one.delivered_at)
        if one.source in spans
        else one
        for one in view.covered
    ]


def _three(make_row: MakeRow, day: date = DAY) -> list[Row]:
    return [
        make_row(day, **USAGE, output_tokens=100_000),
        make_row(day, **GATEWAY, output_tokens=90_000, effective_cost=Decimal("0.95")),
        make_row(day, **INVOICE, effective_cost=Decimal("1.10")),
    ]


def test_the_three_are_compared_and_the_gap_is_unexplained(
    make_row: MakeRow, make_view: MakeView
) -> None:
    (gap,) = reconcile(make_view(_three(make_row)), Reference(aliases=ALIASES), currency="USD")
    assert (gap.provider, gap.month, gap.days) == ("openai", date(2026, 10, 1), 19)
    assert gap.sources == {"usage": "openai_usage", "gateway": "litellm", "invoice": "focus"}
    costs = Costs(Decimal(1), Decimal("0.95"), Decimal("1.10"), Decimal("0.15"))
    assert gap.costs == costs
    (model,) = gap.models
    assert (model.model, model.costs, model.tokens) == ("gpt-5", costs, 100_000)


def test_without_a_report_the_tokens_of_the_gateway_are_priced(
    make_row: MakeRow, make_view: MakeView
) -> None:
    (gap,) = reconcile(make_view(_three(make_row)[1:]), Reference(), currency="USD")
    assert gap.sources["usage"] == "litellm"
    assert gap.costs.usage == Decimal("0.9")


@pytest.mark.parametrize(
    ("kept", "unexplained"),
    [((0, 2), "0.1"), ((0, 1), "-0.05"), ((2,), None), ((0,), None)],
)
def test_what_is_missing_is_unknown_and_not_zero(
    make_row: MakeRow, make_view: MakeView, kept: tuple[int, ...], unexplained: str | None
) -> None:
    rows = [_three(make_row)[number] for number in kept]
    (gap,) = reconcile(make_view(rows), Reference(aliases=ALIASES), currency="USD")
    assert gap.costs.unexplained == (None if unexplained is None else Decimal(unexplained))
    assert (gap.costs.invoice is None) == (2 not in kept)


def test_an_invoice_without_models_is_compared_as_a_whole(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = _three(make_row)
    rows[2]["raw_model"] = None
    (gap,) = reconcile(make_view(rows), Reference(aliases=ALIASES), currency="USD")
    assert gap.costs.unexplained == Decimal("0.15")
    unexplained = {one.model: one.costs.unexplained for one in gap.models}
    assert unexplained == {"(none)": Decimal("1.10"), "gpt-5": Decimal("-0.95")}


def test_only_days_that_all_speak_of_are_compared(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [*_three(make_row), make_row(date(2026, 10, 6), **INVOICE, effective_cost=Decimal(7))]
    view = make_view(rows)
    spans = _covered(view, litellm=[Span(date(2026, 10, 1), date(2026, 10, 6))])
    (gap,) = reconcile(make_view(rows, covered=spans), Reference(aliases=ALIASES), currency="USD")
    assert (gap.days, gap.days_of_month) == (5, 31)
    assert gap.costs.unexplained == Decimal("0.15")
    assert gap.uncompared == 7


def test_other_charges_of_the_invoice_are_told_apart(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        *_three(make_row),
        make_row(DAY, **INVOICE, charge_category="tax", effective_cost=Decimal("0.2")),
        make_row(DAY, **INVOICE, commitment_status="Unused", effective_cost=Decimal("0.3")),
    ]
    (gap,) = reconcile(make_view(rows), Reference(aliases=ALIASES), currency="USD")
    assert (gap.other_charges, gap.costs.invoice) == (Decimal("0.5"), Decimal("1.10"))


def test_of_two_invoices_one_is_compared_and_the_other_named(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        *_three(make_row),
        make_row(DAY, **{**INVOICE, "source": "openai_costs"}, effective_cost=Decimal("1.05")),
    ]
    (gap,) = reconcile(make_view(rows), Reference(aliases=ALIASES), currency="USD")
    assert (gap.sources["invoice"], gap.set_aside) == ("focus", ("openai_costs",))
    rule = BasisRule(provider="openai", total="openai_costs", split="litellm")
    (gap,) = reconcile(make_view(rows), Reference(aliases=ALIASES, basis=(rule,)), currency="USD")
    assert (gap.sources["invoice"], gap.set_aside) == ("openai_costs", ("focus",))
    assert gap.costs.unexplained == Decimal("0.10")


def test_unpriced_tokens_are_told(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [make_row(DAY, **{**GATEWAY, "raw_model": "own"}, output_tokens=5)]
    (gap,) = reconcile(make_view(rows), Reference(), currency="USD")
    assert (gap.tokens, gap.unpriced_tokens, gap.costs.usage) == (5, 5, Decimal(0))


def test_measurements_are_in_one_currency(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view([make_row(DAY, **INVOICE, currency="EUR", effective_cost=Decimal(2))])
    with pytest.raises(BadInput, match="EUR"):
        reconcile(view, Reference(), currency="USD")
    rate = Rate(currency="EUR", base="USD", rate=Decimal("1.5"))
    (gap,) = reconcile(view, Reference(fx=(rate,)), currency="USD")
    assert gap.costs.invoice == 3


def test_an_empty_view_has_nothing_to_compare(make_view: MakeView) -> None:
    assert reconcile(make_view([]), Reference(), currency="USD") == []
    table = measurements(make_view([]), Reference(), currency="USD")
    assert table.schema.equals(MEASUREMENTS)


cents = st.decimals(min_value=-(10**6), max_value=10**6, places=12, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(
    amounts=st.lists(
        st.tuples(
            st.sampled_from(["litellm", "focus"]),
            st.sampled_from(["openai", "anthropic"]),
            st.sampled_from(["gpt-5", "own", None]),
            st.integers(min_value=1, max_value=27),
            cents,
        ),
        max_size=12,
    )
)
def test_models_sum_to_the_whole_and_nothing_is_lost(
    make_row: MakeRow, make_view: MakeView, amounts: list[tuple[Any, ...]]
) -> None:
    rows = [
        make_row(
            date(2026, 9, day),
            **{**(GATEWAY if source == "litellm" else INVOICE), "provider": provider},
            **{"effective_cost": amount, "output_tokens": day},
        )
        | {"raw_model": model}
        for source, provider, model, day, amount in amounts
    ]
    gaps = reconcile(make_view(rows), Reference(), currency="USD")
    for gap in gaps:
        for name in ("usage", "gateway", "invoice", "unexplained"):
            whole = getattr(gap.costs, name)
            parts = [getattr(one.costs, name) for one in gap.models]
            assert all((part is None) == (whole is None) for part in parts)
            assert whole is None or sum(parts) == whole
    for name, source in (("gateway", "litellm"), ("invoice", "focus")):
        told = sum(getattr(gap.costs, name) or 0 for gap in gaps)
        assert told == sum(amount for one, *_, amount in amounts if one == source)
