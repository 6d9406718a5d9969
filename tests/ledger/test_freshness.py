from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from ledger.delivery import Span
from ledger.freshness import SourceFreshness, freshness
from ledger.view import Covered, LedgerView

DELIVERED = datetime(2026, 10, 9, 5, tzinfo=UTC)


def test_each_account_is_as_fresh_as_its_last_delivery() -> None:
    spans = (Span(date(2026, 8, 1), date(2026, 9, 3)), Span(date(2026, 10, 1), date(2026, 10, 9)))
    view = LedgerView(
        rows=pa.table({}),
        data_as_of=DELIVERED + timedelta(hours=36),
        recorded_by=None,
        deliveries=(),
        covered=(
            Covered("focus", "acme", "billing_period", spans, DELIVERED),
            Covered("focus", "new", "billing_period", (), DELIVERED),  # its bill has only begun
        ),
        digest="",
    )
    assert freshness(view) == [
        SourceFreshness("focus", "acme", "billing_period", DELIVERED, date(2026, 10, 8), 1.5)
    ]
