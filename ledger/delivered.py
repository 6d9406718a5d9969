"""When a source delivered a file, as far as the file's path states it.

File times are not evidence: a copy changes them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from ledger.problems import BadInput

__all__ = ["delivered_at_of"]

_PART = "delivered="
_FORMS = {
    re.compile(r"\d{4}-\d{2}-\d{2}"): "%Y-%m-%d",
    re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z"): "%Y-%m-%dT%H-%M-%SZ",
}


def delivered_at_of(path: Path) -> datetime | None:
    """UTC time of the innermost path part `delivered=...`, None where there is none.

    A day without a time means its start. Raises BadInput for a part that is no such time.

    >>> delivered_at_of(Path("in/delivered=2026-09-06T05-00-00Z/focus.csv.gz"))
    datetime.datetime(2026, 9, 6, 5, 0, tzinfo=datetime.timezone.utc)
    """
    stated = [part.removeprefix(_PART) for part in path.parts if part.startswith(_PART)]
    if not stated:
        return None
    try:
        return datetime.strptime(stated[-1], _form(stated[-1])).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(
            "a path part such as delivered=2026-10-03 or delivered=2026-10-03T05-00-00Z",
            file=path,
            got=_PART + stated[-1],
        ) from None


def _form(text: str) -> str:
    for pattern, form in _FORMS.items():
        if pattern.fullmatch(text):
            return form
    raise ValueError(text)
