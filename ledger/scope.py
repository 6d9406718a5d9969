"""What an asker may see. An argument of every engine method; there is no default."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.series import UNALLOCATED, SeriesKey

__all__ = ["Scope"]


@dataclass(frozen=True)
class Scope:
    """The teams whose series an asker may see; None means every team and what is unallocated.

    Aggregates are computed from the series *within* the scope, so a total minus one's own parts
    reveals nobody else. Unallocated spend is for askers who may see everything.
    """

    teams: frozenset[str] | None

    @classmethod
    def everything(cls) -> Scope:
        """All teams: for administrators, the nightly batch and notebooks of the FinOps team."""
        return cls(teams=None)

    @classmethod
    def of_teams(cls, *teams: str) -> Scope:
        """Only these teams; `unallocated` cannot be one of them."""
        if UNALLOCATED in teams:
            raise ValueError(f"got team {UNALLOCATED!r}, wanted Scope.everything() to see it")
        return cls(teams=frozenset(teams))

    def allows_team(self, team: str) -> bool:
        """Whether spend of this team may be seen."""
        return self.teams is None or team in self.teams

    def allows(self, key: SeriesKey) -> bool:
        """Whether a series may be seen: it must name an allowed team, unless all is allowed."""
        return self.teams is None or key.get("team", UNALLOCATED) in self.teams
