"""A small real snapshot: three teams and unallocated spend, fitted, published, opened."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest

from journal.budgets import Budget
from journal.database import open_database
from journal.findings import Finding, NightFindings
from journal.incident_values import IncidentDay
from journal.reconciling import reconcile
from ledger.cells import CELLS
from ledger.delivery import Span
from ledger.freshness import freshness
from ledger.panel import Panel
from ledger.panels import Excluded, build_panel, final_part
from ledger.series import SeriesKey
from ledger.view import Covered, LedgerView
from models.detector_version import save_detector
from models.forecaster_version import save_forecaster
from models.usage import Usage
from serving.engine import Engine
from serving.options import ServingOptions
from serving.snapshot import open_snapshot, publish
from serving.start import command, environment
from training.aggregates import fit_levels
from training.fit import fit_forecaster

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
FIRST_DAY = date(2026, 4, 1)
#: Day after the last day with rows, and the one from which amounts are provisional.
END, FINAL_END = date(2026, 10, 20), date(2026, 10, 17)
HORIZON = 92
#: The day on which the assistant of team search went into a loop.
SPIKE = date(2026, 9, 23)

LEVELS = {
    ("ads", "gpt-5"): 300.0,
    ("ads", "(none)"): 40.0,
    ("search", "gpt-5"): 900.0,
    ("search", "openai/gpt-5-mini"): 120.0,
    ("support", "gpt-5"): 60.0,
    ("unallocated", "(none)"): 25.0,
}
#: What has arrived of the last three days.
ARRIVED = {17: 0.97, 18: 0.85, 19: 0.6}

_EVALUATION = {
    "worlds": [
        {
            "world": "demo",
            "alerts": 40,
            "precision": 0.6,
            "precision_with_planned": 0.9,
            "precision_by_dollars": 0.93,
            "recall": 0.8,
            "dollars_found": 0.95,
        }
    ]
}


@dataclass(frozen=True)
class World:
    """What the snapshot was published from."""

    cells: pa.Table
    panel: Panel
    final: Panel
    excluded: list[Excluded]
    view: LedgerView
    budgets: list[Budget]
    champions: dict[str, Path]
    published: Path

    def publish(self, published: Path, **changes: Any) -> str:  # noqa: ANN401
        """Publish it with something changed."""
        parts: dict[str, Any] = {
            "cells": self.cells,
            "panel": self.panel,
            "final": self.final,
            "excluded": self.excluded,
            "budgets": self.budgets,
            "freshness": freshness(self.view),
            "reference_digests": {"teams.csv": "0" * 64},
            "view": self.view,
            "champions": self.champions,
            "evaluation": _EVALUATION,
        }
        return publish(published, **(parts | changes))


def cell(day: date, team: str, model: str, cost: Decimal | None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """A cost cell."""
    plain = {
        "day": day,
        "source": "litellm" if model != "(none)" else "focus",
        "account": "litellm" if model != "(none)" else "acme",
        "provider": "openai" if model != "(none)" else "aws",
        "team": team,
        "use_case": "(none)",
        "model": model,
        "region": "(none)",
        "meter": "tokens",
        "charge_category": "usage",
        "cost_origin": "gateway" if model != "(none)" else "billed",
        "is_unused_commitment": False,
        "is_unpriced": False,
        "currency": "USD",
        "effective_cost": cost,
        "billed_cost": cost,
        "unexplained_cost": None,
        "requests": 1,
        "total_tokens": 1000,
        "gpu_hours": None,
        "rows": 2,
    }
    return plain | changes


def _cells() -> pa.Table:
    random = np.random.default_rng(14)
    rows = []
    for step in range((END - FIRST_DAY).days):
        day = FIRST_DAY + timedelta(days=step)
        week = 0.6 if day.weekday() >= 5 else 1.0
        for (team, model), level in LEVELS.items():
            amount = level * week * random.lognormal(0, 0.06) * (1 + step / 600)
            if day == SPIKE and (team, model) == ("search", "openai/gpt-5-mini"):
                amount *= 6
            if day >= FINAL_END:
                amount *= ARRIVED[day.day]
            rows.append(cell(day, team, model, Decimal(f"{amount:.12f}")))
    tax = {"source": "focus", "account": "acme", "provider": "aws", "charge_category": "tax"}
    rows.append(cell(date(2026, 9, 30), "unallocated", "(none)", Decimal("311.5"), **tax))
    free = {"is_unpriced": True, "rows": 3}
    rows.append(cell(date(2026, 10, 10), "support", "gpt-5", Decimal(0), **free))
    return pa.Table.from_pylist(rows, schema=CELLS)


def _view() -> LedgerView:
    span = (Span(FIRST_DAY, END),)
    delivered = NOW - timedelta(hours=1)
    covered = (
        Covered("focus", "acme", "billing_period", span, delivered),
        Covered("litellm", "litellm", "usage_day", span, delivered),
    )
    return LedgerView(pa.table({"none": []}), NOW, None, (), covered, "digest-of-the-view")


def _provisional(panel: Panel) -> Panel:
    """The panel with the measured completeness of its last days."""
    completeness = np.ones_like(panel.value)
    for step, day in enumerate(panel.periods.tolist()):
        if day >= FINAL_END:
            completeness[:, step] = ARRIVED[day.day]
    return replace(panel, completeness=completeness)


def _budget(name: str, scope: dict[str, str], amount: int, period: str = "month") -> Budget:
    return Budget.model_validate(
        {"budget": name, "scope": scope, "period": period, "amount": amount, "currency": "USD"}
    )


_BUDGETS = [
    _budget("search month", {"team": "search"}, 20_000),
    _budget("ads month", {"team": "ads"}, 40_000),
    _budget("everything", {}, 60_000),
    _budget("search quarter", {"team": "search"}, 100_000, "quarter"),
    _budget("ads year", {"team": "ads"}, 90_000, "year"),
]


def _usage(final: Panel) -> Usage:
    """Calls of every model, of which about one in a hundred fails."""
    random = np.random.default_rng(5)
    called = np.array([[key["model"] != "(none)"] for key in final.keys])
    requests = np.where(called, random.uniform(900, 1100, final.value.shape), np.nan)
    failed = requests * random.uniform(0.005, 0.015, final.value.shape)
    nothing = np.full(final.value.shape, np.nan)
    return Usage({"requests": requests, "failed_requests": failed}, nothing, nothing)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Everything the snapshot is made of, fitted once, and the folder it is published in."""
    folder = tmp_path_factory.mktemp("serving")
    cells, view = _cells(), _view()
    panel, excluded = build_panel(cells, view)
    panel = _provisional(panel)
    final = final_part(panel)
    champions = {
        "costcast-forecaster": folder / "costcast-forecaster" / "1",
        "costcast-detector": folder / "costcast-detector" / "1",
    }
    fitted = fit_forecaster(final, horizon=HORIZON, season=7, workers=1, seed=0)
    save_forecaster(fitted, champions["costcast-forecaster"])
    fit = fit_levels(final, seed=0, usage=_usage(final))
    save_detector(fit, champions["costcast-detector"])
    made = World(cells, panel, final, excluded, view, _BUDGETS, champions, folder / "published")
    made.publish(made.published)
    return made


