from pathlib import Path

from ledger.inbox import Incoming, incoming


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
