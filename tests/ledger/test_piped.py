"""Standard input: the content tells the format."""

import gzip
import io
from pathlib import Path

import pytest

from ledger.piped import Piped, spool

LINE = b'{"a": 1}\n'


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"a,b\n1,2\n", "piped.csv"),
        (b"\xef\xbb\xbfa,b\n1,2\n", "piped.csv"),
        (b"", "piped.csv"),
        (gzip.compress(b"a,b\n1,2\n"), "piped.csv.gz"),
        (gzip.compress(b"a,b\n1,2\n" * 99)[:20], "piped.csv.gz"),
        (b"PAR1....PAR1", "piped.parquet"),
        (LINE + LINE, "piped.jsonl"),
        (gzip.compress(LINE + LINE), "piped.jsonl.gz"),
        (LINE, "piped.json"),
        (b"\n  [\n" + LINE + b"]\n", "piped.json"),
        (b'{\n  "object": "page",\n  "data": []\n}\n', "piped.json"),
    ],
)
def test_the_content_tells_the_format(tmp_path: Path, data: bytes, name: str) -> None:
    path = spool(Piped(io.BytesIO(data)), tmp_path / "0")
    assert path.name == name
    assert path.read_bytes() == data
