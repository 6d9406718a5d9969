"""A replay judged: the score of each day, its rank among the days that are known, its support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.combined_score import combined_score
from models.detectors.kinds import WEIGHTS_OF, DetectorKind
from models.significance import Pool, p_values, pool
from models.usage_evidence import UsageEvidence, with_usage
from training.replay import Replay

__all__ = ["Judged", "judge", "pools_of"]

_EVERY_DAY = slice(None)


@dataclass(frozen=True)
class Judged:
    """Scores of N series on T days.

    Parameters
    ----------
    score, p_value
        [N, T] and its rank among the known days; NaN = not scored.
    support
        [N, T] of `models.support`; None = no usage is known.
    pools
        Calibration of each part and last of the score.
    usage_pool
        Calibration of the usage; None = no usage is known.
    """

    score: NDArray[np.float64]
    p_value: NDArray[np.float64]
    support: NDArray[np.int8] | None
    pools: tuple[Pool, ...]
    usage_pool: Pool | None


def judge(
    replayed: Replay,
    detector: DetectorKind,
    evidence: UsageEvidence | None = None,
    known: slice = _EVERY_DAY,
) -> Judged:
    """Score every day of a replay.

    Parameters
    ----------
    evidence
        What usage says of the same days; None = the cost alone is scored.
    known
        Days whose values are ranked against; by default all.
    """
    young = replayed.young[:, known]
    part_pools = pools_of(replayed.parts[:, known], young)
    score = combined_score(part_pools, replayed.parts, WEIGHTS_OF[detector])
    usage_pool = support = None
    if evidence is not None:
        judged = np.isfinite(score)
        usage_pool = pool(np.where(judged, evidence.distance, np.nan)[:, known])
        score = with_usage(score, usage_pool, evidence.distance)
        support = evidence.support(usage_pool)
    (score_pool,) = pools_of(score[:, known, None], young)
    return Judged(
        score=score,
        p_value=p_values(score_pool, score),
        support=support,
        pools=(*part_pools, score_pool),
        usage_pool=usage_pool,
    )


def pools_of(parts: NDArray[np.float64], young: NDArray[np.bool_]) -> tuple[Pool, ...]:
    """Calibration of each part [N, T, P]: of the days of grown series, where there are any."""
    grown = np.where(young[:, :, None], np.nan, parts)
    known = grown if np.isfinite(grown).any() else parts
    return tuple(pool(known[:, :, part]) for part in range(parts.shape[2]))
