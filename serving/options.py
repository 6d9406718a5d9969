"""What a worker of the service needs to know, read from `COSTCAST_SERVING_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["PREFIX", "ServingOptions"]

PREFIX = "COSTCAST_SERVING_"
#: A thousand points to score are about 100 kB; nothing legitimate comes near a megabyte.
MAX_BODY_BYTES = 1_000_000


class ServingOptions(BaseSettings):
    """Options of the HTTP service; `costcast serve` sets them for its workers.

    Parameters
    ----------
    published
        Folder of the published snapshots and of the pointer to the current one.
    state_url
        SQLAlchemy URL of the state database: incidents and their history.
    host, port
        Address to listen on; local by default, because there are no accounts yet.
    timeout_seconds
        After this long a request is answered with 504.
    max_body_bytes
        Larger request bodies are refused with 413.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    published: Path = Path("var/published")
    state_url: str = "sqlite:///var/state.db"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    timeout_seconds: float = Field(default=30.0, gt=0)
    max_body_bytes: int = Field(default=MAX_BODY_BYTES, ge=1)

    def environment(self) -> dict[str, str]:
        """The variables from which a worker reads these options again."""
        values = self.model_dump(mode="json") | {"published": str(self.published.resolve())}
        return {f"{PREFIX}{name}".upper(): str(value) for name, value in values.items()}
