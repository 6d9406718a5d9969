"""CodeCarbon's files of single tasks, which say again what the file of the runs says."""

from __future__ import annotations

from ledger.readers.refused import RefusedFormat

__all__ = ["REFUSED"]

REFUSED = RefusedFormat(
    name="codecarbon_tasks",
    required=frozenset({"task_name", "run_id", "duration", "emissions", "energy_consumed"}),
    why="the tasks of a CodeCarbon run, which are within the totals of emissions.csv",
    wanted="emissions.csv of the run, without its task files",
)
