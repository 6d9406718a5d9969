"""The house plan holds: packages tell what they are, names are ours, doors stay light."""

import ast
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ["costcast", "serving", "training", "insights", "models", "journal", "ledger"]


def _modules(repository: Path) -> list[Path]:
    return [path for package in PACKAGES for path in (repository / package).rglob("*.py")]


def test_package_files_are_docstrings_only(repository: Path) -> None:
    for path in _modules(repository):
        if path.name != "__init__.py":
            continue
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, f"{path} holds more than its docstring"
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"


def test_every_module_declares_its_public_names(repository: Path) -> None:
    for path in _modules(repository):
        if path.name in {"__init__.py", "__main__.py"}:
            continue
        assigned = {
            target.id
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert "__all__" in assigned, f"{path} declares no __all__"


def test_no_installed_package_ships_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["costcast"])) == {"costcast"}


def test_tests_is_never_a_package(repository: Path) -> None:
    assert not list((repository / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_in_a_fresh_interpreter(package: str, repository: Path) -> None:
    subprocess.run([sys.executable, "-c", f"import {package}"], check=True, cwd=repository)


def test_models_imports_of_ours_only_the_panel_and_the_series_key(repository: Path) -> None:
    allowed = {"ledger.panel", "ledger.series"}
    paths = sorted((repository / "models").rglob("*.py"))
    assert len(paths) > 20
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = {node.module or ""}
            elif isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            else:
                continue
            ours = {name for name in names if name.split(".")[0] in PACKAGES}
            foreign = {name for name in ours if name.split(".")[0] != "models"} - allowed
            assert not foreign, f"{path} imports {foreign}"
