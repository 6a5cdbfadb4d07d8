"""The overview: a file once, what changed, pictures that say by a word what they say by colour; fits a telephone and A4."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scanner.inventory.reader import Reader
from scanner.report import overview
from scanner.report.overview import changes, pictures
from scanner.report.overview.pictures import Place
from tests.conftest import Sekisho
from tests.scanner.chromium import browser
from tests.scanner.officer import Day
from tests.scanner.world import table


class _Text(HTMLParser):
    """Cells of the lists."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self._in = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "td":
            self.cells.append("")
            self._in += 1

    def handle_endtag(self, tag: str) -> None:
        self._in -= tag == "td"

    def handle_data(self, data: str) -> None:
        if self._in:
            self.cells[-1] += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("overview")


@pytest.fixture
def day(sekisho: Sekisho, folder: Path) -> Day:
    """Two scans; between them one file went away and two came, one of which is a published copy."""

    def make(day: Day) -> None:
        assert day.run("receive", folder / "store/原本.xlsx", "--contract", "A").code == 0
        web = folder / "elsewhere/public_html"
        web.mkdir()
        (folder / "elsewhere/古い名簿.xlsx").write_bytes(table(4, 18))
        day.scan()
        (folder / "elsewhere/古い名簿.xlsx").unlink()
        (web / "一覧.xlsx").write_bytes((folder / "store/原本.xlsx").read_bytes())
        long = "とても長い名前の" * 9
        (folder / f"elsewhere/{long}名簿.xlsx").write_bytes(table(5, 17))
        day.scan()

    return Day.kept(sekisho, folder, make)


def _page(day: Day, language: str = "ja") -> str:
    out = day.folder / f"overview-{language}.html"
    done = day.run("--lang", language, "report", "overview", "-o", out)
    assert done.code == 0, done.err
    return out.read_text(encoding="utf-8")


def test_a_file_stands_once_in_the_list(day: Day) -> None:
    page = _page(day)
    head = page.index("要確認(照合不一致)</h2>")
    cells = _Text(page[head : page.index("</table>", head)]).cells
    named = [c for c in cells if "一覧.xlsx" in c]
    assert len(named) == 1
    todo = next(c for c in cells if "F07-WEBROOT" in c)
    assert "F03-OUTSIDE" in todo
    assert "F07-UNDECLARED" in todo
    assert "今日まず" in page
    assert "<script" not in page
    assert page.count("本人 12 人") >= 1


def test_an_overview_of_one_contract_shows_what_concerns_it(day: Day) -> None:
    reader = Reader(day.home / "inventory.db")
    of_a, of_none, every = (overview.build(reader, None, contract) for contract in ("A", "B", ""))
    assert "一覧.xlsx" in of_a
    assert "名簿.xlsx" not in of_a  # nobody can tell whose it is
    assert "名簿.xlsx" in every
    assert "一覧.xlsx" not in of_none
    found = changes.since_last(reader, "B")
    assert found is not None
    assert (found.opened, found.files_new, found.files_gone) == (0, 0, 0)


def test_what_changed_is_what_happened_between_the_scans(day: Day) -> None:
    reader = Reader(day.home / "inventory.db")
    found = changes.since_last(reader)
    assert found is not None
    now = {p["code"] for p in day.run("points", "--format", "jsonl", policy=False).lines()}
    assert (found.files_new, found.files_gone) == (2, 1)
    assert found.closed == {"gone": 1}
    assert found.opened >= 4
    assert "F07-WEBROOT" in now
    page = overview.build(reader)
    assert "Files with personal data: 2 new, 1 gone" in page
    assert "(the file is gone)" in page or "gone" in page


@pytest.mark.slow
def test_it_fits_a_telephone_a_screen_and_a4(day: Day, tmp_path: Path) -> None:
    import pypdfium2

    _page(day)
    with browser(tmp_path) as page:
        for width in (1280, 768, 390, 320):
            page.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500
            )
            page.open(day.folder / "overview-ja.html")
            assert page.value("document.documentElement.scrollWidth") <= width
            smallest = page.value(
                "Math.min(...[...document.querySelectorAll('main *')].filter(e => !e.matches('[text-anchor=middle]') && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))"
                ".map(e => (e.getCTM ? e.getCTM().a * 1 : 1) * parseFloat(getComputedStyle(e).fontSize)))"
            )
            assert smallest >= 9, width
        page.call("Emulation.clearDeviceMetricsOverride")
        pdf = pypdfium2.PdfDocument(io.BytesIO(page.printed()))
    for sheet in pdf:
        wide, high = sheet.get_size()
        assert (round(wide), round(high)) in ((595, 842), (596, 842))
        texts = [o for o in sheet.get_objects() if o.type == 1]
        assert texts
        assert min(o.get_bounds()[0] for o in texts) >= 28
        assert max(o.get_bounds()[2] for o in texts) <= wide - 28


def test_pictures_tell_by_words_and_patterns_what_they_tell_by_colour() -> None:
    picture = pictures.places(
        [Place("A/store", "in_place", 3, 30), Place("", "outside", 14, 9), Place("B/x", "expired", 1, 1)]
    )
    fills = re.findall(r'<rect x="0.5"[^>]*fill="([^"]+)"', picture)
    assert len(set(fills)) == 3
    assert "url(#hatch)" in fills
    assert "url(#cross)" in fills
    assert all(word in picture for word in ("3 files", "14 files", "1 files"))
    assert "http" not in picture
    hostile = pictures.places([Place("<script>alert(1)</script>/x", "outside", 1, 1)])
    assert "<script" not in hostile
    assert pictures.places([]) == pictures.families([]) == pictures.trend([("2026-11-30", 1)]) == ""
    assert "2026-11-01" in pictures.trend([("2026-11-01", 3), ("2026-11-02", 0)])
