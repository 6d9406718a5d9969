"""Quantities times prices of a world are what it cost."""

from __future__ import annotations

from datetime import date

import numpy as np

from costcast.world.build import World
from costcast.world.prices import TOKEN_PRICES
from costcast.world.truth import final_panel
from costcast.world.uses import final_quantities, price_rows
from ledger.price_book import NO_LIST, PriceBook
from ledger.reference import Reference
from models.unit_cost import sums_per_series
from training.uses import uses_of


def test_quantities_times_prices_are_the_cost(world: World) -> None:
    panel = final_panel(world)
    rules = Reference(prices=PriceBook(price_rows(0), NO_LIST), digests={})
    uses = uses_of(panel, final_quantities(world), rules, origins=(), horizon=28)
    listed = sums_per_series(
        uses.quantity * uses.prices.at(0)[:, : len(panel.periods)], uses.series, len(panel.keys)
    )
    through_gateway = [row for row, key in enumerate(panel.keys) if key["model"] in TOKEN_PRICES]
    assert len(through_gateway) > 30
    for row in through_gateway:
        paid = panel.value[row] > 0  # not where the gateway knew no price
        assert np.allclose(listed[row, paid], panel.value[row, paid])


def test_a_change_is_known_when_it_is_told() -> None:
    told = [row for row in price_rows(30) if row.valid_from == date(2026, 3, 16)]
    assert told
    assert {row.known_at.date() for row in told if row.known_at} == {date(2026, 2, 14)}
    assert not [row for row in price_rows(None) if row.valid_from]
