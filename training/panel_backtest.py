"""A backtest with members that learn from the whole panel beside those of single series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.panel_members import FEWEST_SERIES, PanelMember, panel_forecasts
from training.backtest import Backtest
from training.room import room_for

__all__ = ["with_panel_members"]

_Array = NDArray[np.float64]


def with_panel_members(
    backtest: Backtest, panel: Panel, members: Sequence[PanelMember]
) -> Backtest:
    """Append the members' forecasts at the same origins; a panel of under ten series stays as is.

    Raises ValueError when the backtest is of another panel, and for a name that is taken.
    """
    if backtest.unique_ids != panel.unique_ids:
        raise ValueError("the backtest given is of another panel")
    taken = {member.name for member in members} & set(backtest.members)
    if taken:
        raise ValueError(f"the backtest has members {', '.join(sorted(taken))} already")
    if len(panel.keys) < FEWEST_SERIES or not members:
        return backtest
    task = backtest.task
    said = panel_forecasts(panel.value, task.origins, task.horizon, task.season, members)
    names = (*backtest.members, *(member.name for member in members))
    return replace(
        backtest,
        task=replace(task, settings=replace(task.settings, members=names)),
        members=names,
        forecasts=_appended(backtest.forecasts, said[:, :-1]),
        future=np.concatenate([backtest.future, said[:, -1]], axis=1),
    )


def _appended(forecasts: _Array, said: _Array) -> _Array:
    """[N, K, M + P, H] of [N, K, M, H] and [N, K, P, H]; where they lie, `training.room` says."""
    n, k, m, h = forecasts.shape
    whole = room_for((n, k, m + said.shape[2], h))
    whole[:, :, :m], whole[:, :, m:] = forecasts, said
    return whole
