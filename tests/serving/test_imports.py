"""A worker is light: it maps arrays and loads nothing that only training needs."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("mlflow", "sklearn", "statsforecast", "numba", "pandas", "training", "matplotlib", "scipy")


def test_the_service_loads_nothing_of_training(repository: Path, tmp_path: Path) -> None:
    code = (
        "import sys, serving.service, serving.report\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=repository,
        capture_output=True,
        text=True,
        env={"BENTOML_HOME": str(tmp_path), "BENTOML_DO_NOT_TRACK": "True", "PATH": ""},
    )
    assert done.stdout.strip() == "[]"
