"""Reference files: what they say is read as known at T; every mistake has its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.problems import BadInput
from ledger.reference import Reference, load_reference
from ledger.teams import team_of

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)


def _load(folder: Path, known_at: datetime = NOW, **files: str) -> Reference:
    for name, text in files.items():
        folder.joinpath(name.replace("_", ".")).write_text(text, encoding="utf-8")
    return load_reference(folder, known_at=known_at)


def test_a_missing_folder_holds_no_rules(tmp_path: Path) -> None:
    assert load_reference(tmp_path / "nowhere", known_at=NOW) == Reference()


def test_the_files_of_the_repository_are_right(repository: Path) -> None:
    reference = load_reference(repository / "reference", known_at=NOW)
    assert {row.name for row in reference.teams} >= {"search", "growth", "platform"}
    assert team_of(reference.teams, "growth", date(2026, 6, 30)) == "growth"
    assert team_of(reference.teams, "growth", date(2026, 7, 1)) == "marketing"
    shares = reference.allocation[0].shares
    assert shares is not None
    assert [part.share for part in shares] == [Decimal("0.40"), Decimal("0.35"), Decimal("0.25")]
    assert {"teams.csv", "allocation.toml", "aliases.csv", "basis.toml", "fx.csv"} <= set(
        reference.digests
    )


def test_the_reorganisation_is_unknown_before_it_is_announced(repository: Path) -> None:
    before = load_reference(repository / "reference", known_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert team_of(before.teams, "growth", date(2026, 8, 1)) == "growth"


def test_blank_cells_comments_and_bom_are_fine(tmp_path: Path) -> None:
    text = "\ufeff# who\n\nname,team,known_at\nads, revenue ,\n# more\nx,y,2026-01-01\n"
    reference = _load(tmp_path, teams_csv=text)
    assert [(row.name, row.team) for row in reference.teams] == [("ads", "revenue"), ("x", "y")]
    assert reference.teams[1].known_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_toml_dates_and_text_dates_mean_the_same(tmp_path: Path) -> None:
    rule = '[[rule]]\nname = "a"\nteam = "t"\n'
    native = _load(tmp_path, allocation_toml=rule + "valid_from = 2026-07-01\n").allocation
    text = _load(tmp_path, allocation_toml=rule + 'valid_from = "2026-07-01"\n').allocation
    assert native == text
    assert native[0].valid_from == date(2026, 7, 1)


def test_rows_learnt_later_do_not_exist_yet(tmp_path: Path) -> None:
    rates = (
        "currency,base,rate,known_at\nEUR,USD,1.1,2026-01-01\nEUR,USD,1.2,2026-10-20T06:00:01Z\n"
    )
    assert [rate.rate for rate in _load(tmp_path, fx_csv=rates).fx] == [Decimal("1.1")]


def test_a_changed_rule_changes_its_digest_only(tmp_path: Path) -> None:
    first = _load(tmp_path, teams_csv="name,team\na,b\n", fx_csv="currency,base,rate\n").digests
    second = _load(tmp_path, teams_csv="name,team\na,c\n").digests
    assert first["teams.csv"] != second["teams.csv"]
    assert first["fx.csv"] == second["fx.csv"]


def test_rules_can_name_actors_as_people_know_them(tmp_path: Path) -> None:
    tmp_path.joinpath("allocation.toml").write_text(
        '[[rule]]\nname = "key"\nmatch = { actor = "key-1", source = "x" }\nteam = "t"\n'
    )
    reference = load_reference(tmp_path, known_at=NOW, hash_actor=lambda key: f"#{key}")
    assert reference.allocation[0].match == {"actor": ("#key-1",), "source": ("x",)}


RULE = '[[rule]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("teams_csv", "name,team\na\n", "teams.csv, row 1: got 1"),
        ("teams_csv", "name,name\n", "teams.csv, row 0"),
        ("teams_csv", "name,team\nok,ok\n,b\n", "teams.csv, row 2, field name"),
        ("teams_csv", "name,team,boss\na,b,c\n", "teams.csv, row 1, field boss"),
        ("teams_csv", "name,team,valid_from\na,b,01/07/2026\n", "row 1, field valid_from"),
        ("teams_csv", "name,team,known_at\na,b,soon\n", "row 1, field known_at: got 'soon'"),
        (
            "teams_csv",
            "name,team,valid_from,valid_to\na,b,2026-07-01,2026-07-01\n",
            "row 1, field valid_to",
        ),
        ("teams_csv", "name,team\na,b\nx,y\na,c\n", r"row 3: got 'a', .*row 1 holds too"),
        ("fx_csv", "currency,base,rate\nEUR,USD,abc\n", "fx.csv, row 1, field rate: got 'abc'"),
        ("fx_csv", "currency,base,rate\neur,USD,1\n", "fx.csv, row 1, field currency"),
        ("fx_csv", "currency,base,rate\nEUR,USD,0\n", "fx.csv, row 1, field rate"),
        ("aliases_csv", "raw_model\ngpt\n", "aliases.csv, row 1, field model: wanted a value"),
        ("allocation_toml", "[[rule]\n", "allocation.toml: wanted TOML text"),
        ("allocation_toml", "[[rules]]\n", "allocation.toml, field rules"),
        ("allocation_toml", "rule = 3\n", "allocation.toml, field rule"),
        ("allocation_toml", RULE, "row 1: wanted .*exactly one of team"),
        ("allocation_toml", RULE + 'team = "a"\nteam_from = "project"\n', "exactly one of team"),
        ("allocation_toml", RULE + 'team_from = "teams"\n', "field team_from: got 'teams'"),
        ("allocation_toml", RULE + 'team = "t"\nmatch = { tags = "x" }\n', "field match"),
        ("allocation_toml", RULE + 'team = "t"\nmatch = { project = 3 }\n', "match.project"),
        (
            "allocation_toml",
            RULE + 'shares = [{ team = "a", share = 0.5 }, { team = "b", share = 0.4 }]\n',
            r"field shares: wanted shares that sum to 1 \(they sum to 0.9\)",
        ),
        (
            "allocation_toml",
            RULE + 'shares = [{ team = "a", share = -1 }, { team = "b", share = 2 }]\n',
            "field shares.0.share",
        ),
        ("basis_toml", '[[rule]]\nprovider = "p"\ntotal = "x"\n', "row 1, field split"),
    ],
)
def test_a_mistake_is_named_by_file_row_and_field(
    tmp_path: Path, file: str, text: str, place: str
) -> None:
    with pytest.raises(BadInput, match=place):
        _load(tmp_path, NOW, **{file: text})


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("teams.csv").write_bytes(b"name,team\n\xff,b\n")
    with pytest.raises(BadInput, match=r"teams\.csv: got .*, wanted UTF-8 text"):
        load_reference(tmp_path, known_at=NOW)
