"""What arrives when: late rows, days and billing periods again, mistakes put right."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from costcast.world import arrival
from costcast.world.build import World
from costcast.world.calendar import DAYS_COUNT, index_of
from costcast.world.deliveries import as_of_totals, write_deliveries
from costcast.world.prices import usd
from costcast.world.truth import series_truth

Rows = list[dict[str, str]]
Delivered = Callable[[str, str], Rows]

MORNINGS = [date(2026, 9, 6) + timedelta(days=days) for days in range(45)]


def _sum(rows: Rows, column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


@pytest.mark.parametrize("morning", MORNINGS[::11], ids=str)
def test_the_gateway_sends_its_last_three_days_again(morning: date, delivered: Delivered) -> None:
    sent = {row["date"] for row in delivered(str(morning), "litellm")}
    assert sent == {str(morning - timedelta(days=days)) for days in (1, 2, 3)}


@pytest.mark.parametrize("morning", MORNINGS, ids=str)
def test_the_bill_sends_open_periods_and_five_days_long_closed_ones(
    morning: date, delivered: Delivered
) -> None:
    sent = {row["BillingPeriodStart"][:10] for row in delivered(str(morning), "focus")}
    month = morning.replace(day=1)
    wanted = {str(month)} if morning.day > 1 else set()
    if morning.day <= 5:
        wanted.add(str((month - timedelta(days=1)).replace(day=1)))
    assert sent == wanted


def test_days_arrive_late_by_the_stated_shares(delivered: Delivered) -> None:
    amounts: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for morning in MORNINGS:
        for source, day_column, column in (
            ("litellm", "date", "spend"),
            ("focus", "ChargePeriodStart", "ConsumedQuantity"),
        ):
            sent = delivered(str(morning), source)
            for age in (1, 2, 3):
                day = str(morning - timedelta(days=age))
                rows = [
                    row
                    for row in sent
                    if row[day_column][:10] == day and row[column] and not row.get("ChargeClass")
                ]
                if rows:
                    amounts[f"{source} {day}"][age] = _sum(rows, column)
    for source, (first, second) in {"litellm": (0.85, 0.97), "focus": (0.60, 0.92)}.items():
        whole = [a for name, a in amounts.items() if name.startswith(source) and len(a) == 3]
        assert len(whole) > 30
        assert np.mean([float(a[1] / a[3]) for a in whole]) == pytest.approx(first, abs=0.04)
        assert np.mean([float(a[2] / a[3]) for a in whole]) == pytest.approx(second, abs=0.03)
        assert all(a[1] <= a[2] <= a[3] for a in whole)


def test_arrived_parts_never_fall_and_end_whole() -> None:
    final = np.arange(DAYS_COUNT, dtype=np.int64) * 7
    parts = arrival.arrived(final, arrival.shares(5, arrival.BILL, "a row"))
    assert (np.diff(parts, axis=0) >= 0).all()
    assert np.array_equal(parts[arrival.FINAL], final)


def test_the_correction_is_a_row_of_october_from_the_ninth_on(delivered: Delivered) -> None:
    for morning in MORNINGS:
        found = [row for row in delivered(str(morning), "focus") if row["ChargeClass"]]
        if morning < date(2026, 10, 9):
            assert found == []
            continue
        (row,) = found
        assert row["ChargeClass"] == "Correction"
        assert row["BillingPeriodStart"] == "2026-10-01T00:00:00Z"
        assert row["ChargePeriodStart"] == "2026-09-12T00:00:00Z"
        assert Decimal(row["EffectiveCost"]) < 0


def test_double_billing_is_put_right_inside_the_open_period(delivered: Delivered) -> None:
    def hours(morning: str) -> Decimal:
        rows = delivered(morning, "focus")
        return _sum(
            [
                row
                for row in rows
                if row["ResourceName"] == "pricing-endpoint"
                and row["ChargePeriodStart"].startswith("2026-09-09")
            ],
            "ConsumedQuantity",
        )

    assert hours("2026-09-14") == 2 * hours("2026-09-15")


def test_demand_of_the_last_word_is_the_truth_of_every_series(world: World, tmp_path: Path) -> None:
    """Mass: everything a base delivery says, series by series, to the last digit."""
    told: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    rest = Decimal(0)
    bill, log = Decimal(0), Decimal(0)
    files = write_deliveries(world, tmp_path, daily_days=0)
    for file in files:
        with gzip.open(file.path, "rt", encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                if file.source == "litellm":
                    log += Decimal(row["spend"])
                    told[row["team_id"], row["model_group"]] += Decimal(row["spend"])
                    continue
                bill += Decimal(row["EffectiveCost"])
                tags = json.loads(row["Tags"] or "{}")
                if row["ChargeCategory"] != "Usage" or row["CommitmentDiscountStatus"] == "Unused":
                    rest += Decimal(row["EffectiveCost"])
                else:
                    name = tags.get("team", "unallocated"), tags.get("model", "(none)")
                    told[name] += Decimal(row["EffectiveCost"])
    # The last two days have not arrived whole: compare what arrives late in final numbers.
    recent = slice(index_of(date(2026, 10, 18)), None)
    for truth in series_truth(world):
        name = truth.key["team"], truth.key["model"]
        late = usd(int(truth.cost[recent].sum()))
        missing = usd(int(truth.cost.sum())) - told.pop(name)
        assert Decimal(0) <= missing <= late
    assert told == {}
    totals = as_of_totals(files, datetime(2026, 10, 20, 6, tzinfo=UTC))
    assert usd(totals["focus"].effective) == bill
    assert usd(totals["litellm"].effective) == log
    assert rest > 0
    assert as_of_totals(files, datetime(2026, 10, 20, 4, tzinfo=UTC)) == {}
