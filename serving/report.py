"""The report: one HTML file without a network, to be mailed, printed or kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from insights.driver_parts import PART_WORDS
from journal.incident_values import Incident
from journal.outcomes import Anomaly, Forecast
from ledger.scope import Scope
from serving.charts import anomaly_chart, fan_chart
from serving.engine import Engine
from serving.incident_board import incident_board
from serving.rendering import render
from serving.story import tell
from serving.wording import day, money

__all__ = ["render_report"]

#: Days of the past in a fan: two months show weeks and a month end.
_PAST_DAYS = 60
#: Abnormal days of a quarter are listed.
_ANOMALY_DAYS = 120
#: This many, the dearest, are also drawn.
_DRAWN = 12
#: Drivers of less than this share of the impact are not told in the report.
_TOLD_SHARE = 0.05


@dataclass(frozen=True)
class _Fan:
    """One forecast and its chart."""

    name: str
    forecast: Forecast
    chart: Markup


@dataclass(frozen=True)
class _Drawn:
    """One anomaly, its chart, and the drivers that are worth telling."""

    anomaly: Anomaly
    chart: Markup
    drivers: list[_Driver]


@dataclass(frozen=True)
class _Driver:
    """A driver in words."""

    word: str
    amount: Decimal


def render_report(
    engine: Engine,
    scope: Scope,
    *,
    evaluation: Mapping[str, Any] | None,
    incidents: Sequence[Incident] | None = None,
) -> str:
    """HTML of the report within a scope.

    Parameters
    ----------
    evaluation
        Measured quality; None = the snapshot's own. `worlds` is a list of mappings, one for each
        world whose truth is known: `world` (its name) and, as shares, `precision`,
        `precision_with_planned`, `precision_by_dollars`, `recall`, `dollars_found`, and the number
        of `alerts`; what is absent or None was not measured.
    incidents
        All that the journal holds, open ones with their days (`serving.incidents`); None where the
        journal could not be read, and the report says so. Those outside the scope are left out.
    """
    snapshot = engine.snapshot
    since = snapshot.today - timedelta(days=_ANOMALY_DAYS)
    story = tell(engine, scope, since=since)
    measured = snapshot.evaluation if evaluation is None else evaluation
    return render(
        "report.html.j2",
        story=story,
        fans=_fans(engine, scope),
        board=None if incidents is None else incident_board(engine, scope, incidents),
        drawn=[_draw(engine, anomaly) for anomaly in story.anomalies[:_DRAWN]],
        since=since,
        accuracy=_accuracy(snapshot.forecaster.metrics),
        worlds=list((measured or {}).get("worlds", [])),
    )


def _fans(engine: Engine, scope: Scope) -> list[_Fan]:
    """Everything within the scope, then each team."""
    whole = [("All teams", forecast) for forecast in engine.forecast(scope)]
    teams = [(f.series["team"], f) for f in engine.forecast(scope, group_by=("team",))]
    fans = []
    for name, forecast in whole + teams:
        history = engine.history(scope, team=forecast.series.get("team"), days=_PAST_DAYS)
        label = f"{name}: actual spend per day and its forecast with the band from P10 to P90"
        fans.append(
            _Fan(name, forecast, fan_chart(history, forecast, label, wide=not forecast.series))
        )
    return fans


def _draw(engine: Engine, anomaly: Anomaly) -> _Drawn:
    currency = anomaly.currency or ""
    around = engine.surroundings(anomaly)
    label = (
        f"{' / '.join(anomaly.series.values())} around {day(anomaly.period_start)}: "
        f"{money(anomaly.actual, currency)} against {money(anomaly.expected, currency)} expected"
    )
    chart = anomaly_chart(around, anomaly.period_start, currency, label)
    return _Drawn(anomaly, chart, _told_drivers(anomaly))


def _told_drivers(anomaly: Anomaly) -> list[_Driver]:
    """Drivers of a size that a reader cares about, the largest first."""
    found = sorted(anomaly.drivers or (), key=lambda driver: -abs(driver.amount))
    least = _TOLD_SHARE * abs(anomaly.impact or 0.0)
    return [_Driver(PART_WORDS[one.part], one.amount) for one in found if abs(one.amount) >= least]


def _accuracy(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Metrics of the backtest, None = not measured."""
    return {name: value if math.isfinite(value) else None for name, value in metrics.items()}
