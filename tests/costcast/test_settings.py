"""Settings come from arguments, environment and file, in that order; typos are refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from costcast.settings import Settings


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "costcast.toml").write_text('horizon_days = 30\ncurrency = "EUR"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTCAST_HORIZON_DAYS", "60")
    settings = Settings()
    assert (settings.horizon_days, settings.currency) == (60, "EUR")
    assert Settings(horizon_days=10).horizon_days == 10


def test_an_unknown_key_in_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "costcast.toml").write_text("horizon = 30\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValidationError, match="horizon"):
        Settings()


def test_every_place_follows_the_state_folder(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    for place in (settings.artifacts, settings.cache, settings.published, settings.reports):
        assert place.is_relative_to(tmp_path)
    assert str(tmp_path) in settings.tracking
    assert str(tmp_path) in settings.ledger
