import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.gate import TOLERANCE, judge_detector, judge_forecaster

errors = st.floats(0, 10)


def metrics(mase: float, wape: float) -> dict[str, float]:
    return {"mase": mase, "wape": wape}


@pytest.mark.parametrize(
    ("challenger", "promoted"),
    [
        ((1.0, 0.2), True),  # equal
        ((1.01, 0.202), True),  # on the limit
        ((1.02, 0.1), False),  # worse by MASE
        ((0.5, 0.203), False),  # worse by WAPE
        ((math.nan, 0.1), False),  # not measured is not "not worse"
    ],
)
def test_against_a_champion_both_measures_may_be_one_per_cent_worse(
    challenger: tuple[float, float], promoted: bool
) -> None:
    decision = judge_forecaster(metrics(*challenger), metrics(1.0, 0.2), metrics(9, 9))
    assert decision.promoted is promoted


def test_without_a_champion_the_seasonal_naive_is_the_bar_and_there_is_no_tolerance() -> None:
    naive = metrics(1.0, 0.2)
    assert judge_forecaster(metrics(1.0, 0.2), None, naive).promoted
    assert not judge_forecaster(metrics(1.005, 0.1), None, naive).promoted
    assert not judge_forecaster(metrics(0.9, 0.201), None, naive).promoted


def test_a_history_too_short_for_a_backtest_gives_a_first_version_and_keeps_a_champion() -> None:
    unknown = metrics(math.nan, math.nan)
    assert judge_forecaster(unknown, None, unknown).promoted
    assert not judge_forecaster(unknown, unknown, unknown).promoted
    assert not judge_forecaster(unknown, None, metrics(1, 1)).promoted


def test_the_reason_names_both_numbers_and_what_is_worse() -> None:
    said = str(judge_forecaster(metrics(2.0, 0.1), metrics(1.0, 0.2), metrics(9, 9)))
    assert said.startswith("not promoted: MASE worse than the champion (limit 1.01 x)")
    assert "MASE 2.000 against 1.000, WAPE 0.100 against 0.200" in said


@given(errors, errors, errors, errors)
def test_promoted_means_no_measure_is_worse(a: float, b: float, c: float, d: float) -> None:
    decision = judge_forecaster(metrics(a, b), metrics(c, d), metrics(0, 0))
    assert decision.promoted == (a <= TOLERANCE * c and b <= TOLERANCE * d)


def replay(alerts: float, quarters: float, budget: float = 1.0) -> dict[str, float]:
    return {
        "alerts": alerts,
        "alert_budget": budget,
        "series_quarters": quarters,
        "scored_days": quarters * 91,
    }


def test_a_detector_has_to_keep_to_its_alert_budget() -> None:
    assert judge_detector(replay(125, 100), has_champion=True).promoted
    assert not judge_detector(replay(126, 100), has_champion=True).promoted
    assert not judge_detector(replay(126, 100), has_champion=False).promoted


def test_one_alert_is_within_any_budget() -> None:
    assert judge_detector(replay(1, 0.2), has_champion=True).promoted
    assert not judge_detector(replay(2, 0.2), has_champion=True).promoted


def test_a_detector_that_scored_nothing_replaces_no_champion() -> None:
    assert not judge_detector(replay(0, 0), has_champion=True).promoted
    assert judge_detector(replay(0, 0), has_champion=False).promoted
