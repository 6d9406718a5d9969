"""Rows on the time of forests: all steps of both implementations, and what was promised."""

from dataclasses import replace

from benchmarks.forest_rows import ForestRow
from benchmarks.forest_scale import FOREST_SCALE, measure_forests
from benchmarks.forest_table import forest_lines
from benchmarks.results import RESULTS, read_rows


def test_a_small_run_has_a_row_for_every_step_of_both() -> None:
    task = replace(FOREST_SCALE[0], name="forests/small", forests=6, library_forests=2, rows=80)
    rows = measure_forests(task, None)
    assert {(row.task, row.model, row.forests) for row in rows} == {
        (f"forests/small:{step}", model, forests)
        for step in ("fit", "score")
        for model, forests in (("costcast", 6), ("IsolationForest", 2))
    }
    assert len(forest_lines(rows)) == 2 + len(rows)


def test_ten_thousand_forests_take_seconds() -> None:
    rows = {(r.task, r.model): r for r in read_rows(RESULTS / "forests.csv", ForestRow)}
    for task in FOREST_SCALE:
        fit, score = (rows[f"{task.name}:{step}", "costcast"] for step in ("fit", "score"))
        assert fit.forests == score.forests == 10_000
        assert fit.seconds < 30
        assert score.seconds < 1
        library = rows[f"{task.name}:fit", "IsolationForest"]
        assert library.ms_per_forest > 10 * fit.ms_per_forest
