"""OpenCost's `GET /allocation`: what the workloads of Kubernetes clusters cost per hour or day.

These costs are the nodes of a cloud's bill, priced by list until OpenCost has reconciled them: a
second measurement of the same money, for a basis rule to choose from. Idle capacity has rows of its
own (`__idle__`), which are kept.
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.problems import BadInput
from ledger.readers.amounts import parse_amounts
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.exact import added
from ledger.readers.fields import Column, Fields
from ledger.readers.flat_json import flat_objects
from ledger.readers.identity import first_repeat
from ledger.readers.instants import parse_instants
from ledger.readers.kept_rows import KeptRows
from ledger.readers.providers import UNKNOWN
from ledger.readers.report_buckets import Buckets, buckets_of_report
from ledger.schema import MONEY

__all__ = ["READER", "OpenCost"]

_NAME, _TOTAL = "name", "totalCost"
_START, _END = "window.start", "window.end"
_CLUSTER, _NAMESPACE = "properties.cluster", "properties.namespace"
_LABELS, _MACHINE = "properties.labels", "properties.providerID"
#: What a total is the sum of (opencost, Allocation.TotalCost); idle shares are within.
_PARTS = (
    *(f"{part}Cost" for part in ("cpu", "gpu", "ram", "pv", "network", "loadBalancer")),
    *(f"{part}CostAdjustment" for part in ("cpu", "gpu", "ram", "pv", "network", "loadBalancer")),
    "sharedCost",
    "externalCost",
)
_GPU_HOURS, _GPU_EFFICIENCY, _CPU_HOURS = "gpuHours", "gpuEfficiency", "cpuCoreHours"

_IDLE = "__idle__"
_EMPTY = "windows without an allocation"
# The API rounds each figure to five digits, so that fourteen parts may be off by 7e-5; old
# versions leave some parts out, which is little money. Cents taken for dollars are a factor of 100.
_TOLERANCE, _RELATIVE = 0.01, 0.5
_ZERO = pa.scalar(0.0)
# Ids of machines, with and without the scheme that Kubernetes has before them.
_CLOUDS = {
    re.compile(r"aws:|i-[0-9a-f]{8,}"): "aws",
    re.compile(r"azure:|/subscriptions/"): "microsoft",
    re.compile(r"gce:|gke-"): "google cloud",
}


class OpenCost:
    """Reader of allocations; every delivery says its days anew."""

    name = "opencost"
    source = "opencost"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset({_NAME, _START, _END, _TOTAL})
    columns = (
        required
        | {_CLUSTER, _NAMESPACE, _LABELS, _MACHINE, _GPU_HOURS, _GPU_EFFICIENCY, _CPU_HOURS}
        | frozenset(_PARTS)
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per allocation; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive={_LABELS})
        empty = pc.and_(pc.is_null(fields.text(_NAME)), pc.is_null(fields.text(_START)))
        nothing = pa.scalar(None, pa.string())
        kept = KeptRows(fields, pc.if_else(empty, pa.scalar(_EMPTY), nothing))
        kept.required(_NAME)
        buckets, notes = _buckets(kept)
        total = parse_amounts(kept.required(_TOTAL))
        _refuse_foreign_totals(kept, total.values)
        accounts: Column = fields.text(_CLUSTER).fill_null(pa.scalar(self.source))
        _refuse_repeats(fields, accounts, buckets)
        reading = kept.reading(
            buckets.columns
            | _measured(kept)
            | _labels(kept, accounts)
            | {
                "source": self.source,
                "account": accounts,
                "currency": "USD",
                "cost_origin": "estimated",
                "effective_cost": total.values,
                "billed_cost": total.values,
            },
            notes=(*buckets.notes, *notes, *total.note(_TOTAL), *_remarks(kept)),
        )
        return Reading(
            reading.rows, reading.rows_in, reading.reported, reading.notes, covers=buckets.covers
        )


def _buckets(kept: KeptRows) -> tuple[Buckets, tuple[str, ...]]:
    """Periods of the windows; rows that are left out get that of another one."""
    start, end = (parse_instants(kept.required(name)) for name in (_START, _END))
    present = pc.drop_null(start.values)
    if not len(present):
        raise BadInput("an allocation", file=kept.fields.file, got="windows without any")
    first = pc.index(kept.mask, True).as_py()
    starts, ends = (pc.fill_null(found.values, found.values[first]) for found in (start, end))
    without = start.without_zone + end.without_zone
    notes = (f"{without:,} times without a zone were taken as UTC",) if without else ()
    return buckets_of_report(kept.fields[_START], starts, ends), notes


def _refuse_foreign_totals(kept: KeptRows, total: Column) -> None:
    """Raise for the first total that is far from the sum of its parts, where these are there."""
    if not set(_PARTS[:3]) <= kept.fields.names:
        return
    nothing: Any = pa.scalar(0, MONEY)
    parts = added(*(parse_amounts(kept.field(name)).values.fill_null(nothing) for name in _PARTS))
    told, found = (pc.cast(column, pa.float64()) for column in (total, parts))
    off = pc.abs(pc.subtract(told, found))
    largest = pc.max_element_wise(pc.abs(told), pc.abs(found))
    allowed = pc.add(pc.multiply(largest, pa.scalar(_RELATIVE)), pa.scalar(_TOLERANCE))
    kept.fields[_TOTAL].refuse_where(
        pc.greater(off, allowed), "a total near the sum of its parts: are these cents?"
    )


def _refuse_repeats(fields: Fields, accounts: Column, buckets: Buckets) -> None:
    """Raise where a window has a name twice: a page that is in the file twice counts twice."""
    periods = pc.cast(pc.cast(buckets.columns["period_start"], pa.int64()), pa.string())
    keys = pc.binary_join_element_wise(periods, accounts, fields.text(_NAME), "\x1f")
    repeat = first_repeat(keys)
    if repeat is not None:
        raise BadInput(
            f"each name once in a window: row {repeat[0] + 1} has the same",
            file=fields.file,
            row=repeat[1] + 1,
            field=_NAME,
        )


def _measured(kept: KeptRows) -> dict[str, Any]:
    gpus, has_gpus = _hours(kept, _GPU_HOURS)
    _, has_cores = _hours(kept, _CPU_HOURS)
    busy = pc.cast(parse_amounts(kept.field(_GPU_EFFICIENCY)).values, pa.float64())
    # Without a GPU monitor OpenCost writes the efficiency 0, so 0 is not known.
    measured = pc.and_(pc.greater(busy, _ZERO), pc.less_equal(busy, pa.scalar(1.0)))
    nothing = pa.scalar(None, pa.float64())
    meter = pc.if_else(has_cores, pa.scalar("compute_time"), pa.scalar("cost"))
    return {
        "meter": pc.if_else(has_gpus, pa.scalar("gpu_time"), meter),
        "gpu_hours": pc.if_else(has_gpus, gpus, nothing),
        "gpu_hours_busy": pc.if_else(
            pc.and_kleene(has_gpus, measured), pc.multiply(gpus, busy), nothing
        ),
    }


def _hours(kept: KeptRows, name: str) -> tuple[Column, Column]:
    """Hours of a column as float64, and where there are any."""
    field = kept.field(name)
    hours: Column = pc.cast(parse_amounts(field).values, pa.float64())
    field.refuse_where(pc.less(hours, _ZERO), "hours, not negative")
    some: Column = pc.greater(hours, _ZERO)
    return hours, some.fill_null(pa.scalar(False))


def _labels(kept: KeptRows, clusters: Column) -> dict[str, Any]:
    name = kept.fields.text(_NAME)
    idle = _is_idle(name).fill_null(pa.scalar(False))
    return {
        "provider": _providers(kept, clusters),
        "project": kept.fields.text(_NAMESPACE),
        "resource_id": name,
        "tags": flat_objects(kept.field(_LABELS)).values,
        "charge_description": pc.if_else(
            idle, pa.scalar("idle capacity"), pa.scalar(None, pa.string())
        ),
        "charge_category": "usage",
        "is_correction": False,
    }


def _providers(kept: KeptRows, clusters: Column) -> Column:
    """Cloud of each row's machine; where no machine is named, that of the cluster if it has one."""
    machines = kept.field(_MACHINE).map_distinct(_cloud, pa.string(), wanted="a machine")
    found: dict[Any, set[Any]] = {}
    for cluster, cloud in zip(clusters.to_pylist(), machines.to_pylist(), strict=True):
        found.setdefault(cluster, set()).update({cloud} if cloud else ())
    only = {cluster: min(clouds) for cluster, clouds in found.items() if len(clouds) == 1}
    of_cluster: Column = pa.array([only.get(name) for name in clusters.to_pylist()], pa.string())
    known: Column = pc.coalesce(machines, of_cluster)
    return known.fill_null(pa.scalar(UNKNOWN))


def _remarks(kept: KeptRows) -> tuple[str, ...]:
    notes: tuple[str, ...] = ("OpenCost does not state its currency: taken as USD",)
    idle = pc.sum(_is_idle(kept.fields.text(_NAME))).as_py() or 0
    if idle:
        notes += (f"{idle:,} rows are idle capacity",)
    bare = pc.and_(pc.is_null(kept.fields.text(_CLUSTER)), kept.mask).true_count
    if bare:
        notes += (f"{bare:,} rows name no cluster and are of the account opencost",)
    return notes


def _is_idle(names: Column) -> Column:
    return pc.match_substring(names, _IDLE)


def _cloud(machine: str) -> str | None:
    return next((name for form, name in _CLOUDS.items() if form.match(machine)), None)


READER = OpenCost()
