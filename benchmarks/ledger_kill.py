"""Kill an ingest at random points and look at what is left: the old ledger or the new one.

    python -m benchmarks.ledger_kill --points 50

Every point is a process of its own that reads a second delivery over a first one and is ended by
SIGKILL after a random part of the time such an ingest takes. Afterwards another process looks: the
view must be that of before or that of after, to the row, and the same ingest must then end well.
Prints one JSON object; exit code 1 where any point left something between.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.ledger_bill import write_bill
from ledger.groups import exact_sum
from ledger.ingest import ingest
from ledger.readers import streaming
from ledger.store import Ledger
from ledger.view import view_at

__all__ = ["main"]

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_FIRST, _SECOND = datetime(2026, 10, 2, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC)
#: A process that looks ends in one of these ways.
_CODES = {0: "old", 1: "new", 2: "between"}
#: Small pieces, so that a short file takes the way of a long one.
_PIECE_BYTES = 1 << 17
_LATEST = 1.1  # parts of the time of a whole ingest


def main() -> int:
    """Run the points that the command line asks for; 0 where none left anything between."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--rows", type=int, default=20_000, help="of the delivery that is killed")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    streaming.LONG_BYTES = streaming.PIECE_BYTES = _PIECE_BYTES
    chance = random.Random(asked.seed)  # noqa: S311 (points in time, no secret)
    with tempfile.TemporaryDirectory(prefix="costcast-kill-") as name:
        folder = Path(name)
        tempfile.tempdir = name  # what a killed process leaves goes with it
        _in_child(lambda: _prepare(folder, asked.rows))
        seconds = _duration(folder)
        left = [_point(folder, seconds * chance.uniform(0, _LATEST)) for _ in range(asked.points)]
    found = Counter(left)
    print(json.dumps({"points": asked.points, "ingest_seconds": round(seconds, 3), **found}))
    return int(found["between"] > 0)


def _prepare(folder: Path, rows: int) -> int:
    """Two bills of one month, and a ledger that has the first."""
    write_bill(rows // 2, folder / "first.parquet", folder / "first.csv")
    write_bill(rows, folder / "second.parquet", folder / "second.csv")
    (report,) = ingest(
        [folder / "first.csv"], Ledger(str(folder / "old")), now=_NOW, delivered_at=_FIRST
    )
    return int(report.status != "published")


def _duration(folder: Path) -> float:
    _fresh(folder)
    started = time.perf_counter()
    code = _in_child(lambda: _second(folder))
    if code:
        raise RuntimeError(f"got exit code {code} of an ingest that nobody killed, wanted 0")
    return time.perf_counter() - started


def _point(folder: Path, seconds: float) -> str:
    """What an ingest killed after so long leaves: old, new or between."""
    _fresh(folder)
    killed = _child(lambda: _second(folder))
    time.sleep(seconds)
    os.kill(killed, signal.SIGKILL)
    os.waitpid(killed, 0)
    state = _CODES.get(_in_child(lambda: _state(folder)), "between")
    again = _in_child(lambda: _second(folder))
    healed = _CODES.get(_in_child(lambda: _state(folder)), "between") == "new"
    return state if not again and healed else "between"


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder / "ledger", ignore_errors=True)
    shutil.copytree(folder / "old", folder / "ledger")


def _second(folder: Path) -> int:
    (report,) = ingest(
        [folder / "second.csv"], Ledger(str(folder / "ledger")), now=_NOW, delivered_at=_SECOND
    )
    return int(report.status not in {"published", "unchanged"})


def _state(folder: Path) -> int:
    """0 = the view of before, 1 = that of after, 2 = something else."""
    ledger = Ledger(str(folder / "ledger"))
    view = view_at(ledger, _NOW)
    delivered = [one.delivered_at for one in ledger.deliveries()]
    told = sum(one.rows for one in view.deliveries)
    sums = {name for one in view.deliveries for name in one.sums.items() if "effective" in name[0]}
    rows = view.rows
    total = ("effective_cost USD", exact_sum(rows["effective_cost"]))
    whole = rows.num_rows == told and sums == {total} and len(view.deliveries) == 1
    if not whole or delivered not in ([_FIRST], [_FIRST, _SECOND]):
        return 2
    return len(delivered) - 1


def _child(work: Callable[[], int]) -> int:
    """A process that does the work and ends with its answer; its number."""
    child = os.fork()
    if not child:
        os._exit(_answer(work))
    return child


def _answer(work: Callable[[], int]) -> int:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 (told, and an exit code of its own)
        print(repr(error), file=sys.stderr)
        return 3


def _in_child(work: Callable[[], int]) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(_child(work), 0)[1])


if __name__ == "__main__":
    sys.exit(main())
