"""How bad an incident is: by the money that has come together."""

from __future__ import annotations

from journal.incident_values import Severity

__all__ = ["severity_of"]

_NAMES: tuple[Severity, ...] = ("low", "medium", "high", "critical")


def severity_of(impact: float, severities: tuple[float, float, float]) -> Severity:
    """Severity of an accumulated impact, whichever its sign.

    >>> severity_of(-250.0, (100.0, 1_000.0, 10_000.0))
    'medium'
    """
    return _NAMES[sum(abs(impact) >= least for least in severities)]
