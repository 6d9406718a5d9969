"""Earlier days are similar by cause and by the shape of their drivers."""

from datetime import date
from decimal import Decimal

from insights.driver_parts import PartName
from insights.similar import Case, most_similar

DAY = date(2026, 9, 10)


def case(unique_id: str, day: date, label: str, **parts: int) -> Case:
    amounts: dict[PartName, Decimal] = {
        name: Decimal(parts[name]) for name in ("volume", "price", "intensity") if name in parts
    }
    return Case(unique_id, day, label, amounts)


def test_the_same_cause_comes_first_then_the_shape_then_the_latest() -> None:
    now = case("a", DAY, "retry_loop", volume=100, price=10)
    earlier = [
        case("b", date(2026, 1, 1), "request_surge", volume=50, price=5),  # the same shape
        case("c", date(2026, 2, 1), "retry_loop", volume=10, price=9),
        case("d", date(2026, 3, 1), "retry_loop", volume=1000, price=100),
        case("e", date(2026, 4, 1), "retry_loop", volume=1000, price=100),
        case("f", date(2026, 5, 1), "price_change", price=80),  # neither
    ]
    found = most_similar(now, earlier, count=4)
    assert [one.unique_id for one, _ in found] == ["e", "d", "c", "b"]
    assert found[0][1] > 0.999
    assert len(most_similar(now, earlier, count=1)) == 1


def test_nothing_of_the_future_and_nothing_in_the_other_direction() -> None:
    now = case("a", DAY, "fewer_requests", volume=-10)
    others = [
        case("b", DAY, "fewer_requests", volume=-10),
        case("c", date(2026, 9, 11), "fewer_requests", volume=-10),
        case("d", date(2026, 1, 1), "fewer_requests", volume=10),
        case("e", date(2026, 1, 1), "fewer_requests"),
    ]
    assert most_similar(now, others) == []
