"""What the answers say about themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from journal.outcomes import Flag
from ledger.scope import Scope
from models.forecaster_version import load_forecaster, save_forecaster
from serving.engine import Engine
from serving.outlook import Outlook
from serving.snapshot import open_current

if TYPE_CHECKING:
    from tests.serving.conftest import World

ALL = Scope.everything()


@pytest.fixture(scope="module")
def young(world: World, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Engine whose forecaster says that three series are 0, 3 and 20 days old."""
    folder = tmp_path_factory.mktemp("young")
    version = load_forecaster(world.champions["costcast-forecaster"])
    rows = [version.unique_ids.index(f"team={team}/model=gpt-5") for team in _AGES]
    days, insufficient = version.history_days.copy(), version.insufficient.copy()
    days[rows], insufficient[rows] = list(_AGES.values()), True
    changed = replace(version, history_days=days, insufficient=insufficient)
    save_forecaster(changed, folder / "version")
    champions = world.champions | {"costcast-forecaster": folder / "version"}
    world.publish(folder / "published", champions=champions)
    return Engine(open_current(folder / "published"))


_AGES = {"support": 0, "ads": 3, "search": 20}


def _insufficient(engine: Engine, **selection: str) -> Flag:
    (forecast,) = engine.forecast(ALL, **selection)  # type: ignore[arg-type]  # team and model
    (flag,) = [flag for flag in forecast.flags if flag.code == "insufficient_history"]
    return flag


@pytest.mark.parametrize(
    ("team", "words"),
    [
        ("support", "practically nothing beats it"),
        ("ads", "fewer than 7 days of history, so their mean is forecast: naive is as good"),
        ("search", "those of its siblings count"),
    ],
)
def test_a_young_series_says_what_its_forecast_is_worth(
    young: Engine, team: str, words: str
) -> None:
    flag = _insufficient(young, team=team, model="gpt-5")
    assert words in flag.reason
    assert flag.reason.endswith(f": team={team}/model=gpt-5")
    assert flag.lifted_by == "28 final days since the first spend"


@pytest.mark.parametrize(
    ("team", "method"),
    [
        ("support", "zero before the first spend"),
        ("ads", "mean of the 3 days there are"),
        ("search", "weighted pool of"),
    ],
)
def test_the_method_is_the_one_of_its_age(young: Engine, team: str, method: str) -> None:
    (forecast,) = young.forecast(ALL, team=team, model="gpt-5")
    assert method in forecast.method


def test_a_sum_names_its_young_series_by_kind(young: Engine) -> None:
    reason = _insufficient(young, model="gpt-5").reason
    for team in _AGES:
        assert f"team={team}/model=gpt-5" in reason
    assert reason.count("; ") == 2


def test_grown_series_are_not_flagged(engine: Engine) -> None:
    (forecast,) = engine.forecast(ALL, team="ads", model="gpt-5")
    assert "insufficient_history" not in {flag.code for flag in forecast.flags}


def test_days_before_the_first_amount_do_not_lower_a_new_series(
    world: World, tmp_path: Path
) -> None:
    """A series that the forecaster does not know and that is two days old."""
    version = load_forecaster(world.champions["costcast-forecaster"])
    row = version.unique_ids.index("team=ads/model=gpt-5")
    renamed = tuple(
        "team=gone/model=gpt-5" if r == row else name for r, name in enumerate(version.unique_ids)
    )
    table = version.per_series.set_column(0, "unique_id", [list(renamed)])
    save_forecaster(replace(version, unique_ids=renamed, per_series=table), tmp_path / "v")
    world.publish(
        tmp_path / "p", champions=world.champions | {"costcast-forecaster": tmp_path / "v"}
    )
    outlook = Outlook(open_current(tmp_path / "p"))
    settled = outlook.known.settled
    settled[row, :-2] = 0.0
    daily = outlook.daily(np.array([row], dtype=np.intp))
    np.testing.assert_allclose(daily.mean, settled[row, -2:].mean())
    settled[row] = 0.0
    fresh = Outlook(outlook.snapshot)
    fresh.known.settled[row] = 0.0
    np.testing.assert_array_equal(fresh.daily(np.array([row], dtype=np.intp)).mean, 0.0)
