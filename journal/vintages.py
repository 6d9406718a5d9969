"""Vintages: every forecast that was published, appended and never rewritten.

The accuracy of Costcast is computed from what it said, not from what it would say today.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake

from ledger.delta import open_if_exists, quoted, read
from ledger.problems import BadInput
from ledger.schema import UTC

__all__ = ["FORMAT_VERSION", "VINTAGES", "append_vintage", "read_vintages"]


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in columns.items()])


#: Version of the stored table; a newer one on disk is refused.
FORMAT_VERSION = 1
#: What every row has; beside it one column `q<level>` ("q0.1") per published quantile.
VINTAGES: pa.Schema = _schema(
    snapshot=pa.string(),
    vintage=UTC,  # T of the view the forecaster was fitted on
    unique_id=pa.string(),
    ds=pa.date32(),  # the forecast day
    mean=pa.float64(),
)

_QUANTILE = re.compile(r"q0?\.\d+")
# The table says its format in its own metadata: no side file can get lost.
_DESCRIPTION = "Costcast vintages, format "


def append_vintage(uri: str, forecasts: pa.Table) -> int:
    """Append the forecasts of a snapshot; returns how many rows were new.

    A snapshot that is there already is left alone, so a night that is run again changes nothing.
    The append is one atomic commit: killed before it, nothing is there. One writer at a time.
    Levels not published before become new columns, null in the older rows.

    Parameters
    ----------
    uri
        Folder or object-store address of the table, made when absent.
    forecasts
        Columns of `VINTAGES` and at least one `q<level>`; (snapshot, unique_id, ds) is unique.
        No rows are no change. Raises ValueError for other columns, nulls or repeated rows.
    """
    if not forecasts.num_rows:
        return 0
    rows = _checked(forecasts)
    table = _open(uri)
    if table is not None:
        rows = rows.filter(pc.invert(pc.is_in(rows["snapshot"], value_set=_known(table, rows))))
    if rows.num_rows:
        write_deltalake(
            uri,
            rows,
            mode="append",
            schema_mode="merge",
            description=f"{_DESCRIPTION}{FORMAT_VERSION}",
        )
    return rows.num_rows


def read_vintages(uri: str) -> pa.Table:
    """Every published forecast, sorted by vintage, snapshot, series and day; none: no rows."""
    table = _open(uri)
    if table is None:
        return VINTAGES.empty_table()
    stored = read(table)
    rows = stored.cast(_with_levels(stored.column_names[len(VINTAGES) :]))
    order: tuple[str, ...] = ("vintage", "snapshot", "unique_id", "ds")
    return rows.sort_by([(name, "ascending") for name in order])


def _open(uri: str) -> DeltaTable | None:
    table = open_if_exists(uri)
    if table is None:
        return None
    description = table.metadata().description or ""
    version = description.removeprefix(_DESCRIPTION)
    if not description.startswith(_DESCRIPTION) or not version.isdecimal():
        raise BadInput("a table of Costcast vintages", file=uri, got=description)
    if int(version) > FORMAT_VERSION:
        upgrade = f"format {FORMAT_VERSION} or older: pip install --upgrade costcast"
        raise BadInput(upgrade, file=uri, got=int(version))
    return table


def _checked(forecasts: pa.Table) -> pa.Table:
    """The forecasts in the stored types: required columns first, then the quantiles."""
    names = forecasts.column_names
    levels = sorted((name for name in names if _QUANTILE.fullmatch(name)), key=_level)
    if sorted(names) != sorted([*VINTAGES.names, *levels]) or not levels:
        wanted = f"the columns {', '.join(VINTAGES.names)} and quantiles such as q0.1"
        raise ValueError(f"got the columns {', '.join(names)}, wanted {wanted}")
    schema = _with_levels(levels)
    rows = forecasts.select(schema.names).cast(schema)
    for name in schema.names:
        if rows[name].null_count or (rows[name].type == pa.float64() and _has_nan(rows[name])):
            raise ValueError(f"got a missing {name}, wanted a value in every row")
    cells = rows.group_by(["snapshot", "unique_id", "ds"]).aggregate([]).num_rows
    if cells != rows.num_rows:
        repeated = rows.num_rows - cells
        raise ValueError(f"got {repeated} rows of days already there, wanted one row a day")
    return rows


def _with_levels(levels: Sequence[str]) -> pa.Schema:
    schema = VINTAGES
    for name in levels:
        schema = schema.append(pa.field(name, pa.float64()))
    return schema


def _known(table: DeltaTable, rows: pa.Table) -> pa.StringArray:
    """Those snapshots of the rows that the table has."""
    asked = ", ".join(quoted(str(name)) for name in rows["snapshot"].unique().to_pylist())
    found = read(table, columns=["snapshot"], where=f"snapshot IN ({asked})")
    return pa.array(sorted({str(name) for name in found["snapshot"].to_pylist()}), pa.string())


def _level(column: str) -> float:
    return float(column[1:])


def _has_nan(column: pa.ChunkedArray[pa.DoubleScalar]) -> bool:
    return bool(pc.any(pc.is_nan(column)).as_py())
