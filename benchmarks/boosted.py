"""LightGBM over the whole set, from the environment of `bench.lock`, settings as measured best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.points import Points
from benchmarks.set_tasks import SetTask
from ledger.panel import Panel
from models.panel_members import Fitted, PanelMember, fit_ridge, panel_forecasts

__all__ = ["PANEL_MEMBERS", "fit_lightgbm", "lightgbm_points"]

_Array = NDArray[np.float64]

_TREES = 200
_SETTINGS: dict[str, object] = {
    "objective": "l1",
    "learning_rate": 0.06,
    "num_leaves": 31,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "seed": 0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
#: Rows of a leaf: a hundredth of all, within these.
_LEAST_LEAF, _MOST_LEAF = 10, 50


def fit_lightgbm(rows: _Array, targets: _Array) -> Fitted:
    """Boosted trees on absolute errors."""
    import lightgbm  # noqa: PLC0415 (only in the environment of the peers)

    leaf = min(_MOST_LEAF, max(_LEAST_LEAF, len(rows) // 100))
    data = lightgbm.Dataset(rows, targets)
    trees = lightgbm.train(_SETTINGS | {"min_data_in_leaf": leaf}, data, _TREES)

    def fitted(new: _Array) -> _Array:
        return np.asarray(trees.predict(new), dtype=np.float64)

    return fitted


#: What Costcast is measured with where it learns from the whole panel.
PANEL_MEMBERS = (
    PanelMember("boosted", logs=False, fit=fit_lightgbm),
    PanelMember("log_boosted", logs=True, fit=fit_lightgbm),
    PanelMember("panel_ridge", logs=False, fit=fit_ridge),
)


def lightgbm_points(panel: Panel, task: SetTask, season: int) -> Points:
    """Forecast of the raw values; sets of few series too."""
    said = panel_forecasts(panel.value, (), task.horizon, season, PANEL_MEMBERS[:1])
    return Points(said[:, 0, 0], fallbacks=0)
