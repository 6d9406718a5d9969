"""Bills of the clouds through the whole ingest, from files as they are delivered."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.ingest import ingest
from ledger.store import Ledger
from ledger.view import view_at

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
AWS: dict[str, Any] = {
    "bill_payer_account_id": "111",
    "bill_billing_period_start_date": "2026-09-01T00:00:00.000Z",
    "bill_billing_period_end_date": "2026-10-01T00:00:00.000Z",
    "line_item_currency_code": "USD",
    "line_item_line_item_type": "Usage",
    "line_item_product_code": "AmazonBedrock",
    "line_item_unblended_cost": "1.7898",
    "line_item_usage_amount": "433.893",
    "line_item_usage_start_date": "2026-09-12T03:00:00.000Z",
    "line_item_usage_end_date": "2026-09-12T04:00:00.000Z",
    "line_item_usage_type": "USE1-Claude4Sonnet-input-tokens",
    "line_item_iam_principal": "arn:aws:iam::111:user/jane",
    "resource_tags": '{"user_team": "ads", "user_owner": "jane"}',
    "pricing_unit": "1K tokens",
}
GCP: dict[str, Any] = {
    "billing_account_id": "01-ABC",
    "service": {"id": "V1", "description": "Vertex AI"},
    "sku": {"id": "S1", "description": "Gemini 2.5 Pro Text Output - Predictions"},
    "usage_start_time": "2026-09-12T07:00:00Z",
    "usage_end_time": "2026-09-12T08:00:00Z",
    "project": {"id": "ads-prod", "labels": [{"key": "team", "value": "ads"}]},
    "labels": [{"key": "owner", "value": "jane"}],
    "cost": 0.1,
    "currency": "USD",
    "usage": {"amount": 10000.0, "unit": "count"},
    "credits": [{"name": "c", "amount": -0.025}],
    "invoice": {"month": "202609"},
}


def _aws_csv(path: Path) -> None:
    with path.with_suffix(".csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, AWS)
        writer.writeheader()
        writer.writerows([AWS, AWS])


def _aws_parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist([AWS, AWS]), path.with_suffix(".parquet"))


def _gcp_lines(path: Path) -> None:
    path.with_suffix(".jsonl").write_text(f"{json.dumps(GCP)}\n" * 2)


def _gcp_parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist([GCP, GCP]), path.with_suffix(".parquet"))


@pytest.mark.parametrize(
    ("write", "reader", "money", "tokens"),
    [
        (_aws_csv, "aws_cur", Decimal("3.5796"), ("input_tokens_uncached", 433_893)),
        (_aws_parquet, "aws_cur", Decimal("3.5796"), ("input_tokens_uncached", 433_893)),
        (_gcp_lines, "gcp_billing", Decimal("0.15"), ("output_tokens", 10_000)),
        (_gcp_parquet, "gcp_billing", Decimal("0.15"), ("output_tokens", 10_000)),
    ],
)
def test_a_bill_is_published_whole_and_without_people(
    tmp_path: Path,
    write: Callable[[Path], None],
    reader: str,
    money: Decimal,
    tokens: tuple[str, int],
) -> None:
    folder = tmp_path / "inbox" / "delivered=2026-10-03"
    folder.mkdir(parents=True)
    write(folder / "bill")
    ledger = Ledger(str(tmp_path / "ledger"))
    (report,) = ingest([tmp_path / "inbox"], ledger, now=NOW, actor_key=b"k" * 32)
    assert (report.status, report.reader) == ("published", reader)
    assert (report.rows_in, report.rows_kept) == (2, 2)
    rows = view_at(ledger, NOW).rows.to_pylist()
    assert [row["row_number"] for row in rows] == [1, 2]
    assert sum(row["effective_cost"] for row in rows) == money
    assert [row[tokens[0]] for row in rows] == [tokens[1]] * 2
    assert {row["tags"] for row in rows} == {'{"team": "ads"}'}
    assert not [row for row in rows if "jane" in repr(row)]
    (again,) = ingest([tmp_path / "inbox"], ledger, now=NOW, actor_key=b"k" * 32)
    assert again.status == "unchanged"
