"""Files of the Numenta Anomaly Benchmark (numenta/NAB, MIT): rows, windows, published scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.nab_scoring import Window

__all__ = ["NabFile", "nab_files", "published_scores"]

_SERIES, _WINDOWS = "nab_dev.parquet", "nab_dev_windows.parquet"
_PUBLISHED = "nab_dev_published_per_file.parquet"
#: Doubled and irregular time stamps as they are: the step is what most rows are apart.
_STEP_S = 300.0


@dataclass(frozen=True)
class NabFile:
    """One file: rows in their order, the first `probation` of which are not scored.

    Parameters
    ----------
    times, values
        [n].
    step_s
        Seconds between most rows.
    windows
        Labelled ones, in order.
    """

    name: str
    times: NDArray[np.datetime64]
    values: NDArray[np.float64]
    step_s: float
    probation: int
    windows: tuple[Window, ...]

    @property
    def weeks(self) -> float:
        """Weeks of the rows that are scored."""
        return (len(self.values) - self.probation) * self.step_s / (7 * 86_400)

    def averaged(self, rows: int) -> NabFile:
        """The file with the mean of so many rows as one; what does not fill one is left out."""
        count = len(self.values) // rows
        return NabFile(
            name=self.name,
            times=self.times[: count * rows : rows],
            values=self.values[: count * rows].reshape(count, rows).mean(axis=1),
            step_s=self.step_s * rows,
            probation=self.probation // rows,
            windows=tuple(
                (min(first // rows, count - 1), min(last // rows, count - 1))
                for first, last in self.windows
            ),
        )


def nab_files(data: Path) -> list[NabFile]:
    """Every file there is, in order of name."""
    rows, windows = pd.read_parquet(data / _SERIES), pd.read_parquet(data / _WINDOWS)
    return [
        _file(str(name), own, windows[windows["unique_id"] == name])
        for name, own in rows.groupby("unique_id")
    ]


def published_scores(data: Path) -> dict[str, dict[str, float]]:
    """Raw score of each file by published detector, at the threshold it got for the whole corpus.

    Standard profile; detectors that published every file.
    """
    rows = pd.read_parquet(data / _PUBLISHED)
    rows = rows[(rows["profile"] == "standard") & rows["detector"].notna()]
    names = rows["file"].str.removesuffix(".csv")
    return {
        str(detector): dict(zip(names[own.index], own["score"].astype(float), strict=True))
        for detector, own in rows.groupby("detector")
        if len(own) == names.nunique()
    }


def _file(name: str, rows: pd.DataFrame, windows: pd.DataFrame) -> NabFile:
    times = rows["ds"].to_numpy()
    spans = []
    for start, end in zip(windows["start"], windows["end"], strict=True):
        within = np.flatnonzero((times >= np.datetime64(start)) & (times <= np.datetime64(end)))
        spans.append((int(within[0]), int(within[-1])))
    return NabFile(
        name=name,
        times=times,
        values=rows["y"].to_numpy(np.float64),
        step_s=_STEP_S,
        probation=int(rows["probation"].sum()),
        windows=tuple(sorted(spans)),
    )
