"""Gzip files up to the stated limit."""

import gzip
from pathlib import Path

import pytest

from ledger.problems import BadInput
from ledger.readers import unpacking
from ledger.readers.opening import open_table
from ledger.readers.streaming import open_file
from ledger.readers.unpacking import LARGEST_RATIO, check_unpacked, unpack


def test_what_unpacks_within_the_limit_is_whole() -> None:
    data = b"a,b\n1,2\n" * 1_000_000  # 400 times its size, and small
    assert unpack(gzip.compress(data), "a.csv.gz") == data


def test_the_limit_is_stated_and_kept() -> None:
    check_unpacked(unpacking.FREE_BYTES, 1, "a.csv.gz")
    check_unpacked(LARGEST_RATIO << 23, 1 << 23, "a.csv.gz")
    with pytest.raises(BadInput, match="at most 256 MiB or 100 times its size"):
        check_unpacked(unpacking.FREE_BYTES + 1, 1, "a.csv.gz")


def test_a_bomb_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"0" * (1 << 25)))
    with pytest.raises(BadInput, match="unpacks to at most 1 MiB"):
        open_table(path)
    with pytest.raises(BadInput, match="unpacks to at most 1 MiB"):
        open_file(path, long_bytes=0)
