"""The report of a night lists the incidents that the same night has gone through."""

from __future__ import annotations

from pathlib import Path

from costcast.facade import Costcast
from costcast.settings import Settings
from ledger.scope import Scope
from serving.wording import day, money


def test_the_report_of_the_demo_tells_its_open_incidents(demo_state: Path) -> None:
    door = Costcast(Settings(state=demo_state)).incidents
    (path,) = demo_state.glob("reports/*/report.html")
    report = path.read_text()
    section = report[report.index('id="incidents"') : report.index('id="abnormal"')]
    open_ones = door.listed(Scope.everything())
    for one in open_ones:
        for said in (day(one.first_day), money(one.impact, "USD"), one.severity):
            assert said in section
    assert f"All {door.kpis(Scope.everything()).detected} of the journal" in section
    assert ("No incident is open." in section) == (not open_ones)
