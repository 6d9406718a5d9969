"""Sets of real series: scored as defined, results valid, the report made from them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.ablation import PANEL_VARIANTS, VARIANTS
from benchmarks.ablation_table import ABLATION, WHOLE, ablation_lines
from benchmarks.accuracy_sets import SET_FILES, due
from benchmarks.m4 import PUBLISHED_NAIVE2, m4_score, naive_score
from benchmarks.points import points_of
from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows, write_rows
from benchmarks.set_contenders import SET_CONTENDERS
from benchmarks.set_panels import set_panel
from benchmarks.set_rows import SAMPLE, SetRow
from benchmarks.set_scores import sample_of, set_scores, set_truth
from benchmarks.set_tasks import SETS, SetTask
from benchmarks.sets_report import REPORT, report
from benchmarks.sets_table import ratios
from ledger.panel import Panel
from ledger.problems import BadInput
from ledger.series import SeriesKey
from models.panel_members import FEWEST_SERIES

TASK = SetTask(
    name="sets/small",
    title="small",
    source="optscale",
    horizon=7,
    season=7,
    scale_lag=7,
    origins_before_end=(14, 7),
    sampled=3,
)


def panel(value: NDArray[np.float64]) -> Panel:
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(series=f"s{row}") for row in range(len(value))),
        periods=np.datetime64("2026-01-01") + np.arange(value.shape[1]),
        value=value,
        observed=np.isfinite(value),
        completeness=np.where(np.isfinite(value), 1.0, np.nan),
        known_at=np.datetime64("2026-06-01T00:00"),
    )


def set_rows() -> list[SetRow]:
    return read_rows(RESULTS / "sets.csv", SetRow)


def test_scores_of_a_known_error() -> None:
    given = panel(np.stack([np.arange(28.0), np.full(28, 4.0)]))
    truth = set_truth(TASK, given)
    np.testing.assert_array_equal(truth[0], [np.arange(14.0, 21), np.arange(21.0, 28)])
    scores = set_scores(TASK, given, truth + 1.0, truth)
    assert scores["mase"] == 1 / 7
    assert scores["dropped"] == 1  # the constant series has no scale
    assert scores["wape"] == scores["bias"] == pytest.approx(28 / truth.sum())
    assert scores["owa"] is None


def test_an_origin_without_its_whole_horizon_is_refused() -> None:
    with pytest.raises(ValueError, match="do not hold every origin"):
        set_truth(TASK, panel(np.ones((1, 14))))


def test_m4_is_scored_as_in_m4() -> None:
    history = np.array([[np.nan, 1.0, 2.0, 4.0], [8.0, 6.0, 4.0, 2.0]])
    truth = np.array([[5.0, 6.0], [2.0, 1.0]])
    forecast = truth + 1
    own = m4_score(forecast, truth, history)
    assert own.mase == pytest.approx((1 / 1.5 + 1 / 2) / 2)
    assert own.smape == pytest.approx(200 * np.mean([1 / 11, 1 / 13, 1 / 5, 1 / 3]))
    base = naive_score(truth, history)
    assert base.owa == 1
    assert own.owa == pytest.approx((own.smape / base.smape + own.mase / base.mase) / 2)


@pytest.mark.datasets
def test_naive2_has_the_published_scores(datasets: Path) -> None:
    task = next(task for task in SETS if task.source == "m4_weekly")
    value = set_panel(task, datasets).value
    told = naive_score(value[:, -task.horizon :], value[:, : -task.horizon])
    assert (round(told.smape, 3), round(told.mase, 3)) == PUBLISHED_NAIVE2


@pytest.mark.datasets
@pytest.mark.parametrize("task", SETS, ids=lambda task: str(task.name))
def test_the_sets_are_those_that_were_measured(task: SetTask, datasets: Path) -> None:
    given = set_panel(task, datasets)
    assert set_truth(task, given).shape[2] == task.horizon
    row = next(row for row in set_rows() if row.task == task.name and row.role == "product")
    assert row.series == len(given.keys)


def test_absent_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="m4_weekly"):
        set_panel(SETS[0], tmp_path)


def test_the_sample_is_spread_over_the_set() -> None:
    np.testing.assert_array_equal(sample_of(TASK, 21), [0, 10, 20])
    np.testing.assert_array_equal(sample_of(TASK, 2), [0, 1])


def test_a_failure_is_counted_and_the_last_value_stands_in() -> None:
    value = np.stack([np.arange(1.0, 29), np.zeros(28), 30 - np.arange(28.0)])

    def ask(y: NDArray[np.float64], at: NDArray[np.datetime64]) -> NDArray[np.float64]:
        assert len(y) == len(at) == 28
        if y[0] == 1:
            raise RuntimeError("no")
        return np.asarray(y[-1] - 2 * np.arange(1.0, 8))

    said = points_of(panel(value), 7, 7, ask)
    assert said.fallbacks == 1
    np.testing.assert_array_equal(said.mean, [[28.0] * 7, [0.0] * 7, [1.0, *[0.0] * 6]])


@pytest.mark.parametrize("name", SET_FILES)
def test_the_file_is_as_the_program_writes_it(name: str, tmp_path: Path) -> None:
    rows = read_rows(RESULTS / name, SET_FILES[name])
    write_rows(tmp_path / name, SET_FILES[name], rows)
    assert (tmp_path / name).read_bytes() == (RESULTS / name).read_bytes()
    keys = [(row.task, row.model) for row in rows]
    assert len(keys) == len(set(keys)) > 0


def test_every_set_has_every_contender_measured_on_the_same_data() -> None:
    by_key = {(row.task, row.model): row for row in set_rows()}
    for task in SETS:
        due = [one for one in SET_CONTENDERS.values() if task.source not in one.left_out]
        rows = [by_key[task.name + SAMPLE, one.name] for one in due]
        rows += [by_key[task.name, one.name] for one in due if task.source not in one.slow]
        assert len({row.data for row in rows}) == 1
        for row in rows:
            asked = row.settings["task"]
            assert isinstance(asked, dict)
            assert asked["horizon"] == task.horizon
            assert asked["origins_before_end"] == list(task.origins_before_end)


def test_the_report_is_made_from_the_results() -> None:
    assert REPORT.is_relative_to(REPOSITORY)
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m benchmarks.sets_report"


def test_ratios_and_parts_are_those_of_the_rows() -> None:
    row = next(row for row in set_rows() if row.task == "sets/load" and row.role == "product")
    peers = [
        row.model_copy(update={"model": name, "role": "peer", "mase": row.mase * factor})
        for name, factor in (("a", 2.0), ("b", 1.25))
    ]
    (ratio,) = ratios([row, *peers])
    assert ratio.best == "b"
    assert ratio.value == pytest.approx(0.8)
    whole = row.model_copy(update={"model": WHOLE})
    lines = ablation_lines([whole, *peers])
    assert [line.split(" | ")[:3] for line in lines[2:]] == [
        ["| a", "1", "2.000"],
        ["| b", "1", "1.250"],
    ]


def test_every_variant_ran_on_every_set_of_enough_series() -> None:
    rows = read_rows(RESULTS / ABLATION, SetRow)
    by_variant = {(row.model, row.task) for row in rows}
    series = {row.task: row.series for row in rows}
    for task in SETS:
        for name in VARIANTS:
            small = series[task.name] < FEWEST_SERIES and name in PANEL_VARIANTS
            assert ((name, task.name) in by_variant) is not small


def test_costcast_beats_the_best_other_on_weekly_m4() -> None:
    own = next(r for r in set_rows() if r.task == "sets/m4-weekly" and r.role == "product")
    assert own.owa is not None
    assert own.owa <= 0.675
    assert {one.task.name for one in ratios(set_rows())} == {task.name for task in SETS}


def test_costcast_beats_the_best_other_model_of_the_sets() -> None:
    found = [one.value for one in ratios(set_rows())]
    assert len(found) == len(SETS)
    assert max(found) <= 1.01
    assert np.exp(np.mean(np.log(found))) <= 0.95


def test_what_is_claimed_of_weekly_m4_holds() -> None:
    (row,) = [row for row in set_rows() if (row.task, row.model) == ("sets/m4-weekly", "costcast")]
    assert row.owa is not None
    assert row.owa <= 0.675


def test_what_a_contender_leaves_out_is_never_due(tmp_path: Path) -> None:
    chosen = due(SETS, ["AutoARIMA"], tmp_path, again=True)
    assert [task.source for task, _ in chosen] == [
        task.source for task in SETS if task.source != "load"
    ]
