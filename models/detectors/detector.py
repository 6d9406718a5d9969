"""What every detector of one series is: rows in, how strange each is out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Detector"]


class Detector(Protocol):
    """Scores rows in their order, each from itself and the rows before it.

    The higher, the stranger. NaN while there is too little history to tell.
    """

    def score(
        self, times: NDArray[np.datetime64], values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Scores [n] of these rows, which follow all rows of earlier calls.

        Parameters
        ----------
        times
            [n] in the order of time.
        values
            [n] finite: a row that was not observed is left out.
        """
        ...
