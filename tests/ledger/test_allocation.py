"""Which rule takes a row, and what it gives to whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ledger.allocation import AllocationRule, Assignment, TeamShare, assign
from ledger.contexts import Context
from ledger.teams import TeamRow

DAY = date(2026, 10, 5)
ONE = Decimal(1)
ROW = Context.of(
    {
        "source": "focus",
        "project": "shop-prod",
        "region": None,
        "environment": "",
        "tags": '{"team": "ads", "cost-centre": 17, "prod": true, "owner": null}',
    }
)


@pytest.mark.parametrize(
    ("match", "taken"),
    [
        ({}, True),
        ({"project": ("shop-*",)}, True),
        ({"project": ("Shop-*",)}, False),
        ({"project": ("web-*", "shop-*")}, True),
        ({"project": ("shop-*",), "source": ("litellm",)}, False),
        ({"tags.team": ("ads",)}, True),
        ({"tags.cost-centre": ("17",)}, True),
        ({"tags.prod": ("true",)}, True),
        ({"tags.owner": ("*",)}, False),
        ({"tags.absent": ("*",)}, False),
        ({"region": ("*",)}, False),
        ({"environment": ("*",)}, False),
    ],
)
def test_a_rule_takes_what_fits_all_its_columns(
    match: dict[str, tuple[str, ...]], taken: bool
) -> None:
    rule = AllocationRule(name="r", match=match, team="t")
    assert assign([rule], [], ROW, DAY).shares[0][0] == ("t" if taken else "unallocated")


def test_the_first_rule_that_takes_the_row_decides() -> None:
    rules = [
        AllocationRule(name="blank", team_from="region"),
        AllocationRule(name="tag", team_from="tags.team", use_case_from="project"),
        AllocationRule(name="rest", team="rest", use_case="any"),
    ]
    assert assign(rules, [], ROW, DAY) == Assignment((("ads", ONE),), "shop-prod")
    assert assign(rules, [], Context({}), DAY) == Assignment((("rest", ONE),), "any")


def test_shares_of_merged_teams_are_one_share() -> None:
    shares = tuple(
        TeamShare(team=name, share=Decimal(share))
        for name, share in (("growth", "0.3"), ("ads", "0.5"), ("marketing", "0.2"))
    )
    teams = [TeamRow(name="growth", team="marketing")]
    found = assign([AllocationRule(name="r", shares=shares)], teams, ROW, DAY)
    assert dict(found.shares) == {"marketing": Decimal("0.5"), "ads": Decimal("0.5")}


def test_a_team_that_is_no_more_owns_nothing() -> None:
    teams = [TeamRow(name="ads", team="ads", valid_to=DAY)]
    rule = AllocationRule(name="r", team_from="tags.team")
    assert assign([rule], teams, ROW, DAY).shares == (("unallocated", ONE),)
    assert assign([rule], teams, ROW, date(2026, 10, 4)).shares == (("ads", ONE),)
