"""Documents as the providers' APIs answer, written by us from their documentation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.readers.contract import RawTable
from ledger.readers.opening import open_table

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def open_document(tmp_path: Path) -> Callable[..., RawTable]:
    """A function that opens the document of a name, as it is or changed, below a folder."""

    def opened(
        name: str, change: Callable[[Any], object] | None = None, *, folder: str = "in"
    ) -> RawTable:
        source = FIXTURES / f"{name}.json"
        path = tmp_path / folder / source.name
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, path)
        if change is not None:
            document = json.loads(source.read_text())
            change(document)
            path.write_text(json.dumps(document))
        return open_table(path)

    return opened
