"""Usage beside a panel: known names, one shape."""

import numpy as np
import pytest

from models.usage import Usage

_NONE = np.full((2, 3), np.nan)


def test_amounts_have_known_names_and_the_shape_of_the_runs() -> None:
    with pytest.raises(ValueError, match=r"got amounts \['tokens'\], wanted some of cost"):
        Usage({"tokens": _NONE}, _NONE, _NONE)
    with pytest.raises(ValueError, match=r"cost has shape \(2, 2\), wanted \(2, 3\)"):
        Usage({"cost": _NONE[:, :2]}, _NONE, _NONE)
    with pytest.raises(ValueError, match=r"run_gpu_hours has shape \(1, 3\), wanted \(2, 3\)"):
        Usage({}, _NONE[:1], _NONE)


def test_series_are_taken_with_everything_they_have() -> None:
    cost, hours, runs = (np.arange(6.0).reshape(2, 3) + start for start in (0, 6, 12))
    second = Usage({"cost": cost}, hours, runs).take(np.array([1]))
    assert second.shape == (1, 3)
    assert second.amounts["cost"].tolist() == [[3.0, 4.0, 5.0]]
    assert second.run_gpu_hours.tolist() == [[9.0, 10.0, 11.0]]
    assert second.run_cost.tolist() == [[15.0, 16.0, 17.0]]
