"""A file with a row per event, summed by the hour: every row is counted once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.ingest import ingest
from ledger.mapping import Mapping, load_mapping
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reading
from ledger.readers.generic import GenericReader
from ledger.readers.opening import open_table
from ledger.store import Ledger

START = datetime(2026, 3, 29, tzinfo=UTC)
MAPPING = """
source = "traces"
zone = "UTC"
currency = "USD"
rollup = "hour"
[columns]
period_start = "TIMESTAMP"
input_tokens_uncached = "ContextTokens"
output_tokens = "GeneratedTokens"
[constants]
provider = "azure.ai.openai"
raw_model = "gpt-4o"
project = "assistant"
"tags.team" = "assistant"
"""


def mapping(**changes: object) -> Mapping:
    values = {
        "source": "own",
        "zone": "UTC",
        "currency": "USD",
        "rollup": "hour",
        "columns": {"period_start": "at", "output_tokens": "n", "effective_cost": "cost"}
        | {"raw_model": "model"},
        "constants": {"provider": "own"},
    }
    return Mapping.model_validate(values | changes)


def read(of: Mapping, **columns: list[str | None]) -> Reading:
    return GenericReader(of).read(RawTable("own.csv", pa.table(columns)))


events = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 3),
        st.one_of(st.none(), st.integers(0, 10**6)),
        st.decimals(-1000, 1000, places=12),
        st.sampled_from(["a", "b"]),
    ),
    min_size=1,
    max_size=30,
)


@given(events)
def test_counts_sums_and_requests_are_those_of_the_events(
    rows: list[tuple[int, int | None, Decimal, str]],
) -> None:
    at = [(START + timedelta(minutes=minutes)).isoformat() for minutes, *_ in rows]
    reading = read(
        mapping(),
        at=[*at],
        n=[None if n is None else str(n) for _, n, _, _ in rows],
        cost=[str(cost) for _, _, cost, _ in rows],
        model=[model for *_, model in rows],
    )
    # Oracle: a dictionary by hour and model.
    requests: Counter[tuple[datetime, str]] = Counter()
    tokens: dict[tuple[datetime, str], int | None] = {}
    money: dict[tuple[datetime, str], Decimal] = {}
    for minutes, n, cost, model in rows:
        key = (START + timedelta(hours=minutes // 60), model)
        requests[key] += 1
        money[key] = money.get(key, Decimal(0)) + cost
        before = tokens.get(key)
        tokens[key] = before if n is None else n + (before or 0)
    found = {(row["period_start"], row["raw_model"]): row for row in reading.rows.to_pylist()}
    assert {key: row["requests"] for key, row in found.items()} == requests
    assert {key: row["output_tokens"] for key, row in found.items()} == tokens
    assert {key: row["effective_cost"] for key, row in found.items()} == money
    assert reading.rows_in == len(rows) == reading.rows.num_rows + reading.merged
    numbers: list[int] = [row["row_number"] for row in reading.rows.to_pylist()]
    assert numbers == sorted(numbers)


def test_requests_of_the_file_are_summed_instead_of_its_rows() -> None:
    of = mapping(columns={"period_start": "at", "requests": "n"})
    reading = read(of, at=["2026-03-29 01:10"] * 2, n=["5", "7"])
    assert reading.rows["requests"].to_pylist() == [12]


def test_by_the_day_in_the_zone_of_the_file() -> None:
    of = mapping(rollup="day", zone="Europe/Berlin", columns={"period_start": "at"})
    reading = read(of, at=["2026-03-29 00:10", "2026-03-29 23:50", "2026-03-30 00:10"])
    assert reading.rows["requests"].to_pylist() == [2, 1]
    assert reading.rows["granularity"].to_pylist() == ["day", "day"]


def test_tokens_without_money_wait_for_a_price() -> None:
    row = read(
        mapping(columns={"period_start": "at", "output_tokens": "n"}),
        at=["2026-03-29 01:10"],
        n=["5"],
    ).rows.to_pylist()[0]
    assert (row["meter"], row["cost_origin"], row["effective_cost"]) == ("tokens", "computed", None)


def test_a_constant_tag_is_a_tag_of_every_row(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING)
    assert load_mapping(file).constant_tags == {"team": "assistant"}
    rows = read(
        load_mapping(file),
        TIMESTAMP=["2023-11-16 18:17:03.9799600"],
        ContextTokens=["4808"],
        GeneratedTokens=["10"],
    ).rows
    assert rows["tags"].to_pylist() == ['{"team": "assistant"}']


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('rollup = "hour"', 'rollup = "week"', "field rollup: got 'week'"),
        ('rollup = "hour"', 'rollup = "hour"\ngranularity = "day"', "give rollup alone"),
        ("[columns]", '[columns]\nsource_row_id = "id"', "cannot be rolled up"),
        ("[columns]", '[columns]\ntags = "labels"', "both a column and a constant: tags"),
    ],
)
def test_an_unsound_rollup_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING.replace(old, new))
    with pytest.raises(BadInput) as caught:
        load_mapping(file)
    assert says in str(caught.value)


@pytest.mark.datasets
@pytest.mark.parametrize("part", ["code", "conv"])
def test_the_real_traces_of_requests(datasets: Path, tmp_path: Path, part: str) -> None:
    path = datasets / "raw" / f"AzureLLMInferenceTrace_{part}.csv"
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING)
    lines = [line.split(",") for line in path.read_text().split("\n")[1:] if line]
    reading = GenericReader(load_mapping(file)).read(open_table(path))
    rows = reading.rows.to_pylist()
    requests: list[int] = [row["requests"] for row in rows]
    assert requests == list(Counter(line[0][:13] for line in lines).values())
    assert reading.rows_in == sum(requests) + sum(reading.reported.values())
    assert sum(row["input_tokens_uncached"] for row in rows) == sum(int(line[1]) for line in lines)
    assert sum(row["output_tokens"] for row in rows) == sum(int(line[2]) for line in lines)
    ledger = Ledger(str(tmp_path / "ledger"))
    now = datetime(2026, 10, 20, 6, tzinfo=UTC)
    (report,) = ingest([path], ledger, now=now, mapping=file)
    assert (report.status, report.rows_in) == ("published", len(lines))
    assert report.rows_kept + sum(report.reported.values()) == report.rows_in
