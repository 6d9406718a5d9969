"""Whose report it is, where the report itself does not say."""

from __future__ import annotations

from pathlib import PurePosixPath

from ledger.problems import BadInput

__all__ = ["stated_account", "unnamed_account"]

_PART = "account="


def stated_account(file: str) -> str | None:
    """Account of the innermost path part `account=NAME`, None where there is none.

    Raises BadInput for a part without a name.

    >>> stated_account("in/account=acme-eu/delivered=2026-10-03/usage.json")
    'acme-eu'
    """
    named = [part for part in PurePosixPath(file).parts if part.startswith(_PART)]
    if not named:
        return None
    account = named[-1].removeprefix(_PART)
    if not account:
        raise BadInput("a path part such as account=acme", file=file, got=_PART)
    return account


def unnamed_account(account: str) -> tuple[str, ...]:
    """Sentence for the ingest report on a file of which nobody says whose it is."""
    return (
        f"the export does not say whose it is: taken as account {account}; several organisations "
        f"are told apart by a path part such as account=acme",
    )
