"""What a world used, by kind of use: quantities that prices are multiplied with."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from costcast.world.build import World
from costcast.world.calendar import DAYS
from costcast.world.inference import COUNTS
from costcast.world.prices import TOKEN_PRICES
from costcast.world.teams import SHARED
from costcast.world.truth import current_key, series_truth
from ledger.price_rows import PriceRow
from ledger.quantities import GPU_HOURS, QUANTITIES
from ledger.series import SeriesKey
from ledger.token_classes import TokenClass

__all__ = ["final_quantities", "price_rows"]

#: Count of a service, and field of its price -> class of tokens.
_CLASSES: dict[str, TokenClass] = {
    "uncached": "input",
    "cache_read": "cache_read",
    "cache_write": "cache_write_5m",
    "output": "output",
}


def final_quantities(world: World) -> pa.Table:
    """Table `ledger.quantities.QUANTITIES` of a world: tokens by class, and hours of GPUs."""
    tables = [QUANTITIES.empty_table()]
    for one in world.traffic:
        key = SeriesKey.of(team=one.service.team, model=one.service.model)
        for count, token_class in _CLASSES.items():
            quantity = one.counts[COUNTS.index(count)].astype(np.float64)
            tables.append(_rows(key, one.provider, one.raw, token_class, quantity))
    rented = [truth for truth in series_truth(world) if truth.key["team"] != SHARED]
    tables += [_rows(one.key, "aws", None, GPU_HOURS, one.gpu_hours) for one in rented]
    return pa.concat_tables(tables)


def price_rows(known_days_before: int | None) -> tuple[PriceRow, ...]:
    """The world's token prices as rows of `prices.csv`.

    A change is known this many days before it holds; None = nobody ever told of one.
    """
    rows = []
    for model, steps in TOKEN_PRICES.items():
        for count, token_class in _CLASSES.items():
            rows.append(_price(model, token_class, getattr(steps[0], count)))
            if known_days_before is None:
                continue
            for step in steps[1:]:
                row = _price(model, token_class, getattr(step, count))
                known = datetime.combine(step.since, time(), UTC) - timedelta(known_days_before)
                rows.append(row.model_copy(update={"valid_from": step.since, "known_at": known}))
    return tuple(rows)


def _rows(
    key: SeriesKey, provider: str, raw: str | None, measure: str, quantity: NDArray[np.float64]
) -> pa.Table:
    used = np.flatnonzero(quantity > 0)
    now = current_key(key)
    columns: dict[str, Any] = {
        "day": pa.array(DAYS[used], pa.date32()),
        "quantity": pa.array(quantity[used], pa.float64()),
    }
    words = dict(now) | {"provider": provider, "raw_model": raw, "measure": measure}
    for name in QUANTITIES.names:
        if name not in columns:
            columns[name] = pa.array([words.get(name)] * len(used), pa.string())
    return pa.table({name: columns[name] for name in QUANTITIES.names}).cast(QUANTITIES)


def _price(model: str, token_class: TokenClass, pico: int) -> PriceRow:
    """A price of `pico` pico-dollars a token, from ever on."""
    return PriceRow.model_validate(
        {
            "provider": "*",
            "model": model,
            "token_class": token_class,
            "tier": "*",
            "unit": "1M",
            "price": Decimal(pico).scaleb(-6),
            "currency": "USD",
        }
    )
