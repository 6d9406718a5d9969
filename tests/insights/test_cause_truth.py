"""Labels held against known events."""

from dataclasses import dataclass
from datetime import date

from costcast.world.effects import EFFECTS
from insights.cause import CAUSES
from insights.cause_truth import RIGHT_LABELS, CauseScore, match_causes


@dataclass(frozen=True)
class Event:
    kind: str
    unique_id: str
    start: date
    end: date


def test_labels_count_within_the_days_of_their_series() -> None:
    events = [
        Event("spike", "a", date(2026, 9, 1), date(2026, 9, 3)),
        Event("retry_loop", "b", date(2026, 9, 1), date(2026, 9, 2)),
        Event("reorganisation", "c", date(2026, 9, 1), date(2026, 9, 2)),
    ]
    told = [
        ("a", date(2026, 9, 1), "request_surge"),
        ("a", date(2026, 9, 2), "key_leak"),
        ("a", date(2026, 9, 3), "request_surge"),  # the event is over
        ("b", date(2026, 9, 1), "retry_loop"),
        ("c", date(2026, 9, 1), "unclear"),  # neither right nor wrong
        ("d", date(2026, 9, 1), "request_surge"),
    ]
    assert match_causes(told, events) == [
        CauseScore("retry_loop", 1, 1, ("retry_loop",)),
        CauseScore("spike", 2, 1, ("request_surge", "key_leak")),
    ]


def test_every_planted_effect_has_right_labels() -> None:
    assert set(EFFECTS) <= set(RIGHT_LABELS)
    assert {label for labels in RIGHT_LABELS.values() for label in labels} <= set(CAUSES)
