"""Every cause from the figures that it has in practice, and none from figures that it has not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from insights.cause import CAUSES
from insights.explanation import Explained, explain

Row = dict[str, Any]

DAY = date(2026, 9, 10)
DAYS = 28


@dataclass(frozen=True)
class Use:
    """A day of use of a model: requests, tokens per request, prices per token."""

    requests: int = 1000
    failed: float = 0.005
    fresh: int = 600
    cached: int = 400
    answer: int = 200
    price: float = 1.0
    rate: float = 1.0
    names: tuple[tuple[str, str], ...] = ()

    def rows(self, day: date) -> list[Row]:
        """Lines of usage facts."""
        classes = (("input", self.fresh, 2), ("cache_read", self.cached, 0.2))
        lines = []
        for name, tokens, price in (*classes, ("output", self.answer, 8)):
            stated = Decimal(str(round(self.requests * tokens * price * self.price * 1e-6, 12)))
            line = {
                **PLAIN,
                "day": day,
                "token_class": name,
                "quantity": Decimal(self.requests * tokens),
                "stated_cost": stated,
                "effective_cost": stated * Decimal(str(self.rate)),
                "requests": self.requests if name == "output" else None,
                "failed_requests": round(self.requests * self.failed) if name == "output" else None,
                **dict(self.names),
            }
            lines.append(line)
        return lines


PLAIN: Row = {
    "team": "ads",
    "model": "gpt-5",
    "provider": "openai",
    "account": "main",
    "sub_account": "(none)",
    "use_case": "bidding",
    "region": "(none)",
    "environment": "(none)",
    "actor": "key-1",
    "item": "tokens",
    "tier": "standard",
    "token_class": "(none)",
    "unit": "tokens",
    "stated_currency": "USD",
    "is_correction": False,
    "quantity": None,
    "requests": None,
    "failed_requests": None,
    "busy_hours": None,
}


def hours(day: date, count: float, busy: float | None = None, **changes: Any) -> Row:  # noqa: ANN401
    """A day of machines at 2.50 an hour."""
    return {
        **PLAIN,
        "day": day,
        "item": "p5.48xlarge",
        "unit": "GPU-hours",
        "quantity": Decimal(str(count)),
        "effective_cost": Decimal(str(count)) * Decimal("2.5"),
        "busy_hours": None if busy is None else Decimal(str(count * busy)),
        **changes,
    }


def before(make: Callable[[date, int], list[Row]]) -> list[Row]:
    """Four weeks, a little different every day."""
    days = [DAY - timedelta(days=back) for back in range(DAYS, 0, -1)]
    return [row for step, day in enumerate(days) for row in make(day, step % 5)]


def calm(day: date, step: int) -> list[Row]:
    return replace(USUAL, requests=1000 + 10 * step, failed=0.004 + 0.001 * step).rows(day)


USUAL = Use()


def label_of(earlier: list[Row], now: list[Row], counterpart: str | None = None) -> str:
    found = told(earlier, now, counterpart)
    assert found.cause.evidence
    assert found.cause.text.endswith((".", "?"))
    return found.cause.label


def told(earlier: list[Row], now: list[Row], counterpart: str | None = None) -> Explained:
    spent = sum((row["effective_cost"] for row in earlier), Decimal(0))
    expected = (spent / DAYS).quantize(Decimal("0.01"))
    return explain(
        earlier, now, days_before=DAYS, days_after=1, expected=expected, counterpart=counterpart
    )


@pytest.mark.parametrize(
    ("wanted", "use"),
    [
        ("retry_loop", replace(USUAL, requests=3000, failed=0.5)),
        ("retry_loop", replace(USUAL, requests=1400, failed=0.3)),
        ("request_surge", replace(USUAL, requests=3000)),
        ("request_surge", replace(USUAL, requests=3000, failed=0.03)),
        ("fewer_requests", replace(USUAL, requests=300)),
        ("key_leak", replace(USUAL, requests=4000, answer=400)),
        ("key_leak", replace(USUAL, requests=3000, names=(("actor", "key-2"),))),
        ("key_leak", replace(USUAL, requests=3000, names=(("region", "mars-1"),))),
        ("prompt_growth", replace(USUAL, fresh=2000)),
        ("cache_hit_drop", replace(USUAL, fresh=1000, cached=0)),
        ("longer_answers", replace(USUAL, answer=500)),
        ("price_change", replace(USUAL, price=1.3)),
        ("price_change", replace(USUAL, price=0.7)),
        ("missing_price", replace(USUAL, price=0.0)),
        ("unit_error", replace(USUAL, price=100.0)),
        ("exchange_rate", replace(USUAL, rate=1.2)),
        ("model_switch", replace(USUAL, names=(("model", "gpt-5-mini"),), price=0.2)),
        ("tier_change", replace(USUAL, names=(("tier", "priority"),), price=2.0)),
    ],
)
def test_a_day_of_tokens(wanted: str, use: Use) -> None:
    assert wanted in CAUSES
    assert label_of(before(calm), use.rows(DAY)) == wanted


def test_a_surge_that_another_model_lost_is_a_switch() -> None:
    surge = replace(USUAL, requests=3000).rows(DAY)
    assert label_of(before(calm), surge, "gpt-5-mini") == "model_switch"
    fewer = replace(USUAL, requests=200).rows(DAY)
    assert label_of(before(calm), fewer, "gpt-5-mini") == "model_switch"
    assert label_of(before(calm), [], "gpt-5-mini") == "model_switch"


def test_first_and_last_use() -> None:
    assert label_of([], USUAL.rows(DAY)) == "new_use"
    assert label_of(before(calm), []) == "ended_use"


def test_money_without_use_and_corrections_are_late_invoices() -> None:
    lump = {**PLAIN, "day": DAY, "unit": "(none)", "effective_cost": Decimal(90)}
    assert label_of(before(calm), [*USUAL.rows(DAY), lump]) == "late_invoice"
    given_back = {**lump, "is_correction": True, "effective_cost": Decimal(-40)}
    assert label_of(before(calm), [*USUAL.rows(DAY), given_back]) == "late_invoice"


def test_machines_that_run_without_use_are_idle() -> None:
    steady = before(lambda day, step: [hours(day, 48 + step)])
    assert label_of(steady, [hours(DAY, 98)]) == "idle_endpoint"
    used = before(lambda day, step: [hours(day, 48 + step, 0.6)])
    assert label_of(used, [hours(DAY, 98, 0.01)]) == "idle_endpoint"
    assert label_of(used, [hours(DAY, 98, 0.62)]) == "long_run"
    assert label_of(steady, [hours(DAY, 10)]) == "less_use"


def test_runs_that_come_and_go_are_long_or_pause() -> None:
    bursts = before(lambda day, step: [hours(day, 100)] if step == 0 else [])
    assert label_of(bursts, [hours(DAY, 900)]) == "long_run"
    assert label_of(bursts, []) == "less_use"


def test_a_commitment_that_ended() -> None:
    paid = before(lambda day, step: [hours(day, 48 + step, tier="committed")])
    full = hours(DAY, 50, tier="standard", effective_cost=Decimal(250))
    assert label_of(paid, [full]) == "commitment_ended"


def test_other_machines_and_more_storage() -> None:
    cheap = before(
        lambda day, _: [hours(day, 90), hours(day, 10, item="b200", effective_cost=Decimal(60))]
    )
    dear = [hours(DAY, 10), hours(DAY, 90, item="b200", effective_cost=Decimal(540))]
    assert label_of(cheap, dear) == "other_machine"
    stored: Row = {"unit": "GB-Months", "item": "S3"}
    kept = before(lambda day, step: [hours(day, 100 + step, **stored)])
    assert label_of(kept, [hours(DAY, 180, **stored)]) == "storage_growth"
    assert label_of(kept, [hours(DAY, 20, **stored)]) == "less_use"


def test_other_units_are_told_as_they_are() -> None:
    images: Row = {"unit": "Images", "item": "dall-e"}
    drawn = before(lambda day, step: [hours(day, 100 + step, **images)])
    assert label_of(drawn, [hours(DAY, 300, **images)]) == "more_use"
    assert label_of(drawn, [hours(DAY, 30, **images)]) == "less_use"


def test_where_no_part_is_most_of_it_nothing_is_claimed() -> None:
    mixed = replace(USUAL, requests=1250, price=1.2)
    found = told(before(calm), [*mixed.rows(DAY), *_late(25)])
    assert max(found.change.share(name) for name in found.change.parts) < 0.5
    assert found.cause.label == "unclear"


def _late(cents: int) -> list[Row]:
    amount = Decimal(cents) / 100
    return [{**PLAIN, "day": DAY, "unit": "(none)", "effective_cost": amount}]
