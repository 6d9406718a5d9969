"""A live point with its usage: judged as the replay would have judged it."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.detector_version import DetectorVersion, load_detector, save_detector
from models.scoring import score_point
from models.usage import Usage
from models.usage_evidence import with_usage
from training.detect import fit_detector

_DAYS = 220
_SERVICES = 5
_CLUSTER = _SERVICES  # row
_Array = NDArray[np.float64]


def _panel(days: int = _DAYS) -> tuple[Panel, Usage]:
    """Services whose cost follows their requests, and a cluster of one run on most days."""
    rng = np.random.default_rng(3)
    week = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])[np.arange(_DAYS + 1) % 7]
    requests = 1000 * week * rng.lognormal(0, 0.1, (_SERVICES, _DAYS + 1))
    failed = requests * rng.uniform(0.005, 0.015, requests.shape)
    runs = rng.lognormal(3, 0.7, _DAYS + 1) * (rng.uniform(size=_DAYS + 1) < 0.6)
    value = np.vstack([0.5 * requests, 60 * runs])
    nothing = np.full((1, _DAYS + 1), np.nan)
    amounts = {
        "requests": np.vstack([requests, nothing])[:, :days],
        "failed_requests": np.vstack([failed, nothing])[:, :days],
    }
    largest = np.vstack([np.full(requests.shape, np.nan), np.where(runs > 0, runs, np.nan)])
    panel = Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row}", model="m") for row in range(len(value))),
        periods=np.datetime64("2026-01-05", "D") + np.arange(days),
        value=value[:, :days],
        observed=np.ones((len(value), days), np.bool_),
        completeness=np.full((len(value), days), np.nan),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )
    return panel, Usage(amounts, largest[:, :days], 60 * largest[:, :days])


@pytest.fixture(scope="module")
def version() -> DetectorVersion:
    panel, usage = _panel()
    return fit_detector(panel, usage=usage, seed=1)


def _point(errors: float | None = None, run: float = np.nan) -> Usage:
    amounts = {}
    if errors is not None:
        amounts = {"requests": np.array([[1000.0]]), "failed_requests": np.array([[errors]])}
    return Usage(amounts, np.array([[run]]), np.array([[np.nan]]))


def test_usage_is_one_part_of_the_score(version: DetectorVersion) -> None:
    day, value = version.days[-1] + 1, 600.0
    alone = score_point(version, 0, day, value)
    calm, strange = (score_point(version, 0, day, value, _point(errors)) for errors in (10, 550))
    assert strange.score > alone.score > 0
    assert strange.score > calm.score
    assert version.usage is not None
    assert version.usage_pool is not None
    evidence = version.usage.evidence(0, _point(550))
    assert evidence is not None
    wanted = with_usage(np.array(alone.score), version.usage_pool, evidence.distance[0, 0])
    assert strange.score == pytest.approx(float(wanted))
    assert score_point(version, 0, day, value, _point()) == alone


def test_another_value_of_a_past_day_is_held_against_the_newest_usage(
    version: DetectorVersion,
) -> None:
    day, value = version.days[-10], 900.0
    alone, strange = (score_point(version, 0, day, value, one) for one in (None, _point(550)))
    assert alone.flags == strange.flags == ("degraded",)
    assert strange.score > alone.score


def test_a_retry_loop_is_told_where_its_cost_alone_would_not_be(version: DetectorVersion) -> None:
    day, row = version.days[-1] + 1, 1
    expected = float(version.state.expected_ahead[row, 0])
    half = float(version.state.reach[row])
    value = expected + 1.45 * half
    assert not score_point(version, row, day, value).alert
    assert not score_point(version, row, day, value, _point(10)).alert
    assert score_point(version, row, day, value, _point(550)).alert


def test_a_record_run_is_told_and_an_ordinary_one_is_not(version: DetectorVersion) -> None:
    day = version.days[-1] + 1
    expected = float(version.state.expected_ahead[_CLUSTER, 0])
    value = expected + 3.2 * float(version.state.reach[_CLUSTER])
    assert version.usage is not None
    before = float(version.usage.gpu_hours[version.usage.rows.tolist().index(_CLUSTER)])
    assert score_point(version, _CLUSTER, day, value).alert
    assert score_point(version, _CLUSTER, day, value, _point(run=1.7 * before)).alert
    assert not score_point(version, _CLUSTER, day, value, _point(run=0.9 * before)).alert


def test_the_next_day_equals_a_longer_replay(version: DetectorVersion) -> None:
    panel, usage = _panel(_DAYS + 1)
    longer = fit_detector(panel, usage=usage, seed=1)
    for row in range(_CLUSTER + 1):
        one = {name: amount[row : row + 1, -1:] for name, amount in usage.amounts.items()}
        runs = (usage.run_gpu_hours, usage.run_cost)
        point = Usage(one, *(each[row : row + 1, -1:] for each in runs))
        value = float(panel.value[row, -1])
        found = score_point(version, row, panel.periods[-1], value, point)
        assert found.score == pytest.approx(longer.score[row, -1], abs=0.1)  # a day in the pools


def test_a_version_with_usage_survives_the_disk(version: DetectorVersion, tmp_path: Path) -> None:
    save_detector(version, tmp_path / "detector")
    loaded = load_detector(tmp_path / "detector")
    day = version.days[-1] + 1
    for point in (_point(550), _point(run=40.0)):
        found = score_point(loaded, 0, day, 700.0, point)
        assert found == score_point(version, 0, day, 700.0, point)
    assert loaded.usage is not None
    assert version.usage is not None
    np.testing.assert_array_equal(loaded.usage.center, version.usage.center)
    np.testing.assert_array_equal(loaded.support, version.support)


@pytest.mark.parametrize("name", ["support", "usage", "usage_pool"])
def test_what_is_known_of_usage_belongs_together(version: DetectorVersion, name: str) -> None:
    with pytest.raises(ValueError, match="belong together"):
        DetectorVersion(**{**vars(version), name: None})


def test_usage_of_another_panel_is_refused() -> None:
    panel, usage = _panel()
    with pytest.raises(ValueError, match=r"got usage of shape \(6, 100\), wanted \(6, 220\)"):
        fit_detector(panel, usage=_panel(100)[1])
    with pytest.raises(ValueError, match=r"got usage of shape \(5, 220\)"):
        fit_detector(panel, usage=usage.take(np.arange(5)))
