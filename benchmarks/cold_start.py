"""How well series without a history are forecast: `python -m benchmarks.cold_start --data FOLDER`.

Launches of generated companies, and real series cut to their last few periods, are forecast from
these and from what siblings tell.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from statsforecast.models import AutoETS

from benchmarks.cold_rows import COLD_START, REPORT, ColdStartRow, report
from benchmarks.cold_tasks import COLD_STARTS, ColdStartTask, cold_panel
from benchmarks.points import points_of
from benchmarks.provenance import data_digest, identity
from benchmarks.results import RESULTS, read_rows, replace_rows, write_rows
from benchmarks.rows import Role
from ledger.panel import Panel
from models.accuracy import panel_accuracy
from models.combine import central_mass, member_weights
from models.forecasters.pool import default_names
from models.metrics import coverage, mase_scale
from models.pool_forecasts import PoolSettings
from training.backtest import Backtest, run_backtest, task_for
from training.fit import LEVELS, fit_forecaster
from training.short_histories import age_of

__all__ = ["cut_short", "main", "measure_cold_start"]

_Array = NDArray[np.float64]
_Rows = NDArray[np.intp]
#: Forecasts [n, H] of the cut series, by model; intervals are lower and upper [2, n, H].
_Said = dict[str, _Array]

#: Who forecasts, and as what.
_ROLES: Mapping[str, Role] = {
    "costcast": "product",
    "costcast, weights of the panel": "product",
    "last value": "baseline",
    "mean": "baseline",
    "SeasonalNaive": "baseline",
    "AutoETS": "peer",
}


def measure_cold_start(task: ColdStartTask, data: Path | None) -> list[ColdStartRow]:
    """One row for each age and model; raises BadInput when a file is not there."""
    panel = cold_panel(task, data)
    digest = data_digest(panel.fingerprint)
    rows = []
    for age in task.ages:
        for model, scores in _scores(task, panel, age).items():
            about = identity(task, model, _ROLES[model], {}, digest)
            about |= {"task": f"{task.name}:{age}"}
            rows.append(ColdStartRow(**about, age=age, **scores))
    return rows


def _scores(
    task: ColdStartTask, panel: Panel, age: int
) -> dict[str, dict[str, float | int | None]]:
    """Errors of each model over all folds and origins."""
    scale = np.array([mase_scale(value, task.season) for value in panel.value])
    said: dict[str, list[_Array]] = {}
    truth, bounds, scales = [], [], []
    for known, rows in (
        _launches(task, panel, age) if task.source == "world" else _cuts(task, panel, age)
    ):
        measured = rows[np.isfinite(scale[rows])]
        if not len(measured):
            continue
        models, interval = _forecasts(task, known, measured)
        for name, mean in models.items():
            said.setdefault(name, []).append(mean)
        end = len(known.periods)
        truth.append(panel.value[measured, end : end + task.horizon])
        bounds.append(interval)
        scales.append(scale[measured])
    actual, low_high = np.concatenate(truth)[:, None], np.concatenate(bounds, axis=1)
    held = coverage(low_high[0], low_high[1], actual[:, 0])
    return {
        name: _of(np.concatenate(means)[:, None], actual, np.concatenate(scales))
        | {"coverage80": held if name == "costcast" else None}
        for name, means in said.items()
    }


def _of(mean: _Array, actual: _Array, scale: _Array) -> dict[str, float | int | None]:
    accuracy = panel_accuracy(mean, actual, scale)
    return {"series": len(mean), **{name: accuracy[name] for name in ("mase", "wape", "wape_sum")}}


def _launches(task: ColdStartTask, panel: Panel, age: int) -> Iterator[tuple[Panel, _Rows]]:
    """What is known when series are `age` periods old, and which they are."""
    first = len(panel.periods) - age_of(panel.value)
    late = np.flatnonzero(
        (first >= task.grown) & (first + age + task.horizon <= len(panel.periods))
    )
    for start in np.unique(first[late]):
        yield panel.until(panel.periods[start + age]), late[first[late] == start]


def _cuts(task: ColdStartTask, panel: Panel, age: int) -> Iterator[tuple[Panel, _Rows]]:
    """Panels with some series cut short before an origin, and which they are."""
    for before in task.origins_before_end:
        known = panel.until(panel.periods[-before])
        for fold in range(task.folds):
            yield cut_short(known, age, np.arange(fold, len(panel.keys), task.folds))


def cut_short(panel: Panel, age: int, rows: _Rows) -> tuple[Panel, _Rows]:
    """The panel with nothing in `rows` before the last `age` periods; those with something left."""
    value = panel.value.copy()
    early = value[rows, :-age]
    value[rows, :-age] = np.where(np.isfinite(early), 0.0, np.nan)
    left = (np.nan_to_num(value[rows, -age:]) != 0).any(axis=1)
    had_more = (np.nan_to_num(early) != 0).any(axis=1)
    return replace(panel, value=value), rows[left & had_more]


def _forecasts(task: ColdStartTask, cut: Panel, rows: NDArray[np.intp]) -> tuple[_Said, _Array]:
    settings = PoolSettings(default_names(task.second_season), task.season, task.second_season)
    asked = task_for(cut, horizon=task.horizon, season=task.season, settings=settings)
    tested = run_backtest(cut, asked)
    version = fit_forecaster(cut, horizon=task.horizon, season=task.season, backtest=tested)
    few = cut.take(rows)
    said = {"costcast": version.mean[rows], "costcast, weights of the panel": _plain(tested)[rows]}
    said |= {name: _ask(few, task, ask) for name, ask in _peers(task).items()}
    low, high = (version.quantiles[rows][:, :, LEVELS.index(level)] for level in (0.1, 0.9))
    return said, np.stack([low, high])


def _plain(tested: Backtest) -> _Array:
    weights = member_weights(tested.losses, tested.burstiness, tested.long_window)
    return central_mass(tested.future, weights)


def _ask(panel: Panel, task: ColdStartTask, ask: Callable[[_Array], _Array]) -> _Array:
    return points_of(panel, task.horizon, task.season, lambda y, _: ask(y)).mean


def _peers(task: ColdStartTask) -> Mapping[str, Callable[[_Array], _Array]]:
    """What others do with a short history [n]."""
    h, m = task.horizon, task.season
    return {
        "last value": lambda y: np.full(h, y[-1]),
        "mean": lambda y: np.full(h, y.mean()),
        "SeasonalNaive": lambda y: np.resize(y[-m:], h) if len(y) >= m else np.full(h, y.mean()),
        "AutoETS": lambda y: AutoETS(season_length=m).forecast(y=y, h=h)["mean"],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, put the rows in their file, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold_start", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real series")
    parser.add_argument("--only", help="a set")
    asked = parser.parse_args(arguments)
    tasks = [task for task in COLD_STARTS if asked.only in {None, task.name.split("/")[1]}]
    path, known = RESULTS / COLD_START, [task.name for task in COLD_STARTS]
    for task in tasks:
        old = read_rows(path, ColdStartRow) if path.exists() else []
        write_rows(
            path, ColdStartRow, replace_rows(old, measure_cold_start(task, asked.data), known)
        )
    REPORT.write_text(report(), encoding="utf-8")
    Console().print(f"{len(tasks)} sets in {path}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
