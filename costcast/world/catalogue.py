"""Who uses what: every service of the company, with its size, growth and noise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from costcast.world.calendar import FIRST_DAY

__all__ = [
    "BUCKETS",
    "CLUSTERS",
    "ENDPOINTS",
    "MIGRATIONS",
    "MODELS",
    "SERVICES",
    "Bucket",
    "Cluster",
    "Endpoint",
    "GatewayModel",
    "Migration",
    "Service",
]


@dataclass(frozen=True)
class GatewayModel:
    """An AI model behind the gateway: its names there and what a typical request looks like.

    `prompt` and `output` are tokens a request, `read` and `write` the shares of the prompt that
    are read from and written to the provider's cache.
    """

    name: str
    raw: str
    provider: str
    endpoint: str
    prompt: float
    output: float
    read: float = 0.0
    write: float = 0.0


@dataclass(frozen=True)
class Service:
    """Use of one model by one team through the gateway.

    `usd_month` is the size at the end of the history, `growth` the logarithmic growth a year,
    `noise` the standard deviation of the day-to-day logarithm (0.03 calm, 0.25 noisy).
    """

    team: str
    model: str
    usd_month: float
    since: date
    growth: float
    noise: float
    until: date | None = None
    route: str | None = None  # another raw name and provider than the model's own


@dataclass(frozen=True)
class Migration:
    """A team's traffic moves from one model to another within a window, down to `left`."""

    team: str
    source: str
    target: str
    start: date
    end: date
    left: float


@dataclass(frozen=True)
class Cluster:
    """GPU machines for training: runs start at random and have heavy-tailed sizes."""

    team: str
    model: str
    machine: str
    usd_month: float
    runs_a_week: float
    tail: float  # standard deviation of the logarithm of a run's machine hours
    growth: float


@dataclass(frozen=True)
class Endpoint:
    """GPU machines that serve a model, scaled with the team's week."""

    team: str
    model: str
    machines: float  # at the end of the history
    since: date
    growth: float
    noise: float


@dataclass(frozen=True)
class Bucket:
    """Object storage of a team, in terabytes at the end of the history."""

    team: str
    terabytes: float
    growth: float


_CHAT, _EMBED = "/chat/completions", "/embeddings"
_GPT, _MINI, _CLAUDE = "gpt-5", "gpt-5-mini", "claude-sonnet-4-5"
_FLASH, _VECTORS = "gemini-2.5-flash", "text-embedding-3-large"

MODELS: dict[str, GatewayModel] = {
    model.name: model
    for model in (
        GatewayModel(_GPT, "gpt-5-2025-08-07", "openai", _CHAT, 3200, 650, read=0.45),
        GatewayModel(_MINI, "openai/gpt-5-mini", "openai", _CHAT, 2400, 420, read=0.4),
        GatewayModel(
            _CLAUDE, "claude-sonnet-4-5-20250929", "anthropic", _CHAT, 5200, 700, 0.55, 0.06
        ),
        GatewayModel(_FLASH, "gemini/gemini-2.5-flash", "gemini", _CHAT, 2800, 380, read=0.2),
        GatewayModel(_VECTORS, "text-embedding-3-large", "openai", _EMBED, 700, 0),
    )
}

