"""The committed results are valid: complete, of the tasks there are, with baseline and peer."""

import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks.contenders import CONTENDERS
from benchmarks.detectors import DETECTORS
from benchmarks.results import FILES, RESULTS, read_rows, replace_rows, write_rows
from benchmarks.rows import AccuracyRow, CpuRow, DetectionRow, Identity, TimingRow
from benchmarks.tasks import ACCURACY, DETECTION, TASKS, TIMING
from costcast.settings import Settings

MODELS = {
    "accuracy.csv": set(CONTENDERS),
    "detection.csv": {
        "costcast",
        "costcast, cost alone",
        *(detector.name for detector in DETECTORS),
    },
}


def every_row(name: str) -> list[Identity]:
    # reading validates: types, ranges, and that no number that is due is absent
    return list(read_rows(RESULTS / name, FILES[name]))


@pytest.mark.parametrize("name", FILES)
def test_no_row_stands_twice(name: str) -> None:
    keys = [(row.task, row.model) for row in every_row(name)]
    assert len(keys) == len(set(keys)) > 0


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_as_the_program_writes_it(name: str, tmp_path: Path) -> None:
    write_rows(tmp_path / name, FILES[name], every_row(name))
    assert (tmp_path / name).read_bytes() == (RESULTS / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "tasks"), [("accuracy.csv", ACCURACY), ("detection.csv", DETECTION)]
)
def test_every_task_has_costcast_baseline_and_peer(name: str, tasks: tuple[object, ...]) -> None:
    models, roles = defaultdict(set), defaultdict(set)
    for row in every_row(name):
        models[row.task].add(row.model)
        roles[row.task].add(row.role)
    assert set(models) == {getattr(task, "name", None) for task in tasks}
    for task in models:
        assert models[task] == MODELS[name]
        assert roles[task] - {"variant"} == {"product", "baseline", "peer"}


def test_costcast_is_right_and_finds_nine_dollars_of_ten_in_every_company() -> None:
    rows = list(read_rows(RESULTS / "detection.csv", DetectionRow))
    own = [row for row in rows if row.model == "costcast"]
    assert len(own) == len(DETECTION)
    for row in own:
        assert row.precision_by_dollars is not None
        assert row.precision_by_dollars >= 0.9
        assert row.dollars >= 0.9


def test_rows_of_a_task_were_measured_on_the_same_data_by_the_same_code() -> None:
    for name in MODELS:
        seen = defaultdict(set)
        for row in every_row(name):
            seen[row.task].add((row.data, row.commit, str(row.versions), str(row.settings["task"])))
        assert all(len(kinds) == 1 for kinds in seen.values())


def test_the_settings_of_a_row_are_those_of_its_task() -> None:
    tasks = {task.name: task for task in TASKS}
    for name in FILES:
        for row in every_row(name):
            asked = row.settings["task"]
            assert isinstance(asked, dict)
            task = tasks[row.task.partition(":")[0]]
            for field, value in asked.items():
                told = getattr(task, field)
                assert (list(told) if isinstance(told, tuple) else told) == value


def test_detection_and_timing_use_the_settings_a_user_gets() -> None:
    defaults = Settings(state=Path("unused"))
    for task in DETECTION:
        assert task.alerts_per_series_and_quarter == defaults.alerts_per_series_and_quarter
        assert task.floor_amount == defaults.alert_floor
        assert task.floor_share == defaults.alert_floor_share
        assert task.detector_seed == defaults.seed
    for step in TIMING:
        assert (step.horizon, step.season) == (defaults.horizon_days, defaults.season_days)


def test_no_detector_has_more_alerts_than_costcast() -> None:
    rows = read_rows(RESULTS / "detection.csv", DetectionRow)
    budget = {row.task: row.alerts for row in rows if row.role == "product"}
    for row in rows:
        assert row.alerts <= budget[row.task]
        assert row.alerts == row.right + row.planned + row.aftermath + row.false


def test_times_stand_only_in_files_of_their_own() -> None:
    for kind in (AccuracyRow, DetectionRow):
        assert not [field for field in kind.model_fields if "second" in field]
    scored = {(row.task, row.model) for name in MODELS for row in every_row(name)}
    timed = {(row.task, row.model) for row in read_rows(RESULTS / "cpu.csv", CpuRow)}
    assert timed == scored
    assert all(row.machine for row in read_rows(RESULTS / "timing.csv", TimingRow))


def test_new_rows_take_the_place_of_their_task_and_unknown_tasks_go() -> None:
    row = read_rows(RESULTS / "timing.csv", TimingRow)[0]
    old = [row.model_copy(update={"task": name}) for name in ("a", "b:step", "c:old step", "gone")]
    new = [row.model_copy(update={"task": name, "seconds": 9.0}) for name in ("a", "c:step")]
    kept = replace_rows(old, new, ["a", "b", "c"])
    assert {(one.task, one.seconds) for one in kept} == {
        ("a", 9.0),
        ("b:step", row.seconds),
        ("c:step", 9.0),
    }


def test_a_row_without_a_number_that_is_due_does_not_validate(tmp_path: Path) -> None:
    text = (RESULTS / "accuracy.csv").read_text(encoding="utf-8")
    path = tmp_path / "accuracy.csv"
    first = next(row for row in read_rows(RESULTS / "accuracy.csv", AccuracyRow))
    for absent in ("", "nan"):
        path.write_text(text.replace(f"{first.mase:.4f}", absent, 1), encoding="utf-8")
        assert hashlib.sha256(path.read_bytes()).digest() != hashlib.sha256(text.encode()).digest()
        with pytest.raises(ValueError, match="mase"):
            read_rows(path, AccuracyRow)
