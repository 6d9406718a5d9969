"""Causes are named rightly in a world that no rule was set on, from its exports to the label."""

from costcast.cause_evaluation import evaluate_causes
from costcast.settings import Settings

PLANTED = (
    "spike",
    "retry_loop",
    "prompt_growth",
    "key_leak",
    "idle_endpoint",
    "runaway_training",
    "forgotten_copy",
)


def test_nine_of_ten_causes_of_another_world_are_right() -> None:
    (scores,) = evaluate_causes(Settings(workers=1), [101])
    own = [score for score in scores if score.kind in PLANTED]
    explained = sum(score.explained for score in own)
    assert explained >= 20
    assert sum(score.right for score in own) / explained >= 0.9, own
    assert {score.kind for score in own} >= {"spike", "retry_loop", "key_leak", "prompt_growth"}
