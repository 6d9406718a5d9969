"""A small task, run again, gives the committed numbers."""

from pathlib import Path

import pytest

from benchmarks.accuracy import measure_accuracy
from benchmarks.contenders import CONTENDERS
from benchmarks.results import RESULTS, read_rows
from benchmarks.rows import AccuracyRow
from benchmarks.run import chosen_tasks
from benchmarks.tasks import ACCURACY
from ledger.problems import BadInput

#: Optimisers differ in the last digits between machines.
ABSOLUTE, RELATIVE = 0.005, 0.01
SMALL = next(task for task in ACCURACY if task.name == "accuracy/world-14-young")
MEASURED = ("mase", "wape", "wape_sum", "bias", "coverage80", "coverage80_sum")


@pytest.mark.parametrize("model", ["costcast", "SeasonalNaive", "AutoTheta"])
def test_the_small_task_gives_the_committed_numbers(model: str) -> None:
    committed = {
        row.model: row
        for row in read_rows(RESULTS / "accuracy.csv", AccuracyRow)
        if row.task == SMALL.name
    }[model]
    again, cpu = measure_accuracy(SMALL, model, None)
    assert again.data == committed.data
    assert (again.series, again.dropped, again.fallbacks) == (
        committed.series,
        committed.dropped,
        committed.fallbacks,
    )
    for name in MEASURED:
        told, wanted = getattr(again, name), getattr(committed, name)
        if wanted is None:
            assert told is None
            continue
        assert told == pytest.approx(wanted, abs=ABSOLUTE, rel=RELATIVE), (
            f"{name}: if the forecaster was changed on purpose, run make bench"
        )
    assert cpu.cpu_seconds > 0


def test_tasks_are_chosen_by_name_or_family_and_real_data_need_a_folder() -> None:
    assert [task.name for task in chosen_tasks("detection", None)] == [
        f"detection/world-{seed}" for seed in (14, 101, 202, 303)
    ]
    assert chosen_tasks("accuracy/mybinder", None) == []
    assert len(chosen_tasks("accuracy/mybinder", Path("data"))) == 1
    with pytest.raises(ValueError, match="wanted one of accuracy"):
        chosen_tasks("speed", None)


def test_absent_data_are_named(tmp_path: Path) -> None:
    task = next(task for task in ACCURACY if task.source == "mybinder")
    with pytest.raises(BadInput, match="mybinder_bill_sku_daily"):
        measure_accuracy(task, next(iter(CONTENDERS)), tmp_path)
