"""CodeCarbon's runs: rows with running totals to what each of them adds."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.problems import BadInput
from ledger.readers.contract import Reading
from ledger.readers.detection import choose_reader
from ledger.readers.opening import open_table

HEADER = (
    "timestamp,project_name,run_id,experiment_id,duration,emissions,energy_consumed,"
    "country_iso_code,cloud_provider,cloud_region,codecarbon_version,tracking_mode,pue,longitude\n"
)


def row(
    run: str = "r1",
    time: str = "2026-09-12T03:00:00",
    seconds: object = 3600.5,
    kilograms: object = 0.5,
    kilowatt_hours: object = 1.25,
    pue: str = "1.0",
) -> str:
    return (
        f"{time},ranker,{run},e,{seconds},{kilograms},{kilowatt_hours},"
        f"DEU,aws,eu-central-1,3.3.2,machine,{pue},13.4\n"
    )


def read(folder: Path, *rows: str) -> Reading:
    path = folder / "emissions.csv"
    path.write_text(HEADER + "".join(rows))
    raw = open_table(path)
    reader, confidence = choose_reader(raw, None)
    assert reader.name == "codecarbon"
    assert confidence > 0.9
    return reader.read(raw)


def test_a_run_becomes_energy_and_carbon_of_the_day_it_began(tmp_path: Path) -> None:
    reading = read(tmp_path, row(time="2026-09-13T00:30:00", pue="1.2"))
    (found,) = reading.rows.to_pylist()
    assert (found["energy_kwh"], found["carbon_kgco2e"]) == (1.25, 0.5)
    assert found["carbon_method"] == "codecarbon 3.3.2, machine, grid of DEU, PUE 1.2"
    assert found["clock_bucket"] == date(2026, 9, 12)
    assert (found["meter"], found["provider"], found["region"]) == ("energy", "aws", "eu-central-1")
    assert (found["effective_cost"], found["gpu_hours"]) == (None, None)
    assert reading.notes == ("1 times without a zone were taken as UTC",)


def test_flushes_of_a_run_are_running_totals(tmp_path: Path) -> None:
    flushed = row()
    ended = row(time="2026-09-12T05:00:00", seconds=10800.5, kilograms=1.5, kilowatt_hours=3.75)
    other = row("r2", kilowatt_hours=7)
    first = read(tmp_path, flushed)
    second = read(tmp_path, ended, other, flushed, flushed)  # in any order
    energy = dict(
        zip(
            second.rows["source_row_id"].to_pylist(),
            second.rows["energy_kwh"].to_pylist(),
            strict=True,
        )
    )
    assert energy == {"r1@3600.5": 1.25, "r1@10800.5": 2.5, "r2@3600.5": 7.0}
    assert first.rows["source_row_id"].to_pylist() == ["r1@3600.5"]
    assert second.reported == {"rows that the file has twice": 1}
    assert second.rows_in == 4


@given(
    added=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 999), st.integers(0, 99)), min_size=1
    )
)
def test_the_rows_of_a_run_sum_to_its_total(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[str, int, int]]
) -> None:
    seconds, energy = dict.fromkeys("ab", 0), dict.fromkeys("ab", 0)
    rows = []
    for run, more_seconds, more_energy in added:
        seconds[run] += more_seconds
        energy[run] += more_energy
        rows.append(row(run, seconds=seconds[run], kilowatt_hours=energy[run], kilograms=0))
    found = read(tmp_path_factory.mktemp("runs"), *rows).rows
    assert found["energy_kwh"].to_pylist() == [float(more) for _, _, more in added]
    assert sum(more for _, _, more in added) == sum(energy.values())


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row(kilowatt_hours=-1)], "field energy_consumed"),
        ([row(seconds=-1)], "field duration"),
        ([row(run="")], "row 1, field run_id"),
        ([row(), row(seconds=7200, kilowatt_hours=1)], "row 2, field energy_consumed"),
        ([row(), row(kilograms=2)], "one total for a run at one time"),
        ([row(time="9/12/26 03:00")], "row 1, field timestamp"),
        ([row(kilograms="0;5")], "a decimal number"),
    ],
)
def test_a_run_that_cannot_be_is_refused(tmp_path: Path, rows: list[str], says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, *rows)
    assert says in str(caught.value)


def test_the_file_of_single_tasks_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "emissions_tasks.csv"
    path.write_text("task_name," + HEADER + "load," + row())
    with pytest.raises(BadInput, match=r"within the totals of emissions\.csv"):
        choose_reader(open_table(path), None)
