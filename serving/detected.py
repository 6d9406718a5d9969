"""Which scored series an asker may see, of either level: single series, or their sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ledger.scope import Scope
from ledger.series import SeriesKey
from models.detector_version import DetectorVersion
from models.false_discovery import q_values
from models.features.schedule import WARM_UP_DAYS
from serving.forecasts import TOTAL
from serving.problems import InvalidRequest
from serving.snapshot import Snapshot

__all__ = ["LEVELS", "Detected", "Level", "level_of", "levels_of"]

#: "series": team and model. "sums": teams, models and the total, scored as series of their own.
Level = Literal["series", "sums", "all"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True)
class Detected:
    """One level of a snapshot's detector within a scope.

    Parameters
    ----------
    version
        The detector of this level.
    shown
        Row of the version to what the series is: dimension -> value, empty for the total.
    """

    version: DetectorVersion
    shown: Mapping[int, Mapping[str, str]]

    def q_value(self, row: int, column: int) -> float | None:
        """False discovery rate of a cell among the tests of its night that the asker sees."""
        rows = list(self.shown)
        night = q_values(np.asarray(self.version.p_value[rows, column]))
        value = float(night[rows.index(row)])
        return None if np.isnan(value) else value

    def is_young(self, row: int, column: int) -> bool:
        """Whether the series was younger than four weeks, so that its team's forest judged."""
        start = len(self.version.days) - int(self.version.history_days[row])
        return column - start < WARM_UP_DAYS

    def alerts(self) -> NDArray[np.intp]:
        """[A, 2] rows and columns of the cells that alert."""
        return np.array(
            [cell for cell in np.argwhere(self.version.alert) if int(cell[0]) in self.shown],
            dtype=np.intp,
        ).reshape(-1, 2)


def level_of(name: str) -> Level:
    """The level of this name; raises InvalidRequest for another."""
    for level in LEVELS:
        if level == name:
            return level
    raise InvalidRequest(f"one of {', '.join(LEVELS)}", field="level", got=name)


def levels_of(snapshot: Snapshot, scope: Scope, level: Level) -> list[Detected]:
    """What is scored at a level, within the scope.

    Of sums an asker of some teams sees those of these teams: a model's or the total would tell of
    others.
    """
    found = []
    if level in ("series", "all"):
        keys = {key.unique_id: key for key in snapshot.panel.keys if scope.allows(key)}
        found.append(_detected(snapshot.detector, keys))
    sums = snapshot.detector.aggregates
    if level in ("sums", "all") and sums is not None:
        named = {name: _series_of(name) for name in sums.unique_ids}
        visible = {name: series for name, series in named.items() if _is_visible(series, scope)}
        found.append(_detected(sums, visible))
    return found


def _detected(version: DetectorVersion, shown: Mapping[str, Mapping[str, str]]) -> Detected:
    names = version.unique_ids
    return Detected(version, {row: shown[name] for row, name in enumerate(names) if name in shown})


def _series_of(name: str) -> dict[str, str]:
    return {} if name == TOTAL else dict(SeriesKey.parse(name))


def _is_visible(series: Mapping[str, str], scope: Scope) -> bool:
    return scope.teams is None or ("team" in series and scope.allows_team(series["team"]))
