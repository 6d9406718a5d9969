"""The tables of a night: flat, equal as Parquet and CSV, and there even when nothing was found."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from costcast.frames import forecast_frame, sum_frame
from costcast.night_tables import forecast_rows, write_outcomes, write_table
from journal.outcomes import Anomaly, Flag, Forecast, ForecastPoint, ForecastSum

FORECAST = Forecast(
    snapshot="s",
    unique_id="team=ads/model=gpt-5",
    series={"team": "ads", "model": "gpt-5"},
    measure="effective_cost",
    currency="USD",
    vintage=datetime(2026, 10, 20, 6, tzinfo=UTC),
    points=[
        ForecastPoint(period_start=date(2026, 10, day), mean=2.0 * day, quantiles={"0.5": day})
        for day in (20, 21)
    ],
    sums=[
        ForecastSum(
            label="this month",
            start=date(2026, 10, 1),
            end=date(2026, 11, 1),
            actual=30.0,
            provisional_actual=1.0,
            mean=112.0,
            quantiles={"0.5": 71.0},
        )
    ],
    flags=[],
    method="pool",
    weights=None,
    content_hash="h",
)
ANOMALY = Anomaly(
    snapshot="s",
    unique_id="team=ads/model=gpt-5",
    series={"team": "ads", "model": "gpt-5"},
    period_start=date(2026, 10, 1),
    actual=5.0,
    expected=None,
    lower=None,
    upper=None,
    impact=None,
    currency="USD",
    score=None,
    p_value=None,
    alert=True,
    flags=[Flag(code="degraded", reason="r", lifted_by="l")],
)


def test_every_forecast_day_is_a_row(tmp_path: Path) -> None:
    table = forecast_rows([FORECAST])
    write_table(table, tmp_path, "forecast")
    assert pq.read_table(tmp_path / "forecast.parquet").to_pylist() == table.to_pylist()
    assert [(row["ds"], row["mean"], row["q0.5"]) for row in table.to_pylist()] == [
        (date(2026, 10, 20), 40.0, 20.0),
        (date(2026, 10, 21), 42.0, 21.0),
    ]


def test_nested_values_are_json_text(tmp_path: Path) -> None:
    write_outcomes([ANOMALY], Anomaly, tmp_path, "anomalies")
    with (tmp_path / "anomalies.csv").open(newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert json.loads(row["series"]) == {"team": "ads", "model": "gpt-5"}
    assert json.loads(row["flags"])[0]["code"] == "degraded"
    assert row["expected"] == ""


def test_nothing_found_leaves_a_table_with_its_header(tmp_path: Path) -> None:
    write_outcomes([], Anomaly, tmp_path, "anomalies")
    assert pq.read_table(tmp_path / "anomalies.parquet").column_names == list(Anomaly.model_fields)
    header = (tmp_path / "anomalies.csv").read_text().splitlines()
    assert len(header) == 1
    assert "unique_id" in header[0]


def test_frames_are_tidy() -> None:
    days = forecast_frame([FORECAST])
    assert list(days.columns) == ["unique_id", "ds", "mean", "q0.5"]
    assert days["ds"].dtype.kind == "M"
    sums = sum_frame([FORECAST])
    assert sums.loc[0, "q0.5"] == 71.0
    assert sums.loc[0, "label"] == "this month"
    assert forecast_frame([]).empty
