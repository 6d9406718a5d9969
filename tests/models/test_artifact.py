import json
import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from models.artifact import (
    FORMAT_VERSION,
    MANIFEST,
    BadArtifact,
    read_artifact,
    verify_artifact,
    write_artifact,
)

ARRAYS = {
    "numbers": np.arange(6.0).reshape(2, 3),
    "days": np.array(["2026-10-01", "2026-10-02"], dtype="datetime64[D]"),
    "flags": np.array([True, False]),
    "empty": np.zeros((0, 3)),
    "scalar": np.array(3.5),
}


def write(folder: Path) -> str:
    return write_artifact(
        folder,
        kind="sample",
        arrays=ARRAYS,
        tables={"names": pa.table({"name": ["a", "ü"]})},
        meta={"measure": "effective_cost", "levels": [0.1, 0.9], "nothing": None},
    )


def change_manifest(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | changes))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    digest = write(tmp_path / "v1")
    artifact = read_artifact(tmp_path / "v1", kind="sample")
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(artifact.arrays[name], array)
        assert artifact.arrays[name].dtype == array.dtype
    assert artifact.tables["names"].column("name").to_pylist() == ["a", "ü"]
    assert artifact.meta == {"measure": "effective_cost", "levels": [0.1, 0.9], "nothing": None}
    assert artifact.digest == digest == verify_artifact(tmp_path / "v1")


def test_arrays_are_read_only_views_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "v1")
    numbers = read_artifact(tmp_path / "v1", kind="sample").arrays["numbers"]
    assert isinstance(numbers.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        numbers[0, 0] = 1.0


def test_equal_contents_have_equal_digests_and_no_pickle(tmp_path: Path) -> None:
    assert write(tmp_path / "a") == write(tmp_path / "b")
    endings = {path.suffix for path in (tmp_path / "a").iterdir()}
    assert endings == {".json", ".npy", ".parquet"}


def test_a_folder_with_contents_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "v1")
    with pytest.raises(FileExistsError, match="never overwritten"):
        write(tmp_path / "v1")


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    write(tmp_path / "v1")
    assert verify_artifact(tmp_path / "v1")


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        write_artifact(
            tmp_path / "v1",
            kind="sample",
            arrays={"good": np.zeros(3), "objects": np.array([{}], dtype=object)},
            tables={},
            meta={},
        )
    with pytest.raises(ValueError, match="JSON"):
        write_artifact(tmp_path / "v2", kind="k", arrays={}, tables={}, meta={"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../up", "Upper", "", "with-dash"])
def test_names_are_identifiers(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        write_artifact(tmp_path / "v", kind="k", arrays={name: np.zeros(1)}, tables={}, meta={})


def test_a_newer_format_is_refused_with_the_way_out(tmp_path: Path) -> None:
    write(tmp_path / "v1")
    change_manifest(tmp_path / "v1", format_version=FORMAT_VERSION + 1)
    with pytest.raises(BadArtifact, match="upgrade Costcast"):
        read_artifact(tmp_path / "v1", kind="sample")


def test_another_kind_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "v1")
    with pytest.raises(BadArtifact, match="got kind 'sample', wanted 'forecaster'"):
        read_artifact(tmp_path / "v1", kind="forecaster")


@pytest.mark.parametrize("file", ["numbers.npy", "names.parquet"])
def test_damaged_and_missing_files_are_named(tmp_path: Path, file: str) -> None:
    write(tmp_path / "whole")
    path = tmp_path / "cut" / file
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(BadArtifact, match=rf"{re.escape(file)}: is damaged"):
        read_artifact(tmp_path / "cut", kind="sample")
    path.unlink()
    with pytest.raises(BadArtifact, match=rf"{re.escape(file)}: is missing"):
        verify_artifact(tmp_path / "cut")


def test_an_unverified_read_still_names_a_truncated_file(tmp_path: Path) -> None:
    write(tmp_path / "v1")
    (tmp_path / "v1" / "names.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadArtifact, match=r"names\.parquet: cannot be read"):
        read_artifact(tmp_path / "v1", kind="sample", verify=False)


def test_a_manifest_cannot_reach_outside_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "v1")
    change_manifest(tmp_path / "v1", files={"../secret.npy": {"sha256": "0", "bytes": 1}})
    with pytest.raises(BadArtifact, match="names the file"):
        read_artifact(tmp_path / "v1", kind="sample")


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "not JSON"), ("[]", "no format_version"), ('{"format_version": 1}', "field kind")],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(BadArtifact, match=message):
        read_artifact(tmp_path, kind="sample")


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match=r"manifest\.json: cannot be read"):
        verify_artifact(tmp_path / "nowhere")
