"""Names of Azure's model meters, which follow no scheme, by a table of the words they are made of.

"gpt-4o-0806-Inp-glbl Tokens", "gpt 4o 1120 cached Inp glbl", "5 pp opt Gl 1M Tokens" and
"gpt-35-turbo-4k-Input-regional" say in different words which model, which class of tokens, which
tier and where. A name with a word for the class, or of an embedding model, is understood; what
remains of it is the model. Every other name of a model service is reported, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ledger.readers.token_meters import PROVISIONED, TokenColumn, TokenMeter

__all__ = ["azure_meter", "is_model_service"]

_TABLE = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        ("cached", r"cached|cchd|cache|cach|cd|ch|cchg"),
        ("write", r"write|wr|wrt"),
        ("input", r"inp|inpt|input|in"),
        ("output", r"outp|output|outpt|out|opt|otpt"),
        ("batch", r"batch|bat|btch"),
        ("priority", r"pp|priority|prty"),
        ("flex", r"flex|flx"),
        ("long", r"long|lctx|lng|longco|longctx"),
        ("provisioned", r"provisioned|ptu|ptum"),
        ("training", r"training|trng|train|hosting|host|hstg|grader"),
        # Where it ran, and words that say nothing.
        ("", r"glbl|gl|global|dzone|dz|dzn|datazone|regional|regnl|rgnl|rgn|reg|data|zone"),
        ("", r"tokens?|1k|1m|unit|units|std|standard|managed"),
    )
)
_CLASSES: dict[frozenset[str], TokenColumn] = {
    frozenset({"input"}): "input_tokens_uncached",
    frozenset({"output"}): "output_tokens",
    frozenset({"cached"}): "input_tokens_cache_read",
    frozenset({"cached", "input"}): "input_tokens_cache_read",
    frozenset({"cached", "write"}): "input_tokens_cache_write_5m",
    frozenset({"cached", "write", "input"}): "input_tokens_cache_write_5m",
}
_TIERS = ("batch", "priority", "flex")
_BREAKS = re.compile(r"[\s_/-]+")
_EMBEDDING = re.compile(r"embed", re.IGNORECASE)
# Meters of GPT-5 and later leave the family away: "5.4 mini inp Gl".
_BARE_VERSION = re.compile(r"\d+(\.\d+)?")
_MODEL_SERVICES = re.compile(
    r"azure openai|foundry models|azure .*\b(grok|deepseek|llama|mistral|phi|kimi|anthropic)\b"
    r".*models|model inference",
    re.IGNORECASE,
)


def azure_meter(name: str) -> TokenMeter | None:
    """What the name of a model meter says, None where it is not understood.

    >>> azure_meter("gpt 4o 1120 cached Inp glbl")
    TokenMeter(model='gpt-4o-1120', column='input_tokens_cache_read', service_tier='standard', \
context_tier='default')
    """
    roles: set[str] = set()
    rest: list[str] = []
    for word in filter(None, _BREAKS.split(name)):
        role = _role(word)
        if role is None:
            rest.append(word)
        roles.add(role or "")
    model = _model(rest)
    if "provisioned" in roles:
        return TokenMeter(model, None, PROVISIONED)
    if "training" in roles:
        return TokenMeter(model, None)
    column = _CLASSES.get(frozenset(roles & {"cached", "write", "input", "output"}))
    if column is None and _EMBEDDING.search(name):
        column = "input_tokens_uncached"
    if column is None or model is None:
        return None
    tier = next((tier for tier in _TIERS if tier in roles), "standard")
    return TokenMeter(model, column, tier, "long" if "long" in roles else "default")


def is_model_service(*names: str | None) -> bool:
    """Whether one of a row's names (category, sub category, product) is a service of models."""
    return any(name is not None and _MODEL_SERVICES.search(name) for name in names)


def _role(word: str) -> str | None:
    return next((role for role, pattern in _TABLE if pattern.fullmatch(word)), None)


def _model(words: Iterable[str]) -> str | None:
    name = "-".join(words).lower()
    if _BARE_VERSION.match(name):
        name = f"gpt-{name}"
    return name or None
