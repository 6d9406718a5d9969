"""Honest remarks on the answers about some series, the worst first."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from journal.outcomes import Flag
from serving.outlook import Outlook

__all__ = ["STALE_DAYS", "Remarks"]

#: A source that covers nothing of the last days is stale; bills and gateways report daily.
STALE_DAYS = 3
#: A forecaster older than this has missed two weekly cycles of training.
_STALE_FORECASTER_DAYS = 14
#: Window in which usage without a price is worth a remark.
_UNPRICED_DAYS = 28
#: A part of a sum is worth a remark from this share of the sum on.
_MATERIAL_SHARE = 0.05
#: A series has a history of its own from so many seasons on (`training.fit`).
_SUFFICIENT_SEASONS = 4


class Remarks:
    """Flags of one snapshot's series."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._snapshot = outlook.snapshot

    def of(self, rows: NDArray[np.intp]) -> list[Flag]:
        """Flags of the sum of these rows of the panel."""
        flags = [
            self._unknown(rows),
            self._insufficient(rows),
            self._stale_source(rows),
            self._stale_forecaster(),
            self._unpriced(rows),
            self._ended(rows),
            self._provisional(rows),
        ]
        return [flag for flag in flags if flag is not None]

    def _unknown(self, rows: NDArray[np.intp]) -> Flag | None:
        unknown = rows[self._outlook.version_row[rows] < 0]
        if not self._material(unknown, rows):
            return None
        names = ", ".join(self._snapshot.panel.unique_ids[row] for row in unknown)
        return Flag(
            code="degraded",
            reason=f"new since the forecaster was fitted, taken at the recent mean: {names}",
            lifted_by="the next training",
        )

    def _insufficient(self, rows: NDArray[np.intp]) -> Flag | None:
        fitted = self._outlook.version_row[rows]
        known = rows[fitted >= 0]
        version = self._snapshot.forecaster
        short = known[version.insufficient[self._outlook.version_row[known]]]
        if not self._material(short, rows):
            return None
        days = version.history_days[self._outlook.version_row[short]]
        kinds = [_young(int(day), version.season) for day in days]
        named = [
            f"{kind}: {', '.join(self._snapshot.panel.unique_ids[row] for row in chosen)}"
            for kind in dict.fromkeys(kinds)
            if (chosen := [row for row, of in zip(short, kinds, strict=True) if of == kind])
        ]
        return Flag(
            code="insufficient_history",
            reason="; ".join(named),
            lifted_by=f"{_SUFFICIENT_SEASONS * version.season} final days since the first spend",
        )

    def _material(self, part: NDArray[np.intp], rows: NDArray[np.intp]) -> bool:
        """Whether a part carries enough of a sum to be worth a remark."""
        if not len(part):
            return False
        recent = np.abs(self._outlook.known.settled[:, -_UNPRICED_DAYS:])
        whole = float(recent[rows].sum())
        return whole == 0 or float(recent[part].sum()) >= _MATERIAL_SHARE * whole

    def _stale_source(self, rows: NDArray[np.intp]) -> Flag | None:
        used = {pair for row in rows for pair in self._sources.get(self._values(row), ())}
        late = [
            line
            for line in self._snapshot.freshness
            if line.age_days > STALE_DAYS and (line.source, line.account) in used
        ]
        if not late:
            return None
        names = ", ".join(f"{f.source} covers up to {f.covered_through}" for f in late)
        return Flag(code="stale", reason=names, lifted_by="the next delivery of the source")

    def _stale_forecaster(self) -> Flag | None:
        fitted = self._snapshot.forecaster.known_at
        age = np.datetime64(self._snapshot.known_at.replace(tzinfo=None)) - fitted
        if age <= np.timedelta64(_STALE_FORECASTER_DAYS, "D"):
            return None
        reason = f"the forecaster was fitted on the ledger of {str(fitted)[:10]}"
        return Flag(code="stale", reason=reason, lifted_by="a training that passes the gate")

    def _unpriced(self, rows: NDArray[np.intp]) -> Flag | None:
        names = sorted({" / ".join(self._values(r)) for r in rows if self._values(r) in self._free})
        if not names:
            return None
        return Flag(
            code="unpriced",
            reason=f"usage without a price in the last {_UNPRICED_DAYS} days, amounts are floors: "
            + ", ".join(names),
            lifted_by="a price from the source",
        )

    def _ended(self, rows: NDArray[np.intp]) -> Flag | None:
        fitted = self._outlook.version_row[rows]
        if not len(rows) or (fitted < 0).any() or not self._snapshot.forecaster.ended[fitted].all():
            return None
        reason = "the spend has stopped, so nothing is forecast"
        return Flag(code="ended", reason=reason, lifted_by="new spend")

    def _provisional(self, rows: NDArray[np.intp]) -> Flag | None:
        known = self._outlook.known
        waiting = self._snapshot.panel.observed[rows] & ~known.final[rows]
        if not waiting.any():
            return None
        first = known.first_day + timedelta(days=int(np.argmax(waiting.any(axis=0))))
        reason = f"late rows may still change the days from {first} on"
        return Flag(code="provisional", reason=reason, lifted_by="the deliveries of the next days")

    def _values(self, row: int) -> tuple[str, ...]:
        return tuple(self._snapshot.panel.keys[row].values())

    @cached_property
    def _recent(self) -> pa.Table:
        since = self._snapshot.today - timedelta(days=_UNPRICED_DAYS)
        cells = self._snapshot.cells
        return cells.filter(pc.greater_equal(cells["day"], pa.scalar(since, pa.date32())))

    @cached_property
    def _sources(self) -> dict[tuple[str, ...], set[tuple[str, str]]]:
        """Sources and accounts that each series had money from in the ledger."""
        found: dict[tuple[str, ...], set[tuple[str, str]]] = {}
        for values, pair in self._distinct(self._snapshot.cells):
            found.setdefault(values, set()).add(pair)
        return found

    @cached_property
    def _free(self) -> set[tuple[str, ...]]:
        """Series with usage that has no price."""
        unpriced = self._recent.filter(self._recent["is_unpriced"])
        return {values for values, _ in self._distinct(unpriced)}

    def _distinct(self, cells: pa.Table) -> list[tuple[tuple[str, ...], tuple[str, str]]]:
        keys = self._snapshot.panel.keys
        dimensions = list(keys[0].dimensions) if keys else []
        lines = cells.group_by([*dimensions, "source", "account"]).aggregate([]).to_pylist()
        return [
            (tuple(line[name] for name in dimensions), (line["source"], line["account"]))
            for line in lines
        ]


def _young(days: int, season: int) -> str:
    """What a forecast from so few days is, and what would be as good."""
    if not days:
        return "no spend yet, so zero is forecast: practically nothing beats it"
    if days < season:
        return f"fewer than {season} days of history, so their mean is forecast: naive is as good"
    return "too short a history for weights of its own, so those of its siblings count"
