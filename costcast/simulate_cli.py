"""`costcast simulate`: what would have been told at which settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from costcast.arguments import AsJson, AsOf, State, moment_of, settings_of
from costcast.listing import print_json, screen_of

__all__ = ["simulate"]


def simulate(
    *,
    days: Annotated[
        int, typer.Option(min=1, help="Days to simulate, up to the last final one.")
    ] = 90,
    truth: Annotated[
        Path | None,
        typer.Option(
            help="Known events, as in data/samples/truth.json (default: the labelled incidents).",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    as_of: AsOf = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Tell what alert budgets and floors around the set ones would have told."""
    from costcast.progress import steps_on  # noqa: PLC0415
    from costcast.simulation import (  # noqa: PLC0415
        rule_table,
        simulate_settings,
        simulation_rows,
        team_table,
    )

    screen, now = screen_of(), moment_of(as_of)
    if as_json:
        print_json(
            simulation_rows(simulate_settings(settings_of(state), now=now, days=days, truth=truth))
        )
        return
    with steps_on(screen) as step:
        simulated = simulate_settings(
            settings_of(state),
            now=now,
            days=days,
            truth=truth,
            progress=step(f"replaying {days} days"),
        )
    screen.print(rule_table(simulated), team_table(simulated[0]))
