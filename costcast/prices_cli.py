"""`costcast prices VERB`: what usage should have cost, what has no price, which models end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from costcast.arguments import AsJson, AsOf, State, moment_of, settings_of
from costcast.listing import show

if TYPE_CHECKING:
    from costcast.settings import Settings
    from ledger.reference import Reference
    from ledger.view import LedgerView

__all__ = ["prices_app"]

prices_app = typer.Typer(
    help="Prices: usage against gateway against invoice, missing prices, ending models.",
    no_args_is_help=True,
)


@prices_app.command()
def reconcile(
    models: Annotated[bool, typer.Option(help="Show every model, too.")] = False,
    state: State = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Compare usage times price, the gateway and the invoice, per provider and month."""
    from costcast.price_tables import reconciliation_table  # noqa: PLC0415
    from ledger.reconciliation import reconcile as gaps_of  # noqa: PLC0415

    settings = settings_of(state)
    view, reference = _open(settings, as_of)
    gaps = gaps_of(view, reference, currency=settings.currency)
    show(gaps, reconciliation_table(gaps, models=models), as_json)


@prices_app.command()
def missing(state: State = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the tokens that have no price, so that their money is a floor."""
    from costcast.price_tables import unpriced_table  # noqa: PLC0415
    from ledger.unpriced import unpriced_usage  # noqa: PLC0415

    entries = unpriced_usage(*_open(settings_of(state), as_of))
    show(entries, unpriced_table(entries), as_json)


@prices_app.command()
def retiring(state: State = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the models in use that their provider will switch off."""
    from costcast.price_tables import retirement_table  # noqa: PLC0415
    from ledger.retirements import retirements  # noqa: PLC0415

    entries = retirements(*_open(settings_of(state), as_of))
    show(entries, retirement_table(entries), as_json)


def _open(settings: Settings, as_of: str | None) -> tuple[LedgerView, Reference]:
    """The view as of a time and the rules known then."""
    from ledger.reference import load_reference  # noqa: PLC0415
    from ledger.store import Ledger  # noqa: PLC0415
    from ledger.view import view_at  # noqa: PLC0415

    moment = moment_of(as_of)
    view = view_at(Ledger(settings.ledger), moment)
    return view, load_reference(settings.reference, known_at=moment)
