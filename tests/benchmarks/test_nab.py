"""NAB is scored as officially defined, the rows hold, and no detector looks ahead."""

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.anomaly_report import REPORT, report
from benchmarks.nab import alerted, measure_nab, paces_of, thresholds_of
from benchmarks.nab_detectors import NAB_DETECTORS, settings_of
from benchmarks.nab_files import NabFile, nab_files, published_scores
from benchmarks.nab_rows import NabRow
from benchmarks.nab_scoring import Window, corpus_score, file_score
from benchmarks.nab_tasks import NAB
from benchmarks.results import RESULTS, read_rows, write_rows
from models.detectors.fine import FineDetector


def slow_score(rows: set[int], length: int, probation: int, windows: list[Window]) -> float:
    """Row by row as the paper tells it: one best worth for each window, the sum of the outside."""

    def worth(place: float) -> float:
        return -1.0 if place > 3.0 else 2.0 / (1.0 + math.exp(5.0 * place)) - 1.0

    owner = {row: window for window in windows for row in range(window[0], window[1] + 1)}
    best = dict.fromkeys(windows, -1.0)
    outside, last = 0.0, None
    for row in range(length):
        last = owner.get(row, last)
        if row < probation or row not in rows:
            continue
        if row in owner:
            first, end = owner[row]
            place = -(end - row + 1) / (end - first + 1)
            best[first, end] = max(best[first, end], worth(place) / worth(-1.0))
        elif last is None:
            outside -= 0.11
        else:
            outside += 0.11 * worth((row - last[1]) / (last[1] - last[0]))
    return outside + sum(best.values())


def nab_rows() -> list[NabRow]:
    return read_rows(RESULTS / "nab.csv", NabRow)


def row_of(task: str, model: str) -> NabRow:
    (row,) = (row for row in nab_rows() if (row.task, row.model) == (task, model))
    return row


@pytest.mark.datasets
def test_every_file_is_scored_as_the_slow_definition_does(datasets: Path) -> None:
    rng = np.random.default_rng(0)
    files = nab_files(datasets)
    assert len(files) == 38
    for file in files:
        score = rng.random(len(file.values))
        for threshold in (0.5, 0.95, 0.999, 0.9999):
            rows = np.flatnonzero(score >= threshold).tolist()
            wanted = slow_score(set(rows), len(score), file.probation, list(file.windows))
            said = file_score(rows, file.probation, file.windows)
            assert said == pytest.approx(wanted, abs=1e-9)


def test_the_ends_of_the_scale() -> None:
    windows = [(100, 140), (300, 340)]
    assert corpus_score([file_score([100, 300], 50, windows)], 2) == 100.0
    assert corpus_score([file_score([], 50, windows)], 2) == 0.0
    # the probation is not scored, a second detection in a window is worth nothing
    assert file_score([10, 100, 101, 300, 339], 50, windows) == 2.0
    assert file_score([60], 50, windows) == -2.11
    assert file_score([140], 50, windows) < file_score([101], 50, windows)
    # long after a window costs all of 0.11, shortly after less
    assert file_score([290], 50, windows) == -2.11
    assert -2.11 < file_score([145], 50, windows) < -2.0


@pytest.mark.datasets
def test_the_published_detectors_score_as_published(datasets: Path) -> None:
    names = {file.name for file in nab_files(datasets)}
    published = published_scores(datasets)
    assert all(set(raw) == names for raw in published.values())
    assert round(row_of("nab/05min", "ARTime").score, 1) == 75.4
    assert round(row_of("nab/05min", "numenta").score, 1) == 70.2


@pytest.mark.datasets
@pytest.mark.parametrize("place", [6, 9, 17, 21, 28, 36])
def test_cutting_a_file_changes_no_earlier_score(place: int, datasets: Path) -> None:
    file = nab_files(datasets)[place]
    cut = min(2500, len(file.values) - 200)
    whole = FineDetector(settings_of(file)).score(file.times, file.values)
    short = FineDetector(settings_of(file)).score(file.times[:cut], file.values[:cut])
    np.testing.assert_array_equal(short, whole[:cut])
    assert np.isfinite(short[file.probation :]).all()


