"""The gate: a challenger becomes champion only when it is not worse.

The forecaster is judged by rolling-origin MASE and WAPE on the same origins as the champion, or as
the seasonal naive forecast where there is no champion. The detector is judged by its replay: it
keeps to the alert budget and it scored something.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BUDGET_TOLERANCE", "TOLERANCE", "Decision", "judge_detector", "judge_forecaster"]

#: A challenger may be this much worse than the champion: one night's noise is no reason to keep
#: an older version, whose horizon shrinks by a day a day.
TOLERANCE = 1.01
#: A replay may alert this much more often than asked: alerts come in whole numbers.
BUDGET_TOLERANCE = 1.25

_JUDGED = ("mase", "wape")


@dataclass(frozen=True)
class Decision:
    """Whether the challenger becomes the champion, and the numbers that say so."""

    promoted: bool
    reason: str

    def __str__(self) -> str:
        return f"{'promoted' if self.promoted else 'not promoted'}: {self.reason}"


def judge_forecaster(
    challenger: Mapping[str, float],
    champion: Mapping[str, float] | None,
    naive: Mapping[str, float],
) -> Decision:
    """Promote if MASE and WAPE are each at most 1.01 times the champion's.

    Without a champion both have to be at most the seasonal naive's. All three mappings hold
    "mase" and "wape" of the same origins; NaN = not measured. A history too short for any origin
    leaves nothing to compare: then a first version is promoted (its series say that their history
    is insufficient), and a champion stays.
    """
    if champion is None and not _measured(challenger) and not _measured(naive):
        return Decision(True, "first version; the history is too short for a backtest")
    rival, bound = (naive, 1.0) if champion is None else (champion, TOLERANCE)
    name = "seasonal naive" if champion is None else "the champion"
    worse = [k for k in _JUDGED if not challenger[k] <= bound * rival[k]]  # NaN is worse
    facts = ", ".join(f"{k.upper()} {challenger[k]:.3f} against {rival[k]:.3f}" for k in _JUDGED)
    limit = "" if champion is None else f" (limit {TOLERANCE:g} x)"
    verdict = "not worse than" if not worse else f"{' and '.join(map(str.upper, worse))} worse than"
    return Decision(not worse, f"{verdict} {name}{limit}: {facts}")


def judge_detector(metrics: Mapping[str, float], *, has_champion: bool) -> Decision:
    """Promote if the replay scored something and alerted at most 1.25 times the alert budget.

    `metrics` are those of `training.detect`: alerts, alert_budget (per series and quarter),
    series_quarters, scored_days. One alert is always allowed: a budget below one alert cannot be
    met more exactly. A history so short that nothing was scored leaves nothing to compare: then a
    first version is promoted (it stays silent, and says why), and a champion stays.
    """
    if not metrics["scored_days"] > 0:
        return Decision(not has_champion, "the history is too short: no day was scored")
    allowed = max(1.0, BUDGET_TOLERANCE * metrics["alert_budget"] * metrics["series_quarters"])
    facts = (
        f"{metrics['alerts']:.0f} alerts over {metrics['scored_days']:.0f} scored days, "
        f"at most {allowed:.0f} allowed"
    )
    return Decision(metrics["alerts"] <= allowed, facts)


def _measured(metrics: Mapping[str, float]) -> bool:
    return all(math.isfinite(metrics[name]) for name in _JUDGED)
