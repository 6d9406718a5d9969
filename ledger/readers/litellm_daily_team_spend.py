"""LiteLLM's table `LiteLLM_DailyTeamSpend`: a day of a team, key and model per row.

The daily tables of users, organisations and tags are refused for want of `team_id`: a request
with two tags is in the tag table twice.
"""

from __future__ import annotations

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.canonical import canonical_rows
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Fields
from ledger.readers.gateway_rows import (
    GATEWAY_COLUMNS,
    GATEWAY_SENSITIVE,
    SOURCE,
    gateway_columns,
)
from ledger.readers.identity import distinct_ids
from ledger.readers.report_days import day_periods

__all__ = ["READER", "LitellmDailyTeamSpend"]


class LitellmDailyTeamSpend:
    """Reader of the daily team spend; every delivery says its days anew."""

    streams = True
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
        days = day_periods(fields["date"])  # the gateway writes dates without a zone
        shared, notes = gateway_columns(fields)
        rows = canonical_rows(
            fields.rows,
            shared
            | days
            | {
                "source_row_id": distinct_ids(fields["id"]),
                "requests": parse_counts(fields["api_requests"]),
                "failed_requests": parse_counts(fields["failed_requests"]),
            },
            first_row=fields.first_row,
        )
        notes += (f"{fields.rows:,} dates without a zone were taken as UTC days",)
        return Reading(rows=rows, rows_in=fields.rows, notes=notes)


READER = LitellmDailyTeamSpend()
