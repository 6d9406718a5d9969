"""A registered version on disk: one folder of `manifest.json`, `.npy` arrays and Parquet tables.

No pickle and no code: a folder from a stranger can at worst be refused. Arrays are memory-mapped,
so workers share one copy of the pages. The manifest carries the format version and the SHA-256 of
every file. This module needs numpy and pyarrow only: serving imports it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

__all__ = [
    "FORMAT_VERSION",
    "MANIFEST",
    "Artifact",
    "BadArtifact",
    "read_artifact",
    "verify_artifact",
    "write_artifact",
]

#: Version of the folder's layout; a newer one is refused.
FORMAT_VERSION = 1
MANIFEST = "manifest.json"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FILE = re.compile(r"[a-z][a-z0-9_]*\.(npy|parquet)")
_CHUNK_BYTES = 1 << 20


class BadArtifact(ValueError):  # noqa: N818 (named for what it is, not for being an exception)
    """A folder that is not a readable artefact; the message names the file and the mend."""


@dataclass(frozen=True)
class Artifact:
    """What a folder holds.

    Parameters
    ----------
    kind
        What the folder is ("forecaster", "detector", "panel", ...).
    meta
        JSON values as written.
    arrays
        Read-only arrays by name, memory-mapped.
    tables
        Tables by name.
    digest
        SHA-256 of the manifest, and through its checksums of every byte of the artefact.
    """

    kind: str
    meta: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    tables: Mapping[str, pa.Table]
    digest: str


def write_artifact(
    folder: Path,
    *,
    kind: str,
    arrays: Mapping[str, NDArray[Any]],
    tables: Mapping[str, pa.Table],
    meta: Mapping[str, Any],
) -> str:
    """Write the artefact so that it appears whole or not at all; returns its digest.

    Equal contents give equal bytes and so an equal digest. `folder` may be absent or empty; a
    folder with contents is never overwritten (FileExistsError). Raises ValueError for names other
    than lower-case identifiers, arrays of Python objects, and `meta` that is not JSON (NaN is not).
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty, and artefacts are never overwritten")
    _check_names([*arrays, *tables])
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        for name, array in arrays.items():
            # ascontiguousarray would turn a scalar array into one of one element
            np.save(partial / f"{name}.npy", np.asarray(array, order="C"), allow_pickle=False)
        for name, table in tables.items():
            pq.write_table(table, partial / f"{name}.parquet", compression="zstd")
        digest = _write_manifest(partial, kind, meta)
        partial.replace(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return digest


def read_artifact(folder: Path, *, kind: str, verify: bool = True) -> Artifact:
    """Read the artefact of this kind.

    With `verify` (the default) every file is read once and held against its checksum; leave it
    out only for a folder verified before. Raises BadArtifact naming the file for a missing or
    damaged file, a format newer than this program, or another kind.
    """
    manifest, digest = _load_manifest(folder)
    if manifest["kind"] != kind:
        raise BadArtifact(f"{folder / MANIFEST}: got kind {manifest['kind']!r}, wanted {kind!r}")
    if verify:
        _verify_files(folder, manifest)
    arrays: dict[str, NDArray[Any]] = {}
    tables: dict[str, pa.Table] = {}
    for file in manifest["files"]:
        name, _, ending = file.partition(".")
        path = folder / file
        try:
            if ending == "npy":
                arrays[name] = _open_array(path)
            else:
                tables[name] = pq.read_table(path)
        except (OSError, ValueError, pa.ArrowInvalid) as problem:
            raise BadArtifact(f"{path}: cannot be read ({problem})") from problem
    return Artifact(kind=kind, meta=manifest["meta"], arrays=arrays, tables=tables, digest=digest)


def verify_artifact(folder: Path) -> str:
    """Hold every file against its checksum and return the digest; raises BadArtifact."""
    manifest, digest = _load_manifest(folder)
    _verify_files(folder, manifest)
    return digest


def _check_names(names: list[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"got name {name!r}, wanted a lower-case identifier")
    if len(set(names)) != len(names):
        raise ValueError(f"an array and a table share a name in {sorted(names)}")


def _write_manifest(folder: Path, kind: str, meta: Mapping[str, Any]) -> str:
    files = {
        path.name: {"sha256": _sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
    }
    manifest = {"format_version": FORMAT_VERSION, "kind": kind, "meta": meta, "files": files}
    text = json.dumps(manifest, indent=1, sort_keys=True, allow_nan=False).encode()
    (folder / MANIFEST).write_bytes(text)
    return hashlib.sha256(text).hexdigest()


def _load_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
        manifest = json.loads(text)
    except OSError as problem:
        raise BadArtifact(f"{path}: cannot be read ({problem.strerror})") from problem
    except ValueError as problem:
        raise BadArtifact(f"{path}: is not JSON ({problem}); fetch the version again") from problem
    version = manifest.get("format_version") if isinstance(manifest, dict) else None
    if not isinstance(version, int):
        raise BadArtifact(f"{path}: has no format_version")
    if version > FORMAT_VERSION:
        raise BadArtifact(
            f"{path}: has format version {version}, this program reads up to {FORMAT_VERSION}; "
            "upgrade Costcast (pip install --upgrade costcast) or train again"
        )
    _check_manifest(path, manifest)
    return manifest, hashlib.sha256(text).hexdigest()


def _check_manifest(path: Path, manifest: dict[str, Any]) -> None:
    fields = {"kind": str, "meta": dict, "files": dict}
    for name, wanted in fields.items():
        if not isinstance(manifest.get(name), wanted):
            raise BadArtifact(f"{path}: field {name} is missing or not a {wanted.__name__}")
    for file in manifest["files"]:
        if not _FILE.fullmatch(file):  # a name such as ../x would read outside the folder
            raise BadArtifact(f"{path}: names the file {file!r}, wanted NAME.npy or NAME.parquet")


def _verify_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    for file, facts in manifest["files"].items():
        path = folder / file
        if not path.is_file():
            raise BadArtifact(f"{path}: is missing; fetch the version again")
        if not isinstance(facts, dict) or _sha256(path) != facts.get("sha256"):
            raise BadArtifact(f"{path}: is damaged (SHA-256 differs); fetch the version again")


def _open_array(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:  # an array without elements cannot be mapped
        array = np.load(path, allow_pickle=False)
    plain = np.asarray(array)  # a view: results of arithmetic need not be memmaps too
    plain.flags.writeable = False
    return plain


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
