import subprocess
import sys
from pathlib import Path

import pyarrow as pa

from ledger import delta

ROWS = pa.table({"name": pa.array(["a", "b's", None], pa.string()), "count": [1, 2, 3]})


def test_tables_are_made_added_to_and_replaced_in_part(tmp_path: Path) -> None:
    uri = str(tmp_path / "table")
    assert delta.open_if_exists(uri) is None
    table = delta.ensure(uri, ROWS.schema, partition_by=["name"])
    delta.append(table, ROWS)
    name = delta.quoted("b's")
    chosen = delta.read(table, columns=["count"], where=f"name = {name}")
    assert chosen.to_pydict() == {"count": [2]}
    delta.replace(table, ROWS.slice(0, 1), where="name = 'a' OR count = 3")
    again = delta.ensure(uri, ROWS.schema)
    assert set(delta.read(again)["count"].to_pylist()) == {1, 2}


def test_a_process_that_read_a_table_ends_well(tmp_path: Path, repository: Path) -> None:
    """The library's other ways to read end one process in three with SIGABRT."""
    uri = str(tmp_path / "table")
    delta.append(delta.ensure(uri, ROWS.schema), ROWS)
    script = f"from ledger import delta; delta.read(delta.open_if_exists({uri!r}))"
    for _ in range(3):
        subprocess.run([sys.executable, "-c", script], cwd=repository, check=True)
