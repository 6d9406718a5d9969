"""OpenAI's cost report names the model only within the text of a line item."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["LineItem", "parse_line_item"]

# "gpt-5-2025-08-07, cached input", "gpt-image-1 image, output", "priority | gpt-5, input, long
# context"; but not "web search tool calls" or "Vector storage". A model's name has no blanks.
_MODEL = re.compile(
    r"(?:(?P<tier>[a-z]+) \| )?(?P<model>[\w.:/-]+)(?: (?P<kind>text|image|audio))?"
    r", (?P<meter>(?:cached |cache write )?(?:input|output)|audio)(?P<long>, long context)?",
    re.ASCII,
)
_TIERS = ("batch", "flex", "priority", "standard")


@dataclass(frozen=True)
class LineItem:
    """What a line item's text says; None where it says nothing.

    `meter` is the class of tokens with their kind before it, if stated ("image output").
    """

    model: str | None = None
    meter: str | None = None
    tier: str | None = None
    long_context: bool = False


def parse_line_item(text: str) -> LineItem:
    """Model and token class of a line item, all None where the text is of another form.

    >>> parse_line_item("gpt-5-2025-08-07, cached input").model
    'gpt-5-2025-08-07'
    >>> parse_line_item("web search tool calls").model is None
    True
    """
    found = _MODEL.fullmatch(text.strip())
    if found is None or found["tier"] not in {None, *_TIERS}:
        return LineItem()
    kind = f"{found['kind']} " if found["kind"] else ""
    return LineItem(
        model=found["model"],
        meter=kind + found["meter"],
        tier=found["tier"],
        long_context=found["long"] is not None,
    )
