"""Start the HTTP service: BentoML's supervisor with one worker, without telemetry."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def start(options: ServingOptions) -> None:
    """Serve until interrupted; raises SystemExit with the server's exit code when it fails."""
    settings = environment(options)
    Path(settings["BENTOML_HOME"]).mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(command(options), env=settings) as server:  # noqa: S603 (our own words)
        try:
            code = server.wait()
        except KeyboardInterrupt:  # the terminal sent it to the server as well
            code = 0
            server.wait()
    if code:
        raise SystemExit(code)
