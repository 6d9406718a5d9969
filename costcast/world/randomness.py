"""Seeded randomness: every part of the world has a stream of its own.

Adding a part therefore changes no other part's numbers.
"""

from __future__ import annotations

import zlib

import numpy as np

__all__ = ["generator"]


def generator(seed: int, *part: str) -> np.random.Generator:
    """Generator of the part's stream; equal seeds and names give equal numbers."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32("/".join(part).encode())]))
