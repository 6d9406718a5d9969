"""A mapping file is checked as a whole before any export is read with it."""

from pathlib import Path

import pytest

from ledger.mapping import load_mapping
from ledger.problems import BadInput

SOUND = """
source = "own"
zone = "Europe/Berlin"
currency = "EUR"
extent = ["a"]
[columns]
period_start = "day"
effective_cost = "cost"
[constants]
provider = "own"
"""


def test_a_sound_mapping(tmp_path: Path) -> None:
    mapping = load_mapping(_written(tmp_path, SOUND))
    assert (mapping.source, mapping.zone, mapping.currency) == ("own", "Europe/Berlin", "EUR")
    assert (mapping.clock, mapping.mode, mapping.granularity) == ("usage_day", "snapshot", "day")
    assert mapping.extent == ("a",)
    assert mapping.columns == {"period_start": "day", "effective_cost": "cost"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('zone = "Europe/Berlin"', "", "field zone: got 'no time zone'"),
        ("Europe/Berlin", "Middle/Earth", "field zone: got 'Middle/Earth'"),
        ("Europe/Berlin", "/etc/passwd", "field zone"),
        ('source = "own"', "", "field source"),
        ('source = "own"', 'source = "own"\ntimezone = "UTC"', "field timezone"),
        ('currency = "EUR"', "", "either currency or columns.currency"),
        ('"EUR"', '"Euro"', "field currency: got 'Euro'"),
        ("[columns]", '[columns]\ncurrency = "c"', "either currency or columns.currency"),
        ('period_start = "day"', "", "period_start is missing"),
        ('effective_cost = "cost"', "", "no column is mapped to a cost"),
        ("[columns]", '[columns]\nteam = "t"', "columns.team cannot be mapped"),
        ('provider = "own"', "", "constants.provider or columns.provider"),
        ("[constants]", '[constants]\neffective_cost = "1"', "constants.effective_cost"),
        ("[constants]", '[constants]\ncharge_category = "rent"', "usage, purchase, tax"),
        ("[columns]", '[columns]\nprovider = "p"', "both a column and a constant: provider"),
        ('source = "own"', 'source = "own"\nmode = "append"', "columns.source_row_id"),
        ('source = "own"', 'source = "own"\nclock = "lunar"', "field clock: got 'lunar'"),
        ("[columns]", "[columns", "TOML"),
    ],
)
def test_an_unsound_mapping_is_refused_naming_the_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in SOUND
    path = _written(tmp_path, SOUND.replace(old, new))
    with pytest.raises(BadInput) as caught:
        load_mapping(path)
    assert says in str(caught.value)
    assert caught.value.file == str(path)


def test_a_missing_mapping_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="readable mapping file"):
        load_mapping(tmp_path / "absent.toml")


def _written(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text)
    return path
