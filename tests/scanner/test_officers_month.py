"""An officer's month, in a browser that runs no script: from the link that the program prints to what an inspector sees."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from scanner import clock
from scanner.inventory.home import Home
from scanner.policy.load import load
from scanner.policy.registers.labels import label
from tests.conftest import needed
from tests.moments import VARIABLE
from tests.scanner.chromium import browser
from tests.scanner.consoles import PASSWORD, PLANTED, program
from tests.scanner.officer import PASSPHRASES
from tests.scanner.test_officers_browser import served
from tests.scanner.visitor import Visitor
from tests.scanner.world import table

pytestmark = [pytest.mark.slow, pytest.mark.posix("chromium"), pytest.mark.xdist_group("officers")]
POLICY = """
[watch]
roots = ["store", "away"]
[[contract]]
id = "A"
title = "住民意向調査"
entruster = "○○市 市民部"
items = ["PERSON", "JP_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "EMAIL_ADDRESS"]
responsible = { name = "保護管理責任者" }
starts = 2026-04-01
[[contract.place]]
id = "store"
kind = "storage"
path = "store"
consent = "承諾-1"
[[contract.worker]]
id = "W-1"
name = "従事者 一"
[[contract.worker]]
id = "W-2"
name = "従事者 二"
[[contract]]
id = "B"
title = "別の業務"
starts = 2026-04-01
"""


@dataclass(frozen=True)
class Folder:
    """What an office has before anybody has opened a page: a policy, two people who can sign, a file that came and a copy of it."""

    folder: Path
    home: Home


def fresh(folder: Path) -> Folder:
    for name in ("store", "away"):
        (folder / name).mkdir(parents=True)
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8", newline="\n")
    (folder / "store/list.xlsx").write_bytes(table(12, 91))
    (folder / "away" / f"{PLANTED}.xlsx").write_bytes(table(12, 91))
    files: list[object] = []
    for worker in ("W-1", "W-2"):
        path = folder / f"{worker}.passphrase"
        path.write_text(PASSPHRASES[worker] + "\n", encoding="utf-8")
        path.chmod(0o600)
        files += ["--passphrase-file", path]
    program("people", "begin", "W-1", "W-2", *files, "--home", folder / "home", "-p", folder / "policy.toml")
    return Folder(folder, Home(folder / "home"))


def account(visitor: Visitor, link: str, name: str, **more: str) -> None:
    """The page behind a link."""
    visitor.goes(link)
    visitor.fills(**{"利用者名": name, **more, "パスワード(もう一度)": PASSWORD, "パスワード": PASSWORD})
    visitor.presses("作成する")


def invited(officer: Visitor, address: str, role: str, **more: str) -> str:
    officer.goes(f"{address}/people")
    officer.fills(**{"役割": role, **more})
    officer.presses("リンクを作る")
    return officer.reads("新しいリンク")


def work_done(visitor: Visitor, number: int) -> None:
    """So many jobs of the list are done."""
    until = time.monotonic() + 150
    while visitor.text.count("完了") < number:
        assert "失敗" not in visitor.text, visitor.text
        assert time.monotonic() < until, visitor.text
        time.sleep(0.5)
        visitor.presses("最新の状態を見る")


def both_sign(first: Visitor, second: Visitor, address: str, reason: str) -> None:
    """The first on the page where they are, the second on their own screen."""
    first.fills(**{reason: "確認済み", "W-1 の鍵のパスフレーズ": PASSPHRASES["W-1"]})
    first.presses("一人目として署名する")
    second.goes(address)
    second.fills(**{"W-2 の鍵のパスフレーズ": PASSPHRASES["W-2"]})
    second.presses("二人目として署名する")


def saved(visitor: Visitor, **fields: str) -> None:
    """A form of a register: filled, looked at, saved."""
    visitor.fills(**fields)
    visitor.presses("変わるところを見る")
    visitor.presses("保存する")


@pytest.fixture
def real_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker of the jobs is a program of its own and knows no calendar of tests."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(clock, "source", clock.System())


def test_the_month_of_an_officer(real_days: None, tmp_path: Path) -> None:
    needed("chromium")
    office = fresh(tmp_path / "office")
    today, downloads = clock.today(), tmp_path / "downloads"
    day = today.isoformat()
    with served(office) as (address, link, errors), browser(tmp_path) as page:
        first = Visitor(page, downloads=downloads)
        account(first, link, "officer", 従事者番号="W-1")
        first.goes(f"{address}/today?contract=A")
        assert "まだ一度もスキャンしていません" in first.text, "silence is told first"

        first.presses("原本と写し")
        first.presses("受領の登録")
        first.fills(**{"ファイルの場所": "store/list.xlsx", "帳票に書く名称": "調査票一式", "申告された本人の数": "12"})
        first.presses("登録を依頼する")
        work_done(first, 1)
        first.presses("今すぐスキャンする")
        work_done(first, 2)
        first.presses("原本と写し")
        first.presses("R-1 調査票一式")
        assert "超過" in first.text

        second = Visitor(page, own=True)
        account(second, invited(first, address, "保護管理責任者", 従事者番号="W-2"), "colleague")
        first.presses("要確認")
        first.fills(**{"種類": "承諾なし"})
        first.presses("絞り込む")
        first.presses("xlsx")
        point = first.path
        assert PLANTED not in first.text
        first.fills(**{"理由": "集計のため一時的に置いた"})
        first.presses("申告する", 1)
        assert "集計のため一時的に置いた" in first.text
        first.presses("受容・誤検知として終える")
        both_sign(first, second, f"{address}{point}", "理由")
        first.goes(f"{address}{point}")
        assert "完了しています" in first.text

        first.presses("帳票")
        first.fills(**{"帳票": "3 ", "対象の月": day[:7]})
        first.presses("内容を見る")
        assert "取扱状況報告書" in first.text
        assert first.takes("Word (docx)").suffix == ".docx"
        first.presses("帳票")
        first.presses("提出を記録する")
        first.presses("提出を記録する")
        assert "委託者 · 持参" in first.text

        first.goes(f"{address}{point}")
        first.presses("場所外")
        first.presses("これを事故として登録する")
        first.presses("事故として登録する")
        first.presses("保存する")
        first.presses("事故-")
        incident = first.path
        assert first.takes("11a").suffix == ".docx"
        first.presses("項目を記入する")
        told = ("summary", "cause", "secondary", "response", "publication", "measures")
        days = {label("incident", key): day for key in ("reported_on", "written_on")}
        saved(first, **days, **{label("incident", key): "確認した内容" for key in told})
        first.goes(f"{address}{incident}")
        both_sign(first, second, f"{address}{incident}", "終える理由")
        assert "二人が署名" in second.text

        first.presses("返還・廃棄")
        first.presses("指示を登録する")
        saved(first, 指示番号="指-1", 指示者="○○市")
        first.presses("返還・廃棄")
        first.presses("廃棄を登録する")
        saved(first, 番号="廃-1", 実施者="W-1", 立会者="W-2")
        for file in (office.folder / "store/list.xlsx", office.folder / "away" / f"{PLANTED}.xlsx"):
            file.unlink()
        first.presses("返還・廃棄")
        first.presses("今すぐスキャンする")
        work_done(first, 3)
        first.presses("返還・廃棄")
        first.fills(**{"調べられなかった分を": True, "受け入れる理由": "夜間に確認済み"})
        first.presses("残存確認の内容を見る")
        assert "残存なし" in first.text, first.text
        assert first.takes("Word (docx)").suffix == ".docx"

        first.presses("調査")
        first.presses("資料一式を作る")
        work_done(first, 4)
        assert first.takes("ダウンロード").read_bytes()[:2] == b"PK"

        eye = Visitor(page, own=True)
        until = (today + timedelta(days=14)).isoformat()
        account(eye, invited(first, address, "監査・委託者", 終了日=until), "inspector")
        eye.presses("調査")
        assert "資料一式を作る" not in eye.text
        eye.goes(f"{address}{point}")
        assert "次に行うこと" in eye.text
        assert not [
            word
            for word in ("段階を変える", "受容・誤検知として終える", "これを事故として登録する")
            if word in eye.text
        ]
        assert PLANTED not in eye.text
        eye.goes(f"{address}/registers")
        assert "この役割では利用できない" in eye.text
        eye.goes(f"{address}/today?contract=B")
        assert "見つかりません" in eye.text
        assert errors.read_text(encoding="utf-8") == ""
    (entry,) = load(office.folder / "policy.toml").contract[0].incident
    assert entry.summary == "確認した内容"
    kinds = ("received", "scan_ended", "report_made", "form_handed", "swept", "agreement_signed", "console_refused")
    with closing(sqlite3.connect(office.home.database)) as db:
        entered = {kind for (kind,) in db.execute("select distinct kind from ledger")}
    assert set(kinds) <= entered
    program("ledger", "verify", "--home", office.home.path)
