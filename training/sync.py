"""From the registry to a verified local copy. Workers map these files and never import MLflow."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from ledger.problems import BadInput
from models.artifact import BadArtifact, verify_artifact
from training.registry import DETECTOR, FORECASTER, Registry, VersionRef

__all__ = ["POINTER", "champion_folder", "sync"]

#: File beside the cached versions of a name; it holds the champion's version.
POINTER = "current"


def sync(registry: Registry, cache: Path) -> dict[str, Path]:
    """Bring the champions into `cache/<name>/<version>`; returns their folders by name.

    A name without a champion is left out. Every file is held against the checksums of its
    manifest, and the manifest against the digest that was registered: a copy that is damaged is
    fetched again, a damaged download raises BadArtifact and leaves the pointer where it was.
    The pointer is replaced in one step.
    """
    folders = {}
    for name in (FORECASTER, DETECTOR):
        ref = registry.champion(name)
        if ref is None:
            (cache / name / POINTER).unlink(missing_ok=True)
            continue
        folders[name] = _copy(registry, ref, cache / name)
        _point(cache / name, ref.version)
    return folders


def champion_folder(cache: Path, name: str) -> Path:
    """Folder of the champion as last synchronised; raises BadInput where there is none."""
    try:
        version = (cache / name / POINTER).read_text(encoding="utf-8")
    except FileNotFoundError:
        wanted = "a champion: train, a version that fails the gate is not promoted"
        raise BadInput(wanted, file=cache / name, field=name) from None
    return cache / name / version


def _copy(registry: Registry, ref: VersionRef, place: Path) -> Path:
    folder = place / ref.version
    if _is_whole(folder, ref):
        return folder
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix=".download.") as draft:
        copy = registry.download(ref, Path(draft))
        if verify_artifact(copy) != ref.digest:
            raise BadArtifact(f"{ref.name} version {ref.version}: is not what was registered")
        if folder.exists():
            shutil.move(folder, Path(draft) / "damaged")
        copy.replace(folder)
    return folder


def _is_whole(folder: Path, ref: VersionRef) -> bool:
    try:
        return verify_artifact(folder) == ref.digest
    except BadArtifact:
        return False


def _point(place: Path, version: str) -> None:
    draft = place / f".{POINTER}.{os.getpid()}"
    draft.write_text(version, encoding="utf-8")
    draft.replace(place / POINTER)
