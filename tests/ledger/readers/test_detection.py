"""A file is known by its columns; what no reader knows is refused with what is missing."""

import pyarrow as pa
import pytest

from ledger.mapping import Mapping
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reader
from ledger.readers.detection import READERS, choose_reader

MAPPING = Mapping(
    source="own",
    zone="UTC",
    currency="USD",
    columns={"period_start": "day", "effective_cost": "cost"},
    constants={"provider": "own"},
)


def raw(*columns: str) -> RawTable:
    return RawTable("export.csv", pa.table({name: pa.array(["1"]) for name in columns}))


def test_readers_are_discovered_under_distinct_names() -> None:
    names = [reader.name for reader in READERS]
    assert names == sorted(set(names))
    assert {"focus", "litellm_daily_team_spend", "litellm_spend_logs"} <= set(names)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_format_is_told_from_the_others_by_what_it_requires(
    reader: Reader,
) -> None:
    chosen, confidence = choose_reader(raw(*reader.required, "stranger"), None)
    assert chosen is reader
    assert confidence >= 0.9


def test_all_columns_make_full_confidence() -> None:
    for reader in READERS:
        assert reader.confidence(reader.columns) == pytest.approx(1.0)


def test_the_nearest_format_says_what_is_missing() -> None:
    columns = ("date", "model", "prompt_tokens", "completion_tokens", "spend", "api_requests")
    with pytest.raises(BadInput, match=r"litellm_daily_team_spend, .*missing: team_id"):
        choose_reader(raw(*columns, "tag"), None)


def test_a_file_of_no_format_is_refused_with_the_known_formats() -> None:
    with pytest.raises(
        BadInput, match=r"export\.csv, row 0: got 'day, cost'|'cost, day'"
    ) as caught:
        choose_reader(raw("day", "cost"), None)
    assert "mapping" in str(caught.value)
    assert "focus" in str(caught.value)


def test_a_mapping_wins_where_its_columns_are_and_only_there() -> None:
    chosen, confidence = choose_reader(raw("day", "cost"), MAPPING)
    assert (chosen.name, chosen.source, confidence) == ("generic", "own", 1.0)
    focus = next(reader for reader in READERS if reader.name == "focus")
    assert choose_reader(raw(*focus.required), MAPPING)[0] is focus
    assert choose_reader(raw(*focus.required, "day", "cost"), MAPPING)[0].name == "generic"
    with pytest.raises(BadInput, match="generic, of which are missing: cost"):
        choose_reader(raw("day", "amount"), MAPPING)


def test_a_long_list_of_columns_is_cut_in_the_error() -> None:
    with pytest.raises(BadInput, match="and 8 more"):
        choose_reader(raw(*(f"c{i:02d}" for i in range(20))), None)
