"""A backtest with members that learn from the whole panel beside those of single series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ledger.panel import Panel
from models.panel_members import FEWEST_SERIES, PanelMember, panel_forecasts
from training.backtest import Backtest

__all__ = ["with_panel_members"]


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
        forecasts=np.concatenate([backtest.forecasts, said[:, :-1]], axis=2),
        future=np.concatenate([backtest.future, said[:, -1]], axis=1),
    )
