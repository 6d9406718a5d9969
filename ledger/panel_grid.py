"""The grid under a panel: series, days, who contributed, what they cover and how much has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.groups import sum_by, texts
from ledger.view import Covered

__all__ = ["Grid", "LagCurve", "completeness", "grid_of", "observed"]


class LagCurve(Protocol):
    """How fast the amounts of a source arrive (`ledger.arrival`)."""

    def completeness(self, day: date, as_of: datetime) -> float | None:
        """Share of the final amount of a day that has arrived; None = not measured."""
        ...


@dataclass(frozen=True)
class Grid:
    """N series over T days, with C contributors.

    Parameters
    ----------
    series
        [N] values of the dimensions, sorted.
    days
        [T] datetime64[D], consecutive: from the first day of demand to the last day that a
        contributor covers.
    contributors
        [C] (source, account).
    weight
        [N, C] share of each contributor in the absolute amount of a series; rows sum to 1.
    contributes
        [N, C] whether it ever had a row of the series.
    covers
        [C, T] whether a contributor covers a day.
    begun
        [C, T] whether a contributor has begun to report by a day.
    """

    series: tuple[tuple[str, ...], ...]
    days: NDArray[np.datetime64]
    contributors: tuple[tuple[str, str], ...]
    weight: NDArray[np.float64]
    contributes: NDArray[np.bool_]
    covers: NDArray[np.bool_]
    begun: NDArray[np.bool_]

    def rows_of(self, table: pa.Table, dimensions: Sequence[str]) -> NDArray[np.intp]:
        """[R] series of each row of a table with the dimensions' columns."""
        position = {values: number for number, values in enumerate(self.series)}
        values = zip(*(texts(table[name]) for name in dimensions), strict=True)
        return np.array([position[row] for row in values], dtype=np.intp)

    def columns_of(self, table: pa.Table) -> NDArray[np.int64]:
        """[R] day of each row of a table with the column `day`; may lie outside the grid."""
        days = np.asarray(table["day"].to_numpy(), dtype="datetime64[D]")
        start = self.days[0] if len(self.days) else np.datetime64(0, "D")
        return (days - start).astype(np.int64)


def grid_of(
    demand: pa.Table, covered: Sequence[Covered], *, measure: str, dimensions: Sequence[str]
) -> Grid:
    """Grid of the demand cells, none of which is null in `measure`."""
    sums = sum_by(demand, [*dimensions, "source", "account", "day"], [measure])
    keys = list(zip(*(texts(sums[name]) for name in dimensions), strict=True))
    sources: list[tuple[str, str]] = list(
        zip(texts(sums["source"]), texts(sums["account"]), strict=True)
    )
    series, contributors = sorted(set(keys)), sorted(set(sources))
    row = {key: number for number, key in enumerate(series)}
    column = {source: number for number, source in enumerate(contributors)}
    at = ([row[key] for key in keys], [column[source] for source in sources])
    contributes = np.zeros((len(series), len(contributors)), dtype=bool)
    contributes[at] = True
    amount = np.zeros(contributes.shape)
    np.add.at(amount, at, np.abs(sums[measure].cast(pa.float64()).to_numpy()))
    # A series of zeros only is weighed evenly.
    amount = np.where(amount.sum(axis=1, keepdims=True) > 0, amount, contributes)
    spans = {
        source: [span for c in covered if (c.source, c.account) == source for span in c.spans]
        for source in contributors
    }
    days = _days(sums, [span.end for own in spans.values() for span in own])
    covers = np.zeros((len(contributors), len(days)), dtype=bool)
    begun = np.zeros_like(covers)
    for number, source in enumerate(contributors):
        for span in spans[source]:
            start, end = np.datetime64(span.start, "D"), np.datetime64(span.end, "D")
            covers[number] |= (start <= days) & (days < end)
            begun[number] |= start <= days
    return Grid(
        series=tuple(series),
        days=days,
        contributors=tuple(contributors),
        weight=amount / amount.sum(axis=1, keepdims=True),
        contributes=contributes,
        covers=covers,
        begun=begun,
    )


def observed(grid: Grid) -> NDArray[np.bool_]:
    """[N, T] whether all contributors that have begun cover the day, and one has begun."""
    silent = grid.contributes.astype(int) @ (grid.begun & ~grid.covers).astype(int) > 0
    started = grid.contributes.astype(int) @ grid.begun.astype(int) > 0
    return np.asarray(started & ~silent, dtype=bool)


def completeness(
    grid: Grid, curves: Mapping[str, LagCurve], as_of: datetime
) -> NDArray[np.float64]:
    """[N, T] share of the final amount that has arrived, weighed over measured contributors.

    NaN where no contributor of the series is measured.
    """
    share = np.full(grid.covers.shape, np.nan)
    dates: list[date] = grid.days.tolist()
    for number, (source, _) in enumerate(grid.contributors):
        if source in curves:
            found = [curves[source].completeness(day, as_of) for day in dates]
            share[number] = [np.nan if value is None else value for value in found]
    measured = grid.weight @ np.isfinite(share)
    arrived = grid.weight @ np.nan_to_num(share)
    known: NDArray[np.float64] = np.divide(
        arrived, measured, out=np.full_like(arrived, np.nan), where=measured > 0
    )
    return known


def _days(sums: pa.Table, ends: Sequence[date]) -> NDArray[np.datetime64]:
    """[T] from the first day of demand to the day before the last end."""
    if not sums.num_rows or not ends:
        return np.array([], dtype="datetime64[D]")
    first = np.asarray(sums["day"].to_numpy(), dtype="datetime64[D]").min()
    end = max(np.datetime64(max(ends), "D"), first)
    return np.asarray(np.arange(first, end), dtype="datetime64[D]")
