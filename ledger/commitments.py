"""What was paid ahead and what of it was used: purchases of capacity against covered usage.

FOCUS: a purchase of future use has billed cost and no effective cost, the usage it covers has
effective cost and no billed cost, and over the life of a commitment both sums are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from ledger.schema import MONEY_SCALE
from ledger.view import LedgerView

__all__ = ["CommitmentBalance", "commitment_balances"]


@dataclass(frozen=True)
class CommitmentBalance:
    """One commitment as of a view, or (id None) what an account paid ahead without one.

    Parameters
    ----------
    purchased
        Billed cost of its purchases.
    used, unused
        Effective cost of the usage it covered, and of capacity that nobody used.
    expensed
        Effective cost on the purchases themselves: none in a well-formed export.
    """

    source: str
    account: str
    provider: str
    commitment_id: str | None
    currency: str
    purchased: Decimal
    used: Decimal
    unused: Decimal
    expensed: Decimal

    @property
    def remaining(self) -> Decimal:
        """What is paid and not yet used up; negative where usage ran ahead of the invoices."""
        return self.purchased - self.used - self.unused - self.expensed

    @property
    def is_counted_twice(self) -> bool:
        """Whether the export expenses the purchase and the usage it covers, both as accrual."""
        return self.expensed != 0 and self.used + self.unused != 0


def commitment_balances(view: LedgerView) -> list[CommitmentBalance]:
    """Balances in the currency of the charges, sorted by source, account and commitment.

    Without a commitment id a purchase counts where nothing of it is expensed, and usage where
    nothing of it is billed: the two sides of a prepaid amount, such as a stock of credits.
    """
    with duckdb.connect() as database:
        database.register("charges", view.rows.select(_COLUMNS))
        found = database.sql(_BALANCES).to_arrow_table()
    return [CommitmentBalance(**line) for line in found.to_pylist()]


_COLUMNS = [
    "source",
    "account",
    "provider",
    "commitment_id",
    "commitment_status",
    "charge_category",
    "currency",
    "effective_cost",
    "billed_cost",
]
_MONEY = f"DECIMAL(38, {MONEY_SCALE})"

_BALANCES = f"""
    WITH prepaid AS (
        SELECT *, coalesce(effective_cost, 0) AS effective, coalesce(billed_cost, 0) AS billed,
            charge_category = 'purchase' AS is_purchase,
            coalesce(lower(commitment_status) = 'unused', false) AS is_unused
        FROM charges
        WHERE charge_category IN ('usage', 'purchase')
    )
    SELECT source, account, provider, commitment_id, currency,
        CAST(coalesce(sum(billed) FILTER (is_purchase), 0) AS {_MONEY}) AS purchased,
        CAST(coalesce(sum(effective) FILTER (NOT is_purchase AND NOT is_unused), 0) AS {_MONEY})
            AS used,
        CAST(coalesce(sum(effective) FILTER (NOT is_purchase AND is_unused), 0) AS {_MONEY})
            AS unused,
        CAST(coalesce(sum(effective) FILTER (is_purchase), 0) AS {_MONEY}) AS expensed
    FROM prepaid
    WHERE commitment_id IS NOT NULL
        OR (is_purchase AND effective = 0 AND billed <> 0)
        OR (NOT is_purchase AND billed = 0 AND effective <> 0 AND billed_cost IS NOT NULL)
    GROUP BY source, account, provider, commitment_id, currency
    ORDER BY source, account, provider, commitment_id NULLS FIRST, currency
"""  # noqa: S608 (made of our own constants)
