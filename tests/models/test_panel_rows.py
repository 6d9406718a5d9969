"""Rows of panel models: what the slow and obvious reading of a past says, and nothing later."""

import numpy as np
from numpy.typing import NDArray

from models.panel_rows import RowScheme, feature_rows, row_scheme, training_rows

SCHEME = RowScheme((1, 2, 7), 3, 7)


def slow_row(past: NDArray[np.float64], scheme: RowScheme) -> list[float]:
    def at(steps: int) -> float:
        return float(past[-steps]) if steps <= len(past) else float("nan")

    def mean(cells: list[float]) -> float:
        known = [cell for cell in cells if np.isfinite(cell)]
        return sum(known) / len(known) if known else float("nan")

    season = scheme.season
    base = mean(list(past[-scheme.base :]))
    return [
        *(at(lag) - base for lag in scheme.lags),
        mean(list(past[-4 * season :])) - base,
        mean([at(turn * season) for turn in (1, 2, 3, 4)]) - base,
        mean([abs(cell - base) for cell in past[-season:]]),
    ]


def panel(series: int, length: int) -> NDArray[np.float64]:
    z = np.random.default_rng(1).normal(size=(series, length))
    z[1, : length // 2] = np.nan  # a young series
    return z


def test_a_row_is_the_slow_and_obvious_one() -> None:
    z = panel(3, 40)
    for length in (1, 2, 5, 20, 40):
        rows, base = feature_rows(z[:, :length], SCHEME)
        for row, told, level in zip(z, rows, base, strict=True):
            np.testing.assert_allclose(told, slow_row(row[:length], SCHEME), atol=1e-12)
            np.testing.assert_allclose(level, np.mean(row[:length][-3:]), atol=1e-12)


def test_training_rows_are_the_steps_whose_past_is_known() -> None:
    z = panel(3, 40)
    rows, targets = training_rows(z, SCHEME, np.random.default_rng(0))
    wanted = [
        (slow_row(row[:t], SCHEME), row[t] - np.nanmean(row[:t][-3:]))
        for t in range(3, 40)
        for row in z
        if np.isfinite(row[t]) and np.isfinite(row[t - 1])
    ]
    np.testing.assert_allclose(rows, [row for row, _ in wanted], atol=1e-12)
    np.testing.assert_allclose(targets, [target for _, target in wanted], atol=1e-12)


def test_a_wild_target_is_held_and_many_rows_are_thinned() -> None:
    z = panel(3, 40)
    z[0, 30] = 1e6
    _, targets = training_rows(z, SCHEME, np.random.default_rng(0))
    assert np.abs(targets).max() == 15
    many = np.random.default_rng(2).normal(size=(400, 760))
    rows, _ = training_rows(many, SCHEME, np.random.default_rng(0))
    assert 140_000 < len(rows) < 160_000


def test_lags_fit_in_the_typical_history() -> None:
    assert 192 in row_scheme(24, 336).lags
    assert max(row_scheme(24, 100).lags) == 48
    assert row_scheme(7, 30).lags == (*range(1, 9), 13, 14, 15)
    assert row_scheme(52, 1000).base == 1
    assert row_scheme(7, 1).lags == (1,)
    assert {11, 12, 13, 24} <= set(row_scheme(12, 100).lags)
    assert min(row_scheme(1, 100).lags) == 1
