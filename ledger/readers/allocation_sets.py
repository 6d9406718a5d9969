"""Allocation sets of OpenCost: a map of names to allocations opened to one flat object for each."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.readers.json_values import as_text

__all__ = ["allocations", "is_allocation_set"]

_Object = dict[str, object]

#: What every allocation has (opencost, core/pkg/opencost/allocation_json.go).
_MEMBERS = ("window", "totalCost")
#: Objects within an allocation of which the members are opened too.
_OPENED = ("window", "properties")


def is_allocation_set(record: _Object) -> bool:
    """Whether every member of a JSON object is an allocation; one at least."""
    return bool(record) and all(
        isinstance(value, dict) and all(name in value for name in _MEMBERS)
        for value in record.values()
    )


def allocations(record: _Object) -> Iterator[dict[str, str | None]]:
    """One flat object per allocation with text values: `totalCost`, `properties.namespace`, ...

    Raises ValueError where an allocation goes by another name than its key.
    """
    for key, allocation in record.items():
        values = allocation if isinstance(allocation, dict) else {}
        if values.setdefault("name", key) != key:
            raise ValueError(f"the allocation {values['name']!r} under the key {key!r}")
        flat = {name: as_text(value) for name, value in values.items()}
        for name in _OPENED:
            inner = values.get(name)
            if isinstance(inner, dict):
                flat |= {f"{name}.{member}": as_text(one) for member, one in inner.items()}
        yield flat
