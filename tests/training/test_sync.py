from pathlib import Path

import numpy as np
import pytest

from ledger.problems import BadInput
from models.artifact import BadArtifact, verify_artifact, write_artifact
from training.registry import DETECTOR, FORECASTER, Registry, TrainingRun, VersionRef
from training.sync import champion_folder, sync


def promote(registry: Registry, folder: Path, *, fill: float = 1.0) -> VersionRef:
    """Record a forecaster and make it the champion."""
    write_artifact(
        folder, kind="test", arrays={"mean": np.full(4, fill)}, tables={}, meta={"fill": fill}
    )
    run = TrainingRun(
        params={},
        metrics={},
        tables={},
        dataset_name="test",
        dataset_digest="0" * 64,
        versions={FORECASTER: folder},
    )
    _, versions = registry.record(run)
    registry.promote(versions[FORECASTER])
    return versions[FORECASTER]


def original(tmp_path: Path, ref: VersionRef) -> Path:
    return tmp_path / "artifacts" / ref.run_id / "artifacts" / ref.path


def test_the_champion_is_copied_verified_and_pointed_to(registry: Registry, tmp_path: Path) -> None:
    ref = promote(registry, tmp_path / "draft")
    folders = sync(registry, tmp_path / "cache")
    folder = folders[FORECASTER]
    assert folder == tmp_path / "cache" / FORECASTER / ref.version
    assert verify_artifact(folder) == ref.digest
    assert champion_folder(tmp_path / "cache", FORECASTER) == folder
    assert sorted(path.name for path in folder.parent.iterdir()) == [ref.version, "current"]


def test_names_without_a_champion_are_left_out(local_registry: Registry, tmp_path: Path) -> None:
    assert sync(local_registry, tmp_path / "cache") == {}
    promote(local_registry, tmp_path / "draft")
    assert set(sync(local_registry, tmp_path / "cache")) == {FORECASTER}
    with pytest.raises(BadInput, match="wanted a champion"):
        champion_folder(tmp_path / "cache", DETECTOR)


def test_a_new_champion_moves_the_pointer_and_the_old_copy_stays(
    local_registry: Registry, tmp_path: Path
) -> None:
    promote(local_registry, tmp_path / "one")
    old = sync(local_registry, tmp_path / "cache")[FORECASTER]
    promote(local_registry, tmp_path / "two", fill=2.0)
    new = sync(local_registry, tmp_path / "cache")[FORECASTER]
    assert new != old
    assert old.is_dir()  # a worker may still map it
    assert champion_folder(tmp_path / "cache", FORECASTER) == new


def test_a_verified_copy_is_not_fetched_again(local_registry: Registry, tmp_path: Path) -> None:
    promote(local_registry, tmp_path / "draft")
    folder = sync(local_registry, tmp_path / "cache")[FORECASTER]
    inode = (folder / "mean.npy").stat().st_ino
    sync(local_registry, tmp_path / "cache")
    assert (folder / "mean.npy").stat().st_ino == inode


@pytest.mark.parametrize("harm", ["damaged", "missing", "of another store"])
def test_a_copy_that_is_not_the_champion_is_fetched_again(
    local_registry: Registry, tmp_path: Path, harm: str
) -> None:
    ref = promote(local_registry, tmp_path / "draft")
    folder = sync(local_registry, tmp_path / "cache")[FORECASTER]
    if harm == "damaged":
        (folder / "mean.npy").write_bytes(b"\0" * 10)
    elif harm == "missing":
        (folder / "mean.npy").unlink()
    else:  # whole, but the same version number of a store that was thrown away
        for path in folder.iterdir():
            path.unlink()
        write_artifact(folder, kind="test", arrays={"mean": np.zeros(4)}, tables={}, meta={})
    assert sync(local_registry, tmp_path / "cache")[FORECASTER] == folder
    assert verify_artifact(folder) == ref.digest


@pytest.mark.parametrize("harm", ["damaged", "exchanged"])
def test_a_download_that_is_not_what_was_registered_is_refused(
    local_registry: Registry, tmp_path: Path, harm: str
) -> None:
    promote(local_registry, tmp_path / "one")
    good = sync(local_registry, tmp_path / "cache")[FORECASTER]
    stored = original(tmp_path, promote(local_registry, tmp_path / "two", fill=2.0))
    if harm == "damaged":
        (stored / "mean.npy").write_bytes(b"\0" * 10)
    else:
        for path in stored.iterdir():
            path.unlink()
        write_artifact(stored, kind="test", arrays={"mean": np.zeros(4)}, tables={}, meta={})
    with pytest.raises(BadArtifact):
        sync(local_registry, tmp_path / "cache")
    assert champion_folder(tmp_path / "cache", FORECASTER) == good
    assert sorted(path.name for path in good.parent.iterdir()) == [good.name, "current"]
