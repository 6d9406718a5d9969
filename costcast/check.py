"""`costcast check`: the reference files, checked before a night needs them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from costcast.settings import Settings

if TYPE_CHECKING:
    from costcast.reference_check import Finding

__all__ = ["check"]


def check(
    reference: Annotated[
        Path | None, typer.Argument(help="Folder of the reference files (default: the setting).")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Warnings end with exit code 1 too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check all reference files; exit code 1 where something must be mended."""
    from costcast.reference_check import check_reference  # noqa: PLC0415

    folder = Settings().reference if reference is None else reference
    findings = check_reference(folder)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _print(findings)
    if any(strict or finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def _print(findings: Sequence[Finding]) -> None:
    # Never wrapped: editors and CI make links of `file:line`.
    screen = Console(soft_wrap=True)
    for finding in findings:
        style = "red" if finding.severity == "error" else "yellow"
        screen.print(f"[{style}]{escape(str(finding))}[/{style}]", highlight=False)
    errors = sum(finding.severity == "error" for finding in findings)
    counts = (_count(errors, "error"), _count(len(findings) - errors, "warning"))
    screen.print(", ".join(counts), highlight=False)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
