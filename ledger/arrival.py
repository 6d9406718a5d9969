"""How much of a day has arrived, measured from what sources delivered again.

For every past delivery time t of a source and every day d it covered by then, the amount that
showed for d as of t is divided by the amount that shows as of T. The curve holds the median of
these shares by lag (date of t - d, in days), made non-decreasing: amounts arrive, they do not
leave. Only usage counts; corrections, taxes and purchases follow other calendars.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from ledger.arrival_pairs import LONGEST_LAG, Shown, amounts_shown
from ledger.delivery import Delivery
from ledger.store import Ledger
from ledger.view import known_at

__all__ = ["ArrivalCurve", "arrival_curves"]

#: A day's amount counts as final for a lag when the source spoke this much later again or more.
#: Bills of the large clouds settle a day's usage within two or three days (FinOps practice).
SETTLED_DAYS = 7
#: Fewest days behind a lag's median: with three, one odd day does not decide.
FEWEST_DAYS = 3


@dataclass(frozen=True)
class ArrivalCurve:
    """Share of a day's final amount that has arrived, by its age at the delivery.

    Parameters
    ----------
    source
        Value of the column `source`.
    delivered_at
        When the source last delivered, of what is known at the curve's T.
    shares
        [LONGEST_LAG + 1] share in [0, 1] by lag in days, None where not measured.
    days
        [LONGEST_LAG + 1] number of days behind each share.
    """

    source: str
    delivered_at: datetime
    shares: tuple[float | None, ...]
    days: tuple[int, ...]

    def completeness(self, day: date, as_of: datetime) -> float | None:
        """Share of the final amount of `day` that shows in the view at `as_of`.

        A source that is silent since its last delivery adds nothing: the lag counts to there. A lag
        without a measurement takes the next smaller measured one, which understates; beyond the
        longest lag everything has arrived. None where nothing is measured.
        """
        lag = (min(as_of, self.delivered_at).date() - day).days
        measured = [share for share in self.shares[: max(lag, -1) + 1] if share is not None]
        if not measured:
            return None
        return 1.0 if lag > LONGEST_LAG else measured[-1]


def arrival_curves(ledger: Ledger, as_of: datetime) -> dict[str, ArrivalCurve]:
    """Curve of every source known at `as_of` (aware UTC), by source.

    A source that never delivered enough days twice has a curve of None: nothing is measured.
    """
    known = known_at(ledger, as_of)
    latest = {delivery.source: delivery.delivered_at for delivery in known}
    shares = _shares_by_lag(amounts_shown(ledger, known), latest)
    repeating = {source for source in latest if _repeats(source, known)}
    return {
        source: _curve(source, delivered_at, shares[source] if source in repeating else {})
        for source, delivered_at in sorted(latest.items())
    }


def _shares_by_lag(
    shown: Iterable[Shown], latest: dict[str, datetime]
) -> dict[str, dict[int, list[float]]]:
    shares: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in shown:
        lag = (one.seen_at.date() - one.day).days
        settled = (latest[one.source].date() - one.day).days >= lag + SETTLED_DAYS
        if settled and one.final > 0:
            shares[one.source][lag].append(float(one.amount / one.final))
    return shares


def _repeats(source: str, known: Iterable[Delivery]) -> bool:
    """Whether the source has covered at least `FEWEST_DAYS` days more than once."""
    seen: set[date] = set()
    again: set[date] = set()
    for delivery in known:
        if delivery.source == source:
            days = {
                span.start + timedelta(days=number)
                for span in delivery.covers
                for number in range((span.end - span.start).days)
            }
            again |= seen & days
            seen |= days
    return len(again) >= FEWEST_DAYS


def _curve(source: str, delivered_at: datetime, shares: dict[int, list[float]]) -> ArrivalCurve:
    found: list[float | None] = []
    reached = 0.0
    for lag in range(LONGEST_LAG + 1):
        if len(shares.get(lag, ())) < FEWEST_DAYS:
            found.append(None)
            continue
        reached = max(reached, min(1.0, max(0.0, median(shares[lag]))))
        found.append(reached)
    return ArrivalCurve(
        source=source,
        delivered_at=delivered_at,
        shares=tuple(found),
        days=tuple(len(shares.get(lag, ())) for lag in range(LONGEST_LAG + 1)),
    )
