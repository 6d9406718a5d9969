"""Models in use that are on their way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger import retirements as module
from ledger.aliases import Alias
from ledger.problems import BadInput
from ledger.reference import Reference, load_reference
from ledger.retirements import ModelRow, retirements
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

USAGE: Row = {
    "source": "litellm",
    "account": "litellm",
    "provider": "openai",
    "raw_model": "gpt-5-2025-08-07",
}
NOTICE = ModelRow(
    provider="openai",
    model="gpt-5",
    deprecated_on=date(2026, 10, 1),
    retires_on=date(2026, 11, 1),
    replacement="gpt-5-mini",
)
ALIASES = (Alias(raw_model="gpt-5-20*", model="gpt-5"),)


def test_a_model_in_use_is_listed_with_days_left_and_the_price_of_its_replacement(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(date(2026, 10, 5), **USAGE, output_tokens=10**6, effective_cost=Decimal(10)),
        make_row(date(2026, 6, 5), **USAGE, output_tokens=10**6),  # long before
        make_row(date(2026, 10, 5), **{**USAGE, "raw_model": "gpt-5-mini"}, output_tokens=1),
    ]
    (one,) = retirements(make_view(rows), Reference(aliases=ALIASES, models=(NOTICE,)))
    assert (one.model, one.days_left, one.tokens) == ("gpt-5", 12, 10**6)
    assert (one.cost, one.replacement_cost, one.currency) == (Decimal(10), Decimal(2), "USD")
    assert (one.deprecated_on, one.retires_on) == (date(2026, 10, 1), date(2026, 11, 1))


def test_a_replacement_without_a_price_costs_what_nobody_knows(
    make_row: MakeRow, make_view: MakeView
) -> None:
    notice = NOTICE.model_copy(update={"replacement": "gpt-99", "retires_on": None})
    rows = [make_row(date(2026, 10, 5), **USAGE, output_tokens=5)]
    (one,) = retirements(make_view(rows), Reference(aliases=ALIASES, models=(notice,)))
    assert (one.days_left, one.replacement_cost) == (None, None)
    assert one.cost is not None


def test_the_list_alone_has_no_date(
    make_row: MakeRow, make_view: MakeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "is_listed_as_deprecated", lambda *_: True)
    rows = [make_row(date(2026, 10, 5), **USAGE, output_tokens=5)]
    (one,) = retirements(make_view(rows), Reference())
    assert (one.model, one.retires_on, one.days_left) == ("gpt-5-2025-08-07", None, None)


HEADER = "provider,model,deprecated_on,retires_on,replacement,known_at\n"


def test_notices_are_known_from_their_announcement_on(tmp_path: Path) -> None:
    text = HEADER + "openai,gpt-5,,2026-11-01,,2026-10-10\n"
    (tmp_path / "models.csv").write_text(text)
    for day, known in ((9, 0), (10, 1)):
        moment = datetime(2026, 10, day, tzinfo=UTC)
        assert len(load_reference(tmp_path, known_at=moment).models) == known


def test_a_notice_without_a_date_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models.csv").write_text(HEADER + "openai,gpt-5,,,,\n")
    with pytest.raises(BadInput, match="deprecated_on or retires_on"):
        load_reference(tmp_path, known_at=datetime(2026, 10, 9, tzinfo=UTC))


def test_nothing_used_nothing_retires(make_view: MakeView) -> None:
    assert retirements(make_view([]), Reference(models=(NOTICE,))) == []
