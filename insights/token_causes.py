"""Causes in the use of AI models: failing loops, longer prompts, lost caches, strangers' keys.

The thresholds are effect sizes below which nobody would act; each ratio must also be beyond all
single days before. They were set on the generated world of the samples and are held against worlds
of other seeds by a test.
"""

from __future__ import annotations

from decimal import Decimal

from insights.attribution import Attribution
from insights.cause import DOMINANT, Cause, percent
from insights.evidence import Evidence, Reading

__all__ = ["token_cause"]

#: Failed calls: at least this share, and this many times the usual one.
_ERRORS, _ERRORS_GROWTH = 0.05, 3.0
#: Tokens per request that grew by this factor.
_LONGER = 1.15
#: Input from the cache that fell by this many points of its share.
_CACHE_POINTS = 0.10
#: A surge in which answers per prompt moved by this factor is another kind of use.
_OTHER_USE = 1.25
#: Such a surge is at least this many times the requests: growth that people plan is slower.
_SURGE = 2.0


def token_cause(evidence: Evidence) -> Cause | None:
    """The cause, where most of the change is the use of models."""
    change = evidence.change
    if change.share("volume", "intensity", "token_class") < DOMINANT:
        return None
    if change.change < 0:
        return _fall(evidence)
    is_volume = change.share("volume") >= DOMINANT
    rules = (
        (_retry_loop, _key_leak, _switch, _surge)
        if is_volume
        else (_retry_loop, _new_key, _prompt_growth, _cache_hit_drop, _longer_answers)
    )
    for find in rules:
        cause = find(evidence)
        if cause is not None:
            return cause
    return None


def _retry_loop(evidence: Evidence) -> Cause | None:
    errors = evidence.reading("error_share")
    if errors is None or not errors.is_above:
        return None
    if errors.after < _ERRORS or errors.growth < _ERRORS_GROWTH:
        return None
    text = f"A client repeats failing requests: {percent(errors.after)} of them failed."
    return Cause("retry_loop", text, (_shares("failed requests", errors), _grown(evidence)))


def _key_leak(evidence: Evidence) -> Cause | None:
    found = _new_key(evidence)
    shape = evidence.reading("output_per_input")
    if found is not None or shape is None or evidence.growth < _SURGE:
        return found
    is_other = (shape.is_above and shape.jump >= _OTHER_USE) or (
        shape.is_below and shape.jump <= 1 / _OTHER_USE
    )
    if not is_other:
        return None
    text = (
        f"{evidence.growth:.1f} times the requests, of another kind, and they succeed: somebody "
        "else may be using a key."
    )
    return Cause("key_leak", text, (_times("output per token of input", shape), _grown(evidence)))


def _new_key(evidence: Evidence) -> Cause | None:
    """A key or region that nobody used before and that spends most of the rise."""
    change = evidence.change.change
    for dimension, name in (("actor", "key"), ("region", "region")):
        for one in evidence.attributions.get(dimension, ()):
            if one.is_new and one.change >= change * Decimal(DOMINANT):
                text = f"A {name} that was never used before spends most of it: has a key leaked?"
                return Cause("key_leak", text, (_new(name, one, float(one.change / change)),))
    return None


def _surge(evidence: Evidence) -> Cause:
    text = (
        f"{evidence.growth:.1f} times the requests, of the usual kind: a batch job, a launch, or "
        "more traffic."
    )
    return Cause("request_surge", text, (_grown(evidence),))


def _prompt_growth(evidence: Evidence) -> Cause | None:
    prompt = evidence.reading("input_per_request")
    if prompt is None or not prompt.is_above or prompt.growth < _LONGER:
        return None
    text = f"Prompts are {percent(prompt.growth - 1)} longer than they were."
    return Cause("prompt_growth", text, (_times("input tokens per request", prompt),))


def _cache_hit_drop(evidence: Evidence) -> Cause | None:
    hits = evidence.reading("cache_hit_share")
    if hits is None or not hits.is_below or hits.before - hits.after < _CACHE_POINTS:
        return None
    text = "Prompts are no longer read from the cache as they were: the same input at full price."
    return Cause("cache_hit_drop", text, (_shares("input read from the cache", hits),))


def _longer_answers(evidence: Evidence) -> Cause | None:
    answer = evidence.reading("output_per_request")
    if answer is None or not answer.is_above or answer.growth < _LONGER:
        return None
    text = f"Answers are {percent(answer.growth - 1)} longer than they were."
    return Cause("longer_answers", text, (_times("output tokens per request", answer),))


def _fall(evidence: Evidence) -> Cause | None:
    if evidence.change.share("volume") < DOMINANT:
        return None
    switched = _switch(evidence)
    if switched is not None:
        return switched
    text = f"{percent(1 - evidence.growth)} fewer requests than {evidence.base}."
    return Cause("fewer_requests", text, (_grown(evidence),))


def _switch(evidence: Evidence) -> Cause | None:
    """Requests that another model of the same team lost or won."""
    other = evidence.counterpart
    if other is None:
        return None
    way = "came from" if evidence.change.change > 0 else "went to"
    text = f"Use moved: requests most likely {way} {other}."
    found = (f"the same team's {other} moved the other way", _grown(evidence))
    return Cause("model_switch", text, found)


def _grown(evidence: Evidence) -> str:
    return f"requests x{evidence.growth:.2f} against what was {evidence.base}"


def _shares(what: str, reading: Reading) -> str:
    return f"{what} {percent(reading.before)} before, {percent(reading.after)} now"


def _times(what: str, reading: Reading) -> str:
    return f"{what} {reading.before:,.3g} before, {reading.after:,.3g} now"


def _new(name: str, one: Attribution, share: float) -> str:
    return f"{name} {one.value} is new and has {percent(share)} of the change"
