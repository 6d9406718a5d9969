"""Panels: zero is told from missing, late days from final ones, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import AllocationRule
from ledger.basis import BasisRule
from ledger.costs import cost_cells
from ledger.delivery import Span
from ledger.groups import exact_sum
from ledger.panel import Panel
from ledger.panels import Excluded, build_panel, final_part
from ledger.reference import Reference
from ledger.view import Covered, LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

AS_OF = datetime(2026, 10, 20, 6, tzinfo=UTC)
REFERENCE = Reference(allocation=(AllocationRule(name="project", team_from="project"),))


def _day(number: int) -> date:
    return date(2026, 10, number)


def _covered(source: str, *spans: tuple[int, int]) -> Covered:
    """Days [start, end) of October that a source covers."""
    found = tuple(Span(_day(start), _day(end)) for start, end in spans)
    return Covered(source, "acme", "usage_day", found, AS_OF)


def _panel(
    view: LedgerView,
    reference: Reference = REFERENCE,
    **options: Any,  # noqa: ANN401 (of build_panel)
) -> tuple[Panel, dict[str, Decimal]]:
    cells = cost_cells(view, reference, allocation="current", currency="USD")
    panel, excluded = build_panel(cells, view, **options)
    reasons = {part.reason: part.amount for part in excluded}
    assert len(reasons) == len(excluded)
    return panel, reasons


def test_a_covered_day_without_a_row_is_zero_and_an_uncovered_one_missing(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(_day(number), project="ads", effective_cost=Decimal(number)) for number in (1, 5)
    ]
    panel, reasons = _panel(make_view(rows, covered=[_covered("focus", (1, 3), (5, 7))]))
    assert panel.unique_ids == ("team=ads/model=(none)",)
    assert (panel.measure, panel.currency, panel.frequency) == ("effective_cost", "USD", "D")
    assert panel.periods.tolist() == [_day(number) for number in range(1, 7)]
    np.testing.assert_array_equal(panel.value, [[1, 0, np.nan, np.nan, 5, 0]])
    assert np.isnan(panel.completeness).all()
    assert panel.known_at == np.datetime64("2026-10-20T06:00:00", "us")
    assert reasons == {}


def test_all_sources_that_have_begun_must_cover_a_day(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(_day(1), project="ads", effective_cost=Decimal(1)),
        make_row(_day(4), project="ads", source="log", effective_cost=Decimal(2)),
        make_row(_day(1), project="search", effective_cost=Decimal(9)),
    ]
    covered = [_covered("focus", (1, 8)), _covered("log", (3, 5), (6, 7))]
    panel, _ = _panel(make_view(rows, covered=covered))
    ads, search = panel.value
    # The log begins on the 3rd and skips the 5th and 7th; search never was in the log.
    np.testing.assert_array_equal(ads, [1, 0, 0, 2, np.nan, 0, np.nan])
    np.testing.assert_array_equal(search, [9, 0, 0, 0, 0, 0, 0])


def test_what_is_no_demand_is_left_out_by_reason(make_row: MakeRow, make_view: MakeView) -> None:
    amounts = {"usage": 1, "tax": 2, "credit": -4, "purchase": 8, "adjustment": 16}
    rows = [
        make_row(_day(1), project="ads", charge_category=name, effective_cost=Decimal(amount))
        for name, amount in amounts.items()
    ]
    rows.append(make_row(_day(1), commitment_status="Unused", effective_cost=Decimal(32)))
    panel, reasons = _panel(make_view(rows))
    assert panel.value[0, 0] == 1
    assert reasons == {
        "tax": 2, "credit": -4, "purchase": 8, "adjustment": 16, "unused_commitment": 32,
    }  # fmt: skip


def test_demand_of_days_nobody_covers_is_reported(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(_day(number), project="ads", effective_cost=Decimal(number))
        for number in (2, 4, 9)
    ]
    panel, reasons = _panel(make_view(rows, covered=[_covered("focus", (3, 6))]))
    np.testing.assert_array_equal(panel.value, [[np.nan, 0, 4, 0]])
    assert reasons == {"day_not_covered": 11}


def test_a_panel_of_nothing_covered_is_empty(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view([make_row(_day(2), effective_cost=Decimal(3))], covered=[])
    panel, reasons = _panel(view)
    assert panel.value.shape == (1, 0)
    assert reasons == {"day_not_covered": 3}
    assert final_part(panel).value.shape == (1, 0)


def test_without_demand_there_is_no_series(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view([make_row(_day(2), charge_category="tax", effective_cost=Decimal(3))])
    panel, reasons = _panel(view)
    assert panel.value.shape == (0, 0)
    assert reasons == {"tax": 3}


def test_a_day_whose_cost_nobody_states_is_not_observed(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(_day(1), project="ads", effective_cost=Decimal(1)),
        make_row(_day(2), project="ads", output_tokens=7),
        make_row(_day(3), project="ads", output_tokens=7),
        make_row(_day(3), project="ads", effective_cost=Decimal(3)),
        make_row(_day(3), project="search", output_tokens=7),
    ]
    view = make_view(rows, covered=[_covered("focus", (1, 5))])
    panel, _ = _panel(view)
    np.testing.assert_array_equal(panel.value, [[1, np.nan, 3, 0]])
    tokens, _ = _panel(view, measure="total_tokens")
    assert tokens.currency is None
    np.testing.assert_array_equal(tokens.value, [[7, 7, 0], [0, 7, 0]])


def test_other_groupings_are_other_panels(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(_day(1), project=team, region=region, gpu_hours=0.5, effective_cost=Decimal(1))
        for team, region in (("ads", "eu"), ("ads", "us"), ("search", "eu"))
    ]
    view = make_view(rows)
    regions, _ = _panel(view, measure="gpu_hours", dimensions=("region",))
    assert regions.unique_ids == ("region=eu", "region=us")
    assert regions.value[:, 0].tolist() == [1.0, 0.5]
    teams, _ = _panel(view, dimensions=("team",))
    assert teams.value[:, 0].tolist() == [2, 1]


def test_unknown_measures_and_dimensions_are_refused(
    make_row: MakeRow, make_view: MakeView
) -> None:
    view = make_view([make_row(_day(1), effective_cost=Decimal(1))])
    with pytest.raises(ValueError, match="measure 'carbon'"):
        _panel(view, measure="carbon")
    with pytest.raises(ValueError, match="dimension 'project'"):
        _panel(view, dimensions=("project",))


def test_money_counted_elsewhere_is_reported(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(_day(1), project="ads", source=source, effective_cost=Decimal(cost))
        for source, cost in (("focus", "10"), ("litellm", "8"))
    ]
    basis = (BasisRule(provider="aws", total="focus", split="litellm"),)
    covered = [_covered("focus", (1, 4)), _covered("litellm", (1, 3))]
    view = make_view(rows, covered=covered)
    panel, reasons = _panel(view, Reference(allocation=REFERENCE.allocation, basis=basis))
    # Both sources are behind the amount, so a day needs both.
    np.testing.assert_array_equal(panel.value, [[10, 0, np.nan]])
    assert reasons == {"not_authoritative": 8}


@dataclass(frozen=True)
class _Curve:
    """`first` of a day has arrived the day after, `then` from the second day on."""

    first: float | None
    then: float | None

    def completeness(self, day: date, as_of: datetime) -> float | None:
        return self.first if (as_of.date() - day).days <= 1 else self.then


HALF = _Curve(0.5, 1.0)


def test_completeness_is_weighed_by_the_money_of_the_sources(
    make_row: MakeRow, make_view: MakeView
) -> None:
    shares = {("ads", "focus"): 1, ("ads", "log"): 3, ("search", "log"): 5, ("free", "focus"): 0}
    rows = [
        make_row(
            _day(18), project=team, source=source, provider=source, effective_cost=Decimal(amount)
        )
        for (team, source), amount in shares.items()
    ]
    view = make_view(rows)
    panel, _ = _panel(view, curves={"focus": HALF})
    assert panel.unique_ids == tuple(f"team={t}/model=(none)" for t in ("ads", "free", "search"))
    # Where only one of two sources is measured, the measured one speaks.
    np.testing.assert_array_equal(panel.completeness, [[1, 0.5], [1, 0.5], [np.nan, np.nan]])

    panel, _ = _panel(view, curves={"focus": HALF, "log": _Curve(0.25, 0.25)})
    np.testing.assert_allclose(panel.completeness[0], [0.25 + 0.75 * 0.25, 0.125 + 0.75 * 0.25])
    panel, _ = _panel(view, curves={"focus": _Curve(None, None)})
    assert np.isnan(panel.completeness).all()


def test_the_final_part_holds_no_partial_day(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [make_row(_day(number), project="ads", effective_cost=Decimal(2)) for number in (17, 19)]
    panel, _ = _panel(make_view(rows), curves={"focus": HALF})
    assert panel.value.tolist() == [[2, 0, 2]]
    final = final_part(panel)
    assert final.periods.tolist() == [_day(17), _day(18)]
    assert final.value.tolist() == [[2, 0]]


def test_a_late_series_is_masked_where_another_is_final(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(_day(19), project=team, source=source, provider=source, effective_cost=Decimal(2))
        for team, source in (("ads", "focus"), ("search", "log"))
    ]
    panel, _ = _panel(make_view(rows), curves={"focus": HALF})
    np.testing.assert_array_equal(final_part(panel).value, [[np.nan], [2]])
    np.testing.assert_array_equal(final_part(panel, share=0.5).value, [[2], [2]])


cells = st.fixed_dictionaries(
    {
        "day": st.integers(1, 12).map(_day),
        "source": st.sampled_from(["focus", "log"]),
        "provider": st.sampled_from(["aws", "openai"]),
        "project": st.sampled_from([None, "ads", "search"]),
        "charge_category": st.sampled_from(["usage", "usage", "tax"]),
        "commitment_status": st.sampled_from([None, None, "Unused"]),
        "effective_cost": st.one_of(
            st.none(), st.decimals(min_value=-1000, max_value=1000, places=12)
        ),
    }
)
days = st.lists(st.integers(1, 12), max_size=3)


@given(rows=st.lists(cells, min_size=1, max_size=25), focus=days, log=days)
@settings(max_examples=30, deadline=None)
def test_panel_and_excluded_sum_to_the_view(
    make_row: MakeRow, make_view: MakeView, rows: list[Row], focus: list[int], log: list[int]
) -> None:
    covered = [
        _covered(source, *((start, start + 3) for start in sorted(starts)))
        for source, starts in (("focus", focus), ("log", log))
    ]
    basis = tuple(
        BasisRule(provider=provider, total="focus", split="log") for provider in ("aws", "openai")
    )
    view = make_view([make_row(**row) for row in rows], covered=covered)
    panel, reasons = _panel(view, Reference(allocation=REFERENCE.allocation, basis=basis))
    whole = exact_sum(view.rows["effective_cost"])
    assert np.nansum(panel.value) + float(sum(reasons.values())) == pytest.approx(
        float(whole), abs=1e-6
    )
    reached = {c.source: [_day(1) + timedelta(days=n) for n in range(15)] for c in covered}
    assert all(day in reached["focus"] for day in panel.periods.tolist())


def test_excluded_amounts_are_exact(make_row: MakeRow, make_view: MakeView) -> None:
    tiny = Decimal("0.000000000001")
    rows = [
        make_row(_day(1), charge_category="tax", effective_cost=Decimal(10**15) + tiny),
        make_row(_day(1), effective_cost=tiny),
    ]
    cells_of = cost_cells(
        view := make_view(rows), Reference(), allocation="current", currency="USD"
    )
    _, excluded = build_panel(cells_of, view)
    assert excluded == [Excluded("tax", Decimal(10**15) + tiny)]
