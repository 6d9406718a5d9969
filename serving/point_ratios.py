"""Ratios of a live point beside those of its series' last days: price, and size of a request."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from journal.outcomes import RatioReading
from ledger.series import SeriesKey
from serving.points import Point
from serving.snapshot import Snapshot

__all__ = ["PointRatios"]

#: Days that a point's ratios are held against: a quarter.
_DAYS = 90
#: Days with a ratio that make an ordinary range.
_FEWEST_DAYS = 7
_QUANTITIES = ("requests", "total_tokens")

_Array = NDArray[np.float64]


class PointRatios:
    """Reads the ratios of points against the final days of the snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        cells = snapshot.cells
        first = snapshot.final_end - timedelta(days=_DAYS)
        recent = pc.and_(
            pc.greater_equal(cells["day"], pa.scalar(first)),
            pc.less(cells["day"], pa.scalar(snapshot.final_end)),
        )
        usage = pc.equal(cells["charge_category"], pa.scalar("usage"))
        self._cells = cells.filter(pc.and_(recent, usage))
        self._days = lru_cache(maxsize=None)(self._read)  # as many as one request has series

    def knows(self, key: SeriesKey) -> bool:
        """Whether any ratio of the series has an ordinary range."""
        return any(len(days) >= _FEWEST_DAYS for days in self._days(key).values())

    def of(self, key: SeriesKey, point: Point) -> list[RatioReading] | None:
        """Each ratio that the point states: its median, least and greatest day, and its own.

        None where the point states no quantity; a ratio without seven days to compare with is left
        out.
        """
        if point.requests is None and point.total_tokens is None:
            return None
        own = _ratios(*(_one(x) for x in (point.actual, point.requests, point.total_tokens)))
        readings = []
        for name, known in self._days(key).items():
            if len(own[name]) and len(known) >= _FEWEST_DAYS:
                readings.append(
                    RatioReading(
                        name=name,
                        before=float(np.median(known)),
                        after=float(own[name][0]),
                        low=float(known.min()),
                        high=float(known.max()),
                    )
                )
        return readings

    def _read(self, key: SeriesKey) -> dict[str, _Array]:
        """Known days of every ratio of the series."""
        own = pc.and_(
            *(pc.equal(self._cells[name], pa.scalar(key[name])) for name in ("team", "model"))
        )
        sums = ["effective_cost", *_QUANTITIES]
        days = self._cells.filter(own).group_by("day").aggregate([(name, "sum") for name in sums])
        return _ratios(*(_floats(days[f"{name}_sum"]) for name in sums))


def _ratios(cost: _Array, requests: _Array, tokens: _Array) -> dict[str, _Array]:
    """Ratios by name, of the days on which both of their amounts are known."""
    million = 1e6
    return {
        "cost_per_million_tokens": _over(million * cost, tokens),
        "cost_per_request": _over(cost, requests),
        "tokens_per_request": _over(tokens, requests),
    }


def _over(above: _Array, below: _Array) -> _Array:
    known = np.isfinite(above) & (np.nan_to_num(below) > 0)
    return above[known] / below[known]


def _one(value: float | None) -> _Array:
    return np.array([np.nan if value is None else value], dtype=np.float64)


def _floats(column: Any) -> _Array:  # noqa: ANN401 (pyarrow's stubs know no chunked arrays of sums)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
