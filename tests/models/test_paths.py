import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.artifact import BadArtifact
from models.forecaster_version import ForecasterVersion, load_forecaster, save_forecaster
from models.paths import path_quantiles, paths, sum_quantiles

N, H, P, B = 3, 5, 40, 6


@pytest.fixture
def version() -> ForecasterVersion:
    rng = np.random.default_rng(0)
    return ForecasterVersion(
        measure="effective_cost",
        currency="USD",
        season=7,
        unique_ids=("team=a", "team=b", "team=c"),
        first_day=np.datetime64("2026-10-18"),
        known_at=np.datetime64("2026-10-20T06:00"),
        mean=np.array([[10.0], [1.0], [0.0]]) * np.ones(H),
        scale=np.array([[2.0], [5.0], [0.0]]) * np.ones(H),
        bank=rng.normal(size=(B, H)).astype(np.float32),
        draw=rng.integers(0, B, (P, N)).astype(np.int32),
        levels=np.array([0.1, 0.9]),
        quantiles=np.zeros((N, H, 2)),
        members=("x", "y"),
        weights=np.full((N, 2), 0.5),
        nonnegative=np.array([False, True, True]),
        history_days=np.array([100, 50, 0]),
        filled_share=np.array([0.0, 0.1, 0.0]),
        ended=np.array([False, False, True]),
        insufficient=np.array([False, False, True]),
        backtest_horizon=5,
        panel_fingerprint="f" * 64,
        metrics={"mase": 0.9, "coverage80": math.nan},
        per_series=pa.table({"unique_id": ["team=a", "team=b", "team=c"]}),
    )


def test_paths_are_mean_plus_scaled_residuals(version: ForecasterVersion) -> None:
    whole = paths(version, np.arange(N))
    for p in range(P):
        for i in range(N):
            expected = version.mean[i] + version.scale[i] * version.bank[version.draw[p, i]]
            if version.nonnegative[i]:
                expected = np.maximum(expected, 0.0)
            np.testing.assert_allclose(whole[p, i], expected, rtol=1e-6)


def test_rows_and_steps_are_a_cut_of_the_whole(version: ForecasterVersion) -> None:
    whole = paths(version, np.arange(N))
    rows, steps = np.array([2, 0]), np.array([4, 1])
    np.testing.assert_array_equal(paths(version, rows, steps), whole[:, rows][:, :, steps])
    np.testing.assert_array_equal(paths(version, rows, slice(1, 3)), whole[:, rows, 1:3])


def test_sums_come_from_summed_paths(version: ForecasterVersion) -> None:
    rows, levels = np.array([0, 1]), np.array([0.1, 0.5, 0.9])
    sums = [float(path.sum()) for path in paths(version, rows)]
    np.testing.assert_allclose(sum_quantiles(version, rows, levels), np.quantile(sums, levels))
    assert path_quantiles(np.zeros((P, N, H)), levels).shape == (N, H, 3)


def test_making_paths_changes_nothing(version: ForecasterVersion) -> None:
    bank, mean = version.bank.copy(), version.mean.copy()
    paths(version, np.arange(N))
    np.testing.assert_array_equal(version.bank, bank)
    np.testing.assert_array_equal(version.mean, mean)


def test_a_version_survives_the_disk(version: ForecasterVersion, tmp_path: Path) -> None:
    save_forecaster(version, tmp_path / "v1")
    loaded = load_forecaster(tmp_path / "v1")
    for name, value in vars(version).items():
        again = getattr(loaded, name)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(again, value)
            assert again.dtype == value.dtype
        elif name == "metrics":
            assert again["mase"] == 0.9
            assert math.isnan(again["coverage80"])
        else:
            assert again == value
    np.testing.assert_array_equal(paths(loaded, np.arange(N)), paths(version, np.arange(N)))
    assert loaded.days[-1] == np.datetime64("2026-10-22")


def test_a_damaged_version_is_refused(version: ForecasterVersion, tmp_path: Path) -> None:
    save_forecaster(version, tmp_path / "v1")
    (tmp_path / "v1" / "mean.npy").write_bytes(b"")
    with pytest.raises(BadArtifact, match=r"mean\.npy"):
        load_forecaster(tmp_path / "v1")


def test_shapes_must_agree(version: ForecasterVersion) -> None:
    with pytest.raises(ValueError, match="weights has shape"):
        replace(version, weights=np.ones((N, 3)))
    with pytest.raises(ValueError, match="per_series has 0 rows"):
        replace(version, per_series=version.per_series.slice(0, 0))


def test_serving_needs_no_fitting_library_for_paths() -> None:
    code = (
        "import sys, models.paths, models.forecaster_version\n"
        "heavy = {'statsforecast', 'numba', 'sklearn', 'pandas', 'scipy'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) or None)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@given(
    cells=arrays(
        np.float64, st.tuples(st.integers(1, 9), st.integers(1, 3)), elements=st.floats(-1e6, 1e6)
    ),
    levels=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5),
)
def test_quantiles_are_numpys(cells: NDArray[np.float64], levels: list[float]) -> None:
    wanted = np.moveaxis(np.quantile(cells, levels, axis=0), 0, -1)
    got = path_quantiles(cells, np.array(sorted(levels)))
    np.testing.assert_allclose(
        path_quantiles(cells, np.array(levels)), wanted, rtol=1e-12, atol=1e-9
    )
    assert (np.diff(got, axis=-1) >= 0).all()
