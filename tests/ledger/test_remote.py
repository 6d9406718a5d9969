"""Files at addresses, with the in-memory store of fsspec and the local one of pyarrow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from ledger.problems import BadInput
from ledger.remote import fetch, is_address, list_files, relative_path

BUCKET = "bills-of-the-tests"


@pytest.fixture
def bucket() -> Iterator[str]:
    store = MemoryFileSystem()
    for name in ("2026/a.csv", "2026/09/b.csv", "2026/09/c.json", "other/d.csv"):
        store.pipe(f"/{BUCKET}/{name}", name.encode())
    yield f"memory://{BUCKET}"
    store.rm(f"/{BUCKET}", recursive=True)


def names(address: str, bucket: str) -> list[str]:
    return sorted(file.address.removeprefix(f"{bucket}/") for file in list_files(address))


@pytest.mark.parametrize(
    ("tail", "found"),
    [
        ("/2026", ["2026/09/b.csv", "2026/09/c.json", "2026/a.csv"]),
        ("/2026/", ["2026/09/b.csv", "2026/09/c.json", "2026/a.csv"]),
        ("/2026/a.csv", ["2026/a.csv"]),
        ("/2026/*.csv", ["2026/a.csv"]),
        ("/2026/**/*.csv", ["2026/09/b.csv", "2026/a.csv"]),
        ("/*/*.csv", ["2026/a.csv", "other/d.csv"]),
        ("/2026/09/[!b].json", ["2026/09/c.json"]),
        ("/**", ["2026/09/b.csv", "2026/09/c.json", "2026/a.csv", "other/d.csv"]),
    ],
)
def test_files_folders_and_globs_are_listed(bucket: str, tail: str, found: list[str]) -> None:
    assert names(bucket + tail, bucket) == found


@pytest.mark.parametrize("tail", ["/none", "/2026/*.parquet", "/2026/09/d.csv"])
def test_an_address_without_a_file_is_one_error(bucket: str, tail: str) -> None:
    with pytest.raises(BadInput, match="wanted at least one file"):
        list_files(bucket + tail)


def test_an_unknown_store_is_one_error() -> None:
    with pytest.raises(BadInput, match="wanted an address that can be read"):
        list_files("carrier-pigeon://loft/bill.csv")


def test_a_password_in_an_address_is_not_shown() -> None:
    with pytest.raises(BadInput) as caught:
        list_files("carrier-pigeon://key:hunter2@loft/bill.csv")
    assert caught.value.file == "carrier-pigeon://loft/bill.csv"


def test_a_file_is_copied_whole(bucket: str, tmp_path: Path) -> None:
    (file,) = list_files(f"{bucket}/2026/09/b.csv")
    copy = tmp_path / relative_path(file)
    fetch(file, copy)
    assert copy == tmp_path / BUCKET / "2026" / "09" / "b.csv"
    assert copy.read_bytes() == b"2026/09/b.csv"
    MemoryFileSystem().rm(f"/{BUCKET}/2026/09/b.csv")
    with pytest.raises(BadInput, match="wanted a file that can be read"):
        fetch(file, copy)
    assert not copy.exists()


def test_a_local_address_is_one_of_pyarrows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    (file,) = list_files(f"file://{tmp_path}/*.csv")
    assert file.address == f"file://{tmp_path}/a.csv"
    fetch(file, tmp_path / "copy.csv")
    assert (tmp_path / "copy.csv").read_text() == "x"


def test_a_copy_stays_in_the_folder_of_copies(bucket: str) -> None:
    MemoryFileSystem().pipe(f"/{BUCKET}/2026/x.csv", b"x")
    (file,) = list_files(f"{bucket}/2026/x.csv")
    with pytest.raises(BadInput, match=r"a path without \.\."):
        relative_path(type(file)(f"{bucket}/../../x.csv", file.path, file.system))


def test_paths_are_no_addresses() -> None:
    assert is_address("s3://bucket/key")
    assert not is_address("delivered=2026-10-01/a.csv")
