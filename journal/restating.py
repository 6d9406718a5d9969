"""An incident held against the ledger as it is now: what its days cost then, and cost today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from journal.incident_values import Incident, IncidentDay

__all__ = ["Restatement", "restate"]

#: A ledger that moves an impact by less than this share is telling rounding and late cents.
_WORTH_TELLING_SHARE = 0.05
_LEAST_AMOUNT = 0.01
#: An incident of which less than this share is left is none any more, if no alert finds it.
_LEFT_SHARE = 0.5


@dataclass(frozen=True)
class Restatement:
    """The days of an incident with today's amounts.

    Parameters
    ----------
    days
        Today's amounts where the ledger has moved enough to be told, the stored ones otherwise.
    before, after
        Impact on those days as stored, and as the ledger has it now.
    """

    days: tuple[IncidentDay, ...]
    before: float
    after: float

    @property
    def is_told(self) -> bool:
        """Whether the ledger has moved enough."""
        least = max(_LEAST_AMOUNT, _WORTH_TELLING_SHARE * abs(self.before))
        return abs(self.after - self.before) > least

    @property
    def is_gone(self) -> bool:
        """Whether the ledger has taken the incident back: little is left of it, or the opposite."""
        left = self.after / self.before if self.before else 1.0
        return self.is_told and left < _LEFT_SHARE


def restate(incident: Incident, amount: Callable[[str, date], float | None]) -> Restatement:
    """Compare the stored days with the ledger; a day that the ledger does not tell keeps its own.

    What was expected before the incident stays as it was: only money that moved restates it.
    """
    now = [amount(incident.unique_id, day.day) for day in incident.days]
    today = tuple(
        day if actual is None else day.model_copy(update={"actual": actual})
        for day, actual in zip(incident.days, now, strict=True)
    )
    found = Restatement(today, _impact(incident.days), _impact(today))
    return found if found.is_told else Restatement(tuple(incident.days), found.before, found.after)


def _impact(days: list[IncidentDay] | tuple[IncidentDay, ...]) -> float:
    return sum(day.actual - (day.expected or 0.0) for day in days)
