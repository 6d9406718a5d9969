"""The door for notebooks: `from costcast.facade import Costcast`.

It answers with the same engine, from the same published snapshot, as HTTP and the nightly tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from costcast.incident_door import IncidentDoor
from costcast.settings import Settings
from journal.explanations import Explanation
from journal.outcomes import Anomaly, BudgetProjection, CostRow, FinanceRow, Forecast
from ledger.scope import Scope
from serving.detected import Level
from serving.engine import Engine
from serving.points import Point
from serving.snapshot import current_id, open_snapshot

if TYPE_CHECKING:
    from training.simulate import SimulatedRule

__all__ = ["Costcast"]


class Costcast:
    """Questions to the published snapshot; a newly published one is picked up by itself.

    Every question takes a `Scope`: what the asker may see. `Scope.everything()` is for the FinOps
    team itself.

    Parameters
    ----------
    settings
        Where the state lies; by default `costcast.toml` and the environment.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = Settings() if settings is None else settings
        self._engine: Engine | None = None

    def engine(self) -> Engine:
        """Engine on the current snapshot; raises BadInput when none has been published."""
        snapshot = current_id(self.settings.published)
        if self._engine is None or self._engine.snapshot.id != snapshot:
            self._engine = Engine(open_snapshot(self.settings.published / snapshot))
        return self._engine

    def forecast(
        self,
        scope: Scope,
        *,
        team: str | None = None,
        model: str | None = None,
        group_by: Sequence[str] | None = None,
        horizon_days: int | None = None,
        levels: Sequence[float] | None = None,
    ) -> list[Forecast]:
        """Forecast a series, a team, a model or the total, or all groups of `group_by`."""
        return self.engine().forecast(
            scope,
            team=team,
            model=model,
            group_by=group_by,
            horizon_days=horizon_days,
            levels=levels,
        )

    def costs(
        self,
        scope: Scope,
        *,
        start: date | None = None,
        end: date | None = None,
        group_by: Sequence[str] = ("team",),
    ) -> list[CostRow]:
        """Sum the ledger over `[start, end)` by group, exactly."""
        return self.engine().costs(scope, start=start, end=end, group_by=group_by)

    def anomalies(
        self, scope: Scope, *, since: date | None = None, level: Level = "series"
    ) -> list[Anomaly]:
        """List the abnormal days the published detector alerted on, of series or of their sums."""
        return self.engine().anomalies(scope, since=since, level=level)

    def explain(
        self, scope: Scope, *, day: date, team: str | None = None, model: str | None = None
    ) -> Explanation:
        """Explain why a series, a team, a model or all did not cost what was expected of a day."""
        return self.engine().explain(scope, day=day, team=team, model=model)

    def compare(
        self,
        scope: Scope,
        *,
        start: date,
        end: date,
        before_start: date | None = None,
        before_end: date | None = None,
        team: str | None = None,
        model: str | None = None,
    ) -> Explanation:
        """Explain the change of cost from one span to another, by default from the one before."""
        return self.engine().compare(
            scope,
            start=start,
            end=end,
            before_start=before_start,
            before_end=before_end,
            team=team,
            model=model,
        )

    def score(self, scope: Scope, points: Sequence[Point]) -> list[Anomaly]:
        """Score live points against what the detector expects of their day."""
        return self.engine().score(scope, points)

    @property
    def incidents(self) -> IncidentDoor:
        """What nights have found and people said of it: `incidents.listed(scope)` and on."""
        return IncidentDoor(self.settings.state_database)

    def simulate(
        self, *, now: datetime | None = None, days: int = 90, truth: Path | None = None
    ) -> tuple[SimulatedRule, ...]:
        """What alert budgets and floors around the set ones would have told: the whole ledger's.

        Reads the ledger as of `now` and replays it, which takes seconds; `truth` are known events
        as in the samples' `truth.json`, to hold the alerts against.
        """
        from costcast.simulation import simulate_settings  # noqa: PLC0415 (loads the training)

        moment = datetime.now(UTC) if now is None else now
        return simulate_settings(self.settings, now=moment, days=days, truth=truth)

    def project_budgets(self, scope: Scope) -> list[BudgetProjection]:
        """Project every budget within the scope: how likely it breaks, and when."""
        return self.engine().project_budgets(scope)

    def finance(self, scope: Scope) -> list[FinanceRow]:
        """One row per team: the month so far, where it will end, and against what."""
        return self.engine().finance(scope)
