"""The teams: when they work, and how month ends and holidays move them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CURRENT_TEAM", "SHARED", "SHARED_PARTS", "TEAMS", "Team"]

_Week = tuple[float, float, float, float, float, float, float]


@dataclass(frozen=True)
class Team:
    """One team.

    Parameters
    ----------
    name
        As the sources call it.
    account
        Sub account on the cloud bill.
    project
        Tag `project` of its resources.
    week
        Use from Monday to Sunday, relative to a working day.
    month_end
        Factor on the last two days of a month and the first of the next.
    holidays
        Factor from 24 December to 1 January.
    peak
        Factor in the week of the November sales.
    """

    name: str
    account: str
    project: str
    week: _Week
    month_end: float = 1.0
    holidays: float = 1.0
    peak: float = 1.0


_CONSUMER: _Week = (0.96, 0.95, 0.97, 1.0, 1.06, 1.14, 1.12)  # people use it at the weekend
_EVENING: _Week = (1.0, 0.98, 0.97, 0.98, 0.96, 0.82, 0.88)
_OFFICE: _Week = (0.97, 1.03, 1.04, 1.01, 0.88, 0.2, 0.17)
_SUPPORT: _Week = (1.22, 1.08, 1.0, 0.98, 0.95, 0.55, 0.48)  # Monday clears the weekend
_SHIFTS: _Week = (1.0, 1.0, 1.01, 1.02, 1.05, 0.7, 0.25)  # six-day operation
_ALWAYS: _Week = (1.0, 0.99, 1.0, 1.0, 1.03, 1.05, 1.01)

TEAMS: dict[str, Team] = {
    team.name: team
    for team in (
        Team("search", "210000000011", "ranking", _CONSUMER, peak=1.35, holidays=1.05),
        Team("ads", "210000000012", "bidding", _CONSUMER, 1.08, holidays=0.9, peak=1.5),
        Team("recommendations", "210000000013", "home-feed", _CONSUMER, peak=1.4, holidays=1.1),
        Team("support", "210000000014", "helpdesk", _SUPPORT, holidays=0.8, peak=1.3),
        Team("assistant", "210000000015", "shopping-assistant", _EVENING, holidays=0.92, peak=1.2),
        Team("fraud", "210000000016", "payments-risk", _ALWAYS, peak=1.3, holidays=1.08),
        Team("pricing", "210000000017", "price-engine", _OFFICE, 1.5, holidays=0.45, peak=1.15),
        Team("logistics", "210000000018", "parcel-vision", _SHIFTS, holidays=0.7, peak=1.35),
        Team("marketing", "210000000019", "campaigns", _OFFICE, 1.3, holidays=0.4, peak=1.2),
        Team("growth", "210000000020", "experiments", _OFFICE, holidays=0.5, peak=1.1),
        Team("research", "210000000021", "foundation", _OFFICE, holidays=0.35),
        Team("platform", "210000000022", "coding-agents", _OFFICE, holidays=0.3),
    )
}

#: Teams that are part of another one today; the sources still use the old name.
CURRENT_TEAM = {"growth": "marketing"}
#: Tag `team` of what several teams use together, and how today's rules split it.
SHARED = "shared"
SHARED_PARTS = {"search": 0.40, "ads": 0.35, "recommendations": 0.25}
