"""Somebody who has never seen the pages does what the list of tasks says, by what is written on them, in a browser that runs no script."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import needed
from tests.scanner.chromium import browser
from tests.scanner.consoles import PASSWORD, Officers, program
from tests.scanner.officer import PASSPHRASES
from tests.scanner.test_officers_browser import served
from tests.scanner.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.posix("chromium"), pytest.mark.xdist_group("officers")]
SEEDED = 10


def seeded(officers: Officers) -> None:
    """Ten copies that nobody agreed to."""
    away = officers.folder / "away"
    for n in range(SEEDED - 1):
        shutil.copy(officers.folder / "store/list.xlsx", away / f"写し{n}.xlsx")
    more = ("--home", officers.home.path, "-p", officers.folder / "policy.toml")
    program("scan", *(officers.folder / n for n in ("store", "other", "away")), "--depth", "quick", *more)


def count(officers: Officers, what: str) -> int:
    with closing(sqlite3.connect(officers.home.database)) as db:
        return int(
            db.execute(
                f"select count(*) from points p join point_contracts o on o.point = p.id where o.contract = 'A' and {what}"
            ).fetchone()[0]
        )


def test_a_newcomer_closes_ten_points_with_a_colleague(officers: Officers, tmp_path: Path) -> None:
    """From the link to the last signature: the newcomer invites the second person, decides, and the other signs on a screen of their own."""
    needed("chromium")
    seeded(officers)
    wanted = "p.state = 'open'"
    there = count(officers, wanted)
    with served(officers) as (address, link, errors), browser(tmp_path) as page:
        first = Visitor(page)
        first.goes(link)
        first.fills(
            **{"利用者名": "newcomer", "従事者番号": "W-1", "パスワード(もう一度)": PASSWORD, "パスワード": PASSWORD}
        )
        first.presses("作成する")
        first.goes(f"{address}/people?contract=A")
        first.fills(**{"役割": "保護管理責任者", "従事者番号": "W-2"})
        first.presses("リンクを作る")
        invited = first.reads("新しいリンク")
        second = Visitor(page, own=True)
        second.goes(invited)
        second.fills(**{"利用者名": "colleague", "パスワード(もう一度)": PASSWORD, "パスワード": PASSWORD})
        second.presses("作成する")
        first.presses("要確認")
        first.fills(**{"種類": "承諾なし"})
        first.presses("絞り込む")
        first.presses("xlsx")
        first.presses("受容・誤検知として終える")
        first.fills(**{"判断": "受容", "理由": "確認済み", "W-1 の鍵のパスフレーズ": PASSPHRASES["W-1"]})
        first.ticks_all("同じ判断をするもの")
        first.presses("一人目として署名する")
        second.presses("承認")
        while "署名を待つものはありません" not in second.text:
            second.presses("内容を確かめて署名する")
            second.fills(**{"W-2 の鍵のパスフレーズ": PASSPHRASES["W-2"]})
            second.presses("二人目として署名する")
        assert count(officers, wanted) <= there - SEEDED
        assert errors.read_text(encoding="utf-8") == ""
