"""How sure a file is of a format, by the names of its columns."""

from __future__ import annotations

__all__ = ["confidence"]

# What an optional column adds is little: exports leave out what they have no value for.
_REQUIRED_ONLY = 0.9
_PARTIAL = 0.5


def confidence(
    columns: frozenset[str], *, required: frozenset[str], known: frozenset[str]
) -> float:
    """Confidence in [0, 1]: below 0.5 where a required column is missing, else from 0.9.

    >>> confidence(frozenset({"a"}), required=frozenset({"a", "b"}), known=frozenset({"a", "b"}))
    0.25
    """
    if not required <= columns:
        return _PARTIAL * len(required & columns) / len(required)
    optional = known - required
    share = len(optional & columns) / len(optional) if optional else 1.0
    return _REQUIRED_ONLY + (1.0 - _REQUIRED_ONLY) * share
