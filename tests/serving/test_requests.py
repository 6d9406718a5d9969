"""Bodies and queries are taken as they are meant or refused with every wrong field."""

from datetime import date

import pytest

from serving.problems import InvalidRequest
from serving.requests import CostQuery, ForecastRequest, ScoreRequest, parse_body, parse_query


def test_an_empty_body_asks_for_everything() -> None:
    assert parse_body(b"", ForecastRequest) == ForecastRequest()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"{", ["body"]),
        (b"[]", ["body"]),
        (b'{"tem": "ads"}', ["tem"]),
        (b'{"horizon_days": 1.5, "team": 3}', ["team", "horizon_days"]),
        (b'{"levels": ["half"]}', ["levels.0"]),
        (b"\xff\xfe", ["body"]),
    ],
)
def test_a_wrong_body_names_its_fields(body: bytes, fields: list[str]) -> None:
    with pytest.raises(InvalidRequest) as problem:
        parse_body(body, ForecastRequest)
    assert [error["field"] for error in problem.value.errors] == fields
    assert problem.value.status == 422


@pytest.mark.parametrize("actual", ["NaN", "Infinity", '"many"'])
def test_points_need_finite_amounts(actual: str) -> None:
    point = f'{{"team": "a", "model": "b", "period_start": "2026-10-01", "actual": {actual}}}'
    with pytest.raises(InvalidRequest, match=r"points\.0\.actual"):
        parse_body(f'{{"points": [{point}]}}'.encode(), ScoreRequest)


def test_no_points_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="points"):
        parse_body(b'{"points": []}', ScoreRequest)


def test_a_query_repeats_only_what_is_a_list() -> None:
    pairs = [("start", "2026-09-01"), ("group_by", "team"), ("group_by", "model")]
    query = parse_query(pairs, CostQuery)
    assert query.start == date(2026, 9, 1)
    assert query.group_by == ("team", "model")
    with pytest.raises(InvalidRequest, match="once"):
        parse_query([("start", "2026-09-01"), ("start", "2026-09-02")], CostQuery)
    with pytest.raises(InvalidRequest, match="color"):
        parse_query([("color", "red")], CostQuery)


def test_long_values_are_not_repeated_whole() -> None:
    with pytest.raises(InvalidRequest) as problem:
        parse_body(b'{"horizon_days": "' + b"x" * 5000 + b'"}', ForecastRequest)
    assert len(problem.value.errors[0]["got"]) <= 80