@pytest.mark.datasets
def test_a_row_measured_again_is_the_committed_one(datasets: Path) -> None:
    (again,) = measure_nab(NAB[-1], "costcast", datasets)
    committed = row_of(NAB[-1].name, "costcast")
    assert again.settings == committed.settings
    assert again.data == committed.data
    # processors differ in last digits, and ties then fall another way: two of them gave scores that
    # differ by up to 0.7 and, solved by replay, by up to 1.4
    assert again.score == pytest.approx(committed.score, abs=2.0)
    assert again.solved == pytest.approx(committed.solved, abs=2.0)


def test_the_budget_is_kept_and_the_best_threshold_is_the_best() -> None:
    rng = np.random.default_rng(3)
    times = np.datetime64("2026-01-01") + np.arange(3000) * np.timedelta64(5, "m")
    files = [
        NabFile(f"f{n}", times, rng.normal(size=3000), 300.0, 450, ((1000, 1100), (2000, 2100)))
        for n in range(3)
    ]
    scores = [np.where(np.arange(3000) < 450, np.nan, file.values) for file in files]
    paces = paces_of(NAB[0], files)
    thresholds = thresholds_of(scores)
    assert (np.diff(thresholds) < 0).all()
    rates = [alerted(files, scores, paces, threshold).alerts_per_week for threshold in thresholds]
    assert rates[0] < 1.0 < rates[-1]
    assert paces[0].cool_down == round(0.15 * 450)


def test_an_averaged_file_keeps_its_windows_in_place() -> None:
    times = np.datetime64("2026-01-01") + np.arange(100) * np.timedelta64(5, "m")
    file = NabFile("f", times, np.arange(100.0), 300.0, 15, ((24, 35), (96, 99)))
    hourly = file.averaged(12)
    assert hourly.windows == ((2, 2), (7, 7))
    assert hourly.values.tolist() == [12 * hour + 5.5 for hour in range(8)]
    assert hourly.times[1] - hourly.times[0] == np.timedelta64(1, "h")
    assert hourly.weeks == pytest.approx((8 - 1) / 168)


def test_every_detector_has_its_row_at_every_step(tmp_path: Path) -> None:
    rows = nab_rows()
    for task in NAB:
        assert set(NAB_DETECTORS) <= {row.model for row in rows if row.task == task.name}
    assert len({row.data for row in rows if row.task == "nab/05min"}) == 1
    write_rows(tmp_path / "nab.csv", NabRow, rows)
    assert (tmp_path / "nab.csv").read_bytes() == (RESULTS / "nab.csv").read_bytes()


def test_what_is_claimed_of_nab_holds() -> None:
    own, forest = row_of("nab/05min", "costcast"), row_of("nab/05min", "its forest alone")
    published = [row.score for row in nab_rows() if row.solved is None]
    assert own.score >= 76.0
    assert own.score > max(published)
    assert own.solved is not None
    assert own.solved >= 73.0
    assert forest.score >= 73.0
    for row in nab_rows():
        assert row.solved_alerts_per_week is None or row.solved_alerts_per_week <= 1.0


@pytest.mark.parametrize("task", [task.name for task in NAB[1:]])
def test_without_labels_both_halves_are_no_worse_than_the_better_half(task: str) -> None:
    better_half = max(
        row_of(task, name).solved or 0.0 for name in ("its surprise alone", "its forest alone")
    )
    assert (row_of(task, "costcast").solved or 0.0) >= better_half


def test_the_report_is_that_of_the_results() -> None:
    assert REPORT.read_text(encoding="utf-8") == report(), (
        "run: python -m benchmarks.anomaly_report"
    )
