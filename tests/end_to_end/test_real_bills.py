"""Real exports, unchanged, through the whole path: every row and every cent accounted for."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from costcast.books import Books, open_books
from costcast.nightly import ingest_into, publish_books, train_on
from costcast.settings import Settings
from ledger.schema import MONEY_SCALE
from ledger.scope import Scope
from serving.engine import Engine
from serving.snapshot import open_current

pytestmark = pytest.mark.datasets

BINDER = """
source = "binder"
zone = "UTC"
currency = "USD"
extent = ["binder"]

[columns]
period_start = "ds"
effective_cost = "y"
project = "project"
raw_model = "service"
sku_id = "sku"

[constants]
provider = "gcp"
account = "binder"
"""


def test_the_focus_sample_is_ingested_unchanged(datasets: Path, tmp_path: Path) -> None:
    path = datasets / "raw" / "focus_1.0_sample_1000.csv"
    settings = Settings(state=tmp_path, reference=tmp_path / "reference")
    (report,) = ingest_into(settings, [path], now=datetime(2024, 11, 1, tzinfo=UTC))
    assert report.status == "published", report.error
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert report.rows_in == len(rows) == report.rows_kept + sum(report.reported.values())
    delivery = report.delivery
    assert delivery is not None
    quantum = Decimal(1).scaleb(-MONEY_SCALE)
    for field, name in (("EffectiveCost", "effective_cost"), ("BilledCost", "billed_cost")):
        total = sum((Decimal(row[field]) for row in rows), Decimal(0))
        assert delivery.sums[f"{name} USD"] == total.quantize(quantum) == total
    books = open_books(settings, datetime(2024, 11, 2, tzinfo=UTC))
    cells = sum(filter(None, books.cells["effective_cost"].to_pylist()), Decimal(0))
    assert cells == sum((Decimal(row["EffectiveCost"]) for row in rows), Decimal(0))


@pytest.fixture(scope="module")
def binder(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Books]:
    folder = tmp_path_factory.mktemp("binder")
    (folder / "mapping.toml").write_text(BINDER)
    (folder / "reference").mkdir()
    (folder / "reference" / "allocation.toml").write_text(
        '[[rule]]\nname = "project"\nteam_from = "project"\n'
    )
    settings = Settings(
        state=folder / "state", reference=folder / "reference", horizon_days=28, workers=1
    )
    now = datetime(2018, 6, 18, 6, tzinfo=UTC)
    (report,) = ingest_into(
        settings,
        [datasets / "mybinder_bill_sku_daily.parquet"],
        now=now,
        mapping=folder / "mapping.toml",
        delivered_at=now,
    )
    assert report.status == "published", report.error
    assert report.rows_in == report.rows_kept + sum(report.reported.values())
    return settings, open_books(settings, now)


def test_a_generic_export_is_forecast_per_project_and_service(
    binder: tuple[Settings, Books],
) -> None:
    settings, books = binder
    train_on(settings, books)
    publish_books(settings, books)
    forecasts = Engine(open_current(settings.published)).forecast(
        Scope.everything(), group_by=("team", "model"), horizon_days=28
    )
    keys = {tuple(forecast.series.values()) for forecast in forecasts}
    assert ("binder-prod", "compute-engine") in keys
    assert ("binder-staging", "compute-engine") in keys
    for forecast in forecasts:
        assert len(forecast.points) == 28
        means = [point.mean for point in forecast.points]
        assert np.isfinite(means).all()
        assert min(means) >= 0


def test_a_missing_day_is_missing_and_a_covered_day_without_rows_is_zero(
    binder: tuple[Settings, Books],
) -> None:
    panel = binder[1].panel
    day = int(np.searchsorted(panel.periods, np.datetime64("2018-02-03")))
    assert not panel.observed[:, day].any()
    assert panel.observed[:, day - 1].all()
