"""What the finance page and the report have to say, gathered from one engine within a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from journal.outcomes import Anomaly, BudgetProjection, FinanceRow, Flag
from ledger.freshness import SourceFreshness
from ledger.scope import Scope
from serving.engine import Engine
from serving.flags import STALE_DAYS
from serving.snapshot import LeftOut, Snapshot

__all__ = ["RECENT_DAYS", "Story", "distinct_flags", "tell"]

#: Abnormal days of this many last days are in the headlines.
RECENT_DAYS = 30
#: From this probability on a budget is at risk: it rather breaks than holds.
AT_RISK = 0.5


@dataclass(frozen=True)
class Story:
    """Values of a page. `anomalies` are those of the last `RECENT_DAYS`, the dearest first."""

    snapshot: Snapshot
    rows: list[FinanceRow]
    total: FinanceRow
    budgets: list[BudgetProjection]
    anomalies: list[Anomaly]
    freshness: list[SourceFreshness]
    left_out: list[LeftOut]
    stale_days: int = STALE_DAYS

    @property
    def at_risk(self) -> list[BudgetProjection]:
        """Budgets that rather break than hold, likeliest first."""
        return [budget for budget in self.budgets if budget.p_breach >= AT_RISK]

    @property
    def flags(self) -> list[Flag]:
        """Every remark on the numbers of the page once."""
        return distinct_flags([self.total, *self.rows])

    @property
    def impact(self) -> float:
        """What the recent abnormal days cost above the expected."""
        return sum(max(anomaly.impact or 0.0, 0.0) for anomaly in self.anomalies)


def tell(engine: Engine, scope: Scope, *, since: date | None = None) -> Story:
    """Gather the values; anomalies from `since` on, by default the last `RECENT_DAYS`."""
    first = engine.snapshot.today - timedelta(days=RECENT_DAYS) if since is None else since
    found = engine.anomalies(scope, since=first)
    return Story(
        snapshot=engine.snapshot,
        rows=engine.finance(scope),
        total=engine.finance_total(scope),
        budgets=sorted(engine.project_budgets(scope), key=lambda b: (-b.p_breach, b.budget)),
        anomalies=sorted(found, key=lambda a: -abs(a.impact or 0.0)),
        freshness=engine.freshness(),
        left_out=engine.left_out(scope),
    )


def distinct_flags(rows: Sequence[FinanceRow]) -> list[Flag]:
    """Flags of the rows without repetitions, in their order."""
    return list(dict.fromkeys(flag for row in rows for flag in row.flags))