_D = date
SERVICES: tuple[Service, ...] = (
    Service("assistant", _GPT, 42_000, _D(2025, 8, 11), 0.45, 0.05),
    Service("support", _GPT, 6_500, _D(2025, 8, 14), 0.30, 0.06),
    Service("search", _GPT, 18_000, _D(2025, 8, 18), 0.50, 0.04),
    Service("research", _GPT, 11_000, _D(2025, 8, 12), 0.20, 0.28),
    Service("ads", _GPT, 9_000, _D(2025, 9, 1), 0.60, 0.10),
    Service("platform", _GPT, 8_000, _D(2025, 8, 25), 0.10, 0.12),
    Service("marketing", _GPT, 6_500, _D(2025, 9, 15), 0.35, 0.14),
    Service("fraud", _GPT, 6_000, _D(2025, 10, 20), 0.25, 0.05),
    Service("growth", _GPT, 4_500, _D(2025, 9, 8), 0.15, 0.22),
    Service("recommendations", _GPT, 4_000, _D(2026, 2, 9), 0.40, 0.08),
    Service("support", _MINI, 9_500, _D(2025, 11, 3), 0.30, 0.06),
    Service("assistant", _MINI, 8_000, _D(2025, 8, 20), 0.70, 0.05),
    Service("search", _MINI, 5_000, _D(2025, 9, 22), 0.55, 0.05),
    Service("ads", _MINI, 4_200, _D(2025, 10, 6), 0.45, 0.09),
    Service("logistics", _MINI, 3_400, _D(2025, 11, 17), 0.30, 0.07),
    Service("growth", _MINI, 2_400, _D(2025, 10, 13), 0.20, 0.20),
    Service("platform", _MINI, 2_200, _D(2026, 4, 20), 0.40, 0.15),
    Service("marketing", _MINI, 1_900, _D(2025, 12, 1), 0.25, 0.16),
    Service("pricing", _MINI, 1_500, _D(2025, 9, 29), 0.0, 0.10, until=_D(2026, 8, 24)),
    Service("assistant", _CLAUDE, 30_000, _D(2025, 9, 30), 0.55, 0.05),
    Service("platform", _CLAUDE, 27_000, _D(2025, 10, 1), 0.80, 0.13),
    Service("support", _CLAUDE, 9_000, _D(2025, 10, 27), 0.30, 0.07),
    Service("marketing", _CLAUDE, 5_500, _D(2026, 1, 12), 0.30, 0.17),
    Service("pricing", _CLAUDE, 4_000, _D(2025, 12, 8), 0.35, 0.10),
    Service("logistics", _CLAUDE, 3_000, _D(2026, 3, 2), 0.25, 0.09),
    Service("research", _CLAUDE, 2_800, _D(2026, 10, 5), 0.0, 0.15, route="vertex_ai"),
    Service("search", _FLASH, 6_500, FIRST_DAY, 0.35, 0.04),
    Service("ads", _FLASH, 5_000, FIRST_DAY, 0.30, 0.08),
    Service("logistics", _FLASH, 2_500, FIRST_DAY, 0.20, 0.06),
    Service("recommendations", _FLASH, 4_000, FIRST_DAY, 0.40, 0.05),
    Service("fraud", _FLASH, 3_200, FIRST_DAY, 0.30, 0.04),
    Service("support", _FLASH, 3_000, FIRST_DAY, 0.20, 0.07),
    Service("assistant", _FLASH, 2_900, _D(2026, 7, 13), 0.30, 0.06),
    Service("pricing", _FLASH, 1_300, _D(2025, 7, 7), 0.15, 0.12),
    Service("growth", _FLASH, 1_100, _D(2025, 6, 16), 0.10, 0.25),
    Service("search", _VECTORS, 2_600, FIRST_DAY, 0.30, 0.07),
    Service("recommendations", _VECTORS, 2_100, FIRST_DAY, 0.35, 0.06),
    Service("assistant", _VECTORS, 1_200, FIRST_DAY, 0.25, 0.05),
    Service("ads", _VECTORS, 900, FIRST_DAY, 0.20, 0.15),
    Service("support", _VECTORS, 800, FIRST_DAY, 0.10, 0.08),
    Service("fraud", _VECTORS, 500, _D(2025, 11, 10), 0.15, 0.06),
    Service("marketing", _VECTORS, 350, FIRST_DAY, 0.0, 0.25),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("logistics", _FLASH, _MINI, _D(2025, 11, 17), _D(2025, 12, 8), left=0.35),
    Migration("support", _GPT, _MINI, _D(2026, 5, 11), _D(2026, 6, 12), left=0.25),
)

_RANKER, _VISION = "ranker-ft", "vision-ft"
CLUSTERS: tuple[Cluster, ...] = (
    Cluster("search", _RANKER, "p5.48xlarge", 30_000, 3.5, 0.9, 0.30),
    Cluster("recommendations", _RANKER, "p4d.24xlarge", 17_000, 4.5, 0.8, 0.25),
    Cluster("ads", _RANKER, "p4d.24xlarge", 14_000, 3.0, 1.0, 0.35),
    Cluster("fraud", _RANKER, "p4d.24xlarge", 6_000, 1.0, 0.6, 0.10),
    Cluster("research", _VISION, "p5.48xlarge", 36_000, 2.0, 1.2, 0.40),
    Cluster("logistics", _VISION, "p4d.24xlarge", 8_000, 1.5, 0.9, 0.15),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("search", _RANKER, 5.0, FIRST_DAY, 0.25, 0.04),
    Endpoint("recommendations", _RANKER, 4.0, FIRST_DAY, 0.30, 0.05),
    Endpoint("pricing", _RANKER, 2.5, _D(2025, 6, 2), 0.15, 0.03),
    Endpoint("assistant", _VISION, 3.0, _D(2025, 10, 13), 0.35, 0.06),
    Endpoint("marketing", _VISION, 2.0, FIRST_DAY, 0.10, 0.08),
    Endpoint("logistics", _VISION, 3.0, FIRST_DAY, 0.20, 0.05),
)

BUCKETS: tuple[Bucket, ...] = (
    Bucket("search", 110, 0.35),
    Bucket("ads", 70, 0.30),
    Bucket("recommendations", 85, 0.40),
    Bucket("support", 18, 0.20),
    Bucket("assistant", 45, 0.60),
    Bucket("fraud", 40, 0.20),
    Bucket("pricing", 9, 0.10),
    Bucket("logistics", 60, 0.25),
    Bucket("marketing", 14, 0.15),
    Bucket("growth", 6, 0.05),
    Bucket("research", 130, 0.50),
    Bucket("platform", 28, 0.30),
    Bucket("shared", 90, 0.25),
)
