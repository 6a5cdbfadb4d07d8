"""Every form on paper: as workbook and as document, through LibreOffice, page by page. Pictures stay in ``build/pages``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scanner.acts.issuing import Order, issue
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.policy.load import load
from scanner.report.forms.interface import Form
from scanner.report.forms.registry import FORMS
from scanner.report.paper import writing
from scanner.report.paper.interface import SMALLEST
from scanner.report.paper.kinds import Letter
from scanner.report.paper.parties import Parties
from scanner.report.paper.stamp import Stamp
from tests.conftest import ROOT
from tests.scanner.history import build
from tests.scanner.printed import MM, Printed, pages, to_pdf

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200), pytest.mark.xdist_group("pages")]

STYLES = ("xlsx", "docx")
MORE: dict[str, dict[str, Any]] = {
    "9c": {"accept": "保護管理責任者", "accept_why": "別紙"},
    "11a": {"suspicion": True},
    "11b": {"point": 1},
    "11c": {"family": ("R-1",)},
}
DRAFTS = ("9d",)
"""Letters that the office has nothing to tell in."""
STAMP = Stamp(31, "令和8年11月30日 10:00", "スキャン 2", "0.1.0 / abc", "0" * 16, "法", "令和8年11月30日")


@pytest.fixture(scope="module")
def printed(
    office: Path, tmp_path_factory: pytest.TempPathFactory, command: list[str]
) -> dict[tuple[str, str], list[Printed]]:
    folder = build(tmp_path_factory.mktemp("history"), office, command)
    home, policy = Home(folder / "home"), load(folder / "office/policy.toml")
    made = []
    for style in STYLES:
        for number in FORMS:
            asked = {"base": folder / "office", "family": (), **MORE.get(number, {})}
            order = Order(number, style, "2026-017", asked=asked, draft=number in DRAFTS)
            path = folder / f"{number}-{style}.{style}"
            path.write_bytes(issue(order, home, Reader(home.database), policy, "0" * 16))
            made.append(path)
    found = to_pdf(made, folder / "pdf")
    keys = [(number, style) for style in STYLES for number in FORMS]
    return {key: pages(pdf, ROOT / "build/pages") for key, pdf in zip(keys, found, strict=True)}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("number", FORMS)
def test_type_is_large_enough_and_nothing_overflows(
    printed: dict[tuple[str, str], list[Printed]], number: str, style: str
) -> None:
    whole = printed[number, style]
    for at, page in enumerate(whole, 1):
        assert min(page.sizes) >= SMALLEST - 0.05, at
        assert not page.crossed(), at
        assert not page.over_one_another(), at
        outside = [b.char for b in page.chars if b.left < 5 * MM or b.right > page.width - 5 * MM or b.bottom < 4 * MM]
        assert not outside, at
        told = re.search(r"(\d+) / (\d+)\s*$", page.text.strip()) or re.search(r"(\d+) / (\d+)", page.text)
        assert told, at
        assert f"{at}/{len(whole)}" in "".join(page.text.split()), at
        assert f"帳票{number}" in "".join(page.text.split()), at


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("number", [n for n, spec in FORMS.items() if isinstance(spec.paper, Letter)])
def test_a_letter_says_who_writes_to_whom_where_it_belongs(
    printed: dict[tuple[str, str], list[Printed]], number: str, style: str
) -> None:
    page = printed[number, style][0]
    assert round(page.width / MM) == 210
    paper = FORMS[number].paper
    assert isinstance(paper, Letter)
    day = page.line_of("令和")
    if paper.to == "entruster":
        head = page.line_of("見集第")
        assert head.left > page.width / 2
        assert head.bottom > day.bottom > page.height * 0.85
        addressee = page.line_of("見本市市民部御中")
        assert addressee.right < page.width / 2
        assert addressee.bottom > page.height * 0.8
    if paper.to != "workers":
        sender = page.line_of("株式会社見本集計")
        assert sender.left > page.width / 2 - 10 * MM
        assert page.line_of("代表取締役").left > page.width / 2 - 10 * MM
    begin = page.line_of("記1")
    assert page.line_of("契約件名").bottom <= begin.bottom + 1
    assert "印" in "".join(p.text for p in printed[number, style])


LONG = {"1": 22, "17": 8, "4": 12, "19": 40}
"""Form → columns: within one sheet, and wider than any."""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[Printed]]:
    folder = tmp_path_factory.mktemp("long")
    made = {}
    for number, columns in LONG.items():
        rows: list[tuple[object, ...]] = [
            (n, *(f"値{n}と{c} 令和8年{n % 12 + 1}月{c + 1}日の長い記載" if c % 3 else n for c in range(1, columns)))
            for n in range(60)
        ]
        form = Form(number, "長い表", tuple(f"欄{n:02}" for n in range(columns)), rows)
        for style in STYLES:
            path = folder / f"long-{number}-{style}.{style}"
            path.write_bytes(writing.written(form, STAMP, Parties(), style, folder))
            made[number, style] = path
    return {
        key: pages(pdf, ROOT / "build/pages")
        for key, pdf in zip(made, to_pdf(list(made.values()), folder / "pdf"), strict=True)
    }


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("number", LONG)
def test_headings_repeat_on_every_page_of_a_long_table(
    long: dict[tuple[str, str], list[Printed]], number: str, style: str
) -> None:
    """Also where it is wider than its paper: then the key columns come along."""
    told = [p for p in long[number, style] if "値" in p.text and "と" in p.text]
    assert len(told) > 2
    for page in told:
        heading = set(re.findall(r"欄\d\d", "".join(page.text.split())))
        assert "欄00" in heading
        assert len(heading) > 2
        assert not page.crossed()
        assert not page.over_one_another()
        assert min(page.sizes) >= SMALLEST - 0.05
    everything = "".join("".join(p.text.split()) for p in told)
    last = max(c for c in range(LONG[number]) if c % 3)
    assert all(f"値{n}と{last}" in everything for n in range(60))
