"""The most likely cause of a change of cost, told in plain words, and never without evidence."""

from __future__ import annotations

from insights.cause import DOMINANT, Cause, percent
from insights.driver_parts import PART_WORDS
from insights.evidence import Evidence
from insights.machine_causes import machine_cause
from insights.money_causes import money_cause
from insights.token_causes import token_cause

__all__ = ["cause_of"]

_TOKENS = "tokens"


def cause_of(evidence: Evidence) -> Cause:
    """The first rule that the figures meet: money, then the use of models, then machines."""
    rules = (
        (money_cause, token_cause, machine_cause)
        if evidence.unit == _TOKENS
        else (money_cause, machine_cause, _plain_use)
    )
    for find in rules:
        cause = find(evidence)
        if cause is not None:
            return cause
    return _unclear(evidence)


def _plain_use(evidence: Evidence) -> Cause | None:
    if evidence.change.share("volume") < DOMINANT:
        return None
    found = (f"{evidence.unit} x{evidence.growth:.2f} against what was {evidence.base}",)
    if evidence.change.change > 0:
        return Cause("more_use", f"More {evidence.unit} than {evidence.base}.", found)
    return Cause("less_use", f"Fewer {evidence.unit} than {evidence.base}.", found)


def _unclear(evidence: Evidence) -> Cause:
    change = evidence.change
    largest = sorted(change.parts.items(), key=lambda part: -abs(part[1]))[:2]
    found = tuple(f"{PART_WORDS[name]} {percent(change.share(name))}" for name, _ in largest)
    return Cause("unclear", "No single cause explains most of the change.", found)
