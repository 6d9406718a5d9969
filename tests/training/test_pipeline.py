from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from mlflow import MlflowClient

from ledger.panel import Panel
from ledger.problems import BadInput
from ledger.quantities import QUANTITIES
from ledger.reference import Reference
from ledger.retirements import ModelRow
from models.detector_version import load_detector
from models.forecaster_version import load_forecaster, save_forecaster
from training.fit import fit_forecaster
from training.pipeline import TrainingOptions, TrainingOutcome, train
from training.registry import DETECTOR, FORECASTER, Registry
from training.revisions import Knowledge
from training.sync import sync

OPTIONS = TrainingOptions(horizon_days=14)


def train_on(registry: Registry, cache: Path, panel: Panel) -> TrainingOutcome:
    return train(panel, options=OPTIONS, registry=registry, champions=sync(registry, cache))


def test_a_first_training_records_one_run_and_promotes_what_beats_the_seasonal_naive(
    registry: Registry, tracking_uri: str, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    panel = weekly_panel(120)
    steps: list[str] = []

    def step(name: str) -> Callable[[int, int], None]:
        steps.append(name)
        return lambda _done, _total: None

    # the server is shared by the session: champions of other tests are none of ours
    outcome = train(panel, options=OPTIONS, registry=registry, champions={}, step=step)
    assert outcome.promoted == {FORECASTER, DETECTOR}
    assert steps == [
        "backtesting",
        "weighing and calibrating",
        "replaying the detector",
        "recording the training",
    ]
    folders = sync(registry, tmp_path / "cache")
    forecaster = load_forecaster(folders[FORECASTER])
    assert forecaster.panel_fingerprint == panel.fingerprint
    assert load_detector(folders[DETECTOR]).unique_ids == panel.unique_ids
    run = MlflowClient(tracking_uri=tracking_uri).get_run(outcome.run_id)
    assert run.data.metrics["forecaster_mase"] == pytest.approx(forecaster.metrics["mase"])
    assert run.data.metrics["detector_scored_days"] > 0
    assert run.data.tags["dataset_digest"] == panel.fingerprint
    assert run.data.params["first_day"] == "2026-04-01"
    assert len(run.data.metrics) < 40  # a fixed vocabulary, nothing per series


def test_training_again_on_the_same_days_registers_nothing_new(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    first = train_on(local_registry, tmp_path / "cache", weekly_panel(90))
    again = train_on(local_registry, tmp_path / "cache", weekly_panel(90))
    assert again.versions == first.versions
    assert again.promoted == frozenset()
    assert all("unchanged" in decision for decision in again.decisions)
    assert again.run_id != first.run_id


def test_a_week_more_of_the_same_makes_a_new_champion(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    train_on(local_registry, tmp_path / "cache", weekly_panel(120))
    later = train_on(local_registry, tmp_path / "cache", weekly_panel(127))
    assert later.promoted == {FORECASTER, DETECTOR}
    assert {ref.version for ref in later.versions.values()} == {"2"}
    folders = sync(local_registry, tmp_path / "cache")
    assert load_forecaster(folders[FORECASTER]).first_day == np.datetime64("2026-08-06")


def repeating(panel: Panel) -> Panel:
    """Every day repeats the same day of the week before but for noise: no member beats that."""
    rng = np.random.default_rng(4)
    value = np.zeros_like(panel.value)
    value[:, :7] = rng.uniform(100, 900, (len(value), 7))
    for day in range(7, len(panel.periods)):
        value[:, day] = value[:, day - 7] * rng.lognormal(0, 0.05, len(value))
    return replace(panel, value=value)


def test_a_first_version_worse_than_the_seasonal_naive_is_recorded_and_not_promoted(
    local_registry: Registry,
    sqlite_uri: str,
    tmp_path: Path,
    weekly_panel: Callable[[int], Panel],
) -> None:
    outcome = train_on(local_registry, tmp_path / "cache", repeating(weekly_panel(60)))
    assert outcome.promoted == {DETECTOR}
    assert "not promoted: MASE and WAPE worse than seasonal naive" in outcome.decisions[0]
    assert local_registry.champion(FORECASTER) is None
    version = MlflowClient(tracking_uri=sqlite_uri).get_model_version(FORECASTER, "1")
    assert version.tags["gate"] in outcome.decisions[0]


def test_a_champion_that_is_better_stays(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    panel = repeating(weekly_panel(60))
    fitted = fit_forecaster(panel, horizon=14, season=7)
    on_naive = np.zeros_like(fitted.weights)
    on_naive[:, fitted.members.index("seasonal_naive")] = 1.0
    save_forecaster(replace(fitted, weights=on_naive), tmp_path / "champion")
    outcome = train(
        panel,
        options=OPTIONS,
        registry=local_registry,
        champions={FORECASTER: tmp_path / "champion"},
    )
    assert FORECASTER not in outcome.promoted
    assert "not promoted: MASE and WAPE worse than the champion" in outcome.decisions[0]


def test_a_few_days_of_history_give_a_first_version_that_says_so(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    outcome = train_on(local_registry, tmp_path / "cache", weekly_panel(5))
    assert outcome.promoted == {FORECASTER, DETECTOR}
    folders = sync(local_registry, tmp_path / "cache")
    assert load_forecaster(folders[FORECASTER]).insufficient.all()
    assert not load_detector(folders[DETECTOR]).alert.any()


def test_a_champion_of_a_pool_that_lost_a_member_can_still_be_judged(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    train_on(local_registry, tmp_path / "cache", weekly_panel(120))
    folder = sync(local_registry, tmp_path / "cache")[FORECASTER]
    old = load_forecaster(folder)
    renamed = replace(old, members=("gone", *old.members[1:]))
    save_forecaster(renamed, tmp_path / "old")
    outcome = train(
        weekly_panel(127),
        options=OPTIONS,
        registry=local_registry,
        champions={FORECASTER: tmp_path / "old"},
    )
    assert "against" in outcome.decisions[0]


def test_a_ledger_of_which_nothing_is_final_is_refused(
    local_registry: Registry, weekly_panel: Callable[[int], Panel]
) -> None:
    with pytest.raises(BadInput, match="one day that is final"):
        train(weekly_panel(0), options=OPTIONS, registry=local_registry, champions={})


def test_members_of_statsforecast_join_by_name(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    options = replace(OPTIONS, extra_members=("croston",))
    train(weekly_panel(60), options=options, registry=local_registry, champions={})
    folders = sync(local_registry, tmp_path / "cache")
    assert "croston" in load_forecaster(folders[FORECASTER]).members


def test_knowledge_besides_the_panel_reaches_the_version(
    local_registry: Registry, tmp_path: Path, weekly_panel: Callable[[int], Panel]
) -> None:
    panel = weekly_panel(120)
    ends = ModelRow(provider="*", model="gpt-5", retires_on=date(2026, 8, 5))
    used = pa.Table.from_pylist(
        [
            {
                "day": day,
                "team": key["team"],
                "model": key["model"],
                "provider": "openai",
                "raw_model": "gpt-5",
                "measure": "requests",
                "quantity": float(panel.value[row, column]),
            }
            for row, key in enumerate(panel.keys)
            for column, day in enumerate(panel.periods.tolist())
        ],
        QUANTITIES,
    )
    steps: list[str] = []

    def step(name: str) -> Callable[[int, int], None]:
        steps.append(name)
        return lambda _done, _total: None

    outcome = train(
        panel,
        options=OPTIONS,
        registry=local_registry,
        champions={},
        step=step,
        knowledge=Knowledge(used, Reference(models=(ends,), digests={}), calendar=True),
    )
    assert FORECASTER in outcome.promoted
    assert steps[1] == "backtesting quantities"
    version = load_forecaster(sync(local_registry, tmp_path / "cache")[FORECASTER])
    after = version.days >= np.datetime64("2026-08-05")
    assert 0 < after.sum() < len(after)
    assert (version.mean[:, ~after] > 0).all()
    assert not version.mean[:, after].any()
