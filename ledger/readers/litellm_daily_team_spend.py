"""LiteLLM's table `LiteLLM_DailyTeamSpend`: a day of a team, key and model per row.

The daily tables of users, organisations and tags are refused for want of `team_id`: a request
with two tags is in the tag table twice.
"""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.canonical import canonical_rows
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.gateway_rows import (
    GATEWAY_COLUMNS,
    GATEWAY_SENSITIVE,
    SOURCE,
    gateway_columns,
)
from ledger.readers.identity import distinct_ids
from ledger.readers.instants import parse_instants

__all__ = ["READER", "LitellmDailyTeamSpend"]

_DAY = pa.scalar(timedelta(days=1), pa.duration("us"))


class LitellmDailyTeamSpend:
    """Reader of the daily team spend; every delivery says its days anew."""

    name = "litellm_daily_team_spend"
    source = SOURCE
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset(
        {"team_id", "date", "model", "prompt_tokens", "completion_tokens", "spend", "api_requests"}
    )
    columns = required | GATEWAY_COLUMNS | {"id", "failed_requests"}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the file; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive=GATEWAY_SENSITIVE)
        start = _days(fields)
        shared, notes = gateway_columns(fields)
        rows = canonical_rows(
            fields.rows,
            shared
            | {
                "source_row_id": distinct_ids(fields["id"]),
                "period_start": start,
                "period_end": pc.add(start, _DAY),
                "granularity": "day",
                "clock_bucket": pc.cast(start, pa.date32()),
                "requests": parse_counts(fields["api_requests"]),
                "failed_requests": parse_counts(fields["failed_requests"]),
            },
        )
        notes += (f"{fields.rows:,} dates without a zone were taken as UTC days",)
        return Reading(rows=rows, rows_in=fields.rows, notes=notes)


def _days(fields: Fields) -> Column:
    """Midnight UTC of each date; the gateway writes dates without a zone."""
    dates = fields["date"].required()
    start = parse_instants(dates).values
    within = pc.not_equal(start, pc.floor_temporal(start, unit="day"))
    dates.refuse_where(within, "a date such as 2026-09-12")
    return start


READER = LitellmDailyTeamSpend()
