"""The one error for bad input: it says where, what was got and what is wanted."""

from __future__ import annotations

from pathlib import Path

__all__ = ["BadInput"]


class BadInput(ValueError):  # noqa: N818 (named for what it is, not for being an exception)
    """Input that cannot be taken, with the place and the mend.

    Parameters
    ----------
    wanted
        What would have been right, as a phrase ("a decimal number", "UTF-8 text").
    file, row, field
        Where: the file, the 1-based data row (the header is row 0) and the column or key.
    got
        What stood there. Of a sensitive field give type and length only.

    >>> str(BadInput("a decimal number", file="bill.csv", row=3, field="BilledCost", got="abc"))
    "bill.csv, row 3, field BilledCost: got 'abc', wanted a decimal number"
    """

    def __init__(
        self,
        wanted: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        field: str | None = None,
        got: object = None,
    ) -> None:
        self.wanted = wanted
        self.file = None if file is None else str(file)
        self.row = row
        self.field = field
        self.got = got
        places = [
            self.file,
            None if row is None else f"row {row}",
            None if field is None else f"field {field}",
        ]
        where = ", ".join(place for place in places if place)
        what = f"wanted {wanted}" if got is None else f"got {got!r}, wanted {wanted}"
        super().__init__(f"{where}: {what}" if where else what)
