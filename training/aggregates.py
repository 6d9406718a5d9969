"""Teams, models and the total as series of their own for the detector.

What is ordinary in every part may be strange in the sum, and what moves from one part to another is
no event of the sum: both levels are scored, each on its own pooled ranks and budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ledger.panel import Panel
from models.alert_rule import AlertRule
from models.detector_version import DetectorVersion
from models.detectors.kinds import DetectorKind
from models.usage import Usage
from training.detect import fit_detector
from training.engines import Progress
from training.totals import summed_panel

__all__ = ["TOTAL", "aggregate_panel", "fit_levels"]

#: `unique_id` of the sum of everything.
TOTAL = "total"


def fit_levels(
    panel: Panel,
    *,
    rule: AlertRule | None = None,
    detector: DetectorKind = "range_forest",
    seed: int = 0,
    usage: Usage | None = None,
    progress: Progress | None = None,
) -> DetectorVersion:
    """Fit the detector on the series of a panel and, beside them, on their sums.

    Arguments are those of `training.detect.fit_detector`; progress counts the series. Sums are
    judged by their cost alone: in the ratios of a sum every shift between its parts shows.
    """
    version = fit_detector(
        panel, rule=rule, detector=detector, seed=seed, usage=usage, progress=progress
    )
    sums = aggregate_panel(panel)
    if not sums.keys:
        return version
    of_sums = fit_detector(sums, rule=rule, detector=detector, seed=seed)
    names = tuple(key["group"] for key in sums.keys)
    return replace(version, aggregates=replace(of_sums, unique_ids=names))


def aggregate_panel(panel: Panel) -> Panel:
    """Panel of the sums per value of each dimension, and of everything.

    Its keys have the one dimension `group`, whose value is the sum's `unique_id` (`team=ads`,
    `model=gpt-5`, `total`): groupings are crossed, and a panel's keys have the same dimensions. Of
    a panel of one dimension there is only the total, and of one series no sum at all. A sum is
    missing on a day on which a series that has begun is.
    """
    dimensions = panel.keys[0].dimensions
    names = [[TOTAL] * len(panel.keys)]
    if len(dimensions) > 1:
        names += [[key.keep((name,)).unique_id for key in panel.keys] for name in dimensions]
    parts = [_of_several(summed_panel(panel, group), group) for group in names]
    return replace(
        panel,
        keys=tuple(key for part in parts for key in part.keys),
        value=np.concatenate([part.value for part in parts]),
        observed=np.concatenate([part.observed for part in parts]),
        completeness=np.concatenate([part.completeness for part in parts]),
    )


def _of_several(sums: Panel, group: Sequence[str]) -> Panel:
    """The sums of more than one series: that of one is the series again."""
    members = Counter(group)
    several = [row for row, key in enumerate(sums.keys) if members[key["group"]] > 1]
    return sums.take(np.array(several, dtype=np.intp))
