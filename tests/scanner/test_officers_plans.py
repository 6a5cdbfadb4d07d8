"""No page goes through a large table: what it asks for is found by a number or an index, however much there is."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from scanner.console import kept
from scanner.console.roles import Role
from scanner.inventory.reader import Reader
from tests.scanner.consoles import Officers
from tests.scanner.plans import slow
from tests.scanner.test_officers_access import address, views

pytestmark = pytest.mark.xdist_group("officers")
_MORE = (
    "/points?place=outside",
    "/points?stage=review",
    "/points?late=1",
    "/record?kind=received",
    "/record?contract=A",
    "/today?contract=A",
    "/points?older=3",
)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.WORKER])
def test_no_page_goes_through_a_large_table(officers: Officers, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    opened = Reader.__init__

    def told(self: Reader, *words: object, **more: object) -> None:
        opened(self, *words, **more)  # type: ignore[arg-type]
        if threading.current_thread() is threading.main_thread():  # what is counted beside the pages may take its time
            self.db.set_trace_callback(said.append)

    browser = officers.person(role, "A", "W-3")
    monkeypatch.setattr(kept, "SMALL", -1)
    monkeypatch.setattr(Reader, "__init__", told)
    for name, pattern in views().items():
        if not pattern.callback.act:
            browser.get(address(name, officers))
    for where in _MORE:
        browser.get(where)
    kept.settled()
    assert len(said) > 50
    with closing(sqlite3.connect(officers.home.database)) as db:
        assert not slow(db, said)


def test_what_is_counted_beside_the_pages_is_shown_with_its_time(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = officers.person("officer", "A", "W-1")
    monkeypatch.setattr(kept, "SMALL", -1)
    for page in ("/today", "/places"):  # what 今日 shows of the coverage is what its own page shows
        assert "数えています" in browser.get(page).content.decode()
        kept.settled()
        text = browser.get(page).content.decode()
        assert "数えています" not in text
        assert "取扱記録" in text


def test_what_cannot_be_counted_is_in_the_log_and_tried_again(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def broken(reader: Reader) -> int:
        tries.append(1)
        raise ValueError("山田花子")

    monkeypatch.setattr(kept, "SMALL", -1)
    for _ in range(2):
        with closing(Reader(officers.home.database)) as reader:
            assert kept.kept(reader, "broken", broken) is None
        kept.settled()
    assert len(tries) == 2
    log = officers.home.log.read_text(encoding="utf-8")
    assert "ValueError" in log
    assert "山田" not in log
