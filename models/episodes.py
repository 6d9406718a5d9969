"""Alerts and the strange days after them as episodes: one per event of a series. numpy only.

The detector's expectation learns a new level within days, so the days after an alert soon look
ordinary to it. An episode holds them against what was expected when it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from models.alerting import COOL_DOWN_DAYS

__all__ = ["NEW_LEVEL_DAYS", "Ending", "Episode", "ScoredPanel", "episodes_of"]

Ending = Literal["back_to_normal", "new_level"]

#: Ordinary days in a row that end an episode: a weekend is two, and hides what weekdays show.
QUIET_DAYS = 3
#: Days in a row that the detector itself finds ordinary while they are still far from what was
#: expected before: two seasons, and the new level is the level.
NEW_LEVEL_DAYS = 14
#: Days after an episode in which an alert that leads back to the old level is its end: the
#: detector had begun to learn the strange level.
AFTERMATH_DAYS = 8
#: Same weekdays before an episode that tell how its weekdays differ.
_WEEKS = 4
_SEASON = 7


class ScoredPanel(Protocol):
    """What a detector says of N series over T days; `models.detector_version` says all of it."""

    @property
    def unique_ids(self) -> tuple[str, ...]:
        """[N] names of the series."""
        ...

    @property
    def days(self) -> NDArray[np.datetime64]:
        """[T] consecutive days."""
        ...

    @property
    def actual(self) -> NDArray[np.float64]:
        """[N, T] amounts; NaN = not observed."""
        ...

    @property
    def expected(self) -> NDArray[np.float64]:
        """[N, T] NaN = not scored."""
        ...

    @property
    def lower(self) -> NDArray[np.float64]:
        """[N, T] end of the ordinary interval."""
        ...

    @property
    def upper(self) -> NDArray[np.float64]:
        """[N, T] end of the ordinary interval."""
        ...

    @property
    def score(self) -> NDArray[np.float64]:
        """[N, T] higher = stranger."""
        ...

    @property
    def p_value(self) -> NDArray[np.float64]:
        """[N, T] share of scores at least as high."""
        ...

    @property
    def alert(self) -> NDArray[np.bool_]:
        """[N, T] whether the day starts an alert."""
        ...


@dataclass(frozen=True)
class Episode:
    """Strange days of one series in one direction, begun by an alert.

    Parameters
    ----------
    row
        Of the series.
    direction
        1 = above what was expected, -1 = below.
    days
        [D] numbers of the strange days, increasing; the first is that of the alert.
    actual, expected
        [D] amounts of these days; the expected as it was before the episode.
    score, p_value
        Of its strangest alert.
    ending
        How it ended; None = it goes on.
    """

    row: int
    direction: Literal[1, -1]
    days: NDArray[np.int64]
    actual: NDArray[np.float64]
    expected: NDArray[np.float64]
    score: float
    p_value: float
    ending: Ending | None

    @property
    def first(self) -> int:
        """Number of the first day."""
        return int(self.days[0])

    @property
    def last(self) -> int:
        """Number of the last strange day."""
        return int(self.days[-1])

    @property
    def impact(self) -> float:
        """Actual minus expected over all strange days."""
        return float((self.actual - self.expected).sum())


def episodes_of(panel: ScoredPanel) -> tuple[Episode, ...]:
    """Episodes of every series, by first day and row.

    An alert within an episode of its direction, or up to 7 days after its last strange day, belongs
    to it; an alert that leads back to the level before is its end and no episode of its own.
    """
    found = [
        episode
        for row in np.flatnonzero(panel.alert.any(axis=1))
        for episode in _of_series(panel, int(row))
    ]
    return tuple(sorted(found, key=lambda episode: (episode.first, episode.row)))


@dataclass(frozen=True)
class _Level:
    """What was expected before an episode: [T] amounts, and how far ordinary days are from it."""

    expected: NDArray[np.float64]
    reach: float


def _of_series(panel: ScoredPanel, row: int) -> list[Episode]:
    """Episodes of one series in their order."""
    alerts = np.flatnonzero(panel.alert[row])
    sides = np.where(panel.actual[row, alerts] >= panel.expected[row, alerts], 1, -1)
    known = panel.actual[row].copy()  # the days that may teach a level
    found: list[tuple[Episode, _Level]] = []
    for day, side in zip(alerts.tolist(), sides.tolist(), strict=True):
        if any(_belongs(panel, row, day, side, *before) for before in found):
            continue
        level = _level_before(panel, row, known, day)
        episode = _grow(panel, row, side, level, alerts[(sides == side) & (alerts >= day)])
        found.append((episode, level))
        if episode.ending != "new_level":
            known[episode.days] = np.nan
    return [episode for episode, _ in found]


def _belongs(
    panel: ScoredPanel, row: int, day: int, side: int, episode: Episode, level: _Level
) -> bool:
    """Whether an alert is part of an earlier episode, or the way back from it."""
    if side == episode.direction:
        return day <= episode.last
    distance = abs(panel.actual[row, day] - level.expected[day])
    return day <= episode.last + AFTERMATH_DAYS and bool(distance <= level.reach)


def _level_before(panel: ScoredPanel, row: int, known: NDArray[np.float64], day: int) -> _Level:
    """Expected of a day, carried on by how the weekdays before differed from its weekday."""
    weekday = np.zeros(_SEASON)
    for ahead in range(_SEASON):
        same = known[day - _SEASON * np.arange(1, _WEEKS + 1) + ahead] if day >= 28 else known[:0]
        same = same[np.isfinite(same)]
        weekday[ahead] = np.median(same) if same.size else np.nan
    differs = np.nan_to_num(weekday - weekday[0])
    begun = float(panel.expected[row, day])
    place = (np.arange(len(panel.days)) - day) % _SEASON
    level = begun + differs[place]
    if np.nanmin(panel.actual[row, : day + 1]) >= 0:
        level = np.maximum(level, 0.0)
    return _Level(level, float(panel.upper[row, day] - begun))


def _grow(
    panel: ScoredPanel, row: int, side: int, level: _Level, alerts: NDArray[np.int64]
) -> Episode:
    """Follow the days from the first of these alerts until they are ordinary again."""
    actual = panel.actual[row]
    beyond = side * (actual - level.expected)
    accepted = (panel.lower[row] <= actual) & (actual <= panel.upper[row])
    first = int(alerts[0])
    days, quiet, calm = [first], 0, 0
    ending: Ending | None = None
    for day in range(first + 1, len(actual)):
        if not np.isfinite(actual[day]):
            continue
        if beyond[day] > level.reach:
            days.append(day)
            quiet, calm = 0, (calm + 1 if accepted[day] else 0)
            if calm >= NEW_LEVEL_DAYS:
                ending = "new_level"
                break
            continue
        quiet += 1
        soon = alerts[(alerts > day) & (alerts <= days[-1] + COOL_DOWN_DAYS)]
        if quiet >= QUIET_DAYS and not soon.size:
            ending = "back_to_normal"
            break
    taken = np.asarray(days, np.int64)
    within = alerts[alerts <= taken[-1]]
    strangest = within[np.argmax(panel.score[row, within])]
    return Episode(
        row=row,
        direction=1 if side > 0 else -1,
        days=taken,
        actual=actual[taken],
        expected=level.expected[taken],
        score=float(panel.score[row, strangest]),
        p_value=float(panel.p_value[row, strangest]),
        ending=ending,
    )
