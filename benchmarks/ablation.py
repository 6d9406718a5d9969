"""What each part of Costcast is worth: `python -m benchmarks.ablation --data FOLDER`.

Each variant leaves one thing out, or adds one, on every set of real series. The variants that only
weigh or mix differently share the member forecasts. Panel members need `bench.lock`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import sets_report
from benchmarks.ablation_table import ABLATION, WHOLE
from benchmarks.boosted import PANEL_MEMBERS
from benchmarks.processes import one_thread
from benchmarks.provenance import data_digest, identity
from benchmarks.results import RESULTS, write_rows
from benchmarks.set_contenders import costcast_backtest
from benchmarks.set_panels import set_panel
from benchmarks.set_rows import SetRow
from benchmarks.set_scores import set_scores, set_truth
from benchmarks.set_tasks import SETS, SetTask
from ledger.panel import Panel
from models.combine import central_mass, member_weights
from models.forecasters.pool import member_types
from models.panel_members import FEWEST_SERIES
from training.backtest import Backtest
from training.panel_backtest import with_panel_members

__all__ = ["PANEL_VARIANTS", "VARIANTS", "main", "measure_variants"]

_Array = NDArray[np.float64]
_Variant = Callable[[Backtest, Panel, SetTask], _Array]

_PROCESSES = 2

#: Members that are left out together.
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "seasonal windows": (
        "long_seasonal_average",
        "seasonal_average",
        "seasonal_median",
        "seasonal_naive",
    ),
    "flat windows, drift": ("drift", "long_average", "window_average", "window_median"),
    "second season": ("second_season_average", "second_season_naive"),
    "exponential smoothing": ("ets_damped", "ets_level", "ets_seasonal"),
    "profiles": ("log_profile", "profile_level"),
    "ridges": ("log_ridge", "ridge", "seasonal_ridge"),
    "log theta": ("log_theta",),
    "logarithms": ("log_profile", "log_ridge", "log_theta"),
    "intermittent": ("intermittent",),
    "long windows": ("long_average", "long_seasonal_average"),
}


#: Members that need a second season.
_TWO_SEASONS = frozenset(one.name for one in member_types() if one.needs_second_season)


def _mixed(tested: Backtest) -> _Array:
    """[N, H] as Costcast mixes."""
    weights = member_weights(tested.losses, tested.burstiness, tested.long_window)
    return central_mass(tested.future, weights)


def _without(group: str) -> _Variant:
    def forecast(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
        # the yardstick of burstiness stays as it is, whoever is left out
        weights_from = [n for n, name in enumerate(tested.members) if name not in _GROUPS[group]]
        weights = member_weights(
            tested.losses[:, :, weights_from],
            tested.burstiness,
            tested.long_window[weights_from],
        )
        return central_mass(tested.future[:, weights_from], weights)

    return forecast


def _weighted_mean(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
    weights = member_weights(tested.losses, tested.burstiness, tested.long_window)
    mean: _Array = np.einsum("nm,nmh->nh", weights, tested.future)
    return mean


def _best_single(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
    weights = member_weights(tested.losses, tested.burstiness, tested.long_window)
    best: _Array = tested.future[np.arange(len(weights)), weights.argmax(axis=1)]
    return best


def _equal(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
    return central_mass(tested.future, np.full(tested.future.shape[:2], 1 / len(tested.members)))


def _plain_errors(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
    return central_mass(tested.future, member_weights(tested.errors))


def _own_errors(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
    """Each series alone: nothing is learned from siblings."""
    alone = [
        member_weights(tested.losses[[n]], tested.burstiness[[n]], tested.long_window)
        for n in range(len(tested.losses))
    ]
    return central_mass(tested.future, np.concatenate(alone))


def _one_origin(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
    weights = member_weights(tested.losses[:, :1], tested.burstiness, tested.long_window)
    return central_mass(tested.future, weights)


def _prepared(**steps: bool) -> _Variant:
    def forecast(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
        return _mixed(costcast_backtest(panel, task, **steps))

    return forecast


def _with_members(*names: str) -> _Variant:
    """Members beside the default ones, as far as the seasons of the set allow."""

    def forecast(tested: Backtest, panel: Panel, task: SetTask) -> _Array:
        seasons = [name for name in names if task.second_season > 1 or name not in _TWO_SEASONS]
        return _mixed(costcast_backtest(panel, task, members=(*tested.members, *seasons)))

    return forecast


def _panel_members(names: Sequence[str]) -> _Variant:
    def forecast(tested: Backtest, panel: Panel, task: SetTask) -> _Array:  # noqa: ARG001
        chosen = [member for member in PANEL_MEMBERS if member.name in names]
        return _mixed(with_panel_members(tested, panel, chosen))

    return forecast


VARIANTS: Mapping[str, _Variant] = {
    WHOLE: lambda tested, panel, task: _mixed(tested),  # noqa: ARG005
    **{f"without {group}": _without(group) for group in _GROUPS},
    "weighted mean instead of central mass": _weighted_mean,
    "the best member alone": _best_single,
    "equal weights": _equal,
    "one inner origin instead of eight": _one_origin,
    "weights of each series alone": _own_errors,
    "weights without bias and burstiness": _plain_errors,
    "with shift repair": _prepared(repair_shifts=True),
    "with spike cleaning": _prepared(clean_spikes=True),
    "with repair, then cleaning": _prepared(repair_shifts=True, clean_spikes=True),
    "with theta, hour of week": _with_members("theta", "hour_of_week"),
    "with panel ridge": _panel_members(["panel_ridge"]),
    "with boosted, log boosted, panel ridge": _panel_members([m.name for m in PANEL_MEMBERS]),
}
#: Variants for sets of ten series and more.
PANEL_VARIANTS = ("with panel ridge", "with boosted, log boosted, panel ridge")


def measure_variants(task: SetTask, data: Path) -> list[SetRow]:
    """A row a variant; panel members only on sets of ten series and more."""
    panel = set_panel(task, data)
    truth = set_truth(task, panel)
    small = len(panel.keys) < FEWEST_SERIES
    chosen = {
        name: variant
        for name, variant in VARIANTS.items()
        if not (small and name in PANEL_VARIANTS)
    }
    said: dict[str, list[_Array]] = {name: [] for name in chosen}
    for before in task.origins_before_end:
        past = panel.until(panel.periods[-before])
        tested = costcast_backtest(past, task)
        for name, variant in chosen.items():
            said[name].append(variant(tested, past, task))
    rows = []
    for name, means in said.items():
        about = identity(
            task, name, "product", {}, data_digest(panel.fingerprint), packages=("lightgbm",)
        )
        scores = set_scores(task, panel, np.stack(means, axis=1), truth)
        rows.append(SetRow(**about, **scores, fallbacks=0))
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all variants on all sets, then write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real series")
    parser.add_argument("--processes", type=int, default=_PROCESSES)
    asked = parser.parse_args(arguments)
    rows: list[SetRow] = []
    spawn = get_context("spawn")
    with one_thread(), ProcessPoolExecutor(asked.processes, mp_context=spawn) as processes:
        futures = [processes.submit(measure_variants, task, asked.data) for task in SETS]
        for future in as_completed(futures):
            rows.extend(future.result())
    write_rows(RESULTS / ABLATION, SetRow, rows)
    sets_report.main()


if __name__ == "__main__":
    main()
