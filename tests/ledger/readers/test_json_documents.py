"""JSON documents open to one row per result, exact and under dotted names."""

import gzip
import json
from pathlib import Path

import pytest

from ledger.problems import BadInput
from ledger.readers.opening import open_table


def opened(folder: Path, text: str, name: str = "t.json") -> list[dict[str, object]]:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return open_table(path).table.to_pylist()


BUCKETS = """
{"object": "page", "data": [
  {"object": "bucket", "start": 1, "results": [
    {"object": "result", "amount": {"value": 0.10000000000000000001, "unit": "usd"}, "n": 1},
    {"object": "result", "amount": null, "n": 1e2}]},
  {"object": "bucket", "start": 2, "results": []}
], "has_more": true}
"""


@pytest.mark.parametrize("name", ["t.json", "T.JSON", "t.json.gz"])
def test_a_page_of_buckets_gives_a_row_per_result_and_one_per_empty_bucket(
    tmp_path: Path, name: str
) -> None:
    first, second, empty = opened(tmp_path, BUCKETS, name)
    assert (first["object"], first["start"], first["results.object"]) == ("bucket", "1", "result")
    assert first["results.amount.value"] == "0.10000000000000000001"
    assert json.loads(str(first["results.amount"]))["unit"] == "usd"
    assert (second["start"], second["results.n"], second["results.amount"]) == ("1", "1e2", None)
    assert (empty["start"], empty["results.object"], empty["results.n"]) == ("2", None, None)
    assert {row["page.has_more"] for row in (first, second, empty)} == {"true"}
    assert "results" not in first


def test_a_list_of_pages_is_read_in_order(tmp_path: Path) -> None:
    pages = [json.loads(BUCKETS), {"data": [{"start": 3}], "has_more": False}]
    rows = opened(tmp_path, json.dumps(pages))
    assert [row["start"] for row in rows] == ["1", "1", "2", "3"]
    assert [row["page.has_more"] for row in rows] == ["true", "true", "true", "false"]


def test_records_keep_their_objects_whole_and_by_member(tmp_path: Path) -> None:
    text = '[{"cost": 1.50, "Tags": {"team": "ads", "deep": {"a": 1}}, "list": [1]}, {"cost": 2}]'
    first, second = opened(tmp_path, text)
    assert (first["cost"], first["Tags.team"], second["Tags.team"]) == ("1.50", "ads", None)
    assert json.loads(str(first["Tags"])) == {"team": "ads", "deep": {"a": "1"}}
    assert json.loads(str(first["Tags.deep"])) == {"a": "1"}
    assert "Tags.deep.a" not in first


def test_the_first_list_of_results_counts_and_other_lists_are_text(tmp_path: Path) -> None:
    text = '{"day": 1, "usage": [{"model": "a"}, {"model": "b"}], "results": ["x"]}'
    rows = opened(tmp_path, text)
    assert [row["usage.model"] for row in rows] == ["a", "b"]
    assert [row["results"] for row in rows] == ['["x"]', '["x"]']


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"data": [{"a": 1}', "a complete, sound JSON document"),
        ("", "an empty file"),
        ("[]", "at least one data row"),
        ("[{}]", "at least one data row"),
        ('{"data": []}', "at least one data row"),
        ("7", "wanted a JSON object or a list of objects"),
        ('[{"a": 1}, 2]', "number 2"),
        ('{"data": [{"a": 1}, [2]]}', "list as number 2"),
        ('{"a": 1, "a": 2}', "a key twice in one object"),
        ('{"a": NaN}', "NaN, which JSON does not have"),
        ('{"a.b": 1, "a": {"b": 2}}', "each name once"),
        ('{"a": 1}\n{"a": 2}\n', "Extra data"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": "\x00"}', "a NUL byte"),
    ],
)
def test_a_damaged_document_is_one_error(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        opened(tmp_path, text)
    assert says in str(caught.value)
    assert caught.value.file == str(tmp_path / "t.json")


def test_values_are_not_shown_where_a_document_is_cut(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        opened(tmp_path, '{"messages": "my secret", "cost":')
    assert "secret" not in str(caught.value)
