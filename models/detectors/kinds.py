"""The detectors of daily spend that can be chosen, and the parts each makes its score of.

All judge a day by the days before it, with the same expectation, the same pooled ranks, threshold
and incident rule: they differ in what they call strange. numpy only: serving imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from models.combined_score import PART_WEIGHTS, PARTS

__all__ = ["DETECTOR_KINDS", "PARTS_OF", "WEIGHTS_OF", "DetectorKind", "has_forest"]

#: "range_forest": forecasts' residuals, drift, level and a range-aware isolation forest (default).
#: "isolation_forest": scikit-learn's forest on the same rows, alone.
#: "robust_z": the distance from the last same weekdays in robust deviations.
#: "interval": how far a day exceeds exponential smoothing, in its usual errors.
DetectorKind = Literal["range_forest", "isolation_forest", "robust_z", "interval"]
DETECTOR_KINDS: tuple[DetectorKind, ...] = get_args(DetectorKind)

#: Parts of a score, in the order of arrays over parts.
PARTS_OF: Mapping[DetectorKind, tuple[str, ...]] = {
    "range_forest": PARTS,
    "isolation_forest": ("forest",),
    "robust_z": ("robust_z",),
    "interval": ("ets",),
}
#: Their weights in the mean.
WEIGHTS_OF: Mapping[DetectorKind, NDArray[np.float64]] = {
    kind: PART_WEIGHTS if kind == "range_forest" else np.ones(1) for kind in DETECTOR_KINDS
}


def has_forest(kind: DetectorKind) -> bool:
    """Whether the detector keeps a forest per series."""
    return "forest" in PARTS_OF[kind]
