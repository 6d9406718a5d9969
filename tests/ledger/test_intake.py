"""A long file in pieces gives what it gives as a whole: rows, numbers, sums, errors."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.ledger_bill import write_bill
from ledger.ingest import FileReport, ingest
from ledger.readers import streaming
from ledger.store import Ledger
from ledger.view import view_at

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
ROWS = 6_000


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bills")
    write_bill(ROWS, folder / "bill.parquet", folder / "bill.csv")
    with (folder / "bill.csv").open("rb") as plain, gzip.open(folder / "bill.csv.gz", "wb") as out:
        out.write(plain.read())
    return folder


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is a long one, of many pieces."""
    monkeypatch.setattr(streaming, "LONG_BYTES", 1)
    monkeypatch.setattr(streaming, "PIECE_BYTES", 1 << 18)
    monkeypatch.setattr(streaming, "PIECE_ROWS", 700)


def _ingested(path: Path, folder: Path) -> tuple[FileReport, pa.Table]:
    ledger = Ledger(str(folder))
    (report,) = ingest([path], ledger, now=NOW, delivered_at=NOW, actor_key=b"k" * 32)
    rows = view_at(ledger, NOW).rows.sort_by("row_number")
    return report, rows.drop_columns(["delivery_id"])


@pytest.fixture(scope="module")
def whole(bills: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[FileReport, pa.Table]:
    return _ingested(bills / "bill.csv", tmp_path_factory.mktemp("whole"))


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("name", ["bill.csv", "bill.csv.gz", "bill.parquet"])
def test_a_file_in_pieces_is_the_same_as_a_whole(
    name: str, bills: Path, whole: tuple[FileReport, pa.Table], tmp_path: Path
) -> None:
    report, rows = _ingested(bills / name, tmp_path)
    assert (report.status, report.error) == ("published", None)
    assert rows["row_number"].to_pylist() == list(range(1, ROWS + 1))
    for column in rows.column_names:
        assert rows[column].equals(whole[1][column].cast(rows[column].type)), column
    assert report.notes == whole[0].notes
    assert report.delivery is not None
    assert whole[0].delivery is not None
    for fact in ("sums", "covers", "extent", "rows"):
        assert getattr(report.delivery, fact) == getattr(whole[0].delivery, fact)
    assert not list((tmp_path / ".incoming").iterdir())


@pytest.mark.usefixtures("in_pieces")
def test_the_same_pieces_are_the_same_delivery(bills: Path, tmp_path: Path) -> None:
    ids = [_ingested(bills / "bill.csv", tmp_path / name)[0].delivery for name in ("a", "b")]
    assert ids[0] == ids[1]
    files = [sorted(p.name for p in (tmp_path / n / "usage_cost").rglob("*.parquet")) for n in "ab"]
    assert files[0] == files[1]


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("row", [1, 3_210, ROWS])
def test_an_error_names_the_row_of_the_file(row: int, bills: Path, tmp_path: Path) -> None:
    lines = (bills / "bill.csv").read_text().splitlines()
    values = lines[row].split(",", 2)
    lines[row] = ",".join([values[0], "one", values[2]])
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join(lines) + "\n")
    (report,) = ingest([bad], Ledger(str(tmp_path / "ledger")), now=NOW)
    assert report.error == (
        f"{bad}, row {row}, field BilledCost: got 'one', wanted a decimal number such as 1234.56"
    )
    lines[row] = lines[row] + ",more"
    bad.write_text("\n".join(lines) + "\n")
    (report,) = ingest([bad], Ledger(str(tmp_path / "ledger")), now=NOW)
    assert f"row {row}: got" in str(report.error)
    assert Ledger(str(tmp_path / "ledger")).deliveries() == []


@pytest.mark.usefixtures("in_pieces")
def test_a_stray_quote_is_read_as_before(bills: Path, tmp_path: Path) -> None:
    lines = (bills / "bill.csv").read_text().splitlines()
    lines[2_000] = lines[2_000].replace("region-", '19" region-', 1)
    path = tmp_path / "stray.csv"
    path.write_text("\n".join(lines) + "\n")
    report, rows = _ingested(path, tmp_path / "ledger")
    assert report.status == "published", report.error
    assert rows.num_rows == ROWS


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("again", [30, 4000])
def test_an_id_that_stands_twice_is_refused_with_both_rows(again: int, tmp_path: Path) -> None:
    header = (
        "request_id,call_type,api_key,spend,total_tokens,prompt_tokens,completion_tokens,"
        "startTime,endTime,model,custom_llm_provider,team_id,status"
    )
    lines = [
        f"r{number if number != again else 7},acompletion,sk-1,1.0,120,100,20,"
        "2026-10-01T10:00:00Z,2026-10-01T10:00:01Z,gpt-5,openai,ads,success"
        for number in range(1, 4_501)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *lines, ""]))
    (report,) = ingest([path], Ledger(str(tmp_path / "ledger")), now=NOW)
    assert f"row {again}" in str(report.error)
    assert "got 'r7', wanted a different id than row 7 has" in str(report.error)


def test_two_ingests_of_rivals_at_one_time_do_not_both_land(tmp_path: Path, bills: Path) -> None:
    with duckdb.connect() as database:
        for number in range(2):
            database.execute(
                f"COPY (SELECT * REPLACE (BilledCost + {number} AS BilledCost) "  # noqa: S608
                f"FROM '{bills / 'bill.parquet'}') TO '{tmp_path / f'{number}.parquet'}'"
            )
    reports: list[FileReport] = []

    def one(number: int) -> None:
        ledger = Ledger(str(tmp_path / "ledger"))
        path = tmp_path / f"{number}.parquet"
        reports.extend(ingest([path], ledger, now=NOW, delivered_at=NOW))

    threads = [threading.Thread(target=one, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.status for report in reports) == ["published", "refused"]
    refused = next(report for report in reports if report.status == "refused")
    assert "one file per source, account and period" in str(refused.error)
    assert len(Ledger(str(tmp_path / "ledger")).deliveries()) == 1


def test_two_ingests_of_different_times_both_land(tmp_path: Path, bills: Path) -> None:
    def one(hours: int) -> None:
        ledger = Ledger(str(tmp_path / "ledger"))
        ingest([bills / "bill.parquet"], ledger, now=NOW, delivered_at=NOW - timedelta(hours=hours))

    threads = [threading.Thread(target=one, args=[hours]) for hours in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Ledger(str(tmp_path / "ledger")).deliveries()) == 2
    assert view_at(Ledger(str(tmp_path / "ledger")), NOW).rows.num_rows == ROWS


def test_a_parquet_file_of_any_row_groups_is_read(
    bills: Path, tmp_path: Path, whole: tuple[FileReport, pa.Table], in_pieces: None
) -> None:
    table = pq.ParquetFile(bills / "bill.parquet").read()
    pq.write_table(table, tmp_path / "one.parquet", row_group_size=ROWS, use_dictionary=False)
    rows = _ingested(tmp_path / "one.parquet", tmp_path / "ledger")[1]
    assert rows["effective_cost"].equals(whole[1]["effective_cost"])
    assert rows["tags"].equals(whole[1]["tags"])


def test_killed_anywhere_it_leaves_the_old_state_or_the_new(repository: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.ledger_kill", "--points", "10", "--rows", "2000"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
