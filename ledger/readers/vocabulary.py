"""Words of the exports that the ledger keeps in one spelling, or refuses."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.encoded import each, holds
from ledger.readers.fields import Column, Field

__all__ = ["currencies", "one_of"]


def one_of(field: Field, allowed: tuple[str, ...]) -> Column:
    """Words in lower case, each one of `allowed` or absent; raises BadInput for any other.

    Dictionary-encoded where the column is, as are `currencies`.
    """
    words = each(field.words(), pc.utf8_lower)
    known: Column = pa.array(allowed, pa.string())
    foreign = holds(words, lambda texts: pc.invert(pc.is_in(texts, value_set=known)))
    field.refuse_where(pc.and_(pc.is_valid(words), foreign), f"one of {', '.join(allowed)}")
    return words


def currencies(field: Field) -> Column:
    """Currency codes in upper case; raises BadInput for what is no ISO 4217 code."""
    codes = each(field.words(), pc.utf8_upper)
    sound = holds(codes, lambda texts: pc.match_substring_regex(texts, "^[A-Z]{3}$"))
    unsound = pc.or_kleene(pc.is_null(codes), pc.invert(sound))
    field.refuse_where(unsound, "an ISO 4217 currency code such as USD")
    return codes
