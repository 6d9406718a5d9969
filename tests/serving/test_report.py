"""The report stands alone and says what the engine says."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ledger.scope import Scope
from serving.engine import Engine
from serving.rendering import content_policy, render
from serving.report import render_report
from serving.story import tell
from serving.wording import money

ALL = Scope.everything()


class _Balance(HTMLParser):
    """Every element that is opened is closed, in order."""

    _VOID = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _checked(text: str) -> list[str]:
    parser = _Balance()
    parser.feed(text)
    assert parser.open == []
    assert not re.search(r"\sstyle=", text)  # the content policy would not apply it
    return parser.links


def test_a_report_needs_no_network(engine: Engine) -> None:
    text = render_report(engine, ALL, evaluation=None)
    for link in _checked(text):
        assert link.startswith(("#", "data:"))
    assert "<script" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_it_tells_what_will_be_break_and_was_abnormal(engine: Engine) -> None:
    text = render_report(engine, ALL, evaluation=None)
    assert text.count("forecast starts") == 1 + len(engine.teams(ALL))
    for row in engine.finance(ALL):
        assert row.team in text
        assert money(row.p50, "USD") in text
    for budget in engine.project_budgets(ALL):
        assert budget.budget in text
    assert "search / openai/gpt-5-mini" in text
    assert "23 Sep 2026" in text
    assert "Precision" in text  # the snapshot's own evaluation


def test_an_evaluation_given_is_the_one_shown(engine: Engine) -> None:
    worlds = [{"world": "seed 101", "recall": 0.875, "precision": None}]
    text = render_report(engine, ALL, evaluation={"worlds": worlds})
    assert "seed 101" in text
    assert "88 %" in text
    assert ">demo<" not in text
    assert "planted truth" not in render_report(engine, ALL, evaluation={})


def test_names_are_escaped(engine: Engine) -> None:
    worlds = [{"world": "<script>alert(1)</script>"}]
    text = render_report(engine, ALL, evaluation={"worlds": worlds})
    assert "<script" not in text


def test_the_finance_page_is_well_formed(engine: Engine) -> None:
    text = render("finance.html.j2", story=tell(engine, ALL), teams=["ads"], query="?team=ads")
    links = _checked(text)
    assert links == [
        "/favicon.svg",
        "/report?team=ads",
        "/finance.csv?team=ads",
        "/finance.json?team=ads",
    ]


def test_the_policy_allows_nothing_from_elsewhere() -> None:
    policy = content_policy()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
