import numpy as np
import pytest

from models.losses import burstiness_of, member_errors, member_losses


def test_errors_are_means_over_the_steps_with_truth() -> None:
    rng = np.random.default_rng(0)
    forecasts, actual = rng.normal(size=(130, 3, 4, 6)), rng.normal(size=(130, 3, 6))
    actual[1, 2, 3:] = np.nan
    actual[2, 0] = np.nan
    forecasts[3, 1] = np.nan
    error = np.ma.masked_invalid(forecasts - actual[:, :, None])
    sizes, biases = member_errors(forecasts[:, :, ::-1], actual)
    np.testing.assert_allclose(sizes[:, :, ::-1], np.abs(error).mean(axis=-1).filled(np.nan))
    np.testing.assert_allclose(biases[:, :, ::-1], np.abs(error.mean(axis=-1)).filled(0.0))
    bursts = np.linspace(0, 1, 130)
    losses = member_losses(forecasts, actual, bursts)
    expected = sizes[:, :, ::-1] + bursts[:, None, None] * biases[:, :, ::-1]
    np.testing.assert_allclose(losses, expected)


def test_burstiness_is_the_naive_error_in_means() -> None:
    actual = np.array([[[10.0, 10.0]], [[10.0, 0.0]], [[0.0, 0.0]], [[np.nan, 10.0]]])
    naive = np.array([[[10.0, 9.0]], [[0.0, 10.0]], [[1.0, 1.0]], [[3.0, 8.0]]])
    bursty = burstiness_of(naive, actual)
    assert bursty == pytest.approx([(0.05 / 0.5) ** 2, 1.0, 0.0, (0.2 / 0.5) ** 2])
