"""What an anomaly does to requests and tokens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["EFFECTS", "Rates"]

#: By name [T]: requests a day, share of failed ones, tokens a request by class.
Rates = dict[str, NDArray[np.float64]]

_FAILED_IN_A_LOOP = 0.55
#: Thieves ask for long answers.
_LEAKED_OUTPUT = 1.6


def _spike(rates: Rates, window: slice, strength: float) -> None:
    rates["requests"][window] *= strength


def _retry_loop(rates: Rates, window: slice, strength: float) -> None:
    rates["requests"][window] *= strength
    rates["failed"][window] = _FAILED_IN_A_LOOP


def _prompt_growth(rates: Rates, window: slice, strength: float) -> None:
    """Prompts get longer by a share a day until somebody notices; nothing new is cached."""
    prompt = rates["uncached"] + rates["cache_read"] + rates["cache_write"]
    days = 1 + np.arange(window.stop - window.start)
    rates["uncached"][window] += prompt[window] * ((1 + strength) ** days - 1)


def _key_leak(rates: Rates, window: slice, strength: float) -> None:
    rates["requests"][window] *= strength
    rates["output"][window] *= _LEAKED_OUTPUT


#: By kind: change rates in place, within a window of days, by a strength.
EFFECTS: dict[str, Callable[[Rates, slice, float], None]] = {
    "spike": _spike,
    "retry_loop": _retry_loop,
    "prompt_growth": _prompt_growth,
    "key_leak": _key_leak,
}
