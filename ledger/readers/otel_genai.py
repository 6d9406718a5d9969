"""Token metrics of OpenTelemetry's conventions for generative AI: `gen_ai.client.token.usage`.

The metric tells input and output tokens apart and nothing finer: cached ones are within the input.
It knows no money, which the price book gives. Every point carries what came since the one before
(delta temporality); running totals are refused, since the use between two files would be lost or
counted twice.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.problems import BadInput
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.identity import first_repeat
from ledger.readers.kept_rows import KeptRows
from ledger.readers.providers import telemetry_providers
from ledger.schema import UTC

__all__ = ["READER", "OtelGenai"]

_METRIC = "gen_ai.client.token.usage"
_NAME, _KIND, _TEMPORALITY = "metric.name", "metric.kind", "metric.aggregationTemporality"
_START, _TIME = "point.startTimeUnixNano", "point.timeUnixNano"
_COUNT, _SUM, _FLAGS = "point.count", "point.sum", "point.flags"
_TYPE = "attributes.gen_ai.token.type"
_PROVIDERS = ("attributes.gen_ai.provider.name", "attributes.gen_ai.system")
_MODELS = ("attributes.gen_ai.response.model", "attributes.gen_ai.request.model")
_OPERATION = "attributes.gen_ai.operation.name"
_PROJECT, _REGION = "resource.service.name", "resource.cloud.region"
_ENVIRONMENTS = ("resource.deployment.environment.name", "resource.deployment.environment")
#: What makes a point the point it is; the times are to the nanosecond.
_IDENTITY = ("resource", "scope.name", "attributes", _START, _TIME)

_HISTOGRAMS = ("histogram", "exponentialHistogram")
_DELTA = ("1", "AGGREGATION_TEMPORALITY_DELTA")
_WANTED_DELTA = (
    "1 (delta): set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta in the sender, or put "
    "the processor cumulativetodelta into the Collector"
)
# `completion` is what the conventions called output before v1.27.
_TYPES = {"input": "input", "prompt": "input", "output": "output", "completion": "output"}
_NO_VALUE = 1  # DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK

_OTHER_METRIC = "points of other metrics"
_UNKNOWN_TYPE = "points of token types that the conventions do not have"
_EMPTY = "points without a recorded value"
_AGAIN = "points that the file has twice"

_NANOSECONDS = 1000  # per microsecond
_HOUR = pa.scalar(timedelta(hours=1), pa.duration("us"))
_ID_DIGITS = 32


class OtelGenai:
    """Reader of data points; a later delivery adds points it has not seen."""

    name = "otel_genai"
    source = "otel"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "append"
    required = frozenset({_NAME, _KIND, _TEMPORALITY, _START, _TIME, _COUNT, _SUM, _TYPE})
    columns = (
        required
        | {_FLAGS, _OPERATION, _PROJECT, _REGION}
        | frozenset((*_PROVIDERS, *_MODELS, *_ENVIRONMENTS, *_IDENTITY))
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per point, in the hour in which it began; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive={"resource", "attributes"})
        identity = _identity(fields)
        kept = KeptRows(fields, _reasons(fields, identity))
        _refuse_totals(kept)
        started, ended = (_instants(kept, name) for name in (_START, _TIME))
        kept.fields[_TIME].refuse_where(pc.less(ended, started), "a time after the start")
        hour = pc.floor_temporal(started, unit="hour")
        return kept.reading(
            _measured(kept)
            | _labels(kept)
            | {
                "source": self.source,
                "account": self.source,
                "source_row_id": identity,
                "period_start": hour,
                "period_end": pc.add(hour, _HOUR),
                "granularity": "hour",
                "clock_bucket": pc.cast(hour, pa.date32()),
            },
            notes=(
                "these metrics do not tell cached input tokens apart: all input counts as uncached",
                "they have no money: it is computed from the price book",
            ),
        )


def _reasons(fields: Fields, identity: Column) -> Column:
    """Why a point is left out, null where it is kept."""
    ours: Column = pc.equal(fields.text(_NAME), pa.scalar(_METRIC))
    known: Any = ours.fill_null(pa.scalar(False))
    foreign: Any = pc.invert(known)
    types = fields[_TYPE].map_distinct(
        lambda text: _TYPES.get(text.lower()), pa.string(), wanted="a type of token"
    )
    flags = parse_counts(fields[_FLAGS]).fill_null(pa.scalar(0, pa.int64()))
    empty: Any = pc.equal(
        pc.bit_wise_and(flags, pa.scalar(_NO_VALUE, pa.int64())), pa.scalar(_NO_VALUE)
    )
    reason: Column = pc.case_when(
        pc.make_struct(
            foreign,
            empty,
            pc.is_null(types),
            _repeated(fields, identity, ours),
        ),
        *(pa.scalar(text) for text in (_OTHER_METRIC, _EMPTY, _UNKNOWN_TYPE, _AGAIN)),
    )
    return reason


def _repeated(fields: Fields, identity: Column, ours: Column) -> Column:
    """Which points say again what one before them said, as exporters do that try again.

    Raises BadInput where two points have one identity and different values.
    """
    seen: set[tuple[Any, ...]] = set()
    again = []
    told = (identity, fields.text(_COUNT), fields.text(_SUM))
    for said in zip(*(column.to_pylist() for column in told), strict=True):
        again.append(said in seen)
        seen.add(said)
    repeats: Column = pa.array(again, pa.bool_())
    first_time = pc.if_else(
        pc.and_kleene(ours, pc.invert(repeats)), identity, pa.scalar(None, pa.string())
    )
    other = first_repeat(first_time)
    if other is not None:
        raise BadInput(
            f"one value for a series and interval: row {other[0] + 1} has another one",
            file=fields.file,
            row=other[1] + 1,
            field=_SUM,
        )
    return repeats


def _refuse_totals(kept: KeptRows) -> None:
    """Raise for points that are no histogram of increments."""
    kind = kept.required(_KIND)
    histogram = pc.is_in(kind.text(), value_set=pa.array(_HISTOGRAMS))
    kind.refuse_where(pc.and_(pc.invert(histogram), kept.mask), "a histogram")
    temporality = kept.required(_TEMPORALITY, _WANTED_DELTA)
    delta = pc.is_in(temporality.text(), value_set=pa.array(_DELTA))
    temporality.refuse_where(pc.and_(pc.invert(delta), kept.mask), _WANTED_DELTA)


def _instants(kept: KeptRows, name: str) -> Column:
    """Instants of nanoseconds since 1970; the protocol has 0 for unknown."""
    wanted = "nanoseconds since 1970"
    field = kept.required(name, wanted)
    nanoseconds = parse_counts(field)
    field.refuse_where(pc.equal(nanoseconds, pa.scalar(0, pa.int64())), wanted)
    microseconds: Column = pc.divide(nanoseconds, pa.scalar(_NANOSECONDS, pa.int64()))
    return pc.cast(microseconds, UTC)


def _measured(kept: KeptRows) -> dict[str, Any]:
    """Tokens of each point, and its calls, which input and output count once each."""
    tokens = parse_counts(kept.required(_SUM))
    calls = parse_counts(kept.required(_COUNT))
    kind = pc.utf8_lower(kept.field(_TYPE).text())
    is_input = pc.is_in(kind, value_set=pa.array(["input", "prompt"]))
    nothing = pa.scalar(None, pa.int64())
    return {
        "meter": "tokens",
        "requests": pc.if_else(is_input, calls, nothing),
        "input_tokens_uncached": pc.if_else(is_input, tokens, nothing),
        "output_tokens": pc.if_else(is_input, nothing, tokens),
    }


def _labels(kept: KeptRows) -> dict[str, Any]:
    text = kept.fields.text
    return {
        "provider": telemetry_providers(pc.coalesce(*(text(name) for name in _PROVIDERS))),
        "raw_model": pc.coalesce(*(text(name) for name in _MODELS)),
        "project": text(_PROJECT),
        "environment": pc.coalesce(*(text(name) for name in _ENVIRONMENTS)),
        "region": text(_REGION),
        "charge_description": text(_OPERATION),
        "tags": text("resource"),
        "charge_category": "usage",
        "is_correction": False,
        "currency": "USD",  # no money is stated; the price book is in USD
        "cost_origin": "computed",
    }


def _identity(fields: Fields) -> Column:
    """A hash that names each point; its times to the nanosecond keep it from being guessed."""
    parts = zip(*(fields.text(name).to_pylist() for name in _IDENTITY), strict=True)
    digests = [hashlib.sha256(repr(part).encode()).hexdigest() for part in parts]
    return pa.array([digest[:_ID_DIGITS] for digest in digests], pa.string())


READER = OtelGenai()
