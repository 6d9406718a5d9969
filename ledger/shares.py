"""Groups handed to their teams: what belongs to several is split, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.allocation import Assignment
from ledger.groups import COUNTS, MONEY_COLUMNS
from ledger.money import QUANTUM, split

__all__ = ["share_out", "split_count"]


def split_count(count: int, shares: Sequence[Decimal]) -> list[int]:
    """Whole parts of a non-negative count in proportion to shares, by the largest remainder.

    >>> split_count(10, [Decimal(1), Decimal(2)])
    [3, 7]
    """
    return [int(part / QUANTUM) for part in split(count * QUANTUM, shares)]


def share_out(
    groups: pa.Table, assignments: Sequence[Assignment], *, further: Sequence[str] = ()
) -> pa.Table:
    """The groups with columns `team` and `use_case` instead of `assignment`.

    `assignment` [R] numbers the assignments. A group of several teams becomes one row per team;
    money and counts are split by the largest remainder, so the parts sum to the whole exactly.
    `further` names more columns of decimals or counts to split like that.
    """
    split_up = [len(assignment.shares) > 1 for assignment in assignments]
    which = np.asarray(groups["assignment"].to_numpy(), dtype=np.intp)
    shared = pa.array(np.array(split_up, dtype=bool)[which], pa.bool_())
    single, several = groups.filter(pc.invert(shared)), groups.filter(shared)
    return pa.concat_tables([_owned(single, assignments), *_parts(several, assignments, further)])


def _owned(groups: pa.Table, assignments: Sequence[Assignment], part: int = 0) -> pa.Table:
    """Groups under the team of the given part."""
    teams = [a.shares[part][0] if part < len(a.shares) else "" for a in assignments]
    numbers = groups["assignment"]
    return (
        groups.drop_columns(["assignment"])
        .append_column("team", pa.array(teams, pa.string()).take(numbers.combine_chunks()))
        .append_column(
            "use_case",
            pa.array([a.use_case for a in assignments], pa.string()).take(numbers.combine_chunks()),
        )
    )


def _parts(
    groups: pa.Table, assignments: Sequence[Assignment], further: Sequence[str]
) -> list[pa.Table]:
    """One table per assignment and team of the groups that several teams share."""
    tables = []
    for number in np.unique(groups["assignment"].to_numpy()).tolist():
        own = groups.filter(pc.equal(groups["assignment"], pa.scalar(number)))
        shares = [share for _, share in assignments[number].shares]
        whole = (*MONEY_COLUMNS, *COUNTS, *further)
        columns = {name: _split_column(own[name], shares) for name in whole}
        hours = own["gpu_hours"]
        columns["gpu_hours"] = [pc.multiply(hours, float(share)) for share in shares]
        for part in range(len(shares)):
            table = own
            for name, parts in columns.items():
                table = table.set_column(table.schema.get_field_index(name), name, parts[part])
            tables.append(_owned(table, assignments, part))
    return tables


def _split_column(
    column: pa.ChunkedArray[Any], shares: Sequence[Decimal]
) -> list[pa.Array[Any] | pa.ChunkedArray[Any]]:
    """Column of each part; null stays null."""
    nothing = [None] * len(shares)
    is_money = pa.types.is_decimal(column.type)
    rows: list[Sequence[Decimal | int | None]] = []
    for value in column.to_pylist():
        if value is None:
            rows.append(nothing)
        else:
            rows.append(split(value, shares) if is_money else split_count(value, shares))
    return [pa.array([row[part] for row in rows], column.type) for part in range(len(shares))]
