"""Points: replayed days, other values of them, later days, short series."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.artifact import BadArtifact
from models.combined_score import combined_score
from models.detector_version import DetectorVersion, load_detector, save_detector
from models.forest_arrays import forest_scores
from models.next_day import next_day
from models.scoring import PointScore, score_point
from models.significance import p_values
from training.detect import fit_detector

DAYS = 150
SHORT, LAUNCHED, ABSENT = 6, 7, 8


def _panel(days: int = DAYS) -> Panel:
    rng = np.random.default_rng(0)
    weekly = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])[np.arange(DAYS + 40) % 7]
    value = rng.uniform(300, 900, (9, 1)) * weekly * np.exp(rng.normal(0, 0.08, (9, DAYS + 40)))
    value[2, 100] *= 4
    value[3, 80] = np.nan
    value[SHORT, : DAYS - 10] = 0.0
    value[LAUNCHED, : DAYS - 40] = np.nan
    value[ABSENT] = np.nan
    value = value[:, :days]
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row}", model="m") for row in range(9)),
        periods=np.datetime64("2026-01-05", "D") + np.arange(days),
        value=value,
        observed=np.isfinite(value),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )


@pytest.fixture(scope="module")
def version() -> DetectorVersion:
    return fit_detector(_panel(), seed=5)


def _usual(version: DetectorVersion, row: int, day: int) -> float:
    return float(version.actual[row, day])


def test_a_replayed_day_with_its_value_has_the_replayed_score(version: DetectorVersion) -> None:
    for row, day in ((0, 60), (2, 100), (LAUNCHED, DAYS - 3)):
        point = score_point(version, row, version.days[day], _usual(version, row, day))
        assert point == PointScore(
            expected=version.expected[row, day],
            lower=version.lower[row, day],
            upper=version.upper[row, day],
            score=version.score[row, day],
            p_value=version.p_value[row, day],
            alert=bool(version.alert[row, day]),
            flags=(),
        )
    assert score_point(version, 2, version.days[100], _usual(version, 2, 100)).alert


def test_another_value_of_a_past_day_is_judged_by_the_days_before_it(
    version: DetectorVersion,
) -> None:
    usual = _usual(version, 0, 90)
    spike = score_point(version, 0, version.days[90], 4 * usual)
    assert spike.flags == ("degraded",)
    assert spike.alert
    assert spike.expected == pytest.approx(version.expected[0, 90])
    assert spike.upper == pytest.approx(version.upper[0, 90])
    # all but the forest are those of the replay, so the score is near
    nudged = score_point(version, 0, version.days[90], usual * (1 + 1e-6))
    assert nudged.flags == ("degraded",)
    assert nudged.score == pytest.approx(version.score[0, 90], abs=0.5)
    # the day after an alert it takes a stronger one
    assert not score_point(version, 2, version.days[101], 3.5 * _usual(version, 2, 101)).alert


def test_a_day_nobody_delivered_can_be_asked_about(version: DetectorVersion) -> None:
    point = score_point(version, 3, version.days[80], 10_000.0)
    assert point.flags == ("degraded",)
    assert point.alert


def test_the_next_day_equals_a_longer_replay_under_the_same_fits(version: DetectorVersion) -> None:
    longer = fit_detector(_panel(DAYS + 1), seed=5)
    for row in range(6):
        value = _usual(longer, row, DAYS)
        point = score_point(version, row, longer.days[DAYS], value)
        assert point.flags == ()
        for name in ("expected", "lower", "upper"):
            assert getattr(point, name) == pytest.approx(getattr(longer, name)[row, DAYS])
        features = next_day(version.state, row, history_days=DAYS, step=0, value=value)
        # day 150 is no day of a refit, so the newest forest is the longer replay's, too
        strange = forest_scores(version.forests, row, features.row[None])
        score = combined_score(longer.pools, np.r_[features.parts, strange])
        assert longer.score[row, DAYS] == pytest.approx(float(score))
        assert point.score == pytest.approx(longer.score[row, DAYS], abs=0.3)


def test_later_days_are_degraded_and_bounded(version: DetectorVersion) -> None:
    last = version.days[-1]
    monday = score_point(version, 0, last + 5, 3000.0)
    assert monday.flags == ("degraded",)
    assert monday.alert
    assert score_point(version, 0, last + 31, 500.0).flags == ("degraded",)
    with pytest.raises(ValueError, match="wanted one from 2026-01-05 to"):
        score_point(version, 0, last + 32, 500.0)
    with pytest.raises(ValueError, match="wanted one from"):
        score_point(version, 0, version.days[0] - 1, 500.0)
    with pytest.raises(ValueError, match="finite"):
        score_point(version, 0, last, float("nan"))


def test_an_ordinary_next_day_does_not_alert_and_a_triple_one_does(
    version: DetectorVersion,
) -> None:
    for row in range(6):
        expected = float(version.state.expected_ahead[row, 0])
        assert not score_point(version, row, version.days[-1] + 1, expected).alert
        spike = score_point(version, row, version.days[-1] + 1, 3 * expected)
        assert spike.alert
        assert spike.p_value < 0.01


def test_a_short_series_is_scored_by_the_pooled_forest_and_never_alerts(
    version: DetectorVersion,
) -> None:
    point = score_point(version, SHORT, version.days[-1] + 1, 1e6)
    assert point.flags == ("insufficient_history",)
    assert not point.alert
    assert np.isfinite([point.expected, point.score, point.p_value]).all()
    within = score_point(version, SHORT, version.days[-4], _usual(version, SHORT, DAYS - 4))
    assert within.flags == ("degraded", "insufficient_history")


def test_a_series_never_seen_has_nothing_to_compare_with(version: DetectorVersion) -> None:
    point = score_point(version, ABSENT, version.days[-1] + 1, 5.0)
    assert np.isnan([point.expected, point.score, point.p_value]).all()
    assert point.flags == ("insufficient_history",)
    before = score_point(version, LAUNCHED, version.days[3], 5.0)
    assert np.isnan(before.score)
    assert "insufficient_history" in before.flags


def test_a_version_survives_the_disk(version: DetectorVersion, tmp_path: Path) -> None:
    digest = save_detector(version, tmp_path / "detector")
    assert digest == save_detector(fit_detector(_panel(), seed=5), tmp_path / "again")
    loaded = load_detector(tmp_path / "detector")
    for name in ("score", "p_value", "alert", "days", "history_days"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(version, name))
    for name in ("unique_ids", "threshold", "seed", "metrics", "known_at", "panel_fingerprint"):
        assert getattr(loaded, name) == getattr(version, name)
    day = version.days[-1] + 2
    assert score_point(loaded, 1, day, 777.0) == score_point(version, 1, day, 777.0)


def test_a_damaged_version_is_refused(version: DetectorVersion, tmp_path: Path) -> None:
    save_detector(version, tmp_path / "detector")
    file = tmp_path / "detector" / "score.npy"
    file.write_bytes(file.read_bytes()[:-8] + b"\0" * 8)
    with pytest.raises(BadArtifact, match=r"score\.npy"):
        load_detector(tmp_path / "detector")


def test_shapes_are_checked(version: DetectorVersion) -> None:
    with pytest.raises(ValueError, match="score has shape"):
        DetectorVersion(**{**vars(version), "score": version.score[:, 1:]})
    with pytest.raises(ValueError, match="one series a row"):
        DetectorVersion(**{**vars(version), "history_days": version.history_days[1:]})


def test_p_values_are_those_of_the_score(version: DetectorVersion) -> None:
    again: NDArray[np.float64] = p_values(version.pools[-1], version.score)
    np.testing.assert_array_equal(again, version.p_value)


def test_scoring_loads_numpy_and_pyarrow_only(repository: Path) -> None:
    banned = ["numba", "sklearn", "scipy", "pandas", "statsforecast", "mlflow", "training"]
    code = f"import sys, models.scoring; print([m for m in {banned} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
