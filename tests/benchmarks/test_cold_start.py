"""Cold starts: cut as told, every model on the same series, the page made from the rows."""

import numpy as np
import pytest

from benchmarks.cold_rows import COLD_START, REPORT, ColdStartRow, report
from benchmarks.cold_start import cut_short, measure_cold_start
from benchmarks.cold_tasks import COLD_STARTS, ColdStartTask, cold_panel
from benchmarks.results import RESULTS, read_rows
from ledger.problems import BadInput

WORLD = ColdStartTask(
    name="cold-start/small",
    title="small",
    source="world",
    seed=7,
    horizon=28,
    ages=(14,),
    grown=440,
)


def test_nothing_is_left_before_the_last_periods_of_the_cut_series() -> None:
    panel = cold_panel(WORLD, None)
    rows = np.arange(0, len(panel.keys), 2)
    cut, usable = cut_short(panel, 9, rows)
    assert not np.nan_to_num(cut.value[rows, :-9]).any()
    np.testing.assert_array_equal(cut.observed, panel.observed)
    np.testing.assert_array_equal(cut.value[:, -9:], panel.value[:, -9:])
    grown = np.setdiff1d(np.arange(len(panel.keys)), rows)
    np.testing.assert_array_equal(cut.value[grown], panel.value[grown])
    assert set(usable) <= set(rows)
    assert np.nan_to_num(panel.value[usable, :-9]).any(axis=1).all()


def test_every_model_forecasts_the_same_series() -> None:
    rows = measure_cold_start(WORLD, None)
    assert len({row.series for row in rows}) == 1
    assert {row.task for row in rows} == {"cold-start/small:14"}
    by_model = {row.model: row for row in rows}
    assert len(by_model) == len(rows) == 6
    assert [row.model for row in rows if row.coverage80 is not None] == ["costcast"]


def test_a_file_that_is_not_there_is_named() -> None:
    bill = next(task for task in COLD_STARTS if task.source == "mybinder")
    with pytest.raises(BadInput, match="mybinder"):
        cold_panel(bill, None)


def test_every_age_is_measured_and_the_page_is_made_from_the_rows() -> None:
    rows = read_rows(RESULTS / COLD_START, ColdStartRow)
    measured = {(row.task, row.model) for row in rows}
    due = {f"{task.name}:{age}" for task in COLD_STARTS for age in task.ages}
    assert {task for task, _ in measured} == due
    assert len(measured) == len(rows) == 6 * len(due)
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m benchmarks.cold_start"
