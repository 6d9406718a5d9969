"""Forests of teams: what judges a series that is too young for one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.features.forest_rows import FOREST_FEATURES
from models.features.schedule import SILENT_DAYS, WARM_UP_DAYS
from models.forest_arrays import PackedForests
from training.forest_growth import Grow, forest_seed

__all__ = ["TeamForests"]

#: Days of each series that a team's forest sees: as many of all.
_POOLED_DAYS = 60
#: Rows that make a forest: those of one series over the second half of a warm-up.
_FEWEST_ROWS = WARM_UP_DAYS - SILENT_DAYS

#: Forests kept: series that start on the same day ask one after the other.
_KEPT = 512

_Rows = NDArray[np.float32]


class TeamForests:
    """Forests grown on the last days of a team's series before a day.

    Where those are too few it is grown on all teams' series, and where those are too few there is
    none.

    Parameters
    ----------
    starts
        [N] number of the day that each series starts on.
    rows
        [N] what forests see of its days from there on [n, 5], NaN where a day teaches nothing; None
        = never observed.
    teams
        [N] team of each series.
    grow
        Grows a forest.
    seed
        With the team and the day it fixes a forest.
    """

    def __init__(
        self,
        starts: Sequence[int],
        rows: Sequence[_Rows | None],
        teams: Sequence[str],
        grow: Grow,
        seed: int,
    ) -> None:
        self._starts, self._rows = starts, rows
        self._members: dict[str, list[int]] = {}
        for row, team in enumerate(teams):
            self._members.setdefault(team, []).append(row)
        self._grow, self._seed = grow, seed
        self.before = lru_cache(maxsize=_KEPT)(self._before)

    def _before(self, day: int, team: str) -> PackedForests | None:
        """Forest of the team on the days before `day`; None where nobody has enough of them."""
        rows = self._known(self._members[team], day)
        if len(rows) < _FEWEST_ROWS:
            team, rows = "", self._known(range(len(self._rows)), day)
        if len(rows) < _FEWEST_ROWS:
            return None
        return self._grow(rows, seed=forest_seed(self._seed, f"team {team}", day))

    def _known(self, members: Sequence[int], day: int) -> NDArray[np.float64]:
        parts = [np.empty((0, FOREST_FEATURES))]
        for member in members:
            rows = self._rows[member]
            if rows is not None:
                known = rows[SILENT_DAYS : max(day - self._starts[member], 0)][-_POOLED_DAYS:]
                parts.append(known[np.isfinite(known).all(axis=1)].astype(np.float64))
        return np.concatenate(parts)
