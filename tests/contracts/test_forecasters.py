"""What every forecaster keeps to: members, found by their files, and the recipe of all of them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from statsforecast import StatsForecast

from models.forecasters.kernel_member import KernelMember
from models.forecasters.member import Member
from models.forecasters.pool import default_names, member_types, pool
from models.kernels.member_forecasts import BATCH
from models.recipe import Recipe

SEASON = 7
SECOND = {"second_season_naive", "second_season_average"}
#: Compiled, yet not in the pool unless asked for: they cost it accuracy.
ASKED_FOR = {"theta", "hour_of_week"}
EVERYONE: tuple[Member, ...] = (
    *pool(SEASON, 28, [member.name for member in member_types()]),
    Recipe(SEASON, 28),
)
MEMBERS = pytest.mark.parametrize("member", EVERYONE, ids=repr)
#: Compiled, so that a great many histories take no time.
COMPILED = pytest.mark.parametrize(
    "member",
    [member for member in EVERYONE if isinstance(member, KernelMember | Recipe)],
    ids=repr,
)


def weekly(n: int, seed: int = 0) -> NDArray[np.float64]:
    """A level with a weekend, growth and noise: nothing unusual."""
    rng = np.random.default_rng(seed)
    week = np.array([1.0, 1.05, 1.1, 1.05, 1.0, 0.7, 0.6])
    return np.array(np.resize(week, n) * (100 + 0.1 * np.arange(n)) + rng.normal(0, 3, n))


def said(member: Member, y: NDArray[np.float64], h: int = 21) -> NDArray[np.float64]:
    return member.forecast(y=y, h=h)["mean"]


def test_the_pool_has_the_members_promised() -> None:
    names = [member.name for member in member_types()]
    assert names == sorted(set(names))
    chosen = {"auto_ets", "auto_theta", "auto_arima", "ces", "croston", "croston_sba", "adida"}
    wanted = {"seasonal_naive", "window_average", "ets_seasonal", "theta", "intermittent"}
    assert chosen | wanted <= set(names)
    assert set(names) >= ASKED_FOR
    assert not ASKED_FOR & set(BATCH)
    assert set(default_names()) == set(BATCH) - SECOND
    assert set(default_names(168)) == set(BATCH)


@MEMBERS
def test_forecasts_are_deterministic_and_leave_the_history_alone(member: Member) -> None:
    y = weekly(90)
    before = y.copy()
    first = said(member, y)
    assert first.shape == (21,)
    np.testing.assert_array_equal(first, said(member.new(), y))
    np.testing.assert_array_equal(y, before)


@MEMBERS
def test_fit_then_predict_is_forecast(member: Member) -> None:
    y = weekly(60)
    fitted = member.new().fit(y)
    np.testing.assert_array_equal(fitted.predict(h=9)["mean"], said(member, y, 9))
    with pytest.raises(ValueError, match="before fit"):
        member.new().predict(h=9)


@MEMBERS
@pytest.mark.parametrize("n", [1, 2, 5, 6, 7, 8, 13, 15, 22, 29])
def test_a_constant_is_forecast_by_itself_however_short(member: Member, n: int) -> None:
    np.testing.assert_allclose(said(member, np.full(n, 42.0)), 42.0)
    np.testing.assert_array_equal(said(member, np.zeros(n)), 0.0)


@MEMBERS
def test_thirteen_points_are_forecast_between_their_extremes_and_twice_their_range(
    member: Member,
) -> None:
    y = np.array([3.0, 9.0, 4.0, 8.0, 5.0, 7.0, 6.0, 30.0, 2.0, 5.0, 6.0, 4.0, 5.0])
    forecast = said(member, y, 13)
    assert np.isfinite(forecast).all()
    assert forecast.min() >= 0
    assert forecast.max() <= 30 + 2 * 28


@MEMBERS
@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 7, 8, 13, 14, 15, 16, 22, 29, 60])
def test_short_histories_give_finite_forecasts_near_the_history(member: Member, n: int) -> None:
    y = weekly(n, seed=n)
    forecast = said(member, y, 92)
    assert np.isfinite(forecast).all()
    spread = y.max() - y.min()
    assert forecast.min() >= max(0.0, y.min() - 2 * spread) - 1e-9
    assert forecast.max() <= y.max() + 2 * spread + 1e-9


@MEMBERS
@pytest.mark.parametrize("bad", [[], [1.0, np.nan, 2.0], [1.0, np.inf], [[1.0, 2.0]]])
def test_holes_and_emptiness_are_refused(member: Member, bad: list[float]) -> None:
    with pytest.raises(ValueError, match="wanted finite values"):
        member.forecast(y=np.array(bad), h=3)


@MEMBERS
def test_scale_equivariance(member: Member) -> None:
    y = weekly(120)
    if not member.scale_equivariant:
        pytest.fail("every member so far promises it: a cost in cents is the same cost")
    for factor in (0.01, 1e6):
        np.testing.assert_allclose(said(member, y * factor), said(member, y) * factor, rtol=1e-6)


@pytest.mark.parametrize(
    "member", [member for member in EVERYONE if member.shift_equivariant], ids=repr
)
def test_shift_equivariance_where_promised(member: Member) -> None:
    y = weekly(120)
    np.testing.assert_allclose(said(member, y + 1000.0), said(member, y) + 1000.0, rtol=1e-6)


@COMPILED
@settings(max_examples=20, deadline=None)
@given(
    y=arrays(np.float64, st.integers(1, 40), elements=st.sampled_from([0.0, 1e-9, 1.0, 5e8])),
    h=st.integers(1, 30),
)
def test_sparse_and_wild_histories_never_break_nor_go_negative(
    member: Member, y: NDArray[np.float64], h: int
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecast = said(member, y, h)
    assert forecast.shape == (h,)
    assert np.isfinite(forecast).all()
    assert (forecast >= 0).all()


@MEMBERS
@pytest.mark.parametrize(
    "y", [[0.0] * 20 + [5e8] * 2 + [0.0] * 9, [1e-9, 5e8] * 10, [0.0, 1.0, 0.0, 0.0, 5e8, 0.0, 1.0]]
)
def test_three_wild_histories_break_nobody(member: Member, y: list[float]) -> None:
    forecast = said(member, np.array(y), 9)
    assert np.isfinite(forecast).all()
    assert (forecast >= 0).all()


@MEMBERS
def test_fitted_values_are_one_step_forecasts_or_missing(member: Member) -> None:
    y = weekly(40)
    result = member.forecast(y=y, h=1, fitted=True)
    if not isinstance(member, KernelMember):
        assert np.isnan(result["fitted"]).all()
        return
    assert np.isnan(result["fitted"][0])
    for step in (1, 5, 39):
        np.testing.assert_array_equal(result["fitted"][step], said(member, y[:step], 1)[0])


@MEMBERS
def test_ten_years_of_days_are_forecast(member: Member) -> None:
    y = weekly(3650)
    forecast = said(member, y, 90)
    assert np.isfinite(forecast).all()
    assert forecast.max() <= 3 * y.max()


@MEMBERS
def test_negative_histories_may_stay_negative(member: Member) -> None:
    forecast = said(member, -weekly(60))
    assert (forecast < 0).all()


@pytest.mark.parametrize("name", ["seasonal_naive", "seasonal_average", "seasonal_median"])
def test_a_pure_season_is_repeated(name: str) -> None:
    (member,) = [member for member in pool(SEASON) if member.name == name]
    week = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0])
    np.testing.assert_allclose(said(member, np.tile(week, 6), 14), np.tile(week, 2))


def test_the_pool_works_inside_statsforecast() -> None:
    y = weekly(60)
    ds = pd.date_range("2026-01-01", periods=60)
    frame = pd.DataFrame({"unique_id": "a", "ds": ds, "y": y})
    everyone: list[Member] = [*pool(SEASON), Recipe(SEASON)]
    table = StatsForecast(models=everyone, freq="D").forecast(df=frame, h=5)
    for member in everyone:
        np.testing.assert_allclose(table[member.name], said(member, y, 5))


def test_the_long_averages_look_back_beyond_a_burst() -> None:
    y = np.concatenate([np.full(84, 100.0), np.full(7, 1000.0)])
    means = {member.name: said(member, y).mean() for member in pool(SEASON)}
    assert means["long_average"] == pytest.approx(y.mean())
    assert means["long_seasonal_average"] == pytest.approx(y[-56:].mean())
    assert means["window_average"] == pytest.approx(1000.0)
