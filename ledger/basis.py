"""Which source counts where two measure the same spend.

A gateway log and an invoice of the same calls are two measurements of one thing: adding them
counts the money twice. A basis rule names the source of the total and the source of the split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.dated import Dated
from ledger.demand import is_demand_line
from ledger.problems import BadInput
from ledger.readers.encoded import plain, unchunked
from ledger.scaling import Group, unexplained, weights_of
from ledger.schema import MONEY

__all__ = ["BasisRule", "apply_basis"]

_NOTHING = pa.scalar(Decimal(0), MONEY)
_Pools = dict[tuple[object, ...], list[int]]


class BasisRule(Dated):
    """A `[[rule]]` of `basis.toml`, for a provider and, if stated, one sub account of it.

    Where several sources have money for one day and model (`per = "model"`) or for one day
    (`per = "provider"`, for bills that do not name models), `total` is right about the sum and
    `split` about its parts: the parts of `split` are scaled to the sum of `total`. With the same
    source twice the others are simply left out. Money that only one source knows of stands.
    """

    provider: str
    sub_account: str | None = None
    total: str
    split: str
    per: Literal["model", "provider"] = "model"

    def takes(self, group: Mapping[str, Any]) -> bool:
        """Whether the rule is about this group."""
        return (
            group["provider"] == self.provider
            and self.sub_account in {None, group["sub_account"]}
            and self.valid_on(group["day"])
        )


@dataclass(frozen=True)
class _Verdict:
    """Row numbers that do not count, and groups to add."""

    dropped: frozenset[int] = frozenset()
    added: tuple[Group, ...] = ()


def apply_basis(groups: pa.Table, rules: Sequence[BasisRule]) -> pa.Table:
    """The groups without what is measured twice.

    A scaled part keeps the money its own source said; what the total says beyond it is a group of
    its own, under the source of the total, with the difference in `unexplained_cost`.

    Raises BadInput naming the sources where several have money in one (provider, model, day), or
    one has usage times price and another states money in one (provider, day), and no rule decides.
    """
    contested = _contested(groups)
    if not contested:
        return groups
    pools, unruled = _pools(contested, rules)
    _refuse_computed(contested, unruled)
    _refuse_undecided(contested, unruled)
    dropped: set[int] = set()
    added: list[Group] = []
    for (position, *_), numbers in pools.items():
        rule = rules[int(str(position))]
        verdict = _judge({number: contested[number] for number in numbers}, rule)
        dropped |= verdict.dropped
        added += verdict.added
    keep = pa.array([number not in dropped for number in range(groups.num_rows)])
    return pa.concat_tables([groups.filter(keep), pa.Table.from_pylist(added, groups.schema)])


def _contested(groups: pa.Table) -> dict[int, Group]:
    """Demand with money of the providers that more than one source speaks of, by row number."""
    has_money = pc.or_kleene(
        pc.not_equal(groups["effective_cost"], _NOTHING),
        pc.not_equal(groups["billed_cost"], _NOTHING),
    )
    money = pc.and_kleene(has_money, is_demand_line(groups))
    speakers = groups.filter(money).group_by("provider").aggregate([("source", "count_distinct")])
    shared = speakers.filter(pc.greater(speakers["source_count_distinct"], pa.scalar(1)))[
        "provider"
    ]
    if not len(shared):
        return {}
    known = pc.is_in(plain(unchunked(groups["provider"])), value_set=plain(unchunked(shared)))
    chosen = pc.and_kleene(money, known)
    numbers = pc.indices_nonzero(chosen)
    return dict(zip(map(int, numbers.to_numpy()), groups.take(numbers).to_pylist(), strict=True))


def _pools(contested: Mapping[int, Group], rules: Sequence[BasisRule]) -> tuple[_Pools, set[int]]:
    """What competes under each rule, and the rows that no rule takes."""
    pools: _Pools = {}
    unruled = set()
    for number, group in contested.items():
        position = next((at for at, rule in enumerate(rules) if rule.takes(group)), None)
        if position is None:
            unruled.add(number)
            continue
        rule = rules[position]
        model = group["model"] if rule.per == "model" else None
        pools.setdefault((position, group["day"], model), []).append(number)
    return pools, unruled


def _refuse_undecided(contested: Mapping[int, Group], unruled: set[int]) -> None:
    cells: dict[tuple[str, str, date], dict[str, bool]] = {}
    for number, group in contested.items():
        cell = cells.setdefault((group["provider"], group["model"], group["day"]), {})
        cell[group["source"]] = cell.get(group["source"], False) or number in unruled
    for (provider, model, day), sources in sorted(cells.items()):
        if len(sources) > 1 and any(sources.values()):
            raise _undecided(sources, provider, model, day)


def _refuse_computed(contested: Mapping[int, Group], unruled: set[int]) -> None:
    """Usage times price measures all that a provider bills: also what a bill names otherwise.

    Cost reports often name no model, so the same spend is not always in the same cell.
    """
    days: dict[tuple[str, date], dict[str, set[str]]] = {}
    open_days = set()
    for number, group in contested.items():
        day = (group["provider"], group["day"])
        origin = "computed" if group["cost_origin"] == "computed" else "stated"
        days.setdefault(day, {}).setdefault(origin, set()).add(group["source"])
        if number in unruled:
            open_days.add(day)
    for provider, day in sorted(open_days):
        own = days[provider, day]
        computed, stated = (sorted(own.get(origin, ())) for origin in ("computed", "stated"))
        if computed and set(stated) - set(computed):
            raise BadInput(
                f"a [[rule]] in basis.toml for provider {provider} that says which of them counts, "
                f'such as total = "{stated[0]}", split = "{computed[0]}", per = "provider": '
                f"on {day} one has usage times price and the other money",
                field="source",
                got=" and ".join([*computed, *(name for name in stated if name not in computed)]),
            )


def _undecided(sources: Mapping[str, object], provider: str, model: str, day: date) -> BadInput:
    return BadInput(
        f"a [[rule]] in basis.toml for provider {provider}: these sources both have money for "
        f"model {model} on {day}",
        field="source",
        got=" and ".join(sorted(sources)),
    )


def _judge(pool: Mapping[int, Group], rule: BasisRule) -> _Verdict:
    by_source: dict[str, list[int]] = {}
    for number, group in pool.items():
        by_source.setdefault(group["source"], []).append(number)
    if len(by_source) == 1:
        return _Verdict()
    authority = next((name for name in (rule.total, rule.split) if name in by_source), None)
    if authority is None:
        first = next(iter(pool.values()))
        raise _undecided(by_source, first["provider"], first["model"], first["day"])
    totals, parts = by_source.get(rule.total, []), by_source.get(rule.split, [])
    weights = weights_of([pool[number]["effective_cost"] for number in parts])
    if rule.total != rule.split and totals and weights:
        total = [pool[number] for number in totals]
        added = unexplained(total, [pool[number] for number in parts], weights)
        return _Verdict(frozenset(pool) - frozenset(parts), tuple(added))
    # One source decides: it is both total and split, or the other one cannot be scaled.
    return _Verdict(frozenset(pool) - frozenset(by_source[authority]))
