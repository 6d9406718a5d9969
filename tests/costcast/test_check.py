"""`costcast check`: every mistake has its file, line and field; what is odd is a warning."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from costcast.check import check
from costcast.reference_check import REFERENCE_FILES, Finding, check_reference
from ledger.reference import load_reference

NOW = datetime(2026, 10, 20, tzinfo=UTC)


def _check(folder: Path, **files: str) -> list[Finding]:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return check_reference(folder)


def _places(findings: list[Finding]) -> list[tuple[str, int | None, str | None, str]]:
    return [(Path(f.file).name, f.line, f.field, f.severity) for f in findings]


def test_the_files_of_the_repository_need_no_mending(repository: Path) -> None:
    assert check_reference(repository / "reference") == []


def test_every_file_that_is_loaded_is_checked(repository: Path) -> None:
    files = {path.name for path in (repository / "reference").iterdir()}
    assert files == set(REFERENCE_FILES)


def test_all_mistakes_of_all_files_are_told_with_their_lines(tmp_path: Path) -> None:
    findings = _check(
        tmp_path,
        teams_csv=(
            "# who\n\nname,team,valid_from,valid_to\na,b,2026-13-01,\n\n# x\n"
            "c,d,2026-02-01,2026-01-01\n"
        ),
        fx_csv="currency,base,rate\nEUR,USD,-1\neur,USD,1.1\n",
        allocation_toml=(
            '# rules\n[[rule]]\nname = "a"\nteam = "t"\n\n[[rule]]\nname = "b"\n'
            'team_from = "colour"\nmatch = { nothing = "x" }\n'
        ),
        budgets_csv="budget,period,amount,currency\nx,day,10,USD\n",
    )
    assert _places(findings) == [
        ("allocation.toml", 8, "team_from", "error"),
        ("allocation.toml", 9, "match", "error"),
        ("budgets.csv", 2, "period", "error"),
        ("fx.csv", 2, "rate", "error"),
        ("fx.csv", 3, "currency", "error"),
        ("teams.csv", 4, "valid_from", "error"),
        ("teams.csv", 7, "valid_to", "error"),
    ]
    assert "wanted a date such as 2026-07-01" in findings[5].message
    assert str(findings[5]).startswith(f"{tmp_path}/teams.csv:4: error: field valid_from: got")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("teams_csv", "name,team\na,b\nc\n", 3),
        ("teams_csv", "name,name\n", 1),
        ("basis_toml", '[[rule]]\nprovider = "x\n', 2),
        ("basis_toml", "rules = 1\n", None),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    tmp_path: Path, name: str, text: str, line: int | None
) -> None:
    (finding,) = _check(tmp_path, **{name: text})
    assert (finding.line, finding.severity) == (line, "error")


def test_rows_that_contradict_each_other_name_both_lines(tmp_path: Path) -> None:
    rows = "name,team,parent\n# first\na,a,\n# second\na,b,\n"
    (finding,) = _check(tmp_path, teams_csv=rows)
    assert _places([finding]) == [("teams.csv", 5, "known_at", "error")]
    assert "line 3 holds too" in finding.message
    with pytest.raises(ValueError, match=r"teams\.csv, row 2"):
        load_reference(tmp_path, known_at=NOW)


def test_parents_in_a_circle_are_an_error(tmp_path: Path) -> None:
    findings = _check(tmp_path, teams_csv="name,team,parent\na,a,b\nb,b,a\nc,c,a\n")
    assert _places(findings)[0] == ("teams.csv", 2, "parent", "error")
    assert "a > b > a" in findings[0].message


def test_a_rule_that_is_never_reached_is_a_warning(tmp_path: Path) -> None:
    findings = _check(
        tmp_path,
        allocation_toml=(
            '[[rule]]\nname = "all of aws"\nteam = "t"\nmatch = { provider = "aws*" }\n'
            '[[rule]]\nname = "bedrock"\nteam = "u"\n'
            'match = { provider = "aws.bedrock", region = "eu-*" }\n'
        ),
        aliases_csv="raw_model,model\n*gpt-5*,gpt-5\ngpt-5-mini*,gpt-5-mini\n",
    )
    assert _places(findings) == [
        ("aliases.csv", 3, "raw_model", "warning"),
        ("allocation.toml", 8, "match", "warning"),
    ]
    assert "row 1 takes all" in findings[1].message


@pytest.mark.parametrize(
    "second",
    [
        'match = { provider = "aws.bedrock" }\nvalid_from = 2026-01-01\n',
        'match = { provider = "gcp" }\n',
        "",
    ],
)
def test_a_rule_that_may_be_reached_is_none(tmp_path: Path, second: str) -> None:
    text = (
        '[[rule]]\nname = "a"\nteam = "t"\nvalid_from = 2026-02-01\nmatch = { provider = "aws*" }\n'
        f'[[rule]]\nname = "b"\nteam = "t"\n{second}'
    )
    assert _check(tmp_path, allocation_toml=text) == []


def test_names_that_nobody_lists_and_days_without_a_rate_are_warnings(tmp_path: Path) -> None:
    findings = _check(
        tmp_path,
        teams_csv="name,team\nsearch,search\nads,adds\n",
        budgets_csv="budget,scope,period,amount,currency\nx,team=serch,month,10,USD\n",
        basis_toml='[[rule]]\nprovider = "openai"\ntotal = "focus"\nsplit = "litelm"\n',
        fx_csv=(
            "currency,base,rate,valid_from,valid_to\n"
            "EUR,USD,1.1,2026-01-01,2026-02-01\nEUR,USD,1.2,2026-03-01,\n"
        ),
        team_csv="name,team\n",
    )
    assert _places(findings) == [
        ("basis.toml", 4, "split", "warning"),
        ("budgets.csv", 2, "scope", "warning"),
        ("fx.csv", 3, "valid_from", "warning"),
        ("team.csv", None, None, "warning"),
        ("teams.csv", 3, "team", "warning"),
    ]
    assert "did you mean teams.csv?" in findings[3].message
    assert "no rate from 2026-02-01 to 2026-03-01" in findings[2].message


def test_the_command_prints_places_and_ends_with_1(tmp_path: Path, repository: Path) -> None:
    app = typer.Typer()
    app.command()(check)
    run = CliRunner().invoke
    good = tmp_path / "good"
    shutil.copytree(repository / "reference", good)
    assert run(app, [str(good)]).exit_code == 0
    (good / "team.csv").write_text("name\n")
    assert run(app, [str(good)]).exit_code == 0
    assert run(app, [str(good), "--strict"]).exit_code == 1
    (good / "fx.csv").write_text("currency,base,rate\nEUR,USD,[x]\n")
    told = run(app, [str(good)])
    assert told.exit_code == 1
    assert f"{good}/fx.csv:2: error: field rate: got '[x]'" in told.stdout.replace("\n", "")
    assert "1 error, 1 warning" in told.stdout
    findings = json.loads(run(app, [str(good), "--json"]).stdout)
    assert findings[0]["line"] == 2
    assert run(app, [str(tmp_path / "nowhere")]).exit_code == 1
