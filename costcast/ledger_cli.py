"""`costcast ledger VERB`: what deliveries changed, and the housekeeping of the stored files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from costcast.arguments import AsJson, State, moment_of, settings_of
from costcast.listing import print_json, screen_of, show
from costcast.settings import Settings

if TYPE_CHECKING:
    from ledger.restatement import Restated
    from ledger.store import Ledger

__all__ = ["changes_between", "ledger_app"]

ledger_app = typer.Typer(
    help="The ledger: what deliveries changed, compaction, retention, upgrade.",
    no_args_is_help=True,
)

#: Compaction and the list of changes name this many lines on a screen; JSON has all.
_SHOWN = 200


@ledger_app.command()
def diff(
    *,
    earlier: Annotated[str, typer.Option("--from", help="UTC time T1.")],
    later: Annotated[str | None, typer.Option("--to", help="UTC time T2 (now).")] = None,
    view: Annotated[
        Literal["accrual", "cash"], typer.Option(help="What use cost, or what was invoiced.")
    ] = "accrual",
    restated: Annotated[
        bool, typer.Option("--restated", help="Leave out the days that have only arrived.")
    ] = False,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Tell what was known at T1 and is otherwise at T2, per source, day, team and model.

    Both are seen under the rules known at T2: a changed rule is no restatement.
    """
    times = (moment_of(earlier), moment_of(later))
    changes = changes_between(settings_of(state), *times, view=view)
    chosen = [one for one in changes if one.kind == "restated" or not restated]
    shown = chosen if as_json else chosen[:_SHOWN]
    show(shown, _changes_table(shown), as_json)
    if len(chosen) > len(shown):
        screen_of().print(f"and {len(chosen) - len(shown):,} more (all of them with --json)")


def changes_between(
    settings: Settings,
    earlier: datetime,
    later: datetime,
    *,
    view: Literal["accrual", "cash"] = "accrual",
) -> list[Restated]:
    """What the ledger says otherwise at a later time, in the currency of the settings."""
    from ledger.accounting import COST_VIEWS  # noqa: PLC0415
    from ledger.costs import cost_cells  # noqa: PLC0415
    from ledger.reference import load_reference  # noqa: PLC0415
    from ledger.restatement import restatement  # noqa: PLC0415
    from ledger.store import Ledger  # noqa: PLC0415
    from ledger.view import view_at  # noqa: PLC0415

    ledger = Ledger(settings.ledger)
    reference = load_reference(settings.reference, known_at=later)
    views = [view_at(ledger, time) for time in (earlier, later)]
    before, after = (
        cost_cells(one, reference, allocation="as_charged", currency=settings.currency)
        for one in views
    )
    measure: Literal["effective_cost", "billed_cost"] = (
        "billed_cost" if COST_VIEWS[view] == "billed_cost" else "effective_cost"
    )
    return restatement(before, after, views[0].covered, measure=measure)


@ledger_app.command()
def compact(
    kept_hours: Annotated[
        float, typer.Option(min=0, help="Remove only what has been out of use for so long.")
    ] = 24.0,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Merge small files and remove what is no part of the ledger any more; no view changes."""
    from ledger.compaction import compact as compacted  # noqa: PLC0415

    done = compacted(_ledger(state), now=datetime.now(UTC), kept_hours=kept_hours)
    if as_json:
        print_json(vars(done))
        return
    screen_of().print(
        f"{done.merged:,} small files merged, {done.removed_files:,} unused files removed, "
        f"{done.unpublished:,} unpublished deliveries and {done.abandoned:,} killed ingests cleared"
    )


@ledger_app.command()
def retain(
    since: Annotated[str, typer.Option(help="Views from this UTC time on stay as they are.")],
    dry_run: Annotated[bool, typer.Option(help="Tell what would be forgotten.")] = False,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Forget deliveries that no view from a time on shows; views of before are then refused."""
    from ledger.retention import retain as retained  # noqa: PLC0415

    now = datetime.now(UTC)
    done = retained(_ledger(state), moment_of(since), now=now, dry_run=dry_run)
    if as_json:
        print_json(
            {
                "since": done.since,
                "forgotten": [one.id for one in done.forgotten],
                "rows": done.rows,
                "kept": done.kept,
            }
        )
        return
    verb = "would be forgotten" if dry_run else "forgotten"
    screen_of().print(
        f"{len(done.forgotten):,} deliveries with {done.rows:,} rows {verb}, {done.kept:,} kept"
    )


@ledger_app.command()
def upgrade(state: State = None, as_json: AsJson = False) -> None:
    """Bring the ledger to the format of this Costcast; older ones can then no longer read it."""
    done = _ledger(state).upgrade()
    if as_json:
        print_json(vars(done))
        return
    added = f"added {', '.join(done.added)}" if done.added else "nothing was missing"
    screen_of().print(f"the ledger has format {done.format_version}: {added}")


def _ledger(state: State) -> Ledger:
    from ledger.store import Ledger  # noqa: PLC0415

    return Ledger(settings_of(state).ledger)


def _changes_table(changes: Sequence[Restated]) -> Table:
    table = Table(title="What later deliveries changed")
    for name in ("day", "source", "team", "model", "kind"):
        table.add_column(name)
    for name in ("before", "after", "change"):
        table.add_column(name, justify="right")
    for one in changes:
        amounts = (one.before, one.after, one.change)
        table.add_row(
            str(one.day),
            one.source,
            one.team,
            one.model,
            one.kind,
            *("-" if amount is None else f"{amount:,.2f} {one.currency}" for amount in amounts),
        )
    return table
