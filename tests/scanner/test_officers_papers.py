"""Forms on the page: looked at, taken as a file, handed to whom; and the pictures beside the tables."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import clock
from scanner.console import pictures
from scanner.report import pdf
from scanner.report.forms.registry import FORMS
from scanner.report.forms.spec import Needs
from scanner.report.pdf import PdfError
from tests.scanner.consoles import PLANTED, Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""


def _handed(browser: Any, number: int, **more: str) -> Any:
    given = {"to": "entruster", "on": clock.today().isoformat(), "means": "post", **more}
    return browser.post(f"/forms/handed/{number}", given)


def test_a_form_is_looked_at_before_it_is_made(officers: Officers) -> None:
    browser, auditor = officers.person("preparer", "A", "W-3"), officers.person("auditor", "A")
    before = len(officers.entries("report_made"))
    page = browser.get("/forms/preview", {"form": "1", "month": "2026-11"}).content.decode()
    assert "原本" in page
    assert PLANTED not in page
    assert re.search(r'name="month" value="2026-11"', page), "what was asked is what is made"
    assert 'action="/forms/make"' not in auditor.get("/forms/preview", {"form": "1"}).content.decode()
    assert len(officers.entries("report_made")) == before, "looked at only"
    assert json.loads(officers.entries("console_viewed")[-1][1])["form"] == "1"
    for wrong in ({}, {"form": "../1"}, {"form": "11a"}):
        assert browser.get("/forms/preview", wrong).status_code == 404
    assert browser.get("/forms/preview", {"form": "1", "month": "the last"}).status_code == 409


def test_what_is_looked_at_is_what_the_paper_says(officers: Officers) -> None:
    """Under a policy that no scan has judged by yet, and of a letter that has no line."""
    policy = officers.folder / "policy.toml"
    more = '[[contract.place]]\nid = "away"\nkind = "storage"\npath = "away"\n[[contract.consent]]\nid = "承諾-1"'
    text = policy.read_text(encoding="utf-8").replace('[[contract.consent]]\nid = "承諾-1"', more, 1)
    policy.write_text(text, encoding="utf-8", newline="\n")
    browser = officers.person("preparer", "A", "W-3")
    looked = browser.get("/forms/preview", {"form": "5c"}).content.decode()
    assert browser.post("/forms/make", {"form": "5c"}).status_code in (200, 409)
    assert _rows(browser.get("/forms/preview", {"form": "5c"}).content.decode()) == _rows(looked)
    assert browser.post("/forms/make", {"form": "5a"}).status_code == 409
    empty = browser.get("/forms/preview", {"form": "5a"}).content.decode()
    assert 'role="alert"' in empty
    assert '<input type="hidden" name="draft" value="1">' in empty
    assert browser.post("/forms/make", {"form": "5a", "draft": "1"}).status_code == 200


def _rows(page: str) -> list[str]:
    return re.findall(r"<td>(.*?)</td>", page)


@pytest.mark.slow
def test_every_form_can_be_looked_at(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    for number, spec in FORMS.items():
        if spec.needs is not Needs.INCIDENT:
            answer = browser.get("/forms/preview", {"form": number})
            assert answer.status_code in (200, 409), number
            assert PLANTED not in answer.content.decode(), number


def test_pdf_is_offered_where_it_can_be_made(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = officers.person("preparer", "A", "W-3")

    def none() -> str:
        raise PdfError("no_libreoffice")

    monkeypatch.setattr(pdf, "program", none)
    page = browser.get("/forms/preview", {"form": "1"}).content.decode()
    assert "LibreOffice" in page
    assert 'value="pdf"' not in page
    before = len(officers.entries("report_made"))
    assert browser.post("/forms/make", {"form": "1", "style": "pdf"}).status_code == 409
    assert len(officers.entries("report_made")) == before, "nothing is entered of what could not be made"
    monkeypatch.setattr(pdf, "program", lambda: "soffice")
    monkeypatch.setattr(pdf, "converted", lambda files: [b"%PDF-" + kind.encode() for kind, _ in files])
    answer = browser.post("/forms/make", {"form": "1", "style": "pdf"})
    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF-xlsx")


def test_what_was_handed_in_when_and_to_whom(officers: Officers) -> None:
    import sqlite3

    browser = officers.person("preparer", "A", "W-3")
    browser.post("/forms/make", {"form": "1", "style": "csv"})
    browser.post("/forms/make", {"form": "1", "style": "csv", "draft": "1"})
    with sqlite3.connect(officers.home.database) as db:
        paper, draft = (n for (n,) in db.execute("select seq from ledger where kind = 'report_made' order by seq"))
    db.close()
    assert _handed(browser, paper).status_code == 302
    (_, details) = officers.entries("form_handed")[-1]
    told = json.loads(details)
    assert {k: told[k] for k in ("entry", "form", "to", "means", "user")} == {
        "entry": paper, "form": "1", "to": "entruster", "means": "post", "user": "W-3",
    }  # fmt: skip
    assert "郵送・配達" in browser.get("/forms").content.decode()
    tomorrow, long_ago = ((clock.today() + timedelta(days=n)).isoformat() for n in (1, -90))
    for number, more in (
        (paper, {"on": tomorrow}), (paper, {"on": long_ago}), (paper, {"to": "P-77"}), (paper, {"means": "pigeon"}), (draft, {}), (1, {}),
        (10**9, {}),
    ):  # fmt: skip
        assert _handed(browser, number, **more).status_code == 409, (number, more)
    assert _handed(officers.person("officer", "B", "W-9"), paper).status_code == 409, "of another contract"
    assert _handed(officers.person("auditor", "A"), paper).status_code == 403
    assert len(officers.entries("form_handed")) == 1


def _drawn(picture: pictures.Picture) -> None:
    """Every box and word lies within the picture, and there is a sentence for who does not see it."""
    assert picture.title
    for rect in picture.rects:
        assert 0 <= rect.x
        assert rect.x + rect.width <= picture.width
        assert 0 <= rect.y <= rect.y + rect.height <= picture.height + 2
    for word in picture.words:
        assert 0 <= word.x <= picture.width
        assert word.y <= picture.height + 2
        assert word.text.isprintable() or "\u3000" in word.text


_COUNT = st.integers(0, 10**7)
_NAME = st.text(max_size=80)


@settings(max_examples=40)
@given(st.lists(st.builds(pictures.Root, _NAME, _COUNT, _COUNT, _COUNT), max_size=6))
def test_coverage_is_drawn_whatever_the_numbers(roots: list[pictures.Root]) -> None:
    _drawn(pictures.coverage(roots))


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            pictures.Lying,
            st.sampled_from(["network", "fixed", "removable", "cloud_sync", "temp", "backup"]),
            st.sampled_from(["in_place", "outside", "expired"]),
            _NAME,
            _COUNT,
            _COUNT,
        ),
        max_size=40,
    )
)
def test_places_are_drawn_whatever_lies_there(found: list[pictures.Lying]) -> None:
    _drawn(pictures.places(found))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.just("2026-11-30"), _COUNT), max_size=40))
def test_a_trend_is_drawn_from_two_days_on(days: list[tuple[str, int]]) -> None:
    made = pictures.trend(days)
    assert (made is None) == (len(days) < 2)
    if made:
        _drawn(made)


def test_a_family_is_drawn_with_its_copies(officers: Officers) -> None:
    page = officers.person("officer", "A", "W-1").get("/families/R-1").content.decode()
    found = re.search(r'<svg class="picture".*?</svg>', page, re.DOTALL)
    assert found
    drawn = ElementTree.fromstring(found[0])
    assert drawn.get("role") == "img"
    assert [e.tag for e in drawn[:2]] == ["title", "desc"]
    assert "要確認" in html.unescape(str(drawn[1].text)) or "未承諾" in str(drawn[1].text) or drawn[1].text
    assert PLANTED not in found[0]
    assert "style=" not in found[0]


def test_open_points_are_counted_by_day(officers: Officers) -> None:
    import sqlite3

    from scanner.inventory.point_days import open_by_day
    from scanner.inventory.reader import Reader

    with sqlite3.connect(officers.home.database) as db:
        db.execute("update points set opened = '2026-11-02T03:00:00.000Z', closed = null, state = 'open'")
        db.execute(
            "update points set closed = '2026-11-04T15:00:30.000Z', state = 'closed' where id = (select min(id) from points)"
        )
        (total,) = db.execute("select count(*) from points").fetchone()
    db.close()
    reader = Reader(officers.home.database)
    ends = [f"2026-11-0{n}T15:00:00.000Z" for n in range(1, 7)]
    assert open_by_day(reader, ends, "") == [0, total, total, total, total - 1, total - 1]
    for number, end in enumerate(ends):
        rows = reader.rows(
            "select count(*) as n from points where opened < ? and (closed is null or closed >= ?)", (end, end)
        )
        assert open_by_day(reader, ends, "")[number] == rows[0]["n"]
    reader.close()
