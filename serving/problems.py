"""What can be wrong with a question, each with its HTTP status and stable type.

For Python and the command line they are bad input like any other; over HTTP they become
problem+json (`serving.problem_response`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from ledger.problems import BadInput

__all__ = [
    "FieldProblem",
    "InvalidRequest",
    "NothingPublished",
    "Problem",
    "StateUnavailable",
    "UnknownIncident",
    "UnknownSeries",
]

#: How many near names an unknown one is answered with.
NEAREST = 3


class FieldProblem(dict[str, str]):
    """One field of a request: `field`, `got` and `wanted` as text."""


class Problem(BadInput):
    """Base: a question that cannot be answered, with its HTTP status and type."""

    status = 400
    slug = "bad-request"
    title = "Bad request"
    #: What clients are told in place of its own words, where these name paths of the server.
    told: str | None = None

    @property
    def extensions(self) -> dict[str, object]:
        """Members of the problem+json beyond the standard ones; None is left out."""
        return {"field": self.field, "got": self.got, "wanted": self.wanted}


class UnknownSeries(Problem):
    """A team, model or budget that is not there, or that the asker may not see: same words.

    Parameters
    ----------
    dimension, name
        What was asked for ("team", "serch").
    visible
        The names within the asker's scope; the nearest of them are offered.
    """

    status = 404
    slug = "unknown-series"
    title = "Unknown series"

    def __init__(self, dimension: str, name: str, visible: Iterable[str]) -> None:
        names = sorted(set(visible))
        self.nearest = difflib.get_close_matches(name, names, n=NEAREST, cutoff=0.5)
        hint = f" (nearest: {', '.join(self.nearest)})" if self.nearest else ""
        super().__init__(f"a {dimension} that exists{hint}", field=dimension, got=name)

    @property
    def extensions(self) -> dict[str, object]:
        """The standard ones and the near names."""
        return super().extensions | {"nearest": self.nearest}


class UnknownIncident(Problem):
    """No incident of this number, or one that the asker may not see: same words."""

    status = 404
    slug = "unknown-incident"
    title = "Unknown incident"

    def __init__(self, number: int | str) -> None:
        super().__init__("the number of an incident", field="id", got=number)


class InvalidRequest(Problem):
    """A request whose form or values are not right; `errors` names every field."""

    status = 422
    slug = "invalid-request"
    title = "Invalid request"

    def __init__(
        self,
        wanted: str,
        *,
        field: str | None = None,
        got: object = None,
        errors: Iterable[FieldProblem] = (),
    ) -> None:
        super().__init__(wanted, field=field, got=got)
        self.errors = list(errors)

    @property
    def extensions(self) -> dict[str, object]:
        """The standard ones and the list of fields."""
        return super().extensions | {"errors": self.errors or None}


class NothingPublished(Problem):
    """There is no snapshot to answer from."""

    status = 503
    slug = "nothing-published"
    title = "Nothing published yet"
    told = "no snapshot has been published"

    def __init__(self, published: Path) -> None:
        super().__init__("a published snapshot (run `costcast nightly` first)", file=published)

    @property
    def extensions(self) -> dict[str, object]:
        """Nothing beyond the standard ones: paths of the server are not for clients."""
        return {}


class StateUnavailable(Problem):
    """The state database is there and cannot be read or written now.

    Parameters
    ----------
    wanted, file
        As of BadInput; for the log and the command line alone.
    """

    status = 503
    slug = "state-unavailable"
    title = "State unavailable"
    told = "the state database cannot be read or written now"

    def __init__(self, wanted: str, file: str | None) -> None:
        super().__init__(wanted, file=file)

    @property
    def extensions(self) -> dict[str, object]:
        """Nothing beyond the standard ones: paths of the server are not for clients."""
        return {}
