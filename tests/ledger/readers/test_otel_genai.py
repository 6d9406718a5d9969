"""Token metrics of OpenTelemetry: from the exporter's lines to hours of tokens."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.problems import BadInput
from ledger.readers.contract import Reading
from ledger.readers.detection import choose_reader
from ledger.readers.opening import open_table

START = 1_789_182_000_000_000_000  # 2026-09-12T03:00:00Z
MINUTE = 60 * 10**9


def attributes(**values: str) -> list[dict[str, Any]]:
    return [
        {"key": key.replace("__", "."), "value": {"stringValue": value}}
        for key, value in values.items()
    ]


def point(
    kind: str | None = "input", tokens: object = 1234, minute: int = 0, **more: object
) -> dict[str, Any]:
    named = {"gen_ai__request__model": "gpt-5", "gen_ai__provider__name": "openai"}
    if kind is not None:
        named["gen_ai__token__type"] = kind
    return {
        "attributes": attributes(**named),
        "startTimeUnixNano": str(START + minute * MINUTE),
        "timeUnixNano": str(START + (minute + 1) * MINUTE),
        "count": "3",
        "sum": tokens,
        "bucketCounts": ["3"],
        **more,
    }


def export(*points: dict[str, Any], temporality: object = 1, **metric: object) -> dict[str, Any]:
    usage = {
        "name": "gen_ai.client.token.usage",
        "unit": "{token}",
        "histogram": {"aggregationTemporality": temporality, "dataPoints": list(points)},
        **metric,
    }
    resource = attributes(service__name="chatbot", deployment__environment__name="prod", team="ads")
    return {
        "resourceMetrics": [
            {
                "resource": {"attributes": resource},
                "scopeMetrics": [{"scope": {"name": "openllmetry"}, "metrics": [usage]}],
            }
        ]
    }


def read(folder: Path, *exports: dict[str, Any], name: str = "metrics.jsonl") -> Reading:
    path = folder / name
    path.write_text("\n".join(json.dumps(one) for one in exports))
    raw = open_table(path)
    reader, confidence = choose_reader(raw, None)
    assert reader.name == "otel_genai"
    assert confidence > 0.9
    return reader.read(raw)


def test_a_point_becomes_an_hour_of_tokens(tmp_path: Path) -> None:
    reading = read(tmp_path, export(point("input", 1234), point("output", 56.0)))
    first, second = reading.rows.to_pylist()
    assert (first["input_tokens_uncached"], first["output_tokens"], first["requests"]) == (
        1234,
        None,
        3,
    )
    assert (second["input_tokens_uncached"], second["output_tokens"], second["requests"]) == (
        None,
        56,
        None,
    )
    assert first["period_start"].isoformat() == "2026-09-12T03:00:00+00:00"
    assert (first["provider"], first["raw_model"], first["project"], first["environment"]) == (
        "openai",
        "gpt-5",
        "chatbot",
        "prod",
    )
    assert json.loads(first["tags"])["team"] == "ads"
    assert (first["effective_cost"], first["cost_origin"]) == (None, "computed")
    assert first["source_row_id"] != second["source_row_id"]


def test_a_document_reads_as_lines_do(tmp_path: Path) -> None:
    told = export(point(), point("output"))
    lines, document = (read(tmp_path, told, name=name) for name in ("m.jsonl", "m.json"))
    assert lines.rows.equals(document.rows)
    # The Collector's file exporter writes lines under the name of a document.
    several = [told, export(point(minute=1))]
    lines, named = (read(tmp_path, *several, name=name) for name in ("m.jsonl", "m.json"))
    assert lines.rows.num_rows == 3
    assert lines.rows.equals(named.rows)


def test_an_id_is_of_series_and_interval_and_stays_in_a_longer_file(tmp_path: Path) -> None:
    ids = read(tmp_path, export(point())).rows["source_row_id"].to_pylist()
    longer = read(tmp_path, export(point()), export(point(minute=1))).rows["source_row_id"]
    assert longer.to_pylist()[:1] == ids
    assert len(set(longer.to_pylist())) == 2


def test_what_is_left_out_is_reported(tmp_path: Path) -> None:
    duration = export(point(None, 0.5), name="gen_ai.client.operation.duration")
    reading = read(
        tmp_path,
        export(point(), point()),  # an exporter that tried again
        duration,
        export(point("reasoning", minute=1), point(minute=2, flags=1, sum=None)),
        {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "unknown kind"}]}]}]},
    )
    assert reading.rows_in == 6
    assert reading.rows.num_rows == 1
    assert reading.reported == {
        "points that the file has twice": 1,
        "points of other metrics": 2,
        "points of token types that the conventions do not have": 1,
        "points without a recorded value": 1,
    }


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (export(point(), temporality=2), "cumulativetodelta"),
        (export(point(), temporality=None), "1 (delta)"),
        (export(point(), point(tokens=1)), "one value for a series and interval"),
        (export(point(tokens=-5)), "not negative"),
        (export(point(tokens=1.5)), "a whole number"),
        (export(point(startTimeUnixNano="0")), "nanoseconds since 1970"),
        (export(point(timeUnixNano="1")), "a time after the start"),
        (export(point(), histogram={"aggregationTemporality": 1, "dataPoints": "x"}), "no list"),
        (export(point(attributes=[*attributes(), {"value": {}}])), "an attribute without a key"),
    ],
)
def test_a_metric_that_cannot_be_counted_is_refused(
    tmp_path: Path, told: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, told)
    assert says in str(caught.value)
    assert "metrics.jsonl" in str(caught.value)


def test_names_of_older_conventions_are_todays(tmp_path: Path) -> None:
    named = {"gen_ai__token__type": "prompt", "gen_ai__system": "vertex_ai"}
    old = point(attributes=attributes(**named))
    (row,) = read(tmp_path, export(old, point("output", minute=1))).rows.to_pylist()[:1]
    assert (row["provider"], row["input_tokens_uncached"]) == ("gcp.vertex_ai", 1234)
