"""Usage facts of a snapshot, found by series and days without looking through all of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.delivery import Span
from ledger.demand import is_demand_line
from ledger.series import SeriesKey

__all__ = ["MOST_ROWS", "FactIndex", "facts_table"]

#: A snapshot keeps no more lines than this: a worker holds them in memory, 0.2 kB each.
MOST_ROWS = 2_000_000


class FactIndex:
    """Demand in usage facts, sorted by team, model and day (`ledger.usage_facts` writes it so)."""

    def __init__(self, facts: pa.Table) -> None:
        self._table = facts.filter(is_demand_line(facts)).combine_chunks()
        self._days = self._table["day"].to_numpy().astype("datetime64[D]")
        counted = self._table["requests"].cast(pa.float64()).to_numpy()
        self._requests: NDArray[np.float64] = np.nan_to_num(counted)
        self._slices = _slices(self._table)
        self._of_team: dict[str, list[SeriesKey]] = {}
        for key in self._slices:
            self._of_team.setdefault(key["team"], []).append(key)

    def of_team(self, team: str) -> list[SeriesKey]:
        """Series of a team that have facts, in order."""
        return self._of_team.get(team, [])

    @property
    def span(self) -> Span | None:
        """Days from the first to the last with facts."""
        if not len(self._days):
            return None
        first, last = self._days.min().item(), self._days.max().item()
        return Span(first, last + timedelta(days=1))

    def rows(self, keys: Collection[SeriesKey], start: date, end: date) -> list[dict[str, Any]]:
        """Lines of these series on the days `[start, end)`."""
        found: list[dict[str, Any]] = []
        for key in keys:
            part = self._part(key, start, end)
            found += self._table.slice(part.start, part.stop - part.start).to_pylist()
        return found

    def requests(self, key: SeriesKey, start: date, end: date) -> float:
        """Requests of a series on the days `[start, end)`; 0 where nobody counts them."""
        return float(self._requests[self._part(key, start, end)].sum())

    def _part(self, key: SeriesKey, start: date, end: date) -> slice:
        whole = self._slices.get(key)
        if whole is None:
            return slice(0, 0)
        own = self._days[whole]
        first, last = np.searchsorted(own, np.array([start, end], dtype="datetime64[D]"))
        return slice(whole.start + int(first), whole.start + int(last))


def _slices(table: pa.Table) -> dict[SeriesKey, slice]:
    """Where the lines of each series are."""
    if not table.num_rows:
        return {}
    codes = []
    for name in ("team", "model"):
        column = table[name].combine_chunks()
        encoded: Any = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        codes.append(encoded.indices.to_numpy().astype(np.int64))
    changes = (np.diff(codes[0]) != 0) | (np.diff(codes[1]) != 0)
    edges = np.concatenate([[0], np.flatnonzero(changes) + 1, [table.num_rows]])
    firsts = table.select(["team", "model"]).take(pa.array(edges[:-1])).to_pylist()
    return {
        SeriesKey.of(team=first["team"], model=first["model"]): slice(int(low), int(high))
        for first, low, high in zip(firsts, edges[:-1], edges[1:], strict=True)
    }


def facts_table(facts: pa.Table) -> pa.Table:
    """The table as a snapshot stores it: text once per distinct value, the newest days that fit."""
    if facts.num_rows > MOST_ROWS:
        days = facts["day"].to_numpy().astype("datetime64[D]")
        oldest = np.sort(days)[-MOST_ROWS]
        # The whole day that the limit falls into is left out: half a day would be no day.
        facts = facts.filter(pa.array(days > oldest))
    columns: dict[str, Any] = {
        field.name: facts[field.name].dictionary_encode()
        if field.type == pa.string()
        else facts[field.name]
        for field in facts.schema
    }
    return pa.table(columns)
