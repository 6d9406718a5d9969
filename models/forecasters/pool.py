"""The pool: every member found in this package, in order of name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

import models.forecasters
from models.forecasters.member import Member

__all__ = ["member_types", "pool"]


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


def pool(season: int) -> tuple[Member, ...]:
    """[M] unfitted members for a season of that many steps."""
    return tuple(member(season) for member in member_types())
