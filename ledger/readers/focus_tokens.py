"""Tokens on FOCUS rows: how many, and of which class where the row says so.

A row bills one class of tokens. FOCUS 1.5 drafts name it in SkuPriceDetails (TokenDirection,
TokenCacheAction); today most bills say it in the text of the meter or of the charge.
"""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.encoded import holds
from ledger.readers.exact import whole_units
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.focus_units import parse_unit
from ledger.readers.masks import how_many, only_where
from ledger.readers.token_meters import TokenColumn, token_columns

__all__ = ["class_of_text", "focus_tokens"]

# Words of meters ("gpt-4o cached Inp", "Claude output tokens", "cache-write-input-token-count").
_CACHED = re.compile(r"\bcach(?:e|ed|ing)\b|\bcchd\b", re.IGNORECASE)
_WRITE = re.compile(r"\b(?:writes?|written|creation)\b", re.IGNORECASE)
_INPUT = re.compile(r"\b(?:in|inp|input|prompt)\b", re.IGNORECASE)
_OUTPUT = re.compile(r"\b(?:out|outp|opt|output|completion)\b", re.IGNORECASE)
_HOUR = re.compile(r"\b1 ?h(?:our)?\b", re.IGNORECASE)
# Words are also joined by "_" and by capitals ("InputTokenCount").
_JOINT = re.compile(r"_|(?<=[a-z])(?=[A-Z])")

_BY_DETAILS: dict[tuple[str, str], TokenColumn] = {
    ("input", "none"): "input_tokens_uncached",
    ("input", "read"): "input_tokens_cache_read",
    ("input", "write"): "input_tokens_cache_write_5m",
    ("output", "none"): "output_tokens",
}


def class_of_text(text: str) -> TokenColumn | None:
    """Column of the tokens that the name of a meter is about; None where it does not say.

    >>> class_of_text("gpt-4o-0806 cached Inp glbl"), class_of_text("OutputTokenCount")
    ('input_tokens_cache_read', 'output_tokens')
    """
    words = _JOINT.sub(" ", text)
    is_input, is_output = bool(_INPUT.search(words)), bool(_OUTPUT.search(words))
    if _CACHED.search(words):
        if is_output:
            return None
        if not _WRITE.search(words):
            return "input_tokens_cache_read"
        hour = _HOUR.search(words)
        return "input_tokens_cache_write_1h" if hour else "input_tokens_cache_write_5m"
    if is_input == is_output:
        return None
    return "input_tokens_uncached" if is_input else "output_tokens"


def focus_tokens(
    fields: Fields, sku: Field, quantity: Column, charge_category: Column
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Token columns of usage rows whose ConsumedUnit is tokens, and notes on what is not known.

    A count is quantity times the number in the unit ("1000 Tokens"). Where a row does not say
    which tokens it is of, or takes some back, its quantity stays in `consumed_quantity` alone.

    Parameters
    ----------
    sku
        SkuPriceDetails as flat objects.
    quantity
        ConsumedQuantity, money(38, 12).
    """
    factor = fields["ConsumedUnit"].map_distinct(_factor, pa.int64(), wanted="a unit")
    if factor.null_count == len(factor):
        return {}, ()
    usage = holds(charge_category, lambda words: pc.equal(words, pa.scalar("usage")))
    counted = pc.and_(usage, pc.and_(pc.is_valid(factor), pc.is_valid(quantity)))
    forward = pc.greater_equal(quantity, pa.scalar(0).cast(quantity.type))
    columns = only_where(pc.and_kleene(counted, forward), _classes(fields, sku))
    known = pc.is_valid(columns)
    place = fields["ConsumedQuantity"]
    counts, rounded = whole_units(only_where(known, quantity), only_where(known, factor), place)
    unknown = how_many(counted) - how_many(known)
    notes = []
    if unknown:
        notes.append(
            f"{unknown:,} rows of tokens do not say which tokens, or take some back: their "
            f"quantity is kept, their token counts are unknown"
        )
    if rounded:
        notes.append(f"{rounded:,} token counts were not whole and were rounded")
    return token_columns(columns, counts), tuple(notes)


def _classes(fields: Fields, sku: Field) -> Column:
    """Token column of each row by its price details, else its meter, else its description."""
    stated = sku.map_distinct(_class_of_details, pa.string(), wanted="a JSON object")
    texts = (
        fields[name].map_distinct(class_of_text, pa.string(), wanted="text")
        for name in ("SkuMeter", "ChargeDescription")
    )
    column: Column = pc.coalesce(stated, *texts)
    return column


def _class_of_details(details: str) -> TokenColumn | None:
    found = {key.casefold().removeprefix("x_"): value for key, value in json.loads(details).items()}
    direction, action = found.get("tokendirection", ""), found.get("tokencacheaction", "none")
    return _BY_DETAILS.get((str(direction).lower(), str(action).lower()))


def _factor(text: str) -> int | None:
    unit = parse_unit(text)
    return unit.factor if unit.name in {"token", "tokens"} else None
