"""Which days of a detector's replay their usage shows to be strange."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from models.detector_version import DetectorVersion
from models.support import SUPPORTED

__all__ = ["Supported", "supported_days"]

#: Whether usage supports that a day of a series was strange (`models.support`).
Supported = Callable[[str, date], bool]


def supported_days(version: DetectorVersion) -> Supported | None:
    """Whether usage supports a day of a series, False out of the replay; None = none was known."""
    if version.support is None:
        return None
    shown = version.support == SUPPORTED
    row_of = {name: row for row, name in enumerate(version.unique_ids)}

    def supported(unique_id: str, day: date) -> bool:
        row = row_of.get(unique_id)
        column = int((np.datetime64(day, "D") - version.days[0]).astype(np.int64))
        return row is not None and 0 <= column < shown.shape[1] and bool(shown[row, column])

    return supported
