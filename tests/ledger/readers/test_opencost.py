"""Allocations of OpenCost: from the API's answer to rows of days."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.delivery import Span
from ledger.problems import BadInput
from ledger.readers.contract import Reading
from ledger.readers.detection import choose_reader
from ledger.readers.opening import open_table


def allocation(name: str = "vision/train", day: int = 12, **values: object) -> dict[str, Any]:
    window = {"start": f"2026-09-{day}T00:00:00Z", "end": f"2026-09-{day + 1}T00:00:00Z"}
    properties = {
        "cluster": "one",
        "namespace": "vision",
        "providerID": "i-0fea4fd46592d050b",
        "labels": {"team": "ads"},
    }
    return {
        "name": name,
        "properties": properties,
        "window": window,
        **window,
        "cpuCoreHours": 48,
        "cpuCost": 1.5,
        "cpuCostAdjustment": -0.25,
        "gpuHours": 24,
        "gpuCost": 30.00001,
        "gpuEfficiency": 0.5,
        "ramCost": 0.75,
        "totalCost": 32.00001,
        **values,
    }


def answer(*sets: list[dict[str, Any]]) -> dict[str, Any]:
    data = [{one["name"]: one for one in members} for members in sets]
    return {"code": 200, "status": "success", "data": data}


def read(folder: Path, document: object) -> Reading:
    path = folder / "allocation.json"
    path.write_text(json.dumps(document))
    raw = open_table(path)
    reader, confidence = choose_reader(raw, None)
    assert reader.name == "opencost"
    assert confidence > 0.9
    return reader.read(raw)


def test_an_allocation_becomes_a_row(tmp_path: Path) -> None:
    idle = allocation("__idle__", properties={"cluster": "one"}, gpuHours=0, gpuEfficiency=0)
    reading = read(tmp_path, answer([allocation(), idle], [allocation(day=13)]))
    first, second, _ = reading.rows.to_pylist()
    assert first["effective_cost"] == Decimal("32.00001")
    assert (first["meter"], first["gpu_hours"], first["gpu_hours_busy"]) == ("gpu_time", 24.0, 12.0)
    assert (first["account"], first["project"], first["provider"]) == ("one", "vision", "aws")
    assert (first["currency"], first["cost_origin"]) == ("USD", "estimated")
    assert json.loads(first["tags"]) == {"team": "ads"}
    # Idle capacity is on no machine; the cluster has machines of one cloud only.
    assert (second["provider"], second["charge_description"]) == ("aws", "idle capacity")
    assert (second["meter"], second["gpu_hours"], second["gpu_hours_busy"]) == (
        "compute_time",
        None,
        None,
    )
    assert reading.covers == (Span(date(2026, 9, 12), date(2026, 9, 14)),)
    assert any("1 rows are idle" in note for note in reading.notes)


def test_hours_are_hours_and_an_empty_window_is_reported(tmp_path: Path) -> None:
    window = {"start": "2026-09-12T00:00:00Z", "end": "2026-09-12T01:00:00Z"}
    reading = read(tmp_path, answer([allocation(window=window)], []))
    (row,) = reading.rows.to_pylist()
    assert row["granularity"] == "hour"
    assert (reading.rows_in, reading.reported) == (2, {"windows without an allocation": 1})


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (answer([allocation(totalCost=3200.001)]), "are these cents?"),
        (answer([allocation(gpuHours=-1)]), "hours, not negative"),
        (answer([allocation(totalCost=None)]), "field totalCost"),
        (answer([allocation()], [allocation()]), "each name once in a window"),
        (answer([allocation(window={"start": "2026-09-01T00:00:00Z"})]), "window.end"),
        (
            answer(
                [
                    allocation(
                        window={"start": "2026-09-01T00:00:00Z", "end": "2026-09-08T00:00:00Z"}
                    )
                ]
            ),
            "one UTC day",
        ),
        ({"data": [{"other": allocation()}]}, "under the key 'other'"),
    ],
)
def test_an_answer_that_does_not_add_up_is_refused(tmp_path: Path, told: object, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, told)
    assert says in str(caught.value)
