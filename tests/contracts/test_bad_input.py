"""Every reader under every kind of dirt: a right result or one clear error, never half a delivery.

A new reader is found by existing and has to bring a sound export; all mutations are then its own.
The exports are written by us from the documented shapes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ledger.ingest import FileReport, ingest
from ledger.mapping import load_mapping
from ledger.readers import unpacking
from ledger.readers.contract import Reading
from ledger.readers.detection import READERS, choose_reader
from ledger.readers.opening import open_table
from ledger.store import Ledger
from ledger.view import view_at

HERE = Path(__file__).parent / "exports"
DOCUMENTS = Path(__file__).parent.parent / "ledger" / "readers" / "fixtures"
NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Export:
    """A sound file, and how some of its values are written there (in JSON with their quotes).

    `word` is text that the ledger stores, `amount` one that it stores as decimal or float, `count`
    one of a whole number; None where the format has none. `needed` is a name without which a file
    is not of the format.
    """

    file: Path
    date: str
    word: str
    needed: str
    amount: str | None = None
    count: str | None = None

    @property
    def content(self) -> bytes:
        return self.file.read_bytes()

    @property
    def is_csv(self) -> bool:
        return self.file.suffix == ".csv"

    def with_value(self, old: str | None, new: str) -> bytes | None:
        """The file with another text in the place of a value; None where it has no such value."""
        if old is None:
            return None
        sink = io.StringIO()
        csv.writer(sink, lineterminator="").writerow([new])
        written = sink.getvalue() if self.is_csv else json.dumps(new)
        assert old.encode() in self.content
        return self.content.replace(old.encode(), written.encode(), 1)


def here(name: str, date: str, word: str, needed: str, **values: str) -> Export:
    return Export(HERE / name, date, word, needed, **values)


def document(name: str, date: str, word: str, needed: str, **values: str) -> Export:
    return Export(DOCUMENTS / f"{name}.json", date, word, needed, **values)


EXPORTS: dict[str, Export] = {
    "focus": here("focus.csv", "2026-09-12T00:00:00Z", "Amazon EC2", "BilledCost", amount="55.045"),
    "litellm_daily_team_spend": here(
        "litellm_daily_team_spend.csv",
        "2026-09-12",
        "gpt-5",
        "spend",
        amount="1.2345",
        count="12345",
    ),
    "litellm_spend_logs": here(
        "litellm_spend_logs.csv",
        "2026-09-12T03:04:05Z",
        "gpt-5",
        "startTime",
        amount="1.2345",
        count="12345",
    ),
    "generic": here("generic.csv", "2026-09-12", "ads", "usd", amount="1.2345", count="12345"),
    "aws_cur": here(
        "aws_cur.csv",
        "2026-09-12T03:00:00Z",
        "tokens in",
        "line_item_unblended_cost",
        amount="1.7898",
    ),
    "azure_cost": here(
        "azure_cost_amortized.csv",
        "09/12/2026",
        "s1",
        "BillingCurrency",
        amount="1.2345",
    ),
    "gcp_billing": here(
        "gcp_billing.jsonl",
        '"2026-09-12 03:00:00 UTC"',
        '"ads-prod"',
        "usage_start_time",
        amount="1.2345",
    ),
    "opencost": here(
        "opencost.json",
        '"2026-09-12T00:00:00Z"',
        '"vision"',
        "totalCost",
        amount="32.2505",
    ),
    "otel_genai": here(
        "otel_genai.jsonl",
        '"1789182000000000000"',
        '"chatbot"',
        "startTimeUnixNano",
        count="12345",
    ),
    "codecarbon": here(
        "codecarbon.csv", "2026-09-12T03:04:05", "ranker", "energy_consumed", amount="1.2345"
    ),
    "openai_usage": document(
        "openai_usage", "1789171200", '"gpt-5-2025-08-07"', "start_time", count="700"
    ),
    "openai_costs": document(
        "openai_costs", "1789171200", '"proj_ads"', "start_time", amount="0.00600000000000000012"
    ),
    "anthropic_usage": document(
        "anthropic_usage",
        '"2026-09-12T00:00:00Z"',
        '"claude-sonnet-4-5-20250929"',
        "starting_at",
        count="1500",
    ),
    "anthropic_costs": document(
        "anthropic_costs", '"2026-09-12T00:00:00Z"', '"wrkspc_ads"', "amount", amount='"123.45"'
    ),
    "langfuse_daily": document(
        "langfuse_daily",
        '"2026-09-12"',
        '"gpt-5-2025-08-07"',
        "date",
        amount="0.25",
        count="1000",
    ),
    "openrouter_activity": document(
        "openrouter_activity",
        '"2026-09-12"',
        '"openai/gpt-4.1-2025-04-14"',
        "completion_tokens",
        amount="0.015",
        count="900",
    ),
}


@dataclass(frozen=True)
class Dirt:
    """A change to a sound file.

    `make` gives the new content, None where the format has nothing to change. `says` are words of
    the error, one of which is there; without any the file reads as the sound one does. `suffix`
    replaces or follows that of the name.
    """

    make: Callable[[Export], bytes | None]
    says: tuple[str, ...] = ()
    suffix: Callable[[str], str] = str


def text(export: Export) -> str:
    return export.content.decode()


def csv_only(change: Callable[[str], str]) -> Callable[[Export], bytes | None]:
    return lambda export: change(text(export)).encode() if export.is_csv else None


def columns_turned(content: str) -> str:
    sink = io.StringIO()
    rows = [row[::-1] for row in csv.reader(io.StringIO(content))]
    csv.writer(sink, lineterminator="\n").writerows(rows)
    return sink.getvalue()


def one_more_column(content: str) -> str:
    header, *rows = content.splitlines()
    return "\n".join([f"{header},x_note", *(f"{row},=1+1" for row in rows), ""])


def name_twice(export: Export) -> bytes:
    if not export.is_csv:
        return text(export).replace('": ', '": 0, "same": 0, "same": ', 1).encode()
    header, *rows = text(export).splitlines()
    last = header.rpartition(",")[2]
    return "\n".join([f"{header},{last}", *(f"{row}," for row in rows), ""]).encode()


def middle(export: Export, add: bytes) -> bytes:
    """The file with bytes in the middle of a word."""
    word = export.word.strip('"').encode()
    return export.content.replace(word, word[:2] + add + word[2:], 1)


def cut(export: Export) -> bytes:
    """The file without the last row's last half."""
    content = export.content.rstrip()
    row = content.rpartition(b"\n")[2] if export.file.suffix != ".json" else content
    return content[: -(len(row) // 2)]


def as_parquet(export: Export) -> bytes | None:
    if not export.is_csv:
        return None
    sink = io.BytesIO()
    pq.write_table(open_table(export.file).table, sink)
    return sink.getvalue()


def bomb(export: Export) -> bytes:
    return gzip.compress(export.content + b" " * (2 << 20), compresslevel=1)


def amount(new: str) -> Callable[[Export], bytes | None]:
    return lambda export: export.with_value(export.amount, new)


def count(new: str) -> Callable[[Export], bytes | None]:
    return lambda export: export.with_value(export.count, new)


def day(new: str) -> Callable[[Export], bytes | None]:
    return lambda export: export.with_value(export.date, new)


GZ: Callable[[str], str] = lambda suffix: f"{suffix}.gz"  # noqa: E731
PARQUET: Callable[[str], str] = lambda _: ".parquet"  # noqa: E731
NOT_A_NUMBER = ("a decimal number", "a whole number", "a number", "cents", "a quantity")
NOT_A_TIME = ("a time", "a date", "seconds since", "nanoseconds since", "a whole number", "a day")

DIRT: dict[str, Dirt] = {
    # What reads as the sound file does.
    "byte order mark": Dirt(lambda export: b"\xef\xbb\xbf" + export.content),
    "line ends of Windows": Dirt(lambda export: export.content.replace(b"\n", b"\r\n")),
    "blank lines at the end": Dirt(lambda export: export.content + b"\n\n"),
    "no last line end": Dirt(lambda export: export.content.rstrip()),
    "packed": Dirt(lambda export: gzip.compress(export.content), suffix=GZ),
    "packed in two parts": Dirt(
        lambda export: gzip.compress(export.content[:99]) + gzip.compress(export.content[99:]),
        suffix=GZ,
    ),
    "as Parquet": Dirt(as_parquet, suffix=PARQUET),
    "columns in another order": Dirt(csv_only(columns_turned)),
    "a column more": Dirt(csv_only(one_more_column)),
    "blanks behind an amount": Dirt(
        lambda export: export.with_value(export.amount, f"{(export.amount or '').strip(chr(34))}  ")
    ),
    "blanks around a time": Dirt(
        lambda export: export.with_value(export.date, " " + export.date.strip('"') + " ")
    ),
    "an amount with a plus and an exponent": Dirt(
        lambda export: export.with_value(
            export.amount, f"+{(export.amount or '').strip(chr(34))}e0"
        )
    ),
    "a count as text with .0": Dirt(
        lambda export: export.with_value(export.count, f"{export.count}.0")
    ),
    # What is refused.
    "an empty file": Dirt(lambda _: b"", ("an empty file",)),
    "a page of an error": Dirt(
        lambda _: b"<html><body>502 Bad Gateway</body></html>\n", ("wanted",)
    ),
    "UTF-16": Dirt(lambda export: text(export).encode("utf-16"), ("UTF-16",)),
    "Latin-1": Dirt(lambda export: middle(export, b"\xfc"), ("byte 0xfc",)),
    "a NUL byte": Dirt(lambda export: middle(export, b"\0"), ("NUL",)),
    "cut within the last row": Dirt(
        cut, ("values in every row", "JSON", "an end to every quoted text")
    ),
    "packed and cut": Dirt(
        lambda export: gzip.compress(export.content)[:-12], ("truncated",), suffix=GZ
    ),
    "packed and damaged": Dirt(
        lambda export: gzip.compress(export.content)[:-8] + b"\0" * 8, ("gzip",), suffix=GZ
    ),
    "packed under a plain name": Dirt(
        lambda export: gzip.compress(export.content), ("a name ending in .gz",)
    ),
    "plain under a packed name": Dirt(lambda export: export.content, ("gzip",), suffix=GZ),
    "text under the name of Parquet": Dirt(
        lambda export: export.content, ("Parquet file",), suffix=PARQUET
    ),
    "a bomb": Dirt(bomb, ("unpacks to at most",), suffix=GZ),
    "a name twice": Dirt(name_twice, ("the name twice", "a key twice")),
    "a needed name missing": Dirt(
        lambda export: export.content.replace(export.needed.encode(), b"x_" + b"y"), ("wanted",)
    ),
    "semicolons": Dirt(
        csv_only(lambda content: content.replace(",", ";")), ("commas between the columns",)
    ),
    "only a header": Dirt(
        csv_only(lambda content: content.splitlines()[0] + "\n"), ("a header without rows",)
    ),
    "a value too few": Dirt(
        csv_only(lambda content: content.rstrip().rpartition(",")[0] + "\n"),
        ("values in every row", "an end to every quoted text"),
    ),
    "the file behind itself": Dirt(
        csv_only(lambda content: content + content), (*NOT_A_TIME, *NOT_A_NUMBER, "one of", "ISO")
    ),
    "a short American date": Dirt(day("1/5/25"), NOT_A_TIME),
    "a day that is none": Dirt(day("2026-02-30"), NOT_A_TIME),
    "no date": Dirt(day(""), (*NOT_A_TIME, "a value")),
    "a decimal comma": Dirt(amount("1,5"), NOT_A_NUMBER),
    "a comma between thousands": Dirt(amount("1,234.56"), NOT_A_NUMBER),
    "a sign of a currency": Dirt(amount("$1.50"), NOT_A_NUMBER),
    "an amount in brackets": Dirt(amount("(1.50)"), NOT_A_NUMBER),
    "a formula as an amount": Dirt(amount("=1+1"), NOT_A_NUMBER),
    "no number": Dirt(amount("NaN"), NOT_A_NUMBER),
    "an endless amount": Dirt(amount("1e400"), NOT_A_NUMBER),
    "a negative count": Dirt(count("-12345"), (*NOT_A_NUMBER, "at least")),
    "a broken count": Dirt(count("0.5"), NOT_A_NUMBER),
    "a formula as a count": Dirt(count("=1+1"), NOT_A_NUMBER),
    "a count beyond all counts": Dirt(count("99999999999999999999"), NOT_A_NUMBER),
}

CASES = [
    pytest.param(EXPORTS[reader], dirt, id=f"{reader}-{name}")
    for reader in EXPORTS
    for name, dirt in DIRT.items()
    if dirt.make(EXPORTS[reader]) is not None
]


@pytest.fixture(autouse=True)
def _small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of unpacking, so low that a bomb for a test need not be large."""
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 20)


def put(export: Export, content: bytes, folder: Path, suffix: Callable[[str], str] = str) -> Path:
    path = folder / (export.file.stem + suffix(export.file.suffix))
    path.write_bytes(content)
    return path


def mapping_of(export: Export) -> Path | None:
    mapping = export.file.with_suffix(".toml")
    return mapping if mapping.exists() else None


def read(export: Export, path: Path) -> Reading:
    mapping = mapping_of(export)
    raw = open_table(path)
    reader, _ = choose_reader(raw, None if mapping is None else load_mapping(mapping))
    return reader.read(raw)


def take(export: Export, path: Path, ledger: Ledger) -> FileReport:
    (report,) = ingest([path], ledger, now=NOW, mapping=mapping_of(export))
    return report


def test_every_reader_has_a_sound_export() -> None:
    assert set(EXPORTS) == {"generic", *(reader.name for reader in READERS)}
    assert len(CASES) > 400


@pytest.mark.parametrize("name", EXPORTS)
def test_the_sound_export_is_published(name: str, tmp_path: Path) -> None:
    export = EXPORTS[name]
    ledger = Ledger(str(tmp_path / "ledger"))
    report = take(export, put(export, export.content, tmp_path), ledger)
    assert (report.status, report.error) == ("published", None)
    rows = view_at(ledger, NOW).rows
    assert rows.num_rows == report.rows_kept > 0
    assert report.reader == name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all files, with a ledger in which nothing must ever arrive."""
    return tmp_path_factory.mktemp("dirt")


@pytest.mark.parametrize(("export", "dirt"), CASES)
def test_dirt_is_read_right_or_refused_with_its_place(
    export: Export, dirt: Dirt, folder: Path
) -> None:
    content = dirt.make(export)
    assert content is not None
    path = put(export, content, folder, dirt.suffix)
    if not dirt.says:
        sound, dirty = read(export, export.file), read(export, path)
        assert dirty.rows.equals(sound.rows)
        assert (dirty.rows_in, dirty.reported) == (sound.rows_in, sound.reported)
        assert (dirty.covers, dirty.extent) == (sound.covers, sound.extent)
        return
    ledger = Ledger(str(folder / "ledger"))
    report = take(export, path, ledger)
    assert report.status == "refused", report
    assert str(report.error).startswith(str(path))
    assert any(words in str(report.error) for words in dirt.says), report.error
    assert ledger.deliveries() == []
    assert not list((folder / "ledger").rglob("*.parquet")), "rows were left behind"


FORMULA = '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("name", EXPORTS)
def test_a_formula_is_text_and_nothing_else(name: str, folder: Path) -> None:
    export = EXPORTS[name]
    content = export.with_value(export.word, FORMULA)
    assert content is not None
    rows = read(export, put(export, content, folder)).rows
    sound = read(export, export.file).rows
    changed = {
        column
        for column in rows.column_names
        if not rows[column].equals(sound[column]) and column != "source_row_id"
    }
    stored = {str(value) for column in changed for value in rows[column].to_pylist()}
    assert stored & {FORMULA, FORMULA.lower()}
    assert all(rows.schema.field(column).type == "string" for column in changed)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (("BilledCost", "EffectiveCost", "ListCost"), "100 times ListUnitPrice x PricingQuantity"),
        (("BilledCost", "EffectiveCost"), "ListCost (cents?)"),
    ],
)
def test_a_bill_in_cents_is_told_by_its_own_figures(
    columns: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    export = EXPORTS["focus"]
    rows = list(csv.DictReader(io.StringIO(text(export))))
    for row in rows:
        row |= {name: str(Decimal(row[name]) * 100) for name in columns}
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    report = take(
        export, put(export, sink.getvalue().encode(), tmp_path), Ledger(str(tmp_path / "ledger"))
    )
    assert report.status == "refused"
    assert says in str(report.error)
    assert "row 1, field" in str(report.error)
