"""The page is made of its rows, and a small task is measured like the large ones."""

from benchmarks.knowledge import measure_knowledge
from benchmarks.knowledge_rows import KNOWLEDGE, REPORT, TASKS, KnowledgeRow, KnowledgeTask, report
from benchmarks.results import RESULTS, read_rows


def test_the_page_is_made_of_the_rows() -> None:
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m benchmarks.knowledge"


def test_every_task_has_rows() -> None:
    found = {row.task for row in read_rows(RESULTS / KNOWLEDGE, KnowledgeRow)}
    assert found == {task.name for task in TASKS}


def test_knowing_a_price_ahead_is_worth_something_where_it_changes() -> None:
    task = KnowledgeTask(
        name="knowledge/small", title="small", source="world", seed=14, before_end=(225,)
    )
    rows = {row.model: row for row in measure_knowledge(task, None)}
    assert rows["prices known before"].mase < 0.97 * rows["cost alone"].mase
    assert rows["cost alone"].revised == 0
