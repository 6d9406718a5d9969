"""Support of a strange cost by what was used: records of runs, ratios out of their range."""

import numpy as np
import pytest

from models.support import CONTRADICTED, SUPPORTED, UNKNOWN, support_of


@pytest.mark.parametrize(
    ("usage_p", "record", "run_days", "wanted"),
    [
        (np.nan, np.nan, 0, UNKNOWN),
        (0.5, np.nan, 0, UNKNOWN),
        (0.015, np.nan, 0, SUPPORTED),
        (0.016, np.nan, 0, UNKNOWN),
        (np.nan, 1.6, 40, SUPPORTED),
        (np.nan, 1.59, 40, CONTRADICTED),
        (np.nan, 1.6, 39, CONTRADICTED),  # early runs set records all the time
        (np.nan, 1.6, 13, UNKNOWN),
        (np.nan, np.nan, 40, UNKNOWN),  # nothing ran
        (0.001, 0.1, 40, SUPPORTED),
    ],
)
def test_what_is_known_of_a_day_decides(
    usage_p: float, record: float, run_days: int, wanted: int
) -> None:
    found = support_of(np.array([usage_p]), np.array([record]), np.array([run_days]))
    assert found.dtype == np.int8
    assert found.tolist() == [wanted]
