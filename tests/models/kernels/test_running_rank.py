import math

import numpy as np
import pytest

from models.kernels.running_rank import LARGEST, running_surprise


@pytest.mark.parametrize("start", [0, 10, 70])
def test_surprise_ranks_among_the_rows_before(start: int) -> None:
    values = np.random.default_rng(start).normal(size=70).round(1)  # with ties
    wanted = [
        -math.log((1 + sum(values[:t] >= values[t])) / (t + 1)) * LARGEST / math.log(t + 2)
        for t in range(start, 70)
    ]
    np.testing.assert_allclose(running_surprise(values, start), wanted, atol=1e-12)


def test_a_constant_is_never_a_surprise_and_a_record_always_is_the_same() -> None:
    assert not running_surprise(np.full(50, 3.0), 0).any()
    records = running_surprise(np.arange(2000.0), 0)
    assert records[100] == pytest.approx(records[1999], abs=0.02)
    assert records.max() < LARGEST
