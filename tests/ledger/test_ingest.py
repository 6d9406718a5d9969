"""Files into a ledger on disk: what is published, what is not, and what is said about it."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.delivery import Span
from ledger.ingest import ingest
from ledger.privacy import actor_hash
from ledger.problems import BadInput
from ledger.store import Ledger
from ledger.view import view_at

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
FOREVER = NOW + timedelta(days=1000)
HEADER = (
    "team_id,date,api_key,model,custom_llm_provider,prompt_tokens,completion_tokens,"
    "cache_read_input_tokens,cache_creation_input_tokens,spend,api_requests,failed_requests"
)
FOCUS_HEADER = (
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,"
    "ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,"
    "ChargePeriodStart,ConsumedQuantity,ConsumedUnit,ContractedCost,EffectiveCost,"
    "InvoiceIssuerName,ListCost,PricingCategory,PricingQuantity,PricingUnit,ProviderName,"
    "PublisherName,RegionId,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,"
    "SkuId,SkuPriceId,SubAccountId,SubAccountName,Tags"
)


def _gateway_csv(*rows: tuple[str, str], team: str = "ads") -> bytes:
    """A daily team spend of (day, spend) rows."""
    lines = [f"{team},{day},sk-{team},gpt-5,openai,100,20,0,0,{spend},3,0" for day, spend in rows]
    return "\n".join([HEADER, *lines, ""]).encode()


def _bill_csv(*rows: tuple[str, str, str]) -> bytes:
    """A FOCUS 1.0 bill of (billing month, day, cost) rows."""
    lines = []
    for month, day, cost in rows:
        start = date.fromisoformat(day)
        first = date.fromisoformat(f"{month}-01")
        values = dict.fromkeys(FOCUS_HEADER.split(","), "NULL") | {
            "BilledCost": cost,
            "EffectiveCost": cost,
            "ListCost": cost,
            "ContractedCost": cost,
            "BillingAccountId": "1234",
            "BillingCurrency": "USD",
            "BillingPeriodStart": f"{first}T00:00:00Z",
            "BillingPeriodEnd": f"{(first + timedelta(days=31)).replace(day=1)}T00:00:00Z",
            "ChargeCategory": "Usage",
            "ChargeClass": "Correction" if cost.startswith("-") else "NULL",
            "ChargePeriodStart": f"{start}T00:00:00Z",
            "ChargePeriodEnd": f"{start + timedelta(days=1)}T00:00:00Z",
            "ProviderName": "AWS",
            "ServiceName": "Amazon EC2",
            "ServiceCategory": "Compute",
            "Tags": '"{""team"": ""ads"", ""owner"": ""alice""}"',
        }
        lines.append(",".join(values.values()))
    return "\n".join([FOCUS_HEADER, *lines, ""]).encode()


def _put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(str(tmp_path / "ledger"))


def _costs(ledger: Ledger, as_of: datetime = FOREVER) -> dict[date, Decimal]:
    rows = view_at(ledger, as_of).rows.to_pydict()
    costs: dict[date, Decimal] = {}
    for start, cost in zip(rows["period_start"], rows["effective_cost"], strict=True):
        costs[start.date()] = costs.get(start.date(), Decimal(0)) + cost
    return costs


def test_a_file_becomes_a_delivery(tmp_path: Path, ledger: Ledger) -> None:
    content = gzip.compress(_gateway_csv(("2026-10-01", "1.1"), ("2026-10-03", "2.000000000001")))
    path = _put(tmp_path, "in/delivered=2026-10-04T05-00-00Z/spend.csv.gz", content)
    key = b"k" * 32
    (report,) = ingest([path], ledger, now=NOW, actor_key=key)
    assert (report.status, report.reader, report.error) == (
        "published",
        "litellm_daily_team_spend",
        None,
    )
    assert (report.rows_in, report.rows_kept, report.reported) == (2, 2, {})
    (delivery,) = ledger.deliveries()
    assert delivery == report.delivery
    assert delivery.covers == (
        Span(date(2026, 10, 1), date(2026, 10, 2)),
        Span(date(2026, 10, 3), date(2026, 10, 4)),
    )
    assert delivery.extent == {"litellm"}
    assert delivery.assumed == {"covers", "extent"}
    assert delivery.delivered_at == datetime(2026, 10, 4, 5, tzinfo=UTC)
    assert delivery.recorded_at == NOW
    assert delivery.sums["effective_cost USD"] == Decimal("3.100000000001")
    actors = view_at(ledger, NOW).rows["actor"].unique().to_pylist()
    assert actors == [actor_hash("sk-ads", key)]


def test_the_same_bytes_change_nothing_and_later_stated_ones_do(
    tmp_path: Path, ledger: Ledger
) -> None:
    old, new = _gateway_csv(("2026-10-01", "1")), _gateway_csv(("2026-10-01", "2"))
    first = _put(tmp_path, "delivered=2026-10-02/a.csv", old)
    second = _put(tmp_path, "delivered=2026-10-03/a.csv", new)
    assert [r.status for r in ingest([first, second], ledger, now=NOW)] == ["published"] * 2
    copy = _put(tmp_path, "copy.csv", old)
    reports = ingest([first, second, copy], ledger, now=NOW + timedelta(days=1))
    assert [report.status for report in reports] == ["unchanged"] * 3
    assert all("the same bytes as" in report.notes[0] for report in reports)
    assert len(ledger.deliveries()) == 2
    assert _costs(ledger) == {date(2026, 10, 1): Decimal(2)}
    again = _put(tmp_path, "delivered=2026-10-04/a.csv", old)
    assert ingest([again], ledger, now=NOW)[0].status == "published"
    assert _costs(ledger) == {date(2026, 10, 1): Decimal(1)}
    assert _costs(ledger, datetime(2026, 10, 3, 12, tzinfo=UTC)) == {date(2026, 10, 1): Decimal(2)}


def test_no_stated_time_means_now_and_says_so(tmp_path: Path, ledger: Ledger) -> None:
    path = _put(tmp_path, "a.csv", _gateway_csv(("2026-10-01", "1")))
    (report,) = ingest([path], ledger, now=NOW)
    assert report.delivery is not None
    assert report.delivery.delivered_at == NOW
    assert "delivered_at" in report.delivery.assumed
    assert any("nobody stated when it was delivered" in note for note in report.notes)
    (stated,) = ingest([path], ledger, now=NOW, delivered_at=NOW + timedelta(hours=1))
    assert stated.delivery is not None
    assert "delivered_at" not in stated.delivery.assumed


def test_a_dry_run_tells_the_same_and_stores_nothing(tmp_path: Path, ledger: Ledger) -> None:
    path = _put(tmp_path, "a.csv", _gateway_csv(("2026-10-01", "1")))
    (dry,) = ingest([path], ledger, now=NOW, dry_run=True)
    assert dry.status == "would_publish"
    assert not (tmp_path / "ledger").exists()
    (real,) = ingest([path], ledger, now=NOW)
    assert dry.delivery == real.delivery


def test_a_ledger_has_the_same_ids_anywhere(tmp_path: Path) -> None:
    path = _put(tmp_path, "delivered=2026-10-02/a.csv", _gateway_csv(("2026-10-01", "1")))
    views = []
    for name in ("one", "two"):
        ledger = Ledger(str(tmp_path / name))
        ingest([path], ledger, now=NOW)
        views.append(view_at(ledger, NOW))
    assert views[0].digest == views[1].digest
    assert views[0].rows.equals(views[1].rows)


def test_the_correction_of_september_in_october_leaves_september_standing(
    tmp_path: Path, ledger: Ledger
) -> None:
    september = [("2026-09", f"2026-09-{day}", "10.25") for day in (11, 12, 13)]
    october = [("2026-10", "2026-10-01", "7")]
    correction = [("2026-10", "2026-09-12", "-4.5")]
    _put(tmp_path, "in/delivered=2026-10-08/bill.csv", _bill_csv(*september, *october))
    _put(tmp_path, "in/delivered=2026-10-09/bill.csv", _bill_csv(*october, *correction))
    reports = ingest([tmp_path / "in"], ledger, now=NOW)
    assert [report.status for report in reports] == ["published", "published"]
    assert "tags left out, not on the list: owner" in reports[0].notes
    before = {
        **{date(2026, 9, day): Decimal("10.25") for day in (11, 12, 13)},
        date(2026, 10, 1): Decimal(7),
    }
    assert _costs(ledger, datetime(2026, 10, 8, 12, tzinfo=UTC)) == before
    assert _costs(ledger) == {**before, date(2026, 9, 12): Decimal("5.75")}
    tags = set(view_at(ledger, FOREVER).rows["tags"].to_pylist())
    assert [json.loads(str(text)) for text in tags] == [{"team": "ads"}]


GOOD = _gateway_csv(("2026-10-01", "1"))
BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "an empty file"),
    "header only": ("a.csv", HEADER.encode() + b"\n", "at least one data row"),
    "truncated gzip": ("a.csv.gz", gzip.compress(GOOD)[:-9], "a.csv.gz"),
    "no gzip": ("a.csv.gz", GOOD, "a.csv.gz"),
    "no parquet": ("a.parquet", GOOD, "a.parquet"),
    "encoding": ("a.csv", GOOD.replace(b"gpt-5", "gpt-é".encode("latin-1")), "UTF-8"),
    "wrong columns": ("a.csv", b"x,y\n1,2\n", "wanted the columns of a known format"),
    "missing column": ("a.csv", GOOD.replace(b"spend", b"spent"), "missing: spend"),
    "no number": ("a.csv", GOOD.replace(b",1,3,0", b",one,3,0"), "row 1, field spend: got 'one'"),
    "no date": ("a.csv", GOOD.replace(b"2026-10-01", b"yesterday"), "row 1, field date"),
    "tokens": ("a.csv", GOOD.replace(b",0,0,1,", b",101,0,1,"), "row 1"),
    "delivered part": ("delivered=soon/a.csv", GOOD, "got 'delivered=soon'"),
    "from the future": ("delivered=2026-09-20/a.csv", GOOD, "use before its delivery"),
    "unknown suffix": ("a.xlsx", GOOD, "a.xlsx"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_clear_error_and_stops_no_other(
    case: str, tmp_path: Path, ledger: Ledger
) -> None:
    name, content, error = BAD[case]
    bad = _put(tmp_path, f"in/{name}", content)
    other = _put(tmp_path, "in/z/z.csv", _gateway_csv(("2026-10-02", "1")))
    reports = {report.file: report for report in ingest([tmp_path / "in"], ledger, now=NOW)}
    refused = reports[str(bad)]
    assert (refused.status, refused.rows_kept, refused.delivery) == ("refused", 0, None)
    assert refused.error is not None
    assert refused.error.startswith(str(bad))
    assert error in refused.error
    assert "\n" not in refused.error
    assert reports[str(other)].status == "published"
    assert [delivery.file for delivery in ledger.deliveries()] == [str(other)]


def test_a_path_that_is_not_there_is_refused_by_name(tmp_path: Path, ledger: Ledger) -> None:
    (report,) = ingest([tmp_path / "none.csv"], ledger, now=NOW)
    assert report.status == "refused"
    assert "none.csv" in str(report.error)


def test_two_files_of_one_cell_at_one_time_are_refused_before_one_is_lost(
    tmp_path: Path, ledger: Ledger
) -> None:
    _put(tmp_path, "in/delivered=2026-10-02/part-1.csv", _gateway_csv(("2026-10-01", "1")))
    _put(tmp_path, "in/delivered=2026-10-02/part-2.csv", _gateway_csv(("2026-10-01", "2")))
    reports = ingest([tmp_path / "in"], ledger, now=NOW)
    assert [report.status for report in reports] == ["published", "refused"]
    assert "wanted one file per source, account and period" in str(reports[1].error)
    assert "part-1.csv" in str(reports[1].error)


def test_a_log_on_top_of_the_daily_sums_of_its_gateway_is_refused(
    tmp_path: Path, ledger: Ledger
) -> None:
    daily = _put(tmp_path, "delivered=2026-10-02/daily.csv", _gateway_csv(("2026-10-01", "1")))
    log = _put(
        tmp_path,
        "delivered=2026-10-03/log.csv",
        b"request_id,call_type,api_key,spend,total_tokens,prompt_tokens,completion_tokens,"
        b"startTime,endTime,model,custom_llm_provider,team_id,status\n"
        b"r1,acompletion,sk-1,1.0,120,100,20,2026-10-01T10:00:00Z,2026-10-01T10:00:01Z,gpt-5,"
        b"openai,ads,success\n",
    )
    reports = ingest([daily, log], ledger, now=NOW)
    assert [report.status for report in reports] == ["published", "refused"]
    assert "both count the same use" in str(reports[1].error)
    (alone,) = ingest([log], Ledger(str(tmp_path / "other")), now=NOW)
    assert alone.status == "published"


def test_a_mapping_beside_a_file_reads_it(tmp_path: Path, ledger: Ledger) -> None:
    _put(tmp_path, "in/own.csv", b"day,project,usd\n2026-10-01,hub,1.5\n2026-10-02,hub,2.5\n")
    (report,) = ingest([tmp_path / "in"], ledger, now=NOW)
    assert report.status == "refused"
    mapping = (
        b'source = "hub"\nzone = "UTC"\ncurrency = "USD"\nclock = "usage_day"\n'
        b'granularity = "day"\n[columns]\nperiod_start = "day"\nproject = "project"\n'
        b'effective_cost = "usd"\n[constants]\nprovider = "gcp"\naccount = "hub"\n'
    )
    _put(tmp_path, "in/mapping.toml", mapping)
    (report,) = ingest([tmp_path / "in"], ledger, now=NOW)
    assert (report.status, report.error) == ("published", None)
    assert _costs(ledger) == {date(2026, 10, 1): Decimal("1.5"), date(2026, 10, 2): Decimal("2.5")}
    _put(tmp_path, "in/own.csv", b"day,project,usd\n2026-10-03,hub,1\n")
    broken = _put(tmp_path, "in/mapping.toml", mapping.replace(b'zone = "UTC"\n', b""))
    (report,) = ingest([tmp_path / "in"], ledger, now=NOW)
    assert report.status == "refused"
    assert "zone" in str(report.error)
    with pytest.raises(BadInput, match="zone"):
        ingest([tmp_path / "in"], ledger, now=NOW, mapping=broken)


def test_progress_counts_files(tmp_path: Path, ledger: Ledger) -> None:
    _put(tmp_path, "in/a.csv", GOOD)
    _put(tmp_path, "in/b.csv", b"")
    seen: list[tuple[int, int]] = []
    report: Callable[[int, int], None] = lambda done, total: seen.append((done, total))  # noqa: E731
    ingest([tmp_path / "in"], ledger, now=NOW, progress=report)
    assert seen == [(1, 2), (2, 2)]


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from ledger.ingest import ingest
from ledger.store import Ledger

class Killed(Ledger):
    def publish(self, delivery):  # the rows are stored by now
        os.kill(os.getpid(), signal.SIGKILL)

ingest([Path(sys.argv[1])], Killed(sys.argv[2]), now=datetime(2026, 10, 20, 6, tzinfo=UTC))
"""


def test_a_killed_ingest_publishes_nothing_and_can_be_done_again(
    tmp_path: Path, ledger: Ledger, repository: Path
) -> None:
    path = _put(tmp_path, "delivered=2026-10-02/a.csv", GOOD)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), ledger.uri], cwd=repository, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert list((tmp_path / "ledger" / "usage_cost").glob("delivery_id=*")), "rows were stored"
    assert ledger.deliveries() == []
    assert view_at(ledger, FOREVER).rows.num_rows == 0
    (report,) = ingest([path], ledger, now=NOW)
    assert report.status == "published"
    assert _costs(ledger) == {date(2026, 10, 1): Decimal(1)}
