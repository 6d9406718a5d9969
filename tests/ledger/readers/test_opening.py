"""A sound file opens as text under its own names; a damaged one is one clear error."""

import csv
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.problems import BadInput
from ledger.readers.opening import open_table

SOUND = b'a,b\n1,"x, ""y"""\nNULL,\n\n3,"two\nlines"\n'
ROWS = [{"a": "1", "b": 'x, "y"'}, {"a": None, "b": None}, {"a": "3", "b": "two\nlines"}]


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", SOUND),
        ("T.CSV", SOUND),
        ("bom.csv", b"\xef\xbb\xbf" + SOUND),
        ("crlf.csv", SOUND.replace(b"\n", b"\r\n").replace(b"two\r\n", b"two\n")),
        ("no_last_newline.csv", SOUND[:-1]),
        ("t.csv.gz", gzip.compress(SOUND)),
        (
            "t.jsonl",
            b'{"a": 1, "b": "x, \\"y\\""}\n\n{"a": null}\n{"b": "two\\nlines", "a": 3}',
        ),
    ],
)
def test_text_formats_open_as_the_same_text(tmp_path: Path, name: str, data: bytes) -> None:
    raw = open_table(written(tmp_path, name, data))
    assert raw.table.to_pylist() == ROWS
    assert raw.file.endswith(name)


def test_json_numbers_stay_as_written_and_nested_values_are_json(tmp_path: Path) -> None:
    line = b'{"cost": 0.10000000000000000001, "n": 1e-7, "ok": true, "tags": {"a": [1]}}\n'
    raw = open_table(written(tmp_path, "t.jsonl", line))
    row = raw.table.to_pylist()[0]
    assert (row["cost"], row["n"], row["ok"]) == ("0.10000000000000000001", "1e-7", "true")
    assert row["tags"].replace('"', "").replace(" ", "") == "{a:[1]}"


def test_parquet_keeps_its_types_and_takes_no_column_from_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "delivered=2026-10-03"
    folder.mkdir()
    table = pa.table({"a": [1, 2], "b": ["", "NULL"]})
    pq.write_table(table, folder / "t.parquet")
    assert open_table(folder / "t.parquet").table.equals(table)


@pytest.mark.parametrize(
    ("name", "data", "row", "says"),
    [
        ("empty.csv", b"", None, "an empty file"),
        ("empty.csv.gz", b"", None, "an empty file"),
        ("header.csv", b"a,b\n", None, "a header without rows"),
        ("blank.csv", b"\n\n", 0, "no names"),
        ("twice.csv", b"a,b,a\n1,2,3\n", 0, "field a: got 'the name twice'"),
        ("semicolon.csv", b"a;b\n1;2\n", 0, "commas between the columns"),
        ("short.csv", b"a,b\n1,2\n3,4\n5\n", 3, "got '1 values', wanted 2 values"),
        ("long.csv", b"a,b\n1,2\n3,4,5\n", 2, "got '3 values'"),
        ("quote.csv", b'a,b\n1,2\n3,"4\n', 2, "an end to every quoted text"),
        ("latin1.csv", "a,b\n1,ü\n".encode("latin-1"), 1, "byte 0xfc"),
        ("utf16.csv", "a,b\n1,2\n".encode("utf-16"), None, "UTF-16"),
        ("nul.csv", b"a,b\n1,2\n3,\x00\n", 2, "a NUL byte"),
        ("cut.csv.gz", gzip.compress(SOUND * 99)[:-20], None, "truncated"),
        ("not.csv.gz", SOUND, None, "a sound gzip file"),
        ("gzip.csv", gzip.compress(SOUND), None, "a name ending in .gz"),
        ("parquet.csv", b"PAR1....PAR1", None, "a name ending in .parquet"),
        ("not.parquet", b"PAR1 but not Parquet PAR1", None, "sound Parquet file"),
        ("t.xlsx", b"PK", None, ".csv, .csv.gz, .parquet"),
        ("array.jsonl", b'{"a": 1}\n[1]\n', 2, "one JSON object per line"),
        ("cut.jsonl", b'{"a": 1}\n{"a": ', 2, "one JSON object per line"),
        ("key.jsonl", b'{"a": 1, "a": 2}\n', 1, "a key twice"),
        ("nan.jsonl", b'{"a": NaN}\n', 1, "NaN"),
        ("none.jsonl", b"\n", None, "objects with named values"),
    ],
)
def test_a_damaged_file_is_one_error_with_its_place(
    tmp_path: Path, name: str, data: bytes, row: int | None, says: str
) -> None:
    with pytest.raises(BadInput) as caught:
        open_table(written(tmp_path, name, data))
    assert caught.value.file == str(tmp_path / name)
    assert caught.value.row == row
    assert says in str(caught.value)


def test_a_truncated_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": range(1000)}), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInput, match="Parquet"):
        open_table(path)


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="readable file"):
        open_table(tmp_path / "absent.csv")


def test_a_quote_inside_plain_text_is_not_a_truncated_file(tmp_path: Path) -> None:
    raw = open_table(written(tmp_path, "inch.csv", b'a,b\n1,19" rack\n'))
    assert raw.table["b"].to_pylist() == ['19" rack']


def test_a_chat_log_may_have_fields_of_any_length(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    data = b'a,b\n1,19"\n2,"' + b"y" * 200_000 + b'"\n'
    raw = open_table(written(tmp_path, "long.csv", data))
    assert raw.table["b"].to_pylist() == ['19"', "y" * 200_000]
    assert csv.field_size_limit() == limit
