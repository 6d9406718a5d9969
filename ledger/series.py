"""The identity of a series: which value each dimension has, readable and reversible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

__all__ = ["NONE", "UNALLOCATED", "SeriesKey"]

#: Value of the dimension `model` for spend that belongs to no AI model (storage, idle GPUs).
NONE = "(none)"
#: Value of the dimension `team` for spend that no allocation rule takes.
UNALLOCATED = "unallocated"

# Readable as they stand; everything else, above all the `/` and `=` of real model names, is
# percent-encoded so that the text can be taken apart again.
_SAFE = " ().:-_+@,"


@dataclass(frozen=True, order=True)
class SeriesKey(Mapping[str, str]):
    """A frozen mapping dimension -> value.

    >>> key = SeriesKey.of(team="ads", model="bedrock/claude")
    >>> key.unique_id
    'team=ads/model=bedrock%2Fclaude'
    >>> SeriesKey.parse(key.unique_id) == key
    True
    """

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        names = [name for name, _ in self.pairs]
        if not names or len(set(names)) != len(names) or not all(names):
            raise ValueError(f"a series key needs distinct, named dimensions, got {names}")

    @classmethod
    def of(cls, **values: str) -> SeriesKey:
        """Key of the given dimensions, in the order written."""
        return cls(tuple(values.items()))

    @classmethod
    def parse(cls, unique_id: str) -> SeriesKey:
        """Inverse of `unique_id`; raises ValueError for any other text."""
        parts = [part.partition("=") for part in unique_id.split("/")]
        key = cls(tuple((unquote(name), unquote(value)) for name, _, value in parts))
        if key.unique_id != unique_id:
            raise ValueError(f"got {unique_id!r}, wanted a unique_id as Costcast writes it")
        return key

    @property
    def unique_id(self) -> str:
        """Text form `dimension=value/dimension=value`, values percent-encoded."""
        return "/".join(f"{quote(n, safe=_SAFE)}={quote(v, safe=_SAFE)}" for n, v in self.pairs)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions, in order."""
        return tuple(name for name, _ in self.pairs)

    def keep(self, dimensions: tuple[str, ...]) -> SeriesKey:
        """Key of the parent that keeps only these dimensions (in this order)."""
        return SeriesKey(tuple((name, self[name]) for name in dimensions))

    def __getitem__(self, dimension: str) -> str:
        for name, value in self.pairs:
            if name == dimension:
                return value
        raise KeyError(dimension)

    def __iter__(self) -> Iterator[str]:
        return iter(self.dimensions)

    def __len__(self) -> int:
        return len(self.pairs)