@pytest.fixture(scope="session")
def engine(world: World) -> Engine:
    """Engine on the published snapshot."""
    (folder,) = [path for path in world.published.iterdir() if path.is_dir()]
    return Engine(open_snapshot(folder))


@pytest.fixture
def published(world: World, tmp_path: Path) -> Iterator[Path]:
    """A folder of one's own with the snapshot published in it."""
    world.publish(tmp_path / "published")
    yield tmp_path / "published"


def _found(day: date, amounts: tuple[float, float | None], **changes: Any) -> Finding:  # noqa: ANN401
    """What a night finds of a series on one day: the actual and the expected amount."""
    series: dict[str, str] = changes.pop("series")
    plain: dict[str, Any] = {
        "kind": "anomaly",
        "unique_id": SeriesKey(tuple(series.items())).unique_id if series else "total",
        "series": series,
        "direction": "up",
        "days": (IncidentDay(day=day, actual=amounts[0], expected=amounts[1]),),
        "score": 5.0,
        "p_value": 0.001,
    }
    return Finding(**(plain | changes))


def _of(team: str, model: str) -> dict[str, str]:
    return {"team": team, "model": model}


def keep_journal(url: str) -> None:
    """A state database as two nights leave it; numbers 1 to 7 in this order.

    1 ads (medium), 2 search's loop (high), 3 first spend of support (low), 4 search, over
    (critical), 5 unallocated (low), 6 a fall of everything (medium), 7 what 1 and 2 have in common.
    """
    september = date(2026, 9, 10)
    findings = (
        _found(september, (700.0, 300.0), series=_of("ads", "gpt-5")),
        _found(SPIKE, (1500.0, 150.0), series=_of("search", "openai/gpt-5-mini")),
        _found(
            date(2026, 10, 1), (30.0, None), series=_of("support", "gpt-5-new"), kind="first_seen"
        ),
        _found(
            date(2026, 8, 3), (20_000.0, 900.0), series=_of("search", "gpt-5"), ending="new_level"
        ),
        _found(september, (80.0, 25.0), series=_of("unallocated", "(none)")),
        _found(date(2026, 10, 5), (1000.0, 1400.0), series={}, direction="down", kind="diffuse"),
        _found(september, (0.0, 0.0), series={}, days=(), kind="common", parts=(0, 1)),
    )
    with open_database(url) as database:
        for known_at, told in ((NOW - timedelta(days=60), ()), (NOW, findings)):
            reconcile(
                database,
                NightFindings(
                    known_at=known_at,
                    snapshot="of-a-night",
                    currency="USD",
                    since=date(2026, 7, 1),
                    through=FINAL_END,
                    findings=told,
                    amount=lambda _name, _day: None,
                ),
            )


@pytest.fixture
def journal_url(tmp_path: Path) -> str:
    """A state database of one's own, filled by `keep_journal`."""
    url = f"sqlite:///{tmp_path}/state.db"
    keep_journal(url)
    return url


@pytest.fixture(scope="session")
def kept_journal(server: Server) -> str:
    """The state database of the started service, filled by `keep_journal`."""
    keep_journal(server.state_url)
    return server.state_url


@dataclass(frozen=True)
class Server:
    """A really started service: where it answers and what it serves."""

    address: str
    published: Path
    state_url: str


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_alive(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/livez", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from the service: {log.read_text()}")


@pytest.fixture(scope="session")
def server(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service as `costcast serve` starts it, before anything is published."""
    folder = tmp_path_factory.mktemp("server")
    options = ServingOptions(
        published=folder / "published",
        state_url=f"sqlite:///{folder / 'state' / 'state.db'}",
        port=_free_port(),
        max_body_bytes=5000,
    )
    settings = environment(options)
    Path(settings["BENTOML_HOME"]).mkdir(parents=True)
    log = folder / "log.txt"
    address = f"http://127.0.0.1:{options.port}"
    with log.open("wb") as lines:
        started = subprocess.Popen(command(options), env=settings, stdout=lines, stderr=lines)
        try:
            _wait_until_alive(started, address, log)
            yield Server(address, options.published, options.state_url)
        finally:
            started.terminate()
            try:
                started.wait(15)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
