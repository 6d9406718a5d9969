"""Data points of OpenTelemetry's JSON: `resourceMetrics` opened to one flat object per point.

The OTLP exporters of SDKs and the file exporter of the Collector write one such object per export,
as a line or as a document (opentelemetry-proto, metrics.proto and its JSON mapping).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ledger.readers.json_values import as_text

__all__ = ["is_metrics", "points"]

_Object = dict[str, object]

_RESOURCES = "resourceMetrics"
#: Members of a metric of which one is there and holds its points.
_KINDS = ("histogram", "exponentialHistogram", "sum", "gauge", "summary")
#: Members of a value; numbers of 64 bits are written as text.
_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue")
#: What of a point is opened under `point.`; buckets and exemplars are not.
_POINT = ("startTimeUnixNano", "timeUnixNano", "count", "sum", "asInt", "asDouble", "flags")


def is_metrics(record: _Object) -> bool:
    """Whether a JSON object is an export of metrics."""
    return isinstance(record.get(_RESOURCES), list)


def points(record: _Object) -> Iterator[dict[str, str | None]]:
    """One flat object per data point of an export, with text values.

    Names: `metric.name`, `metric.kind`, `metric.aggregationTemporality`, `point.count` and so on,
    `resource.NAME` and `attributes.NAME` of the attributes, and both sets of attributes whole, as
    JSON text with sorted keys, under `resource` and `attributes`. A metric of none of the kinds
    known here gives one object without a point.

    Raises ValueError where the export is not built as the protocol says.
    """
    for resource_metrics in _objects(record, _RESOURCES):
        resource = _attributes(_object(resource_metrics, "resource"), "resource")
        for scope_metrics in _objects(resource_metrics, "scopeMetrics"):
            scope = {"scope.name": as_text(_object(scope_metrics, "scope").get("name"))}
            for metric in _objects(scope_metrics, "metrics"):
                for point in _points_of(metric):
                    yield resource | scope | point


def _points_of(metric: _Object) -> Iterator[dict[str, str | None]]:
    named = {"metric.name": as_text(metric.get("name")), "metric.unit": as_text(metric.get("unit"))}
    kind = next((kind for kind in _KINDS if kind in metric), None)
    if kind is None:
        yield named
        return
    data = _object(metric, kind)
    said = {
        "metric.kind": kind,
        "metric.aggregationTemporality": as_text(data.get("aggregationTemporality")),
        "metric.isMonotonic": as_text(data.get("isMonotonic")),
    }
    for point in _objects(data, "dataPoints"):
        values = {f"point.{name}": as_text(point.get(name)) for name in _POINT}
        yield named | said | values | _attributes(point, "attributes")


def _attributes(holder: _Object, prefix: str) -> dict[str, str | None]:
    """The attributes of a resource or a point by their names, and whole."""
    found: dict[str, str | None] = {}
    for attribute in _objects(holder, "attributes"):
        key = attribute.get("key")
        if not isinstance(key, str) or key in found:
            raise ValueError("an attribute without a key or with that of another one")
        found[key] = _value(_object(attribute, "value"))
    whole = json.dumps(found, ensure_ascii=False, sort_keys=True)
    return {prefix: whole} | {f"{prefix}.{key}": value for key, value in found.items()}


def _value(value: _Object) -> str | None:
    """Text of a value; lists and maps of values as JSON."""
    for name in _VALUES:
        if name in value:
            return as_text(value[name])
    return as_text(value) if value else None


def _objects(holder: _Object, name: str) -> Iterator[_Object]:
    """The objects of a list, none where it is left out: the protocol writes no empty lists."""
    members = holder.get(name)
    if members is None:
        return
    if not isinstance(members, list) or not all(isinstance(one, dict) for one in members):
        raise ValueError(f"{name}, which is no list of objects")
    yield from members


def _object(holder: _Object, name: str) -> _Object:
    member = holder.get(name)
    if member is None:
        return {}
    if not isinstance(member, dict):
        raise ValueError(f"{name}, which is no object")
    return member
