from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from journal.vintages import VINTAGES, append_vintage, read_vintages
from ledger.problems import BadInput

VINTAGE = datetime(2026, 10, 20, 6, tzinfo=UTC)


def forecasts(snapshot: str = "s1", days: int = 2, *levels: str, mean: float = 10.0) -> pa.Table:
    columns = levels or ("q0.1", "q0.5", "q0.9")
    return pa.Table.from_pylist(
        [
            {
                "snapshot": snapshot,
                "vintage": VINTAGE,
                "unique_id": "team=ads/model=gpt-5",
                "ds": date(2026, 10, 20) + timedelta(days=day),
                "mean": mean,
            }
            | dict.fromkeys(columns, mean)
            for day in range(days)
        ]
    )


def test_what_was_published_comes_back_in_order(tmp_path: Path) -> None:
    uri = str(tmp_path / "vintages")
    assert read_vintages(uri).num_rows == 0
    assert append_vintage(uri, forecasts("s2")) == 2
    assert append_vintage(uri, forecasts("s1", 3)) == 3
    kept = read_vintages(uri)
    assert kept["snapshot"].to_pylist() == ["s1"] * 3 + ["s2"] * 2
    assert kept.column_names == [*VINTAGES.names, "q0.1", "q0.5", "q0.9"]
    assert kept["vintage"][0].as_py() == VINTAGE
    assert kept["ds"].type == pa.date32()


def test_a_snapshot_is_never_rewritten(tmp_path: Path) -> None:
    uri = str(tmp_path / "vintages")
    append_vintage(uri, forecasts("s1", mean=10.0))
    before = read_vintages(uri)
    assert append_vintage(uri, forecasts("s1", mean=99.0)) == 0
    assert append_vintage(uri, forecasts("s1", 5)) == 0
    assert read_vintages(uri).equals(before)


def test_new_and_known_snapshots_in_one_table(tmp_path: Path) -> None:
    uri = str(tmp_path / "vintages")
    append_vintage(uri, forecasts("s1"))
    both = pa.concat_tables([forecasts("s1", mean=1.0), forecasts("s2")])
    assert append_vintage(uri, both) == 2
    assert read_vintages(uri)["mean"].to_pylist() == [10.0] * 4


def test_a_level_not_published_before_is_null_in_older_rows(tmp_path: Path) -> None:
    uri = str(tmp_path / "vintages")
    append_vintage(uri, forecasts("s1", 1, "q0.5"))
    append_vintage(uri, forecasts("s2", 1, "q0.5", "q0.975"))
    assert read_vintages(uri)["q0.975"].to_pylist() == [None, 10.0]


def test_no_rows_are_no_change(tmp_path: Path) -> None:
    assert append_vintage(str(tmp_path / "vintages"), pa.table({})) == 0
    assert not (tmp_path / "vintages").exists()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (forecasts().drop_columns(["mean"]), "got the columns"),
        (forecasts().drop_columns(["q0.1", "q0.5", "q0.9"]), "quantiles such as q0.1"),
        (forecasts().append_column("note", pa.array(["a", "b"])), "got the columns"),
        (pa.concat_tables([forecasts(), forecasts()]), "2 rows of days already there"),
        (forecasts(mean=float("nan")), "got a missing mean"),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, table: pa.Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        append_vintage(str(tmp_path / "vintages"), table)
    assert not (tmp_path / "vintages").exists()


@pytest.mark.parametrize(
    ("description", "message"),
    [("Costcast vintages, format 2", "pip install --upgrade"), ("mine", "a table of Costcast")],
)
def test_a_newer_or_foreign_table_is_refused(
    tmp_path: Path, description: str, message: str
) -> None:
    uri = str(tmp_path / "vintages")
    write_deltalake(uri, forecasts(), description=description)
    for touch in (read_vintages, lambda uri: append_vintage(uri, forecasts("s2"))):
        with pytest.raises(BadInput, match=message):
            touch(uri)
