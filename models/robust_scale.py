"""What makes a standard deviation of the distances from a median.

Of a normal distribution it is 1.4826 times their median, 1 / Phi^-1(3/4), and 1.2533 times their
mean, sqrt(pi / 2).
"""

from __future__ import annotations

__all__ = ["MEAN_TO_SD", "MEDIAN_TO_SD"]

MEDIAN_TO_SD, MEAN_TO_SD = 1.4826, 1.2533
