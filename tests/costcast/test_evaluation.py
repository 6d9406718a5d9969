"""Detection is scored on worlds of other seeds, the same twice."""

from costcast.evaluation import evaluate_seeds
from costcast.settings import Settings


def test_planted_anomalies_of_another_world_are_found() -> None:
    (world,) = evaluate_seeds(Settings(workers=1), [404])
    assert world.name == "seed 404"
    assert world.score.recall is not None
    assert world.score.recall >= 0.7
    assert world.score.dollars is not None
    assert world.score.dollars >= 0.5
    assert world.score.precision_with_planned is not None
    assert world.score.precision_with_planned >= 0.5
    assert world.score.precision_by_dollars is not None
    assert world.score.precision_by_dollars >= 0.8
    row = world.as_row()
    assert row["planted"] == world.score.planted
