"""All settings in one place: `costcast.toml`, then the environment (`COSTCAST_*`), which wins.

Only this layer reads files and environment; everything below takes plain values.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from journal.findings import DEFAULT_SEVERITIES
from models.detectors.kinds import DetectorKind

__all__ = ["Settings"]

#: Daily forecasts reach this far; beyond it a monthly panel is the honest tool (design §3).
LONGEST_DAILY_HORIZON = 120


class Settings(BaseSettings):
    """Where things are and how far to look. Unknown keys are refused.

    Everything is local by default: `state` holds the ledger, the tracking database, the published
    snapshots and the reports, and may be deleted to start again.
    """

    model_config = SettingsConfigDict(
        env_prefix="COSTCAST_", toml_file="costcast.toml", extra="forbid", frozen=True
    )

    state: Path = Path("var")
    reference: Path = Path("reference")
    inbox: Path | None = None
    ledger_uri: str | None = None
    tracking_uri: str | None = None
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    horizon_days: int = Field(default=92, ge=1, le=LONGEST_DAILY_HORIZON)
    season_days: int = Field(default=7, ge=1)
    alerts_per_series_and_quarter: float = Field(default=1.0, gt=0)
    alert_floor: float = Field(default=20.0, ge=0)  # in `currency`, per day
    alert_floor_share: float = Field(default=0.25, ge=0)  # of what was expected
    alerts_per_team_and_week: int | None = Field(default=None, ge=1)  # None = no such limit
    false_discovery_rate: float | None = Field(default=None, gt=0, le=1)  # of a night's tests
    detector: DetectorKind = "range_forest"
    incident_days: int = Field(default=120, ge=8)  # a night looks at incidents this young
    incident_severities: tuple[float, float, float] = DEFAULT_SEVERITIES  # medium, high, critical
    state_url: str | None = None  # database of incidents: SQLite by default, or postgresql://...
    quantities_first: bool = True  # forecast use times dated prices where it is not worse
    calendar: bool = True  # correct for lengths and ends of months where that wins by a margin
    holidays_country: str | None = None  # such as "DE" or "US-CA": holidays may win too
    extra_members: tuple[str, ...] = ()  # beside the default pool, such as "auto_ets"
    seed: int = 0
    workers: int = Field(default=2, ge=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (no .env files are read)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def ledger(self) -> str:
        """Address of the Delta ledger: a folder, or any object-store URI."""
        return self.ledger_uri or str(self.state / "ledger")

    @property
    def deliveries(self) -> Path:
        """Folder the nightly run ingests from."""
        return self.inbox or self.state / "inbox"

    @property
    def tracking(self) -> str:
        """MLflow tracking URI: an SQLite file, or the address of a server."""
        return self.tracking_uri or f"sqlite:///{(self.state / 'mlflow.db').resolve()}"

    @property
    def state_database(self) -> str:
        """SQLAlchemy URL of the state that people change: incidents and their history."""
        return self.state_url or f"sqlite:///{(self.state / 'state.db').resolve()}"

    @property
    def artifacts(self) -> Path:
        """Where MLflow keeps artefacts when the tracking store is local."""
        return self.state / "mlartifacts"

    @property
    def cache(self) -> Path:
        """Verified copies of registered versions."""
        return self.state / "cache"

    @property
    def published(self) -> Path:
        """Published snapshots and the pointer to the current one."""
        return self.state / "published"

    @property
    def vintages(self) -> str:
        """Address of the table of every forecast ever published."""
        return str(self.state / "vintages")

    @property
    def actor_key(self) -> Path:
        """Key of the actor pseudonyms; destroying it is the erasure."""
        return self.state / "secrets" / "actor.key"

    @property
    def reports(self) -> Path:
        """Nightly tables and HTML reports."""
        return self.state / "reports"
