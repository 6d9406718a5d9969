"""Random ledgers: nothing is lost, re-reading changes nothing, the order of reading is no matter.

The deliveries are files on a disk, read by the real ingest into the real store.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import AllocationRule, TeamShare
from ledger.basis import BasisRule
from ledger.costs import cost_cells
from ledger.excluded import left_out
from ledger.groups import exact_sum
from ledger.ingest import ingest
from ledger.panels import build_panel
from ledger.reference import Reference
from ledger.store import Ledger
from ledger.view import view_at

FIRST = date(2026, 9, 28)
DELIVERED = datetime(2026, 10, 10, 5, tzinfo=UTC)
NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
GATEWAY = (
    "id,team_id,date,model,custom_llm_provider,prompt_tokens,completion_tokens,spend,api_requests"
)
LOG = "request_id,team_id,startTime,model,custom_llm_provider,prompt_tokens,completion_tokens,spend"
BILL = (
    "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
    "ChargePeriodEnd,ChargeCategory,ChargeClass,CommitmentDiscountStatus,ProviderName,Tags,"
    "BilledCost,EffectiveCost"
)
# Up to twelve digits behind the point, and so few before it that a float still tells them all.
AMOUNTS = st.integers(-(10**13), 10**14).map(lambda units: Decimal(units).scaleb(-12))
DAYS = st.integers(0, 5).map(lambda number: FIRST + timedelta(days=number))
TEAMS = st.sampled_from(["ads", "search", "shared", ""])
MODELS = st.sampled_from(["gpt-5", "claude"])


@dataclass(frozen=True)
class File:
    """A delivered file and when it was delivered."""

    name: str
    content: str
    delivered_at: datetime

    @property
    def path(self) -> str:
        return f"delivered={self.delivered_at:%Y-%m-%dT%H-%M-%SZ}/{self.name}.csv"


@st.composite
def gateway_days(draw: st.DrawFn) -> str:
    """A daily report of a gateway: every row its own team, day and model."""
    cells = draw(st.lists(st.tuples(TEAMS, DAYS, MODELS), min_size=1, max_size=4, unique=True))
    rows = [
        f"{number},{team},{day},{model},openai,{draw(st.integers(0, 99))},5,{draw(AMOUNTS):f},1"
        for number, (team, day, model) in enumerate(cells)
    ]
    return "\n".join([GATEWAY, *rows, ""])


@st.composite
def gateway_calls(draw: st.DrawFn) -> str:
    """A log of calls, of which some are in several files."""
    calls = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True))
    # A call is the same in every file: all of it follows from its number.
    days = {call: FIRST + timedelta(days=call % 3) for call in calls}
    rows = [f"call{n},ads,{days[n]}T03:00:00Z,gpt-5,openai,{n},5,0.{n}" for n in calls]
    return "\n".join([LOG, *rows, ""])


@st.composite
def bills(draw: st.DrawFn) -> str:
    """A bill of one or two months and accounts, with all that is no demand."""
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        day = draw(DAYS)
        month = draw(st.sampled_from([date(2026, 9, 1), date(2026, 10, 1)]))
        following = (month + timedelta(days=31)).replace(day=1)
        category = draw(st.sampled_from(["Usage", "Usage", "Tax", "Credit", "Purchase"]))
        unused = "Unused" if category == "Usage" and draw(st.booleans()) else ""
        team = draw(TEAMS)
        rows.append(
            f"{draw(st.sampled_from('12'))},USD,{month}T00:00:00Z,{following}T00:00:00Z,"
            f"{day}T00:00:00Z,{day + timedelta(days=1)}T00:00:00Z,{category},"
            f"{draw(st.sampled_from(['', 'Correction']))},{unused},"
            f"{draw(st.sampled_from(['AWS', 'OpenAI']))},"
            + (f'"{{""team"": ""{team}""}}"' if team else "")
            + f",{draw(AMOUNTS):f},{draw(AMOUNTS):f}"
        )
    return "\n".join([BILL, *rows, ""])


@st.composite
def histories(draw: st.DrawFn) -> list[File]:
    """Deliveries of a bill and of one of the gateway's two exports, each at its own time."""
    gateway = draw(st.sampled_from([gateway_days(), gateway_calls()]))
    hours = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True))
    return [
        File(f"export{hour}", draw(st.one_of(gateway, bills())), DELIVERED + timedelta(hours=hour))
        for hour in hours
    ]


@st.composite
def references(draw: st.DrawFn) -> Reference:
    """Rules with shares that do not divide evenly, and one about what is measured twice."""
    parts = draw(st.lists(st.integers(1, 97), min_size=2, max_size=3))
    names = ("ads", "search", "fraud")
    shares = [Decimal(part) / Decimal(sum(parts)) for part in parts[:-1]]
    shares = [round(share, 6) for share in shares]
    shares.append(1 - sum(shares, Decimal(0)))
    total, split = draw(st.sampled_from([("focus", "litellm"), ("focus", "focus")]))
    return Reference(
        allocation=(
            AllocationRule(
                name="shared",
                match={"tags.team": ("shared",)},
                shares=tuple(
                    TeamShare(team=name, share=share)
                    for name, share in zip(names, shares, strict=False)
                ),
            ),
            AllocationRule(name="tag", team_from="tags.team"),
            AllocationRule(name="team", match={"source": ("litellm",)}, team_from="project"),
        ),
        basis=(BasisRule(provider="openai", total=total, split=split),),
    )


def written(files: Sequence[File], folder: Path) -> list[Path]:
    paths = []
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content)
        paths.append(path)
    return paths


@settings(max_examples=8, deadline=None)
@given(history=histories(), reference=references(), data=st.data(), hours=st.integers(0, 10))
def test_a_ledger_keeps_every_cent_in_whatever_order_it_is_told(
    history: list[File], reference: Reference, data: st.DataObject, hours: int
) -> None:
    order = data.draw(st.permutations(range(len(history))))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        paths = written(history, folder / "in")
        one, other = Ledger(str(folder / "one")), Ledger(str(folder / "other"))
        reports = ingest(paths, one, now=NOW)
        assert [(report.status, report.error) for report in reports] == [("published", None)] * len(
            paths
        )
        ingest([paths[index] for index in order], other, now=NOW + timedelta(days=1))
        as_of = DELIVERED + timedelta(hours=hours)
        view = view_at(one, as_of)

        # Any order of ingest gives the same view as of T.
        assert view_at(other, as_of).digest == view.digest
        assert view_at(other, as_of).rows.equals(view.rows)

        # Reading again changes nothing.
        again = ingest(paths[::-1], one, now=NOW + timedelta(days=2))
        assert {report.status for report in again} == {"unchanged"}
        assert view_at(one, as_of).digest == view.digest

        # Parts are the total, to the last digit.
        total = exact_sum(view.rows["effective_cost"])
        for allocation in ("current", "as_charged"):
            cells = cost_cells(view, reference, allocation=allocation, currency="USD")
            aside = sum((part.amount for part in left_out(cells, "effective_cost")), Decimal(0))
            assert exact_sum(cells["effective_cost"]) + aside == total

        # What a panel shows and what it leaves out is the total.
        panel, excluded = build_panel(cells, view)
        shown = [Decimal(f"{value:.12f}") for value in panel.value[~np.isnan(panel.value)].tolist()]
        rest = sum((part.amount for part in excluded), Decimal(0))
        assert sum(shown, Decimal(0)) + rest == total
