"""The pool: the members found in this package, in order of name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from functools import cache

import models.forecasters
from models.forecasters.member import Member

__all__ = ["default_names", "member_types", "pool"]


@cache
def member_types() -> tuple[type[Member], ...]:
    """Every concrete Member of the modules beside this one; a new file joins by being there."""
    found = {
        candidate
        for module in pkgutil.iter_modules(models.forecasters.__path__)
        for candidate in vars(importlib.import_module(f"models.forecasters.{module.name}")).values()
        if inspect.isclass(candidate)
        and issubclass(candidate, Member)
        and not inspect.isabstract(candidate)
    }
    return tuple(sorted(found, key=lambda member: member.name))


def default_names(second_season: int = 1) -> tuple[str, ...]:
    """Names of the pool unless chosen otherwise: the compiled members of the seasons there are."""
    return tuple(
        member.name
        for member in member_types()
        if member.in_default_pool and (second_season > 1 or not member.needs_second_season)
    )


def pool(
    season: int, second_season: int = 1, names: Sequence[str] | None = None
) -> tuple[Member, ...]:
    """[M] unfitted members of these names, or of the default ones, for seasons of so many steps.

    Raises ValueError for a name that no member has.
    """
    by_name = {member.name: member for member in member_types()}
    chosen = default_names(second_season) if names is None else names
    unknown = sorted(set(chosen) - set(by_name))
    if unknown:
        raise ValueError(f"got members {', '.join(unknown)}, wanted some of {', '.join(by_name)}")
    return tuple(by_name[name](season, second_season) for name in chosen)
