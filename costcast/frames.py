"""Outcomes as pandas frames, for notebooks: long, tidy, in the field's column names."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from journal.outcomes import Forecast, Outcome

__all__ = ["forecast_frame", "outcome_frame", "sum_frame"]


def forecast_frame(forecasts: Sequence[Forecast]) -> pd.DataFrame:
    """One row per series and day: `unique_id, ds, mean` and a column per quantile ("q0.5")."""
    rows = [
        {"unique_id": forecast.unique_id, "ds": point.period_start, "mean": point.mean}
        | _quantile_columns(point.quantiles)
        for forecast in forecasts
        for point in forecast.points
    ]
    frame = pd.DataFrame(rows)
    if rows:
        frame["ds"] = pd.to_datetime(frame["ds"])
    return frame


def sum_frame(forecasts: Sequence[Forecast]) -> pd.DataFrame:
    """One row per series and asked sum, with what of it is known and the quantiles of the whole."""
    return pd.DataFrame(
        [
            {"unique_id": forecast.unique_id}
            | total.model_dump(exclude={"quantiles"})
            | _quantile_columns(total.quantiles)
            for forecast in forecasts
            for total in forecast.sums
        ]
    )


def outcome_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row per outcome, nested values as they are."""
    return pd.DataFrame([outcome.model_dump() for outcome in outcomes])


def _quantile_columns(quantiles: dict[str, float]) -> dict[str, float]:
    return {f"q{level}": value for level, value in quantiles.items()}
