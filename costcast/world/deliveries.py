"""Write what the sources delivered: one large base delivery, then a small one every morning."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from costcast.world import focus_rows, gateway_log
from costcast.world.build import World
from costcast.world.calendar import (
    FIRST_DAY,
    LAST_DAY,
    LAST_DELIVERY,
    delivered_at,
    month_after,
    month_of,
)
from costcast.world.gateway_log import KeyLog
from costcast.world.statement import CLOSED_DAYS, statement

__all__ = ["FOCUS_FILE", "GATEWAY_FILE", "Amount", "Written", "as_of_totals", "write_deliveries"]

GATEWAY_FILE = "litellm_daily_team_spend.csv.gz"
FOCUS_FILE = "focus.csv.gz"
#: Compression level, fixed because the bytes are committed.
_LEVEL = 9


@dataclass
class Amount:
    """Rows and exact pico-dollars."""

    rows: int = 0
    effective: int = 0
    billed: int = 0

    def add(self, effective: int, billed: int, rows: int = 1) -> None:
        """Count one row, or the rows of another amount."""
        self.rows += rows
        self.effective += effective
        self.billed += billed


@dataclass(frozen=True)
class Written:
    """One written file: `amounts` by what a later delivery replaces.

    That is a usage day of the source "litellm", a billing period of the source "focus".
    """

    source: str
    path: Path
    delivered_at: datetime
    amounts: dict[date, Amount] = field(default_factory=dict)

    def count(self, bucket: date, effective: int, billed: int) -> None:
        """Add a row to its bucket."""
        self.amounts.setdefault(bucket, Amount()).add(effective, billed)


def write_deliveries(world: World, folder: Path, *, daily_days: int = 45) -> tuple[Written, ...]:
    """Write the base delivery and the last `daily_days` mornings below `folder`.

    The files are `folder/delivered=<time>/litellm_daily_team_spend.csv.gz` and `.../focus.csv.gz`;
    with 0 daily days everything is in the base, as known on the last morning.
    """
    logs = gateway_log.key_logs(world.seed, world.traffic)
    base = LAST_DELIVERY - timedelta(days=daily_days)
    written = []
    for number in range(daily_days + 1):
        morning = base + timedelta(days=number)
        first = FIRST_DAY if number == 0 else morning - timedelta(days=gateway_log.DAYS_AGAIN)
        months = _months(morning, everything=number == 0)
        place = folder / f"delivered={delivered_at(morning):%Y-%m-%dT%H-%M-%SZ}"
        place.mkdir(parents=True, exist_ok=True)
        written.append(_write_gateway(logs, first, morning, place / GATEWAY_FILE))
        written.append(_write_bill(world, months, morning, place / FOCUS_FILE))
    return tuple(written)


def as_of_totals(written: Iterable[Written], as_of: datetime) -> dict[str, Amount]:
    """What each source's latest deliveries by T amount to: the right total of a view as of T."""
    latest: dict[tuple[str, date], Amount] = {}
    for file in sorted(written, key=lambda file: file.delivered_at):
        if file.delivered_at <= as_of:
            latest |= {(file.source, bucket): amount for bucket, amount in file.amounts.items()}
    totals: dict[str, Amount] = {}
    for (source, _), amount in latest.items():
        total = totals.setdefault(source, Amount())
        total.add(amount.effective, amount.billed, amount.rows)
    return totals


def _months(morning: date, *, everything: bool) -> list[date]:
    """Billing periods in the delivery of a morning: the open one, and the last a while longer."""
    month = month_of(morning)
    before = month_of(month - timedelta(days=1))
    months = [month] if morning.day > 1 else []
    if everything:
        months = []
        oldest = month_of(FIRST_DAY)
        while oldest <= month_of(morning - timedelta(days=1)):
            months.append(oldest)
            oldest = month_after(oldest)
    elif (morning - month).days < CLOSED_DAYS:
        months.insert(0, before)
    return months


def _write_gateway(logs: Sequence[KeyLog], first: date, morning: date, path: Path) -> Written:
    file = Written("litellm", path, delivered_at(morning))
    rows = []
    day = first
    while day < morning and day <= LAST_DAY:
        for row, spend in gateway_log.rows_of_day(logs, day, morning):
            rows.append(row)
            file.count(day, spend, spend)
        day += timedelta(days=1)
    _write(path, gateway_log.COLUMNS, rows)
    return file


def _write_bill(world: World, months: Iterable[date], morning: date, path: Path) -> Written:
    file = Written("focus", path, delivered_at(morning))
    rows = []
    for month in months:
        for charge in statement(world.bill, month, morning):
            rows.append([charge.row.get(column, "") for column in focus_rows.COLUMNS])
            file.count(month, charge.effective, charge.billed)
    _write(path, focus_rows.COLUMNS, rows)
    return file


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Gzipped CSV without a time stamp or a name in it: equal rows, equal bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=_LEVEL, mtime=0))
