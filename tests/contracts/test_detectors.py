"""What every detector version promises, whatever the panel."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.alert_rule import AlertRule
from models.daily_state import DailyState
from models.detector_version import DetectorVersion, load_detector, save_detector
from models.detectors.kind_parts import later_parts
from models.detectors.kinds import DETECTOR_KINDS, DetectorKind
from models.features.schedule import SILENT_DAYS, WARM_UP_DAYS
from models.forest_arrays import forest_scores
from models.next_day import next_day
from models.scoring import score_point
from training.detect import fit_detector
from training.replay import replay_panel

Values = NDArray[np.float64]

DAYS = 200
WEEKDAY = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.35, 0.3])


def panel_of(value: Values) -> Panel:
    days = value.shape[1]
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row}", model="m") for row in range(len(value))),
        periods=np.datetime64("2026-01-05", "D") + np.arange(days),
        value=value,
        observed=np.isfinite(value),
        completeness=np.ones(value.shape),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )


def spend(series: int = 12, days: int = DAYS, seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    level = rng.uniform(200, 2000, (series, 1)) * np.exp(rng.normal(0, 0.001, (series, 1)))
    weekly = WEEKDAY[np.arange(days) % 7]
    return np.asarray(level * weekly * np.exp(rng.normal(0, 0.08, (series, days))))


@pytest.fixture(scope="module")
def calm() -> DetectorVersion:
    return fit_detector(panel_of(spend()), seed=1)


def _with(changes: Callable[[Values], None]) -> DetectorVersion:
    value = spend()
    changes(value)
    return fit_detector(panel_of(value), seed=1)


def test_equal_panels_and_seeds_give_equal_versions(calm: DetectorVersion) -> None:
    again = fit_detector(panel_of(spend()), seed=1)
    np.testing.assert_array_equal(again.score, calm.score)
    np.testing.assert_array_equal(again.forests.split, calm.forests.split)
    assert again.threshold == calm.threshold
    assert again.panel_fingerprint == calm.panel_fingerprint
    assert not np.array_equal(fit_detector(panel_of(spend()), seed=2).score, calm.score)


def test_normal_weekends_do_not_alert(calm: DetectorVersion) -> None:
    assert calm.alert.sum() == 0
    scored = np.isfinite(calm.score)
    assert scored[:, WARM_UP_DAYS:].all()
    weekend = np.arange(DAYS) % 7 >= 5
    high = calm.p_value <= 0.05
    share = high[:, weekend][scored[:, weekend]].mean()
    assert share < 0.08  # weekends are no stranger than other days


@pytest.mark.parametrize("factor", [3.0, 0.05])
def test_planted_days_are_found_on_the_day(factor: float) -> None:
    planted = [(row, 60 + 10 * row) for row in range(12)]

    def plant(value: Values) -> None:
        for row, day in planted:
            value[row, day] *= factor

    version = _with(plant)
    weekdays = [cell for cell in planted if cell[1] % 7 < 5]
    assert all(version.alert[cell] for cell in weekdays)
    if factor > 1:
        assert all(version.alert[cell] for cell in planted)
        assert max(version.p_value[cell] for cell in planted) < 0.01
    found = {(int(row), int(day)) for row, day in np.argwhere(version.alert)}
    assert found <= set(planted)


def test_a_step_alerts_once_and_a_drift_does(calm: DetectorVersion) -> None:
    def plant(value: Values) -> None:
        value[0, 100:] *= 2.0
        value[1, 100:130] *= 1.06 ** np.arange(1, 31)
        value[1, 130:] *= 1.06**30

    version = _with(plant)
    assert version.alert[0, 100]
    assert version.alert[0].sum() <= 2
    assert version.alert[1, 100:130].any()
    assert version.alert[2:].sum() == 0


def test_constant_and_zero_series_never_alert() -> None:
    def plant(value: Values) -> None:
        value[0] = 500.0
        value[1] = 0.0
        value[2, 90:] = value[2, 89]

    version = _with(plant)
    assert not version.alert[:2].any()
    assert np.isfinite(version.score[:, WARM_UP_DAYS:]).all()


def test_a_panel_of_constants_never_alerts() -> None:
    version = fit_detector(panel_of(np.full((3, 90), 77.0)), seed=0)
    assert not version.alert.any()


def test_the_warm_up_is_silent_and_starts_with_the_first_spend() -> None:
    def plant(value: Values) -> None:
        value[0, :100] = 0.0
        value[0, 110] *= 10
        value[1, :50] = np.nan

    version = _with(plant)
    assert not np.isfinite(version.score[0, : 100 + SILENT_DAYS]).any()
    assert np.isfinite(version.score[0, 100 + SILENT_DAYS :]).all()
    assert not np.isfinite(version.score[1, : 50 + SILENT_DAYS]).any()
    assert version.history_days[:3].tolist() == [100, 150, 200]


def test_an_unobserved_day_is_never_scored() -> None:
    def plant(value: Values) -> None:
        value[:, 120:124] = np.nan
        value[3, -2:] = np.nan

    version = _with(plant)
    for name in ("expected", "lower", "upper", "score", "p_value"):
        missing = np.isnan(version.actual)
        assert np.isnan(getattr(version, name)[missing]).all()
    assert not version.alert[:, 120:124].any()
    assert not version.alert.any()


def test_a_history_of_days_and_one_never_observed_are_silent() -> None:
    value = spend(10, days=9)
    value[4] = np.nan
    version = fit_detector(panel_of(value), seed=0)
    assert not version.alert.any()
    assert np.isnan(version.score).all()
    assert version.history_days[4] == 0
    assert version.metrics["scored_days"] == 0


def test_scores_of_a_day_use_earlier_days_only(calm: DetectorVersion) -> None:
    """Pools and threshold learn from the whole replay; expected values and intervals may not."""
    value = spend()
    value[:, 150:] *= 40.0
    other = fit_detector(panel_of(value), seed=1)
    for name in ("expected", "lower", "upper"):
        np.testing.assert_allclose(getattr(other, name)[:, :150], getattr(calm, name)[:, :150])


@pytest.mark.parametrize("budget", [0.0, 0.5, 1.0])
def test_the_replay_keeps_the_alert_budget(budget: float) -> None:
    rng = np.random.default_rng(3)
    value = spend()
    value[rng.random(value.shape) < 0.02] *= 8
    version = fit_detector(panel_of(value), rule=AlertRule(budget, floor_amount=0, floor_share=0))
    assert version.metrics["alerts_per_series_and_quarter"] <= budget
    assert version.alert.any() == (budget > 0)


def test_floors_filter_alerts_and_never_the_score() -> None:
    value = spend()
    value[0, 100] *= 4
    told = fit_detector(panel_of(value), rule=AlertRule(floor_amount=20.0))
    silent = fit_detector(panel_of(value), rule=AlertRule(floor_amount=1e6))
    assert told.alert[0, 100]
    assert not silent.alert.any()
    np.testing.assert_array_equal(told.score, silent.score)


@pytest.fixture(scope="module", params=DETECTOR_KINDS)
def kind(request: pytest.FixtureRequest) -> DetectorKind:
    chosen: DetectorKind = request.param
    return chosen


def _few(series: int = 2, days: int = 52) -> Values:
    """Few series: scikit-learn's forest takes its time."""
    return spend(series, days, seed=4)


