"""Detection is scored on worlds of other seeds, the same twice."""

from costcast.evaluation import evaluate_seeds
from costcast.settings import Settings

#: Worlds that no constant was chosen on.
SEEDS = (404, 412)


def test_planted_anomalies_of_other_worlds_are_found() -> None:
    worlds = evaluate_seeds(Settings(workers=2), SEEDS)
    assert [world.name for world in worlds] == ["seed 404", "seed 412"]
    right = sum(world.score.right_impact for world in worlds)
    false = sum(world.score.false_impact for world in worlds)
    assert right / (right + false) >= 0.8
    for world in worlds:
        assert world.score.recall is not None
        assert world.score.recall >= 0.8
        assert world.score.dollars is not None
        assert world.score.dollars >= 0.9
        assert world.score.precision_with_planned is not None
        assert world.score.precision_with_planned >= 0.7
        assert world.as_row()["planted"] == world.score.planted
