"""LiteLLM's table `LiteLLM_SpendLogs`: one call per row.

Messages, responses, addresses and metadata of a call are never looked at. The cached tokens stand
only in that metadata, so all input counts as uncached unless the export has columns for them.
"""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.canonical import canonical_rows
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.fields import Fields
from ledger.readers.gateway_rows import (
    GATEWAY_COLUMNS,
    GATEWAY_SENSITIVE,
    SOURCE,
    gateway_columns,
)
from ledger.readers.identity import distinct_ids
from ledger.readers.instants import Instants, parse_instants

__all__ = ["READER", "LitellmSpendLogs"]

_HOUR = pa.scalar(timedelta(hours=1), pa.duration("us"))


class LitellmSpendLogs:
    """Reader of single calls; a later delivery adds calls it has not seen (by `request_id`)."""

    streams = True
    name = "litellm_spend_logs"
    source = SOURCE
    clock: Clock = "usage_day"
    mode: DeliveryMode = "append"
    required = frozenset(
        {"request_id", "startTime", "model", "prompt_tokens", "completion_tokens", "spend"}
    )
    columns = required | GATEWAY_COLUMNS | {"status"}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per call, in the hour in which it started; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive=GATEWAY_SENSITIVE)
        fields.needed_text("request_id")
        started = parse_instants(fields["startTime"].required())
        hour = pc.floor_temporal(started.values, unit="hour")
        shared, notes = gateway_columns(fields)
        rows = canonical_rows(
            fields.rows,
            shared
            | {
                "source_row_id": distinct_ids(fields["request_id"]),
                "period_start": hour,
                "period_end": pc.add(hour, _HOUR),
                "granularity": "hour",
                "clock_bucket": pc.cast(hour, pa.date32()),
                "requests": 1,
                "failed_requests": pc.cast(
                    pc.equal(fields.text("status"), pa.scalar("failure")), pa.int64()
                ),
            },
            first_row=fields.first_row,
        )
        return Reading(rows=rows, rows_in=fields.rows, notes=notes + _notes(fields, started))


def _notes(fields: Fields, started: Instants) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    if started.without_zone:
        notes += (f"{started.without_zone:,} times without a zone were taken as UTC",)
    if "cache_read_input_tokens" not in fields:
        notes += ("cached input tokens are not in this export and count as uncached",)
    return notes


READER = LitellmSpendLogs()
