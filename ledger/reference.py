"""The rules of the house: teams, allocation, aliases, basis, rates and prices as known at T."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ledger.aliases import Alias
from ledger.allocation import AllocationRule
from ledger.amortisation import AmortisationRule
from ledger.basis import BasisRule
from ledger.dated import Dated, contradiction
from ledger.fx import Rate
from ledger.price_book import PriceBook
from ledger.price_list import list_digest
from ledger.price_rows import PriceRow
from ledger.problems import BadInput
from ledger.reference_files import parse_rows, read_csv_rows, read_toml_rules
from ledger.retirements import ModelRow
from ledger.teams import TeamRow

__all__ = ["PRICE_LIST", "Reference", "load_reference"]

#: Name of the public price list among the digests.
PRICE_LIST = "genai-prices"

Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class Reference:
    """Rules in the order of their files; none where a file is missing.

    `digests` maps the name of each reference file, and of the public price list, to its SHA-256:
    part of a snapshot's identity.
    """

    teams: tuple[TeamRow, ...] = ()
    allocation: tuple[AllocationRule, ...] = ()
    aliases: tuple[Alias, ...] = ()
    basis: tuple[BasisRule, ...] = ()
    fx: tuple[Rate, ...] = ()
    amortisation: tuple[AmortisationRule, ...] = ()
    prices: PriceBook = field(default_factory=PriceBook)
    models: tuple[ModelRow, ...] = ()
    digests: Mapping[str, str] = field(default_factory=lambda: {PRICE_LIST: list_digest()})


def load_reference(
    folder: Path, *, known_at: datetime, hash_actor: Callable[[str], str] | None = None
) -> Reference:
    """Rules of a folder of reference files.

    Parameters
    ----------
    known_at
        T, aware UTC: a row with a later `known_at` does not exist yet.
    hash_actor
        The keyed hash that made the column `actor`: with it rules name actors as people know
        them. Without it they name the hash.

    Raises
    ------
    BadInput
        Naming file, row and field of the first mistake; also two rows that contradict each other.
    """
    teams = _rows(TeamRow, folder / "teams.csv", one_per=lambda row: row.name)
    rates = _rows(Rate, folder / "fx.csv", one_per=lambda row: (row.currency, row.base))
    prices = _rows(PriceRow, folder / "prices.csv", one_per=lambda row: row.subject)
    models = _rows(ModelRow, folder / "models.csv", one_per=lambda row: (row.provider, row.model))
    rules = _rows(AllocationRule, folder / "allocation.toml")
    if hash_actor is not None:
        rules = tuple(_hashed(rule, hash_actor) for rule in rules)
    return Reference(
        teams=_known(teams, known_at),
        allocation=_known(rules, known_at),
        aliases=_known(_rows(Alias, folder / "aliases.csv"), known_at),
        basis=_known(_rows(BasisRule, folder / "basis.toml"), known_at),
        fx=_known(rates, known_at),
        amortisation=_known(_rows(AmortisationRule, folder / "amortisation.toml"), known_at),
        prices=PriceBook(_known(prices, known_at)),
        models=_known(models, known_at),
        digests={**_digests(folder), PRICE_LIST: list_digest()},
    )


def _rows(
    kind: type[Row], path: Path, *, one_per: Callable[[Row], Hashable] | None = None
) -> tuple[Row, ...]:
    """Rows of a file; with `one_per` at most one row per key may hold on a day."""
    raw = read_csv_rows(path) if path.suffix == ".csv" else read_toml_rules(path)
    rows = parse_rows(kind, raw, path)
    if one_per is not None:
        _refuse_contradictions(rows, one_per, path)
    return rows


def _refuse_contradictions(
    rows: Sequence[Row], one_per: Callable[[Row], Hashable], path: Path
) -> None:
    numbers: dict[Hashable, list[int]] = {}
    for number, row in enumerate(rows):
        numbers.setdefault(one_per(row), []).append(number)
    for key, own in numbers.items():
        found = contradiction([rows[number] for number in own])
        if found is not None:
            first, second = (own[position] + 1 for position in found)
            raise BadInput(
                f"one row per day, or a known_at that tells which is newer (row {first} holds too)",
                file=path,
                row=second,
                got=key,
            )


def _known(rows: Sequence[Row], moment: datetime) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.known_by(moment))


def _hashed(rule: AllocationRule, hash_actor: Callable[[str], str]) -> AllocationRule:
    if "actor" not in rule.match:
        return rule
    actors = tuple(map(hash_actor, rule.match["actor"]))
    return rule.model_copy(update={"match": {**rule.match, "actor": actors}})


def _digests(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.glob("*") if path.suffix in {".csv", ".toml"})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
