"""The document's table of causes is made of the committed rows."""

from benchmarks.causes import CAUSES, DOCUMENT, CauseRow, cause_lines, rendered
from benchmarks.results import RESULTS, read_rows
from costcast.evaluation import OTHER_SEEDS
from costcast.world.build import DEMO_SEED


def test_the_document_shows_the_rows() -> None:
    rows = read_rows(RESULTS / CAUSES, CauseRow)
    assert {int(row.task.split("/")[1]) for row in rows} == {DEMO_SEED, *OTHER_SEEDS}
    text = DOCUMENT.read_text(encoding="utf-8")
    assert rendered(text, rows) == text
    assert "\n".join(cause_lines(rows)) in text


def test_sums_are_over_worlds_and_kinds() -> None:
    about = {
        "model": "costcast",
        "role": "product",
        "settings": "{}",
        "data": "0" * 16,
        "versions": "{}",
        "commit": "x",
    }
    rows = [
        CauseRow.model_validate(
            about | {"task": f"causes/{seed}/{kind}", "kind": kind, "explained": 3, "right": right}
        )
        for seed, kind, right in ((14, "spike", 3), (101, "spike", 2), (101, "key_leak", 1))
    ]
    assert cause_lines(rows) == [
        "| event | samples | seed 101 | all |",
        "|---|---:|---:|---:|",
        "| spike | 3 of 3 | 2 of 3 | 5 of 6 |",
        "| key leak |  | 1 of 3 | 1 of 3 |",
        "| **all** | 3 of 3 | 3 of 6 | 6 of 9 |",
    ]
