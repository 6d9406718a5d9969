import io
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from ledger.inbox import Incoming, at_hand, incoming
from ledger.piped import Piped
from ledger.problems import BadInput


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_is_read_in_the_order_of_delivery(tmp_path: Path) -> None:
    first = tmp_path / "z" / "delivered=2026-09-30" / "b.csv"
    second = tmp_path / "a" / "delivered=2026-10-01T05-00-00Z" / "a.csv"
    third = tmp_path / "a" / "delivered=2026-10-01T05-00-00Z" / "b.csv"
    undated, wrong = tmp_path / "0.csv", tmp_path / "delivered=soon" / "c.csv"
    marks = (tmp_path / ".DS_Store", tmp_path / "_temporary" / "x.csv", tmp_path / "_SUCCESS")
    _touch(wrong, third, undated, first, second, *marks)
    assert [file.path for file in incoming([tmp_path])] == [first, second, third, undated, wrong]


def test_paths_keep_their_order_also_those_that_are_not_there(tmp_path: Path) -> None:
    paths = [tmp_path / "delivered=2026-10-02" / "b.csv", tmp_path / "delivered=2026-10-01"]
    assert [file.path for file in incoming(paths)] == paths


def test_the_nearest_mapping_speaks_for_a_file(tmp_path: Path) -> None:
    root, inner = tmp_path / "mapping.toml", tmp_path / "in" / "hub" / "mapping.toml"
    top = tmp_path / "in" / "mapping.toml"
    plain, mapped = tmp_path / "in" / "x" / "bill.csv", tmp_path / "in" / "hub" / "bill.csv"
    _touch(root, inner, plain, mapped)
    assert incoming([tmp_path / "in"]) == [Incoming(mapped, inner), Incoming(plain, None)]
    _touch(top)
    assert incoming([tmp_path / "in"]) == [Incoming(mapped, inner), Incoming(plain, top)]


def test_a_glob_is_read_in_the_order_of_delivery(tmp_path: Path) -> None:
    later = tmp_path / "a" / "delivered=2026-10-02" / "a.csv"
    first = tmp_path / "b" / "delivered=2026-10-01" / "b.csv"
    _touch(later, first, tmp_path / "b" / "mapping.toml", tmp_path / "b" / "c.json")
    assert [file.path for file in incoming([f"{tmp_path}/**/*.csv"])] == [first, later]
    (none,) = incoming([f"{tmp_path}/*.parquet"])
    with pytest.raises(BadInput, match="wanted at least one file"), at_hand(none):
        pass
    (wrong,) = incoming([f"{tmp_path}/x**y"])
    with pytest.raises(BadInput), at_hand(wrong):
        pass


def test_a_name_with_brackets_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "bill[1].csv"
    _touch(path)
    assert incoming([str(path)]) == [Incoming(path, None)]


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    spaced, mapping = tmp_path / "my bills" / "a.csv", tmp_path / "my bills" / "mapping.toml"
    _touch(spaced, mapping)
    address = f"file://{tmp_path}/my%20bills"
    assert incoming([address]) == [Incoming(spaced, mapping)]


def test_files_of_a_store_are_here_only_while_they_are_read(tmp_path: Path) -> None:
    store = MemoryFileSystem()
    folder = "inbox-of-the-tests/in"
    tree = {
        "delivered=2026-10-02/a.csv": b"later",
        "hub/delivered=2026-10-01/b.csv": b"first",
        "hub/mapping.toml": b"mapped",
        "_temporary/x.csv": b"",
    }
    for name, content in tree.items():
        store.pipe(f"/{folder}/{name}", content)
    first, later = incoming([f"memory://{folder}"], tmp_path)
    store.rm("/inbox-of-the-tests/in/delivered=2026-10-02", recursive=True)
    assert first.shown == f"memory://{folder}/hub/delivered=2026-10-01/b.csv"
    assert first.mapping is not None
    assert first.mapping.read_bytes() == b"mapped"
    assert later.mapping is None
    with at_hand(first) as path:
        assert path.read_bytes() == b"first"
        assert "delivered=2026-10-01" in path.parts
    assert not path.exists()
    with pytest.raises(BadInput, match=f"memory://{folder}/delivered=2026-10-02/a.csv"):
        at_hand(later).__enter__()
    store.rm("/inbox-of-the-tests", recursive=True)


def test_a_stream_is_named_for_what_it_is(tmp_path: Path) -> None:
    (piped,) = incoming([Piped(io.BytesIO(b"a,b\n"))], tmp_path)
    assert piped.shown == "standard input"
    with at_hand(piped) as path:
        assert (path.suffix, path.read_bytes()) == (".csv", b"a,b\n")
    with pytest.raises(ValueError, match="a folder for a copy"):
        incoming([Piped(io.BytesIO())])
