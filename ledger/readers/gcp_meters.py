"""SKUs of Google's models by their descriptions, in two spellings.

Vertex AI: "Gemini 2.5 Pro Text Input (Long) - Batch Predictions"; Gemini API: "Generate content
cached input token count gemini 2.5 flash short input text". Other SKUs with the name of a model
(storage of caches, grounding, older models by the character) count no tokens.
"""

from __future__ import annotations

import re

from ledger.readers.token_meters import TokenColumn, TokenMeter

__all__ = ["gcp_meter"]

_GENERATE = re.compile(
    r"generate[ _]content (?P<kind>(?:cached )?)(?:\w+ )?(?P<way>input|output) token count "
    r"(?:for )?(?P<rest>.+)",
    re.IGNORECASE,
)
_PREDICTION = re.compile(
    r"(?P<model>(?:Gemini|Claude|Llama|Mistral|DeepSeek|Qwen)\b.*?)\s+"
    r"(?:(?:GA|Thinking|Text|Image|Audio|Video|Code)\s+)*"
    r"(?P<way>Input|Output)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_CACHED = re.compile(r"cach", re.IGNORECASE)
_STORED = re.compile(r"storage", re.IGNORECASE)
_LONG = re.compile(r"\blong\b", re.IGNORECASE)
_TIERS = ("batch", "flex", "priority")
# Words behind the model in the spelling of the Gemini API.
_TAIL = re.compile(
    r"\s+(short|long|input|output|text|image|audio|video|batch|flex|priority|caching)\b.*",
    re.IGNORECASE,
)
# Up to Gemini 1.5 Vertex AI counted characters.
_BY_CHARACTER = re.compile(r"gemini-1[.-]", re.IGNORECASE)


def gcp_meter(description: str) -> TokenMeter | None:
    """What the description of a SKU says, None where it counts no tokens of a model.

    >>> gcp_meter("Gemini 2.5 Pro Text Input (Long) - Batch Predictions")
    TokenMeter(model='gemini-2.5-pro', column='input_tokens_uncached', service_tier='batch', \
context_tier='long')
    """
    if _STORED.search(description):
        return None
    found = _GENERATE.fullmatch(description)
    name = _TAIL.sub("", found["rest"]) if found else None
    if found is None:
        found = _PREDICTION.fullmatch(description)
        name = found["model"] if found else None
    if found is None or name is None:
        return None
    model = re.sub(r"\s+", "-", name.strip().lower())
    if _BY_CHARACTER.match(model):
        return None
    lower = description.lower()
    return TokenMeter(
        model=model,
        column=_column(found["way"].lower(), bool(_CACHED.search(description))),
        service_tier=next((tier for tier in _TIERS if tier in lower), "standard"),
        context_tier="long" if _LONG.search(description) else "default",
    )


def _column(way: str, cached: bool) -> TokenColumn:
    if way == "output":
        return "output_tokens"
    return "input_tokens_cache_read" if cached else "input_tokens_uncached"
