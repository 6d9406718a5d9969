import shutil
import subprocess
import sys
from pathlib import Path

import models.kernels

CALL = (
    "import numpy as np; from models.kernels.flat_windows import flat_mean; out = np.empty(1); "
    "flat_mean(np.arange(5.0), 2, out); print(out[0], sum(flat_mean.stats.cache_hits.values()))"
)


def said_in(folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-c", CALL], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


def test_a_changed_kernel_is_compiled_again_in_every_caller(tmp_path: Path) -> None:
    source = Path(models.kernels.__file__).parent
    package = tmp_path / "models" / "kernels"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    for name in ("__init__", "compiled", "flat_windows", "mean", "median"):
        shutil.copy(source / f"{name}.py", package)
    assert said_in(tmp_path) == "3.5 0"
    assert said_in(tmp_path) == "3.5 1"
    called = package / "mean.py"
    text = called.read_text().replace("total / (len(y) - first)", "total / (len(y) - first) + 1")
    called.write_text(text)
    assert said_in(tmp_path) == "4.5 0"
