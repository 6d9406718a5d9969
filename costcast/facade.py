"""The door for notebooks: `from costcast.facade import Costcast`.

It answers with the same engine, from the same published snapshot, as HTTP and the nightly tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from costcast.settings import Settings
from journal.outcomes import Anomaly, BudgetProjection, CostRow, FinanceRow, Forecast
from ledger.scope import Scope
from serving.engine import Engine
from serving.requests import Point
from serving.snapshot import current_id, open_snapshot

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

    def anomalies(self, scope: Scope, *, since: date | None = None) -> list[Anomaly]:
        """List the abnormal days the published detector alerted on."""
        return self.engine().anomalies(scope, since=since)

    def score(self, scope: Scope, points: Sequence[Point]) -> list[Anomaly]:
        """Score live points against what the detector expects of their day."""
        return self.engine().score(scope, points)

    def project_budgets(self, scope: Scope) -> list[BudgetProjection]:
        """Project every budget within the scope: how likely it breaks, and when."""
        return self.engine().project_budgets(scope)

    def finance(self, scope: Scope) -> list[FinanceRow]:
        """One row per team: the month so far, where it will end, and against what."""
        return self.engine().finance(scope)
