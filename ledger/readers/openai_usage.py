"""OpenAI's `/v1/organization/usage/...`: tokens and requests of an hour or a day, without money.

Of completions, embeddings, moderations, images, speech and transcription; each endpoint is an
account of its own (`openai/completions`), because its report says nothing about the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.problems import BadInput
from ledger.readers.amounts import parse_amounts
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.openai_report import (
    OPENAI_COLUMNS,
    OPENAI_SENSITIVE,
    PROVIDER,
    openai_buckets,
    openai_labels,
)
from ledger.readers.report_account import stated_account, unnamed_account
from ledger.readers.report_notes import more_pages, not_told_apart, without_model
from ledger.readers.report_results import Results, results_of

__all__ = ["READER", "OpenaiUsage"]

_OBJECT, _REQUESTS = "results.object", "results.num_model_requests"
_INPUT, _OUTPUT = "results.input_tokens", "results.output_tokens"
_UNCACHED = "results.input_uncached_tokens"
_READ, _WRITTEN = "results.input_cached_tokens", "results.input_cache_write_tokens"
_AUDIO = (
    "results.input_audio_tokens",
    "results.input_cached_audio_tokens",
    "results.output_audio_tokens",
)
_IMAGE = (
    "results.input_image_tokens",
    "results.input_cached_image_tokens",
    "results.output_image_tokens",
)
#: What the report can be grouped by.
_GROUPS = tuple(
    f"results.{name}"
    for name in (
        "project_id",
        "user_id",
        "api_key_id",
        "model",
        "batch",
        "service_tier",
        "size",
        "source",
    )
)
# OpenAI's names of tiers -> the ledger's; what is not listed stays as delivered.
_TIERS = {"default": "standard", "scale": "provisioned"}


@dataclass(frozen=True)
class _Endpoint:
    """What the results of an endpoint measure: required counts, or a quantity in a unit."""

    name: str
    meter: str = "tokens"
    counts: tuple[str, ...] = (_INPUT,)
    quantity: str | None = None
    unit: str | None = None


_ENDPOINTS = {
    f"organization.usage.{endpoint.name}.result": endpoint
    for endpoint in (
        _Endpoint("completions", counts=(_INPUT, _OUTPUT)),
        _Endpoint("embeddings"),
        _Endpoint("moderations"),
        _Endpoint("images", "images", (), "results.images", "Images"),
        _Endpoint("audio_speeches", "audio", (), "results.characters", "Characters"),
        _Endpoint("audio_transcriptions", "audio", (), "results.seconds", "Seconds"),
    )
}


class OpenaiUsage:
    """Reader of the usage reports; every delivery says its days anew."""

    name = "openai_usage"
    source = "openai_usage"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset({"start_time", "end_time", _OBJECT, _REQUESTS})
    columns = (
        required
        | OPENAI_COLUMNS
        | {_INPUT, _OUTPUT, _UNCACHED, _READ, _WRITTEN, *_AUDIO, *_IMAGE, *_GROUPS}
        | {endpoint.quantity for endpoint in _ENDPOINTS.values() if endpoint.quantity}
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per result; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive=OPENAI_SENSITIVE)
        results = results_of(fields, "results.")
        endpoint = _endpoint(results)
        buckets = openai_buckets(results)
        results.refuse_repeats(buckets.columns["period_start"], _GROUPS)
        stated = stated_account(fields.file)
        account = f"{stated or PROVIDER}/{endpoint.name}"
        return results.reading(
            openai_labels(results)
            | buckets.columns
            | _measured(results, endpoint)
            | {
                "source": self.source,
                "account": account,
                "meter": endpoint.meter,
                # No money here; what a view puts in its place, it computes from prices.
                "currency": "USD",
                "cost_origin": "computed",
                "raw_model": results.text("results.model"),
                "service_tier": _tiers(results),
                "requests": parse_counts(results.required(_REQUESTS)),
            },
            covers=buckets.covers,
            extent=frozenset({account}) if stated else None,
            notes=buckets.notes
            + without_model(results, "results.model")
            + not_told_apart(results, _AUDIO, "audio tokens")
            + not_told_apart(results, _IMAGE, "image tokens")
            + (() if stated else unnamed_account(account))
            + more_pages(fields),
        )


def _endpoint(results: Results) -> _Endpoint:
    """The endpoint of the file; raises BadInput for two of them, or one that is not known."""
    kinds = results.required(_OBJECT)
    named = results.text(_OBJECT)
    known = pc.is_in(named, value_set=pa.array(list(_ENDPOINTS), pa.string()))
    foreign = pc.and_(results.present, pc.invert(known))
    kinds.refuse_where(foreign, f"one of {', '.join(_ENDPOINTS)}")
    found = sorted(str(name) for name in pc.drop_null(named).unique().to_pylist())
    if len(found) > 1:
        raise BadInput(
            "one endpoint per file: each covers its own days",
            file=kinds.file,
            field=kinds.name,
            got=" and ".join(found),
        )
    return _ENDPOINTS[found[0]]


def _measured(results: Results, endpoint: _Endpoint) -> dict[str, Any]:
    for name in endpoint.counts:
        results.required(name)
    columns: dict[str, Any] = {"consumed_unit": endpoint.unit}
    if endpoint.quantity is not None:
        columns["consumed_quantity"] = parse_amounts(results.required(endpoint.quantity)).values
    if endpoint.counts:
        fields = results.fields
        columns |= {
            "input_tokens_uncached": _uncached(results),
            "input_tokens_cache_read": parse_counts(fields[_READ]),
            "input_tokens_cache_write_5m": parse_counts(fields[_WRITTEN]),
            "output_tokens": parse_counts(fields[_OUTPUT]),
        }
    return columns


def _uncached(results: Results) -> Column:
    """Input at the full price: `input_tokens` less what was read from or written to the cache.

    Raises BadInput where that is negative, or not the uncached tokens that the report itself says.
    """
    zero = pa.scalar(0, pa.int64())
    field = results.fields[_INPUT]
    cached = [parse_counts(results.fields[name]).fill_null(zero) for name in (_READ, _WRITTEN)]
    uncached: Column = pc.subtract(parse_counts(field), pc.add(*cached))
    field.refuse_where(pc.less(uncached, zero), "at least the tokens of the cache")
    stated = parse_counts(results.fields[_UNCACHED])
    field.refuse_where(
        pc.not_equal(stated, uncached), "the sum of uncached, cached and cache write tokens"
    )
    return uncached


def _tiers(results: Results) -> Column:
    """Tier of each row: batch where the report says so, else the service tier."""
    tiers = results.fields["results.service_tier"].map_distinct(
        lambda text: _TIERS.get(text.lower(), text.lower()), pa.string(), wanted="a tier"
    )
    batch = pc.equal(results.text("results.batch"), pa.scalar("true"))
    column: Column = pc.if_else(pc.fill_null(batch, pa.scalar(False)), pa.scalar("batch"), tiers)
    return column


READER = OpenaiUsage()
