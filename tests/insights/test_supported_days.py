"""Days that usage supports, by name of the series."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from insights.supported_days import supported_days
from ledger.panel import Panel
from ledger.series import SeriesKey
from models.detector_version import DetectorVersion
from models.support import CONTRADICTED, SUPPORTED
from models.usage import Usage
from training.detect import fit_detector

_FIRST = date(2026, 1, 5)
_DAYS = 60


@pytest.fixture(scope="module")
def version() -> DetectorVersion:
    value = np.random.default_rng(0).uniform(90, 110, (2, _DAYS))
    panel = Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=team, model="m") for team in ("ads", "search")),
        periods=np.datetime64(_FIRST, "D") + np.arange(_DAYS),
        value=value,
        observed=np.ones(value.shape, np.bool_),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )
    nothing = np.full(value.shape, np.nan)
    return fit_detector(panel, usage=Usage({}, nothing, nothing))


def test_only_what_usage_shows_is_supported(version: DetectorVersion) -> None:
    support = np.zeros((2, _DAYS), np.int8)
    support[0, 3], support[1, 3] = SUPPORTED, CONTRADICTED
    supported = supported_days(replace(version, support=support))
    assert supported is not None
    day = _FIRST + timedelta(days=3)
    assert supported("team=ads/model=m", day)
    assert not supported("team=ads/model=m", day + timedelta(days=1))
    assert not supported("team=search/model=m", day)
    assert not supported("team=ads", day)
    for far in (-1, _DAYS):
        assert not supported("team=ads/model=m", _FIRST + timedelta(days=far))


def test_a_version_that_knew_no_usage_says_nothing(version: DetectorVersion) -> None:
    blind = replace(version, support=None, usage=None, usage_pool=None)
    assert supported_days(blind) is None
