"""With what a number was made: package versions, commit, machine, and how it is labelled."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import Field, asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Protocol

from benchmarks.rows import Role

__all__ = ["REPOSITORY", "data_digest", "identity", "machine"]

REPOSITORY = Path(__file__).resolve().parent.parent

#: What decides the numbers.
_PACKAGES = ("costcast", "numba", "numpy", "scikit-learn", "scipy", "statsforecast")
#: Code whose changes make a commit an untrue label.
_CODE = ("costcast", "insights", "journal", "ledger", "models", "serving", "training")
_BENCHMARK_CODE = "benchmarks/*.py"
_DIGITS = 16


class _Task(Protocol):
    """A frozen dataclass that has a name."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def name(self) -> str: ...


def identity(
    task: _Task,
    model: str,
    role: Role,
    own: Mapping[str, object],
    data: str,
    *,
    packages: Sequence[str] = (),
) -> dict[str, Any]:
    """Fields of `benchmarks.rows.Identity`, `own` being the settings of the model.

    `packages` are those of the model's own beside the ones that decide every number.
    """
    asked = {name: value for name, value in asdict(task).items() if value is not None}
    for label in ("name", "title", "short"):
        asked.pop(label, None)
    return {
        "task": task.name,
        "model": model,
        "role": role,
        "settings": json.dumps({"task": asked, "model": dict(own)}),
        "data": data,
        "versions": json.dumps(_versions() | {name: version(name) for name in packages}),
        "commit": _commit(),
    }


def data_digest(*parts: str) -> str:
    """16 hexadecimal digits that identify what was measured on."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]


@cache
def machine() -> str:
    """Processor, cores and system."""
    cores = os.cpu_count() or 1
    return f"{_processor()}, {cores} cores, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    named = [line.partition(":")[2].strip() for line in facts if line.startswith("model name")]
    return named[0] if named else "unknown processor"


@cache
def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


@cache
def _commit() -> str:
    head = _git("rev-parse", "--short=12", "HEAD")
    if not head:
        return "unknown"
    changed = _git("status", "--porcelain", "--", *_CODE, _BENCHMARK_CODE)
    return f"{head}+changes" if changed else head


def _git(*arguments: str) -> str:
    """Answer of git, empty where there is none (a checkout without history)."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
