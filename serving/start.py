"""Start the HTTP service: BentoML's supervisor with one worker, without telemetry."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from serving.options import ServingOptions

__all__ = ["SERVICE", "command", "environment", "start"]

#: Import path of the service for `bentoml serve`.
SERVICE = "serving.service:CostcastService"
_HOUSE = Path(__file__).resolve().parent.parent


def command(options: ServingOptions) -> list[str]:
    """Command line of the server."""
    address = ["--host", options.host, "--port", str(options.port)]
    return [
        sys.executable,
        "-m",
        "bentoml",
        "serve",
        SERVICE,
        *address,
        "--working-dir",
        str(_HOUSE),
    ]


def environment(options: ServingOptions) -> dict[str, str]:
    """Environment of the server: ours, the options, and BentoML's own house rules."""
    home = options.published.resolve().parent / f"bentoml-{options.port}"
    return {
        **os.environ,
        **options.environment(),
        # The library compares with the word: "1" would still send (bentoml 1.4).
        "BENTOML_DO_NOT_TRACK": "True",
        # Two servers with one home delete each other's metrics folder at start.
        "BENTOML_HOME": str(home),
    }


def start(options: ServingOptions) -> NoReturn:
    """Become the server: this process is replaced, so signals of an operator reach it directly."""
    settings = environment(options)
    Path(settings["BENTOML_HOME"]).mkdir(parents=True, exist_ok=True)
    os.execve(sys.executable, command(options), settings)  # noqa: S606 (our own words)
