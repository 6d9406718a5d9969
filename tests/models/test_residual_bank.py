import numpy as np
import pytest
from numpy.typing import NDArray

from models.residual_bank import ResidualBank, bank_of, draw_paths, library_bank
from models.residual_scale import reference_size, residual_scale

NAN = np.nan


def bank_with_gaps() -> tuple[ResidualBank, NDArray[np.float64]]:
    residual = np.random.default_rng(0).normal(size=(5, 4, 14))
    residual[3, 1] = NAN
    residual[4] = NAN
    return bank_of(residual, np.full((5, 4), 2.0), 7), residual


def test_rows_are_residuals_over_scale_and_know_whose_they_are() -> None:
    bank, residual = bank_with_gaps()
    assert len(bank.rows) == 5 * 4 - 1 - 4
    for row, series, origin in zip(bank.rows, bank.series, bank.origin, strict=True):
        np.testing.assert_allclose(row, residual[series, origin] / 2.0)


def test_missing_days_are_continued_like_a_random_walk() -> None:
    residual = np.full((1, 1, 6), NAN)
    residual[0, 0, :3] = [1.0, NAN, 3.0]
    (row,) = bank_of(residual, np.ones((1, 1)), 2).rows
    expected = [1.0, 2.0, 3.0, 2.0 * np.sqrt(4 / 2), 3 * np.sqrt(5 / 3), 2 * np.sqrt(6 / 2)]
    np.testing.assert_allclose(row, expected)


def test_a_path_stays_within_one_origin() -> None:
    bank, _ = bank_with_gaps()
    draw = draw_paths(bank, 5, 300, np.random.default_rng(1))
    origins = bank.origin[draw]
    assert (origins == origins[:, :1]).all()
    assert np.bincount(origins[:, 0]).tolist() == [75, 75, 75, 75]


def test_half_of_the_draws_are_the_series_own() -> None:
    bank, _ = bank_with_gaps()
    draw = draw_paths(bank, 5, 4000, np.random.default_rng(1))
    own = bank.series[draw] == np.arange(5)
    # half by choice, and a sibling's row is the own one in a fourth or fifth of the other half
    assert own[:, 0].mean() == pytest.approx(0.5 + 0.5 * (3 / 4 / 4 + 1 / 4 / 3), abs=0.05)
    assert not own[:, 4].any()


def test_draws_are_reproducible() -> None:
    bank, _ = bank_with_gaps()
    first, second = (draw_paths(bank, 5, 50, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_left_out_origin_is_gone() -> None:
    bank, _ = bank_with_gaps()
    assert set(bank.without(2).origin) == {0, 1, 3}


def test_the_library_serves_a_panel_without_residuals() -> None:
    bank = library_bank(10)
    draw = draw_paths(bank, 3, 200, np.random.default_rng(0))
    assert bank.rows[draw].shape == (200, 3, 10)
    assert np.median(bank.rows) == pytest.approx(0.0, abs=0.1)
    assert np.quantile(bank.rows, 0.9) > -np.quantile(bank.rows, 0.1)


def test_the_scale_of_an_origin_leaves_it_out() -> None:
    residual = np.ones((2, 3, 4))
    residual[0, 1] = 100.0
    residual[1, 2] = NAN
    scale = residual_scale(residual, np.array([10.0, 10.0]))
    usual = 0.1  # median of the five ratios
    assert scale.whole[0] == pytest.approx((1 + 100 + 1 + 2 * usual * 10) / 5)
    assert scale.left_out[0, 1] == pytest.approx((1 + 1 + 2 * usual * 10) / 4)
    assert scale.left_out[1, 2] == pytest.approx(scale.whole[1])


def test_without_origins_the_scale_is_a_share_of_the_size() -> None:
    scale = residual_scale(np.full((2, 0, 4), NAN), np.array([100.0, 0.0]))
    assert scale.whole.tolist() == [25.0, 0.0]
    assert scale.left_out.shape == (2, 0)


def test_the_reference_size_is_level_and_change() -> None:
    assert reference_size(np.array([1.0, 3.0, 2.0]), 7) == pytest.approx(0.5 * 2 + 0.5 * 1.5)
    assert reference_size(np.array([4.0]), 7) == 2.0
    assert reference_size(np.empty(0), 7) == 0.0


def test_a_ratio_given_stands_for_the_panel_s() -> None:
    residual = np.full((2, 2, 4), NAN)
    residual[0] = 3.0
    scale = residual_scale(residual, np.array([10.0, 10.0]), np.array([NAN, 0.9]))
    assert scale.whole.tolist() == pytest.approx([3.0, 9.0])
