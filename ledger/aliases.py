"""Which AI model a delivered name stands for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase

import pyarrow as pa

from ledger.contexts import Context, as_date, days_of, distinct, epochs
from ledger.dated import Dated
from ledger.series import NONE

__all__ = ["Alias", "model_of", "models_of_rows"]

#: Tag that names the model where the export has no column for it.
MODEL_TAG = "tags.model"


class Alias(Dated):
    """A row of `aliases.csv`: delivered names that match the glob `raw_model` mean `model`."""

    raw_model: str
    model: str


def model_of(aliases: Sequence[Alias], raw_model: str, day: date) -> str:
    """Model of a delivered name on a day: of the first alias that matches, else the name itself."""
    for alias in aliases:
        if alias.valid_on(day) and fnmatchcase(raw_model, alias.raw_model):
            return alias.model
    return raw_model


def models_of_rows(rows: pa.Table, aliases: Sequence[Alias]) -> pa.StringArray:
    """[R] model of each row of `usage_cost`: of `raw_model`, else of the tag `model`, else none.

    An alias holds on the row's own day, whatever allocation is asked for: it says what a name
    meant on that day.
    """
    days = days_of(rows)
    firsts, which = distinct(
        [epochs(aliases, days), rows["raw_model"], rows["tags"]], rows.num_rows
    )
    models = []
    for first, row in zip(
        firsts, rows.select(["raw_model", "tags"]).take(firsts).to_pylist(), strict=True
    ):
        context = Context.of(row)
        name = context.get("raw_model") or context.get(MODEL_TAG)
        models.append(NONE if name is None else model_of(aliases, name, as_date(days[first])))
    named: pa.StringArray = pa.array(models, pa.string()).take(pa.array(which, pa.int64()))
    return named