def test_every_kind_repeats_itself(kind: DetectorKind) -> None:
    one, other = (fit_detector(panel_of(_few()), detector=kind, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.score, other.score)
    assert one.threshold == other.threshold
    assert one.detector == kind
    assert np.isfinite(one.score[:, WARM_UP_DAYS:]).all()


def test_no_kind_looks_ahead(kind: DetectorKind) -> None:
    """Cut the panel: what a day looked like before the pooled ranks stays as it was."""
    value = _few()
    value[1, 38] *= 5
    whole, cut = (
        replay_panel(some, ("a", "b"), seed=0, detector=kind) for some in (value, value[:, :45])
    )
    for name in ("expected", "lower", "upper", "parts"):
        known = getattr(whole, name)[:, :45]
        np.testing.assert_allclose(getattr(cut, name), known, rtol=1e-9, err_msg=name)


def test_no_kind_knows_the_unit(kind: DetectorKind) -> None:
    """Cents or dollars: the same days are strange, and the expected is in the unit."""
    value = _few()
    dollars, cents = (
        fit_detector(panel_of(scale * value), detector=kind, seed=0) for scale in (1.0, 128.0)
    )
    np.testing.assert_allclose(cents.score, dollars.score, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(cents.expected, 128 * dollars.expected, rtol=1e-9)


def test_every_kind_is_silent_on_nothing(kind: DetectorKind) -> None:
    """Constant, all zero, one point, never observed: finite or silent, and no alert."""
    value = _few(5)
    value[0], value[1], value[2] = 40.0, 0.0, np.nan
    value[3] = np.nan
    value[3, -1] = 9.0
    version = fit_detector(panel_of(value), detector=kind, seed=0)
    assert not version.alert[:4].any()
    assert np.isfinite(version.score[:2, WARM_UP_DAYS:]).all()
    assert np.isnan(version.score[2:4]).all()
    single = fit_detector(panel_of(np.array([[5.0]])), detector=kind)
    assert np.isnan(single.score).all()


def test_every_kind_finds_a_tenfold_day_now_and_live(kind: DetectorKind) -> None:
    value = _few(4, 60)
    value[2, 50] *= 10
    version = fit_detector(panel_of(value), detector=kind, seed=0)
    if kind == "isolation_forest":  # everything beyond its range looks alike, so ties stay silent
        assert version.p_value[2, 50] < 0.05
        return
    assert version.alert[2, 50]
    assert int(np.nanargmax(version.score[2])) == 50
    tomorrow = version.days[-1] + 1
    usual = float(version.state.expected_ahead[1, 0])
    strange = score_point(version, 1, tomorrow, 10 * usual)
    assert strange.alert
    assert strange.score > score_point(version, 1, tomorrow, usual).score


def test_every_kind_scores_the_next_day_as_a_longer_replay_does(kind: DetectorKind) -> None:
    """Day 43 is no day of a refit, so the newest forest is the longer replay's, too."""
    value = _few(2, 44)
    shorter, longer = (
        replay_panel(some, ("a", "b"), seed=0, detector=kind) for some in (value[:, :43], value)
    )
    version = fit_detector(panel_of(value[:, :43]), detector=kind, seed=0)
    for row in range(2):
        state = DailyState(
            **{
                field.name: getattr(shorter.state, field.name)[row : row + 1]
                for field in fields(DailyState)
            }
        )
        point = next_day(state, 0, history_days=43, step=0, value=value[row, 43])
        forest = forest_scores(shorter.forests, row, point.row[None])
        parts = later_parts(
            kind,
            state,
            point,
            strange=float(forest[0]),
            history_days=43,
            step=0,
            value=value[row, 43],
        )
        np.testing.assert_allclose(parts, longer.parts[row, 43], rtol=1e-5)
        assert len(version.pools) == len(parts) + 1


def test_every_kind_survives_the_disk(kind: DetectorKind, tmp_path: Path) -> None:
    version = fit_detector(panel_of(_few()), detector=kind, seed=1)
    save_detector(version, tmp_path / "detector")
    loaded = load_detector(tmp_path / "detector")
    assert loaded.detector == kind
    day = version.days[-1] + 1
    assert score_point(loaded, 1, day, 777.0) == score_point(version, 1, day, 777.0)


def test_only_daily_panels() -> None:
    hourly = panel_of(spend(2, 48))
    hours = np.datetime64("2026-01-05T00", "h") + np.arange(48)
    panel = Panel(
        **{
            **{name: getattr(hourly, name) for name in hourly.__dataclass_fields__},
            "frequency": "h",
            "periods": hours,
        }
    )
    with pytest.raises(ValueError, match="daily"):
        fit_detector(panel)


def test_progress_counts_the_series() -> None:
    told: list[tuple[int, int]] = []
    fit_detector(panel_of(spend(3, 40)), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
