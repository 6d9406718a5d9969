"""The gateway's daily report: rows of LiteLLM's table DailyTeamSpend, as far as they arrived.

Every morning the last three days are sent again, each with what had arrived by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from costcast.world import arrival
from costcast.world.calendar import date_at, delivered_at, index_of
from costcast.world.inference import COUNTS, Traffic, token_cost
from costcast.world.prices import decimal_text

__all__ = ["COLUMNS", "DAYS_AGAIN", "KeyLog", "key_logs", "rows_of_day"]

#: How many usage days every delivery holds.
DAYS_AGAIN = 3

COLUMNS = (
    "team_id",
    "date",
    "api_key",
    "model",
    "model_group",
    "custom_llm_provider",
    "mcp_namespaced_tool_name",
    "endpoint",
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
    "created_at",
    "updated_at",
)

#: Large services have a second key for their batch jobs, with this share of the use.
_BATCH_USD_MONTH, _BATCH_PERCENT = 8_000, 20
# The gateway writes a day's row soon after midnight and updates it before each export.
_WRITTEN, _UPDATED = time(0, 1, tzinfo=UTC), timedelta(minutes=17)


@dataclass(frozen=True)
class KeyLog:
    """What the gateway logs of one service under one key.

    `counts` is [3, 6, T] by state of arrival, in the order of `COUNTS`; `spend` [3, T]
    pico-dollars as the gateway knows it: 0 where it has no price.
    """

    traffic: Traffic
    api_key: str
    counts: NDArray[np.int64]
    spend: NDArray[np.int64]


def key_logs(seed: int, traffic: Sequence[Traffic]) -> list[KeyLog]:
    """Logs of every service and key."""
    return [log for one in traffic for log in _of_service(seed, one)]


def _of_service(seed: int, traffic: Traffic) -> Iterator[KeyLog]:
    batch = traffic.counts * _BATCH_PERCENT // 100
    if traffic.service.usd_month < _BATCH_USD_MONTH:
        batch = np.zeros_like(batch)
    for use, final in (("production", traffic.counts - batch), ("batch", batch)):
        if final.any():
            yield _log(seed, traffic, use, final)


def _log(seed: int, traffic: Traffic, use: str, final: NDArray[np.int64]) -> KeyLog:
    service = traffic.service
    name = f"{service.team}/{service.model}/{use}"
    share = arrival.shares(seed, arrival.GATEWAY, name)
    counts = np.stack([arrival.arrived(row, share) for row in final], axis=1)
    spend = np.stack([token_cost(state, traffic.prices) for state in counts])
    spend[:, traffic.unpriced] = 0
    key = hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()
    return KeyLog(traffic, key, counts, spend)


def rows_of_day(
    logs: Sequence[KeyLog], day: date, delivered_on: date
) -> Iterator[tuple[list[str], int]]:
    """Rows of one usage day in the delivery of a morning, each with its pico-dollars."""
    column = index_of(day)
    state = arrival.state_at((delivered_on - day).days)
    updated = min(delivered_at(delivered_on), delivered_at(day) + timedelta(days=DAYS_AGAIN))
    stamps = [_text(datetime.combine(day, _WRITTEN)), _text(updated - _UPDATED)]
    for log in logs:
        if log.counts[state, 0, column]:
            spend = int(log.spend[state, column])
            yield _row(log, log.counts[state, :, column], spend, column) + stamps, spend


def _row(log: KeyLog, counts: NDArray[np.int64], spend: int, column: int) -> list[str]:
    traffic = log.traffic
    number = dict(zip(COUNTS, counts.tolist(), strict=True))
    prompt = number["uncached"] + number["cache_read"] + number["cache_write"]
    return [
        traffic.service.team,
        date_at(column).isoformat(),
        log.api_key,
        traffic.raw,
        traffic.model.name,
        traffic.provider,
        "",
        traffic.model.endpoint,
        str(prompt),
        str(number["output"]),
        str(number["cache_read"]),
        str(number["cache_write"]),
        decimal_text(spend, 12),
        str(number["requests"]),
        str(number["requests"] - number["failed"]),
        str(number["failed"]),
    ]


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
