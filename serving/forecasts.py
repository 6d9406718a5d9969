"""Forecast outcomes: points and sums of one series or of the sum of several."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from insights.periods import period_span
from journal.outcomes import Forecast, ForecastPoint, ForecastSum
from ledger.delivery import Span
from ledger.series import SeriesKey
from serving.flags import Remarks
from serving.outlook import Outlook
from serving.problems import InvalidRequest

__all__ = ["DEFAULT_LEVELS", "TOTAL", "ForecastShape", "forecast_of", "shape_of"]

#: P10, P50 and P90: what the finance page shows.
DEFAULT_LEVELS = (0.1, 0.5, 0.9)
#: Name of the sum over everything within a scope.
TOTAL = "total"
_REVISED = "revised by quantities, known prices or the calendar"


@dataclass(frozen=True)
class ForecastShape:
    """What is asked of a forecast: days ahead and quantile levels."""

    horizon_days: int
    levels: tuple[float, ...]


def shape_of(
    outlook: Outlook, horizon_days: int | None, levels: tuple[float, ...] | None
) -> ForecastShape:
    """Check what is asked; None = as far as the forecaster reaches, P10 P50 P90.

    Raises InvalidRequest for a horizon or a level out of range.
    """
    horizon = outlook.reach if horizon_days is None else horizon_days
    if not 1 <= horizon <= outlook.reach:
        raise InvalidRequest(f"1 to {outlook.reach} days", field="horizon_days", got=horizon)
    asked = DEFAULT_LEVELS if levels is None else levels
    rising = all(low < high for low, high in pairwise(asked))
    if not asked or not rising or not asked[0] > 0 or not asked[-1] < 1:
        raise InvalidRequest("increasing levels between 0 and 1", field="levels", got=list(asked))
    return ForecastShape(horizon, asked)


def forecast_of(
    outlook: Outlook,
    remarks: Remarks,
    series: Mapping[str, str],
    rows: NDArray[np.intp],
    shape: ForecastShape,
) -> Forecast:
    """Forecast of the sum of these rows, named by the dimensions they share."""
    snapshot = outlook.snapshot
    fitted = outlook.version_row[rows]
    single = len(rows) == 1 and fitted[0] >= 0
    unhashed = Forecast(
        snapshot=snapshot.id,
        unique_id=SeriesKey(tuple(series.items())).unique_id if series else TOTAL,
        series=dict(series),
        measure=snapshot.panel.measure,
        currency=snapshot.panel.currency,
        vintage=_aware(snapshot.forecaster.known_at),
        points=_points(outlook, rows, shape),
        sums=_sums(outlook, rows, shape),
        flags=remarks.of(rows),
        method=_method(outlook, rows),
        weights=_weights(outlook, int(fitted[0])) if single else None,
        content_hash="",
    )
    content = unhashed.model_dump_json(exclude={"content_hash"}).encode()
    return unhashed.model_copy(update={"content_hash": hashlib.sha256(content).hexdigest()})


def _points(outlook: Outlook, rows: NDArray[np.intp], shape: ForecastShape) -> list[ForecastPoint]:
    daily = outlook.daily(rows)
    bands = np.quantile(daily.paths[:, : shape.horizon_days], shape.levels, axis=0)
    names = [f"{level:g}" for level in shape.levels]
    return [
        ForecastPoint(
            period_start=outlook.snapshot.final_end + timedelta(days=step),
            mean=float(daily.mean[step]),
            quantiles=dict(zip(names, map(float, bands[:, step]), strict=True)),
        )
        for step in range(shape.horizon_days)
    ]


def _sums(outlook: Outlook, rows: NDArray[np.intp], shape: ForecastShape) -> list[ForecastSum]:
    snapshot = outlook.snapshot
    month = period_span("month", snapshot.today)
    first = snapshot.final_end
    spans = {
        "this month": month,
        "next month": period_span("month", month.end),
        "this quarter": period_span("quarter", snapshot.today),
        "horizon": Span(first, first + timedelta(days=shape.horizon_days)),
    }
    return [
        _sum(outlook, rows, label, span, shape.levels)
        for label, span in spans.items()
        if outlook.reaches(span)
    ]


def _sum(
    outlook: Outlook, rows: NDArray[np.intp], label: str, span: Span, levels: tuple[float, ...]
) -> ForecastSum:
    total = outlook.total(rows, span)
    return ForecastSum(
        label=label,
        start=span.start,
        end=span.end,
        actual=total.actual,
        provisional_actual=total.provisional_actual,
        mean=total.mean,
        quantiles=total.quantiles(levels),
    )


def _method(outlook: Outlook, rows: NDArray[np.intp]) -> str:
    said = f"{_pool(outlook, rows)}, intervals from rolling-origin residual paths"
    how = _revised(outlook, rows)
    if len(rows) == 1:
        return f"{how[0]}; {said}" if how else said
    revised = f" ({len(how)} {_REVISED})" if how else ""
    return f"sum of {len(rows)} series{revised}: {said}"


def _pool(outlook: Outlook, rows: NDArray[np.intp]) -> str:
    """What the points come from; within its first season a series is forecast by its mean."""
    version = outlook.snapshot.forecaster
    if len(rows) == 1 and (row := int(outlook.version_row[rows[0]])) >= 0:
        days = int(version.history_days[row])
        if version.insufficient[row] and days < version.season:
            return f"mean of the {days} days there are" if days else "zero before the first spend"
    return f"weighted pool of {len(version.members)} members"


def _revised(outlook: Outlook, rows: NDArray[np.intp]) -> list[str]:
    """What was done to these series besides combining the pool, where something was."""
    table = outlook.snapshot.forecaster.per_series
    fitted = outlook.version_row[rows]
    if "revised" not in table.column_names:  # fitted by an earlier release
        return []
    notes = table["revised"].take(pa.array(fitted[fitted >= 0], pa.int64())).to_pylist()
    return [str(note) for note in notes if note]


def _weights(outlook: Outlook, row: int) -> dict[str, float]:
    version = outlook.snapshot.forecaster
    return dict(zip(version.members, map(float, version.weights[row]), strict=True))


def _aware(time: np.datetime64) -> datetime:
    naive: datetime = time.astype("datetime64[us]").astype(datetime)
    return naive.replace(tzinfo=UTC)
