"""What every night of a replay finds: the detector's panel as it was then, through the product."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from insights.incident_findings import incident_findings
from journal.findings import Finding
from models.episodes import ScoredPanel

__all__ = ["Night", "nights_of"]


@dataclass(frozen=True)
class Night:
    """The last day that a night knows, the first day that it looks at, and what it finds."""

    day: date
    since: date
    findings: Sequence[Finding]


@dataclass(frozen=True)
class _Until:
    """The first T' days of a scored panel: what a night knew."""

    panel: ScoredPanel
    count: int

    @property
    def unique_ids(self) -> tuple[str, ...]:
        return self.panel.unique_ids

    @property
    def days(self) -> NDArray[np.datetime64]:
        return self.panel.days[: self.count]

    @property
    def actual(self) -> NDArray[np.float64]:
        return self.panel.actual[:, : self.count]

    @property
    def expected(self) -> NDArray[np.float64]:
        return self.panel.expected[:, : self.count]

    @property
    def lower(self) -> NDArray[np.float64]:
        return self.panel.lower[:, : self.count]

    @property
    def upper(self) -> NDArray[np.float64]:
        return self.panel.upper[:, : self.count]

    @property
    def score(self) -> NDArray[np.float64]:
        return self.panel.score[:, : self.count]

    @property
    def p_value(self) -> NDArray[np.float64]:
        return self.panel.p_value[:, : self.count]

    @property
    def alert(self) -> NDArray[np.bool_]:
        return self.panel.alert[:, : self.count]


def nights_of(panel: ScoredPanel, *, reach_days: int) -> Iterator[Night]:
    """Every night that has something new to say; the same night again would change nothing.

    First spend is left out: no label quiets it.

    Parameters
    ----------
    reach_days
        How young the incidents are that a night looks at, as `Settings.incident_days`.
    """
    goes_on, before = False, list[Finding]()
    for column in range(len(panel.days)):
        if not goes_on and not panel.alert[:, column].any():
            continue
        day: date = panel.days[column].astype(date)
        since = day - timedelta(days=reach_days)
        known = _Until(panel, column + 1)
        findings = incident_findings(known, since=since, first_seen_floor=math.inf)
        goes_on = any(finding.days and finding.ending is None for finding in findings)
        if findings != before:
            yield Night(day, since, findings)
        before = findings
