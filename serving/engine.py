"""The engine: every answer of Costcast, from one snapshot.

HTTP, command line and notebooks ask this class and no other, so for one snapshot they say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from journal.explanations import Explanation
from journal.outcomes import Anomaly, BudgetProjection, CostRow, FinanceRow, Forecast
from ledger.freshness import SourceFreshness
from ledger.scope import Scope
from serving.anomalies import Surroundings, alerts, surroundings
from serving.budget_projections import project_budgets
from serving.costs import cost_rows
from serving.detected import Level
from serving.explained import explain_day, explain_spans, keys_of, spans_of, with_cause
from serving.explanations import Explainer
from serving.finance import finance_rows, finance_total
from serving.flags import Remarks
from serving.forecasts import forecast_of, shape_of
from serving.history import History
from serving.outlook import Outlook
from serving.points import Point
from serving.problems import UnknownSeries
from serving.scores import score_points
from serving.selection import group_rows, select_rows, series_of, visible_rows
from serving.snapshot import LeftOut, Snapshot

__all__ = ["Engine", "Point"]

#: Answers kept: what a page of one asker needs, for a few askers.
_KEPT = 256


class Engine:
    """Answers within a scope, which every question names.

    All methods may be called from several threads. UnknownSeries and InvalidRequest
    (`serving.problems`) say what is wrong with a question.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._outlook = Outlook(snapshot)
        self._remarks = Remarks(self._outlook)
        self._explainer = Explainer(snapshot.facts, snapshot.detector)
        # Outcomes are frozen and the snapshot never changes: the same question, the same answer.
        self._forecasts = lru_cache(maxsize=_KEPT)(self._forecast)
        self._projections = lru_cache(maxsize=_KEPT)(self._project)

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
        """Forecast the sum of what is selected, or one sum per group.

        Parameters
        ----------
        team, model
            Select series; None = every one within the scope.
        group_by
            Dimensions to forecast apart; None = those selected, so one sum.
        horizon_days
            Days ahead of the last final day; None = as far as the forecaster reaches.
        levels
            Quantile levels; None = 0.1, 0.5, 0.9.
        """
        groups = None if group_by is None else tuple(group_by)
        asked = None if levels is None else tuple(levels)
        return list(self._forecasts(scope, team, model, groups, horizon_days, asked))

    def _forecast(
        self,
        scope: Scope,
        team: str | None,
        model: str | None,
        group_by: tuple[str, ...] | None,
        horizon_days: int | None,
        levels: tuple[float, ...] | None,
    ) -> tuple[Forecast, ...]:
        shape = shape_of(self._outlook, horizon_days, levels)
        panel = self.snapshot.panel
        rows = select_rows(panel, scope, team=team, model=model)
        if group_by is None:
            groups = [(series_of(team, model), rows)] if len(rows) else []
        else:
            groups = group_rows(panel, rows, group_by)
        return tuple(
            forecast_of(self._outlook, self._remarks, series, members, shape)
            for series, members in groups
        )

    def costs(
        self,
        scope: Scope,
        *,
        start: date | None = None,
        end: date | None = None,
        group_by: Sequence[str] = ("team",),
    ) -> list[CostRow]:
        """Sum the ledger exactly over `[start, end)`; None = from its first, to its last day."""
        return cost_rows(self.snapshot, scope, start=start, end=end, group_by=group_by)

    def anomalies(
        self, scope: Scope, *, since: date | None = None, level: Level = "series"
    ) -> list[Anomaly]:
        """Abnormal days as the detector's replay alerted them, each with its cause.

        `level` is that of single series, of their sums (teams, models, the total), or both.
        """
        found = alerts(self.snapshot, scope, since=since, level=level)
        return [self._with_cause(scope, anomaly) for anomaly in found]

    def _with_cause(self, scope: Scope, anomaly: Anomaly) -> Anomaly:
        keys = keys_of(self.snapshot, scope, anomaly.series)
        return with_cause(anomaly, keys, self._explainer)

    def explain(
        self,
        scope: Scope,
        *,
        day: date,
        team: str | None = None,
        model: str | None = None,
        expected: float | None = None,
    ) -> Explanation:
        """Why what is selected did not cost what was expected of a day.

        `expected` None = what the detector expected, or the mean of the ordinary days before.
        Raises InvalidRequest for a day of which the snapshot knows no use.
        """
        return explain_day(
            self.snapshot,
            self._explainer,
            scope,
            series_of(team, model),
            day,
            self.anomalies(scope),
            expected=expected,
        )

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
        """Why `[start, end)` did not cost what `[before_start, before_end)` did.

        None = as many days, just before `start`. Raises InvalidRequest for days of which the
        snapshot knows no use.
        """
        spans = spans_of(start, end, before_start, before_end)
        return explain_spans(self.snapshot, self._explainer, scope, series_of(team, model), spans)

    def surroundings(self, anomaly: Anomaly, *, before: int = 28, after: int = 7) -> Surroundings:
        """Actual and expected amounts on the days around an anomaly this engine handed out."""
        return surroundings(self.snapshot, anomaly, before=before, after=after)

    def score(self, scope: Scope, points: Sequence[Point]) -> list[Anomaly]:
        """Score what series cost on a day, in the order given."""
        return score_points(self.snapshot, scope, points)

    def project_budgets(self, scope: Scope, *, budget: str | None = None) -> list[BudgetProjection]:
        """Where each budget in force will end, in the order of the file; or the named one."""
        projections = self._projections(scope)
        if budget is None:
            return list(projections)
        found = [projection for projection in projections if projection.budget == budget]
        if not found:
            raise UnknownSeries("budget", budget, [p.budget for p in projections])
        return found

    def _project(self, scope: Scope) -> tuple[BudgetProjection, ...]:
        return tuple(project_budgets(self._outlook, self._remarks, scope))

    def finance(self, scope: Scope) -> list[FinanceRow]:
        """One row per team: the month so far, its end, its budget, the change on last month."""
        return finance_rows(self._outlook, self._remarks, scope, self._projections(scope))

    def finance_total(self, scope: Scope) -> FinanceRow:
        """The same for the sum of everything within the scope."""
        return finance_total(self._outlook, self._remarks, scope, self._projections(scope))

    def history(self, scope: Scope, *, team: str | None = None, days: int = 60) -> History:
        """Daily sums of the last days of the ledger, of one team or of the scope."""
        panel, known = self.snapshot.panel, self._outlook.known
        rows = select_rows(panel, scope, team=team, model=None)
        columns = slice(max(len(panel.periods) - days, 0), None)
        first: date = panel.periods[columns][0].astype(object)
        amount = known.arrived[rows, columns].sum(axis=0)
        observed = panel.observed[rows, columns]
        settled = (known.final[rows, columns] | ~observed).all(axis=0) & observed.any(axis=0)
        before = np.arange(len(amount)) < (self.snapshot.final_end - first).days
        return History(
            days=[first + timedelta(days=step) for step in range(len(amount))],
            amount=np.where(observed.any(axis=0), amount, np.nan),
            final=settled & before,
        )

    def freshness(self) -> list[SourceFreshness]:
        """How fresh each source is."""
        return list(self.snapshot.freshness)

    def left_out(self, scope: Scope) -> list[LeftOut]:
        """Money in no forecast and why; of the whole ledger, so only for those who see it all."""
        return list(self.snapshot.left_out) if scope.teams is None else []

    def teams(self, scope: Scope) -> list[str]:
        """Teams within the scope that have series, by name."""
        panel = self.snapshot.panel
        keys = (panel.keys[row] for row in visible_rows(panel, scope))
        return sorted({key["team"] for key in keys if "team" in key})
