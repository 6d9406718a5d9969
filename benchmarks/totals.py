"""Totals of the sets, from every level: `python -m benchmarks.totals --data FOLDER`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import sets_report
from benchmarks.boosted import PANEL_MEMBERS, lightgbm_points
from benchmarks.provenance import data_digest, identity
from benchmarks.results import RESULTS, write_rows
from benchmarks.set_contenders import SET_CONTENDERS, costcast_backtest
from benchmarks.set_panels import set_panel
from benchmarks.set_rows import SetRow
from benchmarks.set_scores import set_scores, set_truth
from benchmarks.set_tasks import SETS, SetSource, SetTask
from benchmarks.totals_table import AVERAGED, TOTALS
from ledger.panel import Panel
from models.panel_members import panel_forecasts
from training.totals import forecast_total, summed_panel

__all__ = ["main", "measure_totals"]

_Array = NDArray[np.float64]

#: Sets whose series are parts of a total, and the group of a series by its name.
_GROUP: Mapping[SetSource, Callable[[str], str] | None] = {
    "servegen": lambda name: name.rpartition("|")[2],  # model
    "helios": None,
    "mybinder_sku": lambda name: name.rpartition("|")[0],  # project and service
    "optscale": lambda name: name.partition("|")[0],  # team
    "gentd": lambda name: name.rpartition("|")[2],  # model
    "load": None,
}


def measure_totals(task: SetTask, data: Path) -> list[SetRow]:
    """A row for each way to the total; the set's own total is not one of its parts."""
    panel = _parts(set_panel(task, data))
    whole = summed_panel(panel, ["total"] * len(panel.keys))
    truth = set_truth(task, whole)
    said: dict[str, list[_Array]] = {}
    for before in task.origins_before_end:
        past = panel.until(panel.periods[-before])
        for name, mean in _every_way(past, task).items():
            said.setdefault(name, []).append(mean)
    rows = []
    for name, means in said.items():
        about = identity(
            task,
            name,
            "product" if name == AVERAGED else "peer",
            {},
            data_digest(whole.fingerprint),
            packages=("lightgbm",),
        )
        scores = set_scores(task, whole, np.stack(means)[None], truth)
        rows.append(SetRow(**about, **scores, fallbacks=0))
    return rows


def _parts(panel: Panel) -> Panel:
    rows = [row for row, key in enumerate(panel.keys) if "(total)" not in key["series"]]
    return panel.take(np.array(rows, dtype=np.intp))


def _every_way(past: Panel, task: SetTask) -> dict[str, _Array]:
    group = _GROUP[task.source]
    names = None if group is None else [group(key["series"]) for key in past.keys]
    own = forecast_total(
        past,
        costcast_backtest(past, task),
        lambda panel: costcast_backtest(panel, task),
        groups=names,
    )
    whole = summed_panel(past, ["total"] * len(past.keys))
    said = {
        AVERAGED: own.averaged,
        "direct": own.direct,
        "parts, points": own.points,
        "parts, weighted means": own.means,
        "LightGBM, parts": lightgbm_points(past, task, task.season).mean.sum(axis=0),
        "LightGBM on logarithms, parts": _log_boosted(past, task).sum(axis=0),
    }
    for peer in ("SeasonalNaive", "AutoETS"):
        direct = SET_CONTENDERS[peer].forecast(whole, task, task.season).mean[0]
        said[f"{peer}, direct"] = direct
    return said if own.groups is None else said | {"groups": own.groups}


def _log_boosted(past: Panel, task: SetTask) -> _Array:
    said: _Array = panel_forecasts(past.value, (), task.horizon, task.season, PANEL_MEMBERS[1:2])[
        :, 0, 0
    ]
    return said


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all sets of parts, then write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.totals", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real series")
    asked = parser.parse_args(arguments)
    rows: list[SetRow] = []
    for task in SETS:
        if task.source in _GROUP:
            rows.extend(measure_totals(task, asked.data))
            write_rows(RESULTS / TOTALS, SetRow, rows)
    sets_report.main()


if __name__ == "__main__":
    main()
