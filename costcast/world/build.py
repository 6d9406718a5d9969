"""A world: what was really used and what it cost, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass

from costcast.world.anomalies import Planted, draw_planted
from costcast.world.bill import Bill, draw_bill
from costcast.world.inference import Traffic, carry

__all__ = ["DEMO_SEED", "World", "build_world"]

#: Seed of the committed samples.
DEMO_SEED = 14


@dataclass(frozen=True)
class World:
    """Everything that happened; `costcast.world.truth` sums it up per series.

    `planted` are the anomalies, `traffic` the inference through the gateway, `bill` the machines
    and the storage of the cloud.
    """

    seed: int
    planted: tuple[Planted, ...]
    traffic: tuple[Traffic, ...]
    bill: Bill


def build_world(seed: int) -> World:
    """The world of a seed; equal seeds give equal worlds."""
    planted = draw_planted(seed)
    return World(seed, planted, carry(seed, planted), draw_bill(seed, planted))
