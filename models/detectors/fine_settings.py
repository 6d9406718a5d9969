"""What the detector of fine-grained series goes by: durations, as rows of its sampling step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

__all__ = ["FineSettings"]

_DAY_S = 86_400
_HOUR_S = 3_600
#: Durations are stated in rows of 5 minutes, the step that most published series have.
_ROWS_OF_5_MIN = 288
#: Steps up to a quarter of an hour warm up in two days and cool down in 9 hours; a coarser step has
#: fewer rows to learn from: five days, 12 hours.
_COARSER_THAN_S = 900
_WARM_UP_DAYS = (2.0, 5.0)
_COOL_DOWN_HOURS = (9.0, 12.0)


@dataclass(frozen=True)
class FineSettings:
    """Settings of one sampling step.

    Parameters
    ----------
    step_s
        Seconds between two rows.
    warm_up
        Rows before the first score.
    cool_down
        Rows after an alert without another one.
    trees, rows_per_tree, margins
        Size of the isolation forest and its range of margins (`models.forest`).
    forest_weight
        Weight of the forest's score (0.35 to 0.8) beside the mean surprise (0 to 8).
    seed
        Of the forests.
    """

    step_s: float
    warm_up: int
    cool_down: int
    trees: int = 100
    rows_per_tree: int = 64
    margins: tuple[float, float] = (0.05, 1.0)
    forest_weight: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.step_s <= 0 or self.warm_up < 1 or self.cool_down < 0:
            raise ValueError(
                f"got step_s={self.step_s}, warm_up={self.warm_up}, cool_down={self.cool_down}, "
                "wanted a positive step, at least one row of warm-up and no negative cool-down"
            )

    @classmethod
    def of_step(
        cls,
        step: np.timedelta64,
        *,
        warm_up_days: float | None = None,
        cool_down_hours: float | None = None,
        seed: int = 0,
    ) -> Self:
        """Settings of the product for a sampling step, warm-up and cool-down in time.

        >>> FineSettings.of_step(np.timedelta64(5, "m")).warm_up
        576
        >>> FineSettings.of_step(np.timedelta64(1, "h")).cool_down
        12
        """
        step_s = float(step / np.timedelta64(1, "s"))
        coarse = step_s > _COARSER_THAN_S
        days = _WARM_UP_DAYS[coarse] if warm_up_days is None else warm_up_days
        hours = _COOL_DOWN_HOURS[coarse] if cool_down_hours is None else cool_down_hours
        return cls(
            step_s=step_s,
            warm_up=max(1, round(days * _DAY_S / step_s)),
            cool_down=round(hours * _HOUR_S / step_s),
            seed=seed,
        )

    @property
    def day(self) -> int:
        """Rows of a day, at least 4."""
        return max(4, round(_DAY_S / self.step_s))

    def window(self, rows_of_5_min: int) -> int:
        """Rows of a duration that is stated in rows of 5 minutes, at least 2."""
        return max(2, round(rows_of_5_min * self.day / _ROWS_OF_5_MIN))
