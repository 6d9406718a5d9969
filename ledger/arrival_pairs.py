"""What showed for a day at each earlier delivery, against what shows for it now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb
import pyarrow as pa

from ledger.delivery import Delivery
from ledger.schema import UTC
from ledger.store import Ledger
from ledger.view import spoken_of
from ledger.visible import Showing, delivery_order, shown_over_time

__all__ = ["LONGEST_LAG", "Shown", "amounts_shown"]

#: A bill repeats a month until about two weeks after its end: days up to this age are compared.
LONGEST_LAG = 45
#: Only deliveries of this many days back tell how a source arrives today.
WINDOW_DAYS = 90


@dataclass(frozen=True)
class Shown:
    """Usage of a source on a day, in one currency: as of `seen_at`, and as of now (`final`)."""

    source: str
    day: date
    seen_at: datetime
    amount: Decimal
    final: Decimal


def amounts_shown(ledger: Ledger, known: Sequence[Delivery]) -> list[Shown]:
    """Every pair of a recent delivery time and a day of at most `LONGEST_LAG` days before it.

    Parameters
    ----------
    known
        Deliveries known at T, in the order of delivery; "now" is after the last of them. A day
        counts from when the source first covered it; covered without a row is an amount of zero.
    """
    if not known:
        return []
    since = known[-1].delivered_at - timedelta(days=WINDOW_DAYS)
    first_day = since.date() - timedelta(days=LONGEST_LAG)
    rows = ledger.rows({delivery.id for delivery in known}, columns=_COLUMNS)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.register("rows", rows)
        database.register("known", delivery_order(known))
        database.register("shown", _intervals(shown_over_time(known)))
        database.register("pairs", _pairs(known, since, first_day))
        database.execute("CREATE TABLE amounts AS " + _AMOUNTS, {"first_day": first_day})
        found = database.sql(_SHOWN).fetchall()
    return [Shown(*values) for values in found]


_COLUMNS = [
    "delivery_id",
    "source",
    "account",
    "clock_bucket",
    "period_start",
    "row_number",
    "source_row_id",
    "charge_category",
    "is_correction",
    "currency",
    "effective_cost",
]

# One amount per delivery, cell, day and currency, with the time it showed.
_AMOUNTS = """
    SELECT source, period_start::DATE AS day, currency, shown.start AS shown_from,
        shown.stop AS shown_until, sum(effective_cost) AS amount
    FROM (
        SELECT rows.* FROM rows JOIN known ON known.id = rows.delivery_id
        QUALIFY NOT known.is_append OR source_row_id IS NULL OR row_number() OVER (
            PARTITION BY source, account, source_row_id, known.is_append
            ORDER BY known.position, rows.row_number
        ) = 1
    ) JOIN shown USING (source, account, clock_bucket, delivery_id)
    WHERE charge_category = 'usage' AND NOT is_correction AND effective_cost IS NOT NULL
        AND period_start::DATE >= $first_day
    GROUP BY ALL
"""

_SHOWN = """
    WITH final AS (
        SELECT source, day, currency, sum(amount) AS amount
        FROM amounts WHERE shown_until IS NULL GROUP BY ALL
    )
    SELECT source, day, pairs.seen_at, coalesce(sum(amounts.amount), 0), any_value(final.amount)
    FROM pairs JOIN final USING (source, day)
    LEFT JOIN amounts ON amounts.source = pairs.source AND amounts.day = pairs.day
        AND amounts.currency = final.currency AND amounts.shown_from <= pairs.seen_at
        AND (amounts.shown_until IS NULL OR amounts.shown_until > pairs.seen_at)
    GROUP BY source, day, final.currency, pairs.seen_at
    ORDER BY source, day, pairs.seen_at, final.currency
"""


def _intervals(showing: Sequence[Showing]) -> pa.Table:
    return pa.table(
        {
            "source": pa.array([one.cell[0] for one in showing], pa.string()),
            "account": pa.array([one.cell[1] for one in showing], pa.string()),
            "clock_bucket": pa.array([one.cell[2] for one in showing], pa.date32()),
            "delivery_id": pa.array([one.delivery_id for one in showing], pa.string()),
            "start": pa.array([one.start for one in showing], UTC),
            "stop": pa.array([one.stop for one in showing], UTC),
        }
    )


def _pairs(known: Sequence[Delivery], since: datetime, first_day: date) -> pa.Table:
    """(source, day, seen_at): the last delivery time of each date, and the days covered by then."""
    pairs: list[tuple[str, date, datetime]] = []
    for source in sorted({delivery.source for delivery in known}):
        own = [delivery for delivery in known if delivery.source == source]
        begun = _first_covered(own, first_day)
        recent = [one.delivered_at for one in own if one.delivered_at >= since]
        for seen_at in {time.date(): time for time in recent}.values():
            for lag in range(LONGEST_LAG + 1):
                day = seen_at.date() - timedelta(days=lag)
                if day in begun and begun[day] <= seen_at:
                    pairs.append((source, day, seen_at))
    return pa.table(
        {
            "source": pa.array([pair[0] for pair in pairs], pa.string()),
            "day": pa.array([pair[1] for pair in pairs], pa.date32()),
            "seen_at": pa.array([pair[2] for pair in pairs], UTC),
        }
    )


def _first_covered(deliveries: Iterable[Delivery], first_day: date) -> dict[date, datetime]:
    """When each day from `first_day` on was first covered; deliveries in their order."""
    begun: dict[date, datetime] = {}
    for delivery in deliveries:
        for span in spoken_of(delivery):
            start = max(span.start, first_day)
            for number in range((span.end - start).days):
                begun.setdefault(start + timedelta(days=number), delivery.delivered_at)
    return begun
