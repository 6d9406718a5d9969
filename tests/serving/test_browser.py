"""The pages in a real Chromium: they load nothing from elsewhere and say no error."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from ledger.scope import Scope
from serving.engine import Engine
from serving.incidents import IncidentBook
from serving.wording import money

if TYPE_CHECKING:
    from tests.serving.conftest import Server, World

pytestmark = [pytest.mark.server, pytest.mark.browser]

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="module")
def page(server: Server, world: World, kept_journal: str) -> Iterator[Page]:
    """A browser page on which every request elsewhere and every console error fails the test."""
    world.publish(server.published)
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda message: wrong.append(message.text))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((server.address, "data:"))
                else wrong.append(request.url)
            ),
        )
        for _ in range(100):
            answer = page.request.get(f"{server.address}/readyz")
            if answer.ok:
                break
            page.wait_for_timeout(50)
        yield page
        browser.close()
    assert wrong == []


def test_the_finance_page(page: Page, server: Server, engine: Engine) -> None:
    page.goto(server.address)
    expect(page.locator("h1")).to_have_text("AI spend, October 2026")
    row = page.locator("tbody tr", has_text="search").first
    finance = next(r for r in engine.finance(Scope.everything()) if r.team == "search")
    expect(row).to_contain_text(money(finance.p50, "USD"))
    expect(row).to_contain_text(money(finance.budget, "USD"))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280


def test_styles_apply_under_the_content_policy(page: Page, server: Server) -> None:
    page.goto(server.address)
    radius = page.locator(".tile").first.evaluate("node => getComputedStyle(node).borderRadius")
    assert radius == "14px"


def test_the_report_is_reached_by_its_link(page: Page, server: Server, engine: Engine) -> None:
    page.goto(server.address)
    page.get_by_role("link", name="Report").click()
    expect(page.locator("h1")).to_contain_text("AI spend report")
    charts = page.locator("svg.fan")
    expect(charts).to_have_count(1 + len(engine.teams(Scope.everything())))
    expect(page.locator("svg.fan").first).to_contain_text("forecast starts")


def test_open_incidents_stand_in_the_report(page: Page, server: Server, kept_journal: str) -> None:
    page.goto(f"{server.address}/report")
    page.get_by_role("link", name="Incidents").click()
    section = page.locator("#incidents")
    expect(section.get_by_role("heading", name="Open incidents")).to_be_in_viewport()
    rows = section.locator("table").first.locator("tbody tr")
    with closing(IncidentBook(kept_journal)) as book:
        open_ones = {one.id: one for one in book.listed(Scope.everything())}
    # the parts of an incident stand behind it
    shown = {number for number, one in open_ones.items() if one.part_of not in open_ones}
    assert {int(text) for text in rows.locator("td:first-child").all_inner_texts()} == shown
    first = max((open_ones[number] for number in shown), key=lambda one: abs(one.impact))
    expect(rows.first).to_contain_text(money(first.impact, "USD"))
    page.goto(f"{server.address}/report?team=ads")
    expect(page.locator("#incidents tbody tr").first).to_contain_text("ads / gpt-5")


@pytest.mark.parametrize("width", [400, 768])
def test_pages_fit_small_screens(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/report"):
        page.goto(f"{server.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
