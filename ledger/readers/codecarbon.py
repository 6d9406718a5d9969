"""CodeCarbon's `emissions.csv`: energy and carbon of runs, measured on the machine or estimated.

A run writes a row when it ends, and one with the totals so far whenever it is told to flush. Each
row is booked as what came since the run's row before it, so that the rows of a run sum to its
total, also when a later delivery has more of them. With `on_csv_write="update"` CodeCarbon
rewrites the row of a run instead: such a file is to be delivered when its runs have ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.canonical import canonical_rows
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.fields import Column, Fields
from ledger.readers.instants import parse_instants
from ledger.readers.providers import bill_providers
from ledger.readers.run_totals import RunTotals, run_totals

__all__ = ["READER", "CodeCarbon"]

_TIME, _RUN, _PROJECT = "timestamp", "run_id", "project_name"
_DURATION, _CARBON, _ENERGY = "duration", "emissions", "energy_consumed"
_CLOUD, _CLOUD_REGION, _COUNTRY = "cloud_provider", "cloud_region", "country_iso_code"
_VERSION, _MODE, _PUE = "codecarbon_version", "tracking_mode", "pue"

_DAY = pa.scalar(timedelta(days=1), pa.duration("us"))
_MICROSECONDS = pa.scalar(1e6)
_NO_OVERHEAD = (None, "1", "1.0")  # a PUE of one is the default


class CodeCarbon:
    """Reader of runs; a later delivery adds rows it has not seen."""

    name = "codecarbon"
    source = "codecarbon"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "append"
    required = frozenset({_TIME, _RUN, _PROJECT, _DURATION, _CARBON, _ENERGY})
    columns = required | {_CLOUD, _CLOUD_REGION, _COUNTRY, _VERSION, _MODE, _PUE}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the file, on the day they began; raises BadInput."""
        fields = Fields(raw, self.columns)
        totals = run_totals(fields, run=_RUN, duration=_DURATION, totals=(_ENERGY, _CARBON))
        periods, notes = _periods(fields, totals)
        rows = canonical_rows(
            fields.rows,
            periods
            | _labels(fields)
            | {
                "source": self.source,
                "account": fields.needed_text(_PROJECT),
                "source_row_id": totals.ids,
                "energy_kwh": totals.since_last[_ENERGY],
                "carbon_kgco2e": totals.since_last[_CARBON],
            },
        )
        repeated = totals.repeated.to_pylist().count(True)
        return Reading(
            rows=rows.filter(pc.invert(totals.repeated)),
            rows_in=fields.rows,
            reported={"rows that the file has twice": repeated} if repeated else {},
            notes=notes,
        )


def _periods(fields: Fields, totals: RunTotals) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The day on which what a row adds began, and what is to be said of it."""
    ended = parse_instants(fields[_TIME].required())
    seconds = totals.since_last[_DURATION]
    microseconds: Column = pc.round(pc.multiply(seconds, _MICROSECONDS))
    length = microseconds.cast(pa.int64()).cast(_DAY.type)
    day = pc.floor_temporal(pc.subtract(ended.values, length), unit="day")
    notes: tuple[str, ...] = ()
    if ended.without_zone:
        notes += (f"{ended.without_zone:,} times without a zone were taken as UTC",)
    longer = pc.greater(length, _DAY).to_pylist().count(True)
    if longer:
        notes += (f"{longer:,} rows of more than a day are booked on their first day",)
    return {
        "period_start": day,
        "period_end": pc.add(day, _DAY),
        "granularity": "day",
        "clock_bucket": pc.cast(day, pa.date32()),
    }, notes


def _labels(fields: Fields) -> dict[str, Any]:
    return {
        "meter": "energy",
        "provider": bill_providers(fields.text(_CLOUD)),
        "region": pc.coalesce(fields.text(_CLOUD_REGION), fields.text(_COUNTRY)),
        "project": fields.text(_PROJECT),
        "resource_id": fields.text(_RUN),
        "resource_type": "run",
        "charge_category": "usage",
        "is_correction": False,
        "currency": "USD",  # required of every row; none of them states money
        "cost_origin": "estimated",
        "carbon_method": _method(fields),
    }


def _method(fields: Fields) -> Column:
    """How the figures came about: the program's version, what it tracked, the grid and the PUE."""
    parts = (_VERSION, _MODE, _COUNTRY, _PUE)
    rows = zip(*(fields.text(name).to_pylist() for name in parts), strict=True)
    return pa.array([_written_method(*row) for row in rows], pa.string())


def _written_method(
    version: str | None, mode: str | None, country: str | None, pue: str | None
) -> str:
    said = [f"codecarbon {version}" if version else "codecarbon"]
    said += [mode] if mode else []
    said += [f"grid of {country}"] if country else []
    said += [f"PUE {pue}"] if pue not in _NO_OVERHEAD else []
    return ", ".join(said)


READER = CodeCarbon()
