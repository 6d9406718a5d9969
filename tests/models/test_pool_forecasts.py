import numpy as np
import pytest
from numpy.typing import NDArray

from models.early_zeros import keeps_early_zeros
from models.forecasters.pool import default_names, pool
from models.gaps import ended, history_of
from models.kernels.member_forecasts import BATCH
from models.kernels.shift_repair import repair_shift
from models.pool_forecasts import PoolSettings, pool_forecasts


def spend(n: int, periods: int, season: int = 7) -> NDArray[np.float64]:
    """Growing, sparse, shrinking below zero, young and silent series."""
    rng = np.random.default_rng(periods)
    wave = 1.5 + np.sin(2 * np.pi * np.arange(periods) / season)
    value = rng.lognormal(3, 1, (n, 1)) * wave * rng.lognormal(0, 0.3, (n, periods))
    value[1] *= rng.random(periods) < 0.3
    value[2] -= 2 * value[2].mean()
    value[3, : periods - 9] = 0.0
    value[4, periods // 2 :] = 0.0
    value[5, rng.random(periods) < 0.2] = np.nan
    value[6] = np.nan
    return np.array(value)


@pytest.mark.parametrize(("season", "second"), [(1, 1), (7, 1), (6, 12), (52, 1)])
@pytest.mark.parametrize("periods", [12, 40, 130])
def test_the_batch_says_what_the_members_say(season: int, second: int, periods: int) -> None:
    value = spend(7, periods, season)
    settings = PoolSettings(BATCH, season, second, history_cap=100, repair_shifts=False)
    columns = (periods - 10, periods)
    early = keeps_early_zeros(value, columns, season)
    said = pool_forecasts(value, columns, 20, settings)
    for row, place in ((0, 0), (0, 1), (1, 1), (2, 1), (3, 1), (5, 0), (5, 1)):
        past = value[row, : columns[place]]
        y = history_of(past, season, early_zeros=bool(early[row, place])).y[-100:]
        if ended(past, season) or (columns[place] < periods and len(y) < 8):
            continue
        for member, forecast in zip(pool(season, second, BATCH), said[row, place], strict=True):
            expected = member.forecast(y=y, h=20)["mean"]
            np.testing.assert_allclose(forecast, expected, rtol=1e-9, err_msg=member.name)
    if periods == 130 and season < 7:
        assert (said[4] == 0).all()
    assert np.isnan(said[3, 0]).all()
    assert (said[6, 1] == 0).all()


def test_chosen_members_come_in_their_order_compiled_or_not() -> None:
    value = spend(7, 60)
    names = ("theta", "croston", "drift")
    said = pool_forecasts(value, (50, 60), 5, PoolSettings(names, 7))
    everything = pool_forecasts(value, (50, 60), 5, PoolSettings(default_names(), 7))
    np.testing.assert_array_equal(said[:, :, 2], everything[:, :, default_names().index("drift")])
    (croston,) = pool(7, names=["croston"])
    y = repair_shift(history_of(value[1], 7, early_zeros=True).y, 7)
    np.testing.assert_array_equal(said[1, 1, 1], croston.forecast(y=y, h=5)["mean"])
    assert np.isnan(said[3, 0]).all()
    assert (said[6, 1] == 0).all()
    with pytest.raises(ValueError, match="got members nobody, wanted some of"):
        pool_forecasts(value, (60,), 5, PoolSettings(("nobody",), 7))


@pytest.mark.parametrize("names", [("window_average",), ("croston_sba",)])
def test_repair_and_cleaning_come_before_every_member(names: tuple[str, ...]) -> None:
    calm = 100 * np.random.default_rng(0).lognormal(0, 0.05, 100)
    shifted, wild = calm.copy(), calm.copy()
    shifted[-3:] *= 3
    wild[-3] *= 40

    def said(y: NDArray[np.float64], *, repair: bool, clean: bool) -> float:
        asked = PoolSettings(names, 7, repair_shifts=repair, clean_spikes=clean)
        return float(pool_forecasts(y[None], (100,), 1, asked)[0, 0, 0, 0])

    assert said(shifted, repair=False, clean=False) < 250
    assert said(shifted, repair=True, clean=True) == pytest.approx(300, rel=0.15)
    assert said(wild, repair=True, clean=False) > 300
    assert said(wild, repair=True, clean=True) == pytest.approx(100, rel=0.1)


def test_read_only_and_strided_series_are_read() -> None:
    value = spend(8, 60)
    settings = PoolSettings(default_names(), 7)
    expected = pool_forecasts(value[::2].copy(), (60,), 3, settings)
    value.flags.writeable = False
    np.testing.assert_array_equal(pool_forecasts(value[::2], (60,), 3, settings), expected)
