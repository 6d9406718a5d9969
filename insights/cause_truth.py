"""Which label a known event should get: causes held against a truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from insights.cause import CauseLabel
from insights.known_event import KnownEvent

__all__ = ["RIGHT_LABELS", "CauseScore", "match_causes"]

#: Kind of a known event to the labels that name its cause.
RIGHT_LABELS: dict[str, tuple[CauseLabel, ...]] = {
    "spike": ("request_surge",),
    "retry_loop": ("retry_loop",),
    "prompt_growth": ("prompt_growth",),
    "key_leak": ("key_leak",),
    "idle_endpoint": ("idle_endpoint",),
    "runaway_training": ("long_run",),
    "forgotten_copy": ("storage_growth",),
    "price_cut": ("price_change",),
    "price_rise": ("price_change",),
    "migration": ("model_switch",),
    "retirement": ("ended_use", "model_switch"),
    "launch": ("new_use", "request_surge", "model_switch"),
}


@dataclass(frozen=True)
class CauseScore:
    """Explained days inside known events of one kind, and how many got the right label."""

    kind: str
    explained: int
    right: int
    labels: tuple[str, ...]  # those given, in the order of the days


def match_causes(
    told: Iterable[tuple[str, date, str]], truth: Iterable[KnownEvent]
) -> list[CauseScore]:
    """Hold labels (unique_id, day, label) against the events of their series, by kind.

    A day within several events counts for the first of them; days outside every event, and events
    of which no label is right or wrong (a re-organisation), do not count.
    """
    events = [event for event in truth if event.kind in RIGHT_LABELS]
    given: dict[str, list[str]] = {}
    for unique_id, day, label in told:
        for event in events:
            if event.unique_id == unique_id and event.start <= day < event.end:
                given.setdefault(event.kind, []).append(label)
                break
    return [
        CauseScore(
            kind=kind,
            explained=len(labels),
            right=sum(label in RIGHT_LABELS[kind] for label in labels),
            labels=tuple(labels),
        )
        for kind, labels in sorted(given.items())
    ]
