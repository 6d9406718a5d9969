"""Dated reference rows: valid for a range of days, known from a moment on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator

__all__ = ["Dated", "as_day", "contradiction", "latest"]

_ALWAYS_KNOWN = datetime.min.replace(tzinfo=UTC)


def as_day(value: object) -> object:
    """Day of a cell or of a TOML date, for pydantic's BeforeValidator."""
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise ValueError("a date such as 2026-07-01")
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date such as 2026-07-01") from None


def _moment(value: object) -> object:
    """Aware UTC; a time without zone is UTC, a date alone its midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("a UTC time such as 2026-07-01T12:00") from None
    if not isinstance(value, datetime):
        raise ValueError("a UTC time such as 2026-07-01T12:00")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Dated(BaseModel):
    """A row of a reference file.

    Valid on the days `[valid_from, valid_to)`, open where None, and known from `known_at` on
    (None = always known): a view as of T uses only the rows known by T.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: Annotated[date | None, BeforeValidator(as_day)] = None
    valid_to: Annotated[date | None, BeforeValidator(as_day)] = None
    known_at: Annotated[datetime | None, BeforeValidator(_moment)] = None

    @field_validator("valid_to")
    @classmethod
    def _ends_after_it_starts(cls, end: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("valid_from")
        if end is not None and start is not None and end <= start:
            raise ValueError(f"a day after valid_from ({start})")
        return end

    def valid_on(self, day: date) -> bool:
        """Whether the row holds on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )

    def known_by(self, moment: datetime) -> bool:
        """Whether the row was known at this moment (aware UTC)."""
        return self.known_at is None or self.known_at <= moment

    def overlaps(self, other: Dated) -> bool:
        """Whether some day has both rows valid."""
        starts = [row.valid_from or date.min for row in (self, other)]
        ends = [row.valid_to or date.max for row in (self, other)]
        return max(starts) < min(ends)


Row = TypeVar("Row", bound=Dated)


def latest(rows: Sequence[Row], day: date) -> Row | None:
    """Of the rows valid on the day the one learnt last; None if none is valid."""
    valid = [row for row in rows if row.valid_on(day)]
    return max(valid, key=lambda row: row.known_at or _ALWAYS_KNOWN, default=None)


def contradiction(rows: Sequence[Dated]) -> tuple[int, int] | None:
    """Positions of two rows that hold on one day and were learnt at once, so neither wins."""
    for later, row in enumerate(rows):
        for earlier in range(later):
            if rows[earlier].known_at == row.known_at and rows[earlier].overlaps(row):
                return earlier, later
    return None
