"""The tables a night leaves behind: forecast, budgets, anomalies, finance; Parquet and CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from journal.outcomes import Forecast, Outcome

__all__ = ["forecast_rows", "write_outcomes", "write_table"]


def forecast_rows(forecasts: Sequence[Forecast]) -> pa.Table:
    """Every published forecast day: `snapshot, vintage, unique_id, ds, mean, q0.1, ...`."""
    return pa.Table.from_pylist(
        [
            {
                "snapshot": forecast.snapshot,
                "vintage": forecast.vintage,
                "unique_id": forecast.unique_id,
                "ds": point.period_start,
                "mean": point.mean,
            }
            | {f"q{level}": value for level, value in point.quantiles.items()}
            for forecast in forecasts
            for point in forecast.points
        ]
    )


def write_table(table: pa.Table, folder: Path, name: str) -> None:
    """Write `name.parquet` and `name.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / f"{name}.parquet")
    pa_csv.write_csv(table, folder / f"{name}.csv")


def write_outcomes(rows: Sequence[Outcome], kind: type[Outcome], folder: Path, name: str) -> None:
    """Write outcomes of one kind; nested values become JSON text, no rows leave the header."""
    columns = list(kind.model_fields)
    flat = [_flat(row) for row in rows]
    values = {column: [row[column] for row in flat] for column in columns}
    write_table(pa.table(values), folder, name)


def _flat(row: Outcome) -> dict[str, Any]:
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row.model_dump(mode="json").items()
    }
