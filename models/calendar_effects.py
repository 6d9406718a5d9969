"""What days of a kind do to spend, beyond the weekday: learned from past points, kept if it wins.

A correction is a factor per series on the days of one kind (month ends, holidays): what came on
such days over what was said, against the same ratio of the other days. At an origin it is learned
from days before it alone, so that what a contest measures there is honest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.contest import contest
from models.points import Points

__all__ = ["day_factors", "with_day_effect", "with_factors"]

_Array = NDArray[np.float64]
_Flags = NDArray[np.bool_]

#: Days' worth of trust in no effect against what the series shows.
_PRIOR_DAYS = 4.0
#: No kind of day is believed to do more than this.
_CLIP = (0.2, 5.0)
#: A correction must save this much of the loss, in logarithms: with 0, 0.01 and 0.02 the errors of
#: money rose on real and generated spend, with 0.05 they did not.
MARGIN = 0.05


def day_factors(
    past: _Array, actual: _Array, flags: _Flags, origins: Sequence[int]
) -> tuple[_Array, _Array]:
    """[N, K] factor known at each origin, and [N] known now.

    f = (A_f + p) / (F_f + p) over (A_u + p) / (F_u + p): sums of truth and forecast over flagged
    and unflagged days, p four days of the mean forecast. 1 where there was no such day.

    Parameters
    ----------
    past, actual
        [N, K, H] points at past origins and the truth (NaN = none).
    flags
        [T + H] which days are of the kind.
    origins
        [K] column of each origin's first step.
    """
    columns = np.array(origins)[:, None] + np.arange(past.shape[2])  # [K, H]
    known = np.isfinite(past) & np.isfinite(actual)
    said, came = np.where(known, past, 0.0), np.where(known, actual, 0.0)
    flagged = flags[columns]
    at = [_factor(said, came, known, flagged, columns < origin) for origin in origins]
    now = _factor(said, came, known, flagged, np.ones_like(flagged))
    return np.stack(at, axis=1) if at else np.ones((len(past), 0)), now


def with_day_effect(
    points: Points,
    actual: _Array,
    burstiness: _Array,
    flags: _Flags,
    origins: Sequence[int],
    name: str,
) -> Points:
    """Points corrected on flagged days where that wins its backtest; `flags` as `day_factors`."""
    if not origins:
        return points
    past, now = day_factors(points.left_out, actual, flags, origins)
    steps = np.arange(points.mean.shape[1])
    at = flags[np.array(origins)[:, None] + steps]
    ahead = flags[len(flags) - len(steps) :]
    return with_factors(
        points,
        actual,
        burstiness,
        np.where(at, past[:, :, None], 1.0),
        np.where(ahead, now[:, None], 1.0),
        name,
    )


def with_factors(
    points: Points, actual: _Array, burstiness: _Array, past: _Array, now: _Array, name: str
) -> Points:
    """Points times factors [N, K, H] and [N, H] where the contest says that it is better."""
    tried = points.left_out * past
    won = contest(points.left_out, tried, actual, burstiness, margin=MARGIN, alone=True)
    factor = np.where(won.now[:, None], now, 1.0)
    return Points(
        left_out=np.where(won.left_out[:, :, None], tried, points.left_out),
        mean=points.mean * factor,
        size=points.size * factor,
        notes=tuple(
            "; ".join(part for part in (note, name if better else "") if part)
            for note, better in zip(points.notes, won.now, strict=True)
        ),
    )


def _factor(said: _Array, came: _Array, known: _Flags, flagged: _Flags, seen: _Flags) -> _Array:
    """[N] from cells [N, K, H] of which [K, H] are flagged and seen."""
    used = known & seen
    count = used.sum(axis=(1, 2))
    prior = _PRIOR_DAYS * np.where(used, said, 0.0).sum(axis=(1, 2)) / np.maximum(count, 1)
    ratios = []
    for kind in (flagged, ~flagged):
        cells = used & kind
        top = np.where(cells, came, 0.0).sum(axis=(1, 2)) + prior
        whole = np.where(cells, said, 0.0).sum(axis=(1, 2)) + prior
        ratios.append(np.where(whole > 0, top / np.where(whole > 0, whole, 1.0), 1.0))
    sane = (ratios[0] > 0) & (ratios[1] > 0)
    ratio = np.where(sane, ratios[0] / np.where(sane, ratios[1], 1.0), 1.0)
    factor: _Array = np.clip(ratio, *_CLIP)
    return factor
