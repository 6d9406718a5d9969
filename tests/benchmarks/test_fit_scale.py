"""Many series: measured as told, the page made from the rows."""

from benchmarks.fit_scale import TASKS, FitScaleTask, generated, measure, measure_peer
from benchmarks.fit_scale_table import FIT_SCALE, REPORT, FitScaleRow, report
from benchmarks.results import RESULTS, read_rows

SMALL = FitScaleTask(name="fit-scale/12", series=12, days=120, horizon=14)


def test_a_step_is_measured() -> None:
    row = measure(SMALL, "version")
    assert (row.task, row.series) == ("fit-scale/12:version", 12)
    assert 0 < row.seconds < 60
    assert row.cpu_seconds > 0
    assert row.settings["task"] == {
        "series": 12,
        "days": 120,
        "horizon": 14,
        "season": 7,
        "threads": 2,
        "seed": 0,
    }


def test_a_peer_is_given_some_of_the_series() -> None:
    row = measure_peer(FitScaleTask(name="fit-scale/12", series=12, days=60, horizon=7), "AutoETS")
    assert (row.model, row.role, row.task) == ("AutoETS", "peer", "fit-scale/12:peer")
    assert row.series == 12


def test_the_generated_series_are_the_same_each_time_and_apart() -> None:
    first, again = generated(SMALL), generated(SMALL)
    assert first.fingerprint == again.fingerprint
    assert len(set(first.unique_ids)) == 12


def test_memory_grows_with_the_series_and_the_page_is_made_from_the_rows() -> None:
    measured = read_rows(RESULTS / FIT_SCALE, FitScaleRow)
    rows = {row.task: row for row in measured if row.role == "product"}
    steps = {f"{task.name}:{step}" for task in TASKS for step in ("members", "version")}
    assert set(rows) == steps | {f"{TASKS[-1].name}:compilation"}
    assert {row.model for row in measured if row.role == "peer"} == {"AutoETS", "AutoARIMA"}
    few, many = (rows[f"fit-scale/{n}:version"] for n in (1_000, 10_000))
    assert many.memory_mb < 12 * few.memory_mb
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m benchmarks.fit_scale"
