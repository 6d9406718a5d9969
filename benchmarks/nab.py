"""One detector on all NAB files: the score of its alerts, at every threshold and at the solved one.

The alerts of the incident rule are scored, not the rows above the threshold. One threshold holds
for all files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.nab_detectors import NAB_DETECTORS
from benchmarks.nab_files import NabFile, nab_files, published_scores
from benchmarks.nab_rows import NabRow
from benchmarks.nab_scoring import corpus_score, file_score
from benchmarks.nab_tasks import NabTask
from benchmarks.provenance import data_digest, identity
from benchmarks.rows import Identity
from models.detectors.fine_settings import FineSettings
from models.detectors.pace import Pace, alerts_at, solve_pace

__all__ = ["Alerted", "alerted", "measure_nab", "measure_published", "paces_of", "thresholds_of"]

_Array = NDArray[np.float64]

#: Candidate thresholds: ranks, evenly spaced in logarithm, from the strangest row on.
_CANDIDATES = 400
#: The lowest threshold leaves so many rows above it: hourly files have no more between alerts.
_LARGEST_SHARE = 0.3


class Alerted(NamedTuple):
    """Score of the alerts at a threshold, and how many there are per file and week."""

    threshold: float
    score: float
    alerts_per_week: float


def measure_nab(task: NabTask, name: str, data: Path) -> list[NabRow]:
    """The row of one detector."""
    files = _files(task, data)
    detector = NAB_DETECTORS[name]
    scores = [detector.score(file) for file in files]
    paces = paces_of(task, files)
    candidates = [alerted(files, scores, paces, threshold) for threshold in thresholds_of(scores)]
    best = max(candidates, key=lambda one: one.score)
    weeks = sum(file.weeks for file in files)
    threshold = solve_pace(scores, paces, most_alerts=task.alerts_per_week * weeks)
    solved = alerted(files, scores, paces, threshold)
    about = identity(task, name, detector.role, detector.settings, _digest(files))
    return [
        NabRow(
            **about,
            files=len(files),
            windows=sum(len(file.windows) for file in files),
            score=best.score,
            threshold=best.threshold,
            alerts_per_week=best.alerts_per_week,
            solved=solved.score,
            solved_threshold=solved.threshold,
            solved_alerts_per_week=solved.alerts_per_week,
        )
    ]


def measure_published(task: NabTask, data: Path) -> list[NabRow]:
    """Rows of the published detectors on the same files."""
    files = _files(task, data)
    windows = sum(len(file.windows) for file in files)
    absent = dict.fromkeys(set(NabRow.model_fields) - set(Identity.model_fields))
    known = absent | {"files": len(files), "windows": windows}
    return [
        NabRow(
            **identity(task, name, "peer", {"published": "NAB"}, _digest(files)),
            **(known | {"score": corpus_score([raw[file.name] for file in files], windows)}),
        )
        for name, raw in published_scores(data).items()
    ]


def paces_of(task: NabTask, files: Sequence[NabFile]) -> list[Pace]:
    """How often each file may alert, in terms of its probation."""
    settings = [
        FineSettings(
            step_s=file.step_s,
            warm_up=file.probation,
            cool_down=round(task.cool_down_share * file.probation),
        )
        for file in files
    ]
    return [Pace.of(one) for one in settings]


def thresholds_of(scores: Sequence[_Array]) -> _Array:
    """Candidates, the highest first."""
    ordered = np.sort(np.concatenate([score[np.isfinite(score)] for score in scores]))[::-1]
    ranks = np.geomspace(1, _LARGEST_SHARE * len(ordered), _CANDIDATES).astype(np.intp) - 1
    thresholds: _Array = np.unique(ordered[ranks])[::-1]
    return thresholds


def alerted(
    files: Sequence[NabFile], scores: Sequence[_Array], paces: Sequence[Pace], threshold: float
) -> Alerted:
    """What one threshold for all files gives."""
    raw, alerts = 0.0, 0
    for file, score, pace in zip(files, scores, paces, strict=True):
        rows = np.flatnonzero(alerts_at(score, threshold, pace)).tolist()
        raw += file_score(rows, file.probation, file.windows)
        alerts += len(rows)
    windows = sum(len(file.windows) for file in files)
    rate = alerts / sum(file.weeks for file in files)
    return Alerted(threshold, corpus_score([raw], windows), rate)


def _files(task: NabTask, data: Path) -> list[NabFile]:
    return [file.averaged(task.rows_averaged) for file in nab_files(data)]


def _digest(files: Sequence[NabFile]) -> str:
    told = []
    for file in files:
        rows = hashlib.sha256(file.times.tobytes() + file.values.tobytes()).hexdigest()
        told.append(f"{file.name} {file.probation} {file.windows} {rows}")
    return data_digest(*told)
