"""A month of an officer who has Excel and the commands of README.ja.md, and nothing else: from the blank workbook to what is handed in."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scanner import clock
from scanner.demo import formats
from scanner.report.forms.interface import wareki
from tests.conftest import ROOT, Result, Sekisho

HEADER = ["氏名", "生年月日", "電話番号"]
PEOPLE = [[f"{a} {b}", f"19{60 + n}/0{1 + n % 9}/1{n % 9}", f"090-1234-56{n:02}"] for n, (a, b) in enumerate(
    (a, b) for a in ("山田", "鈴木", "佐藤", "高橋", "田中") for b in ("太郎", "花子", "一郎")
)]  # fmt: skip
PHRASES = {"W-1": "あおい海と白い砂浜", "W-2": "しずかな森の朝ごはん"}


class Officer:
    """Somebody with a workbook, a folder, and a command line."""

    def __init__(self, sekisho: Sekisho, folder: Path) -> None:
        self._sekisho, self.folder, self.book = sekisho, folder, folder / "台帳.xlsx"
        for name in ("保管庫", "机"):
            (folder / name).mkdir()
        for worker, phrase in PHRASES.items():
            path = folder / f"{worker}.txt"
            path.write_text(phrase + "\n", encoding="utf-8")
            path.chmod(0o600)

    def run(self, *words: object, policy: bool = True, code: tuple[int, ...] = (0,)) -> Result:
        more = ("--home", self.folder / "home", *(("-p", "policy.toml") if policy else ()))
        done = self._sekisho("--lang", "ja", *words, *more, cwd=self.folder)
        assert done.code in code, (words, done.out, done.err)
        return done

    def plain(self, *words: object, code: int = 0) -> Result:
        done = self._sekisho("--lang", "ja", *words, cwd=self.folder)
        assert done.code == code, (words, done.out, done.err)
        return done

    def write(self, sheet: str, **cells: Any) -> int:
        """A row at the end of a sheet, by the headings; returns its number."""
        book = load_workbook(self.book)
        page = book[sheet]
        heads = {str(c.value).rstrip("＊"): c.column for c in page[1]}
        row = next(n for n in range(2, 999) if not page.cell(n, 1).value and not page.cell(n, 2).value)
        for heading, value in cells.items():
            page.cell(row, heads[heading]).value = value
        book.save(self.book)
        return row

    def put_right(self, sheet: str, row: int, heading: str, value: Any) -> str:
        """One cell; returns its name."""
        book = load_workbook(self.book)
        head = next(c for c in book[sheet][1] if str(c.value).rstrip("＊") == heading)
        book[sheet].cell(row, head.column).value = value
        book.save(self.book)
        return f"{sheet}!{head.column_letter}{row}"

    def form(self, number: str, *more: object) -> list[list[str]]:
        self.run("report", number, "--contract", "R8-001", "-o", f"{number}.csv", *more)
        return list(csv.reader(io.StringIO((self.folder / f"{number}.csv").read_text(encoding="utf-8-sig"))))


@pytest.mark.slow
def test_a_month_with_a_workbook(sekisho: Sekisho, tmp_path: Path) -> None:
    play(Officer(sekisho, tmp_path))


def play(officer: Officer) -> None:
    """The month, step by step."""
    folder, today = officer.folder, clock.today()
    officer.plain("init", "--excel", "台帳.xlsx")
    officer.write(
        "契約", 契約番号="R8-001", 件名="住民意向調査", 委託者="○○市", 宛先="○○市長 様", 記録項目="氏名、生年月日、電話番号", 責任者="責任者 一",
        開始日="令和8年4月1日", 終了日=date(2099, 3, 31), 特定個人情報="無",
    )  # fmt: skip
    officer.write("受託者", 受託者の名称="株式会社甲", 代表者の氏名="代表者", 文書番号の頭の字="甲")
    place = officer.write("場所", 契約番号="R8-001", 場所番号="庫", 区分="作業場", パス="保管庫", 承諾番号="承-1")
    for number in (1, 2):
        officer.write(
            "従事者",
            契約番号="Ｒ８－００１",
            従事者番号=f"W-{number}",
            氏名=f"従事者 {number}",
            開始日="R8.4.1",
            研修日="昨年",
        )
    refused = officer.plain("policy", "import", "台帳.xlsx", "-o", "policy.toml", code=2).err
    for row in (2, 3):
        cell = officer.put_right("従事者", row + 1, "研修日", wareki(today))
        assert cell in refused, refused
        assert "令和9年3月31日" in refused
    cell = officer.put_right("場所", place, "区分", "保管場所")
    assert cell not in refused, "作業場 is 作業場所"
    officer.plain("policy", "import", "台帳.xlsx", "-o", "policy.toml")
    assert "甲第{n}号" in officer.run("policy", "show").out

    original = folder / "保管庫/名簿.xlsx"
    original.write_bytes(formats.xlsx({"名簿": [HEADER, *PEOPLE]}))
    received = officer.run("receive", original, "--contract", "R8-001", "--from", "市民課", "--count", len(PEOPLE)).out
    assert "R-1" in received
    officer.run("scan", ".", "--depth", "quick")

    copy = folder / "机/写し.xlsx"
    copy.write_bytes(original.read_bytes())
    officer.run("scan", ".", "--depth", "quick", code=(1,))
    told = officer.run("points", "--format", "jsonl", policy=False, code=(1,)).lines()
    numbers = {point["code"]: point["id"] for point in told}
    assert set(numbers) == {"F03-OUTSIDE", "F07-UNDECLARED"}
    working = officer.run("points", "show", numbers["F07-UNDECLARED"], policy=False).out
    assert "写しの別: 技術的な写し" in working  # the folders of tests are temporary ones

    signs = ("--passphrase-file", "W-1.txt", "--passphrase-file", "W-2.txt")
    officer.run("people", "begin", "W-1", "W-2", *signs)
    decide = (
        "points",
        "close",
        numbers["F03-OUTSIDE"],
        "--by",
        "W-1",
        "--reviewer",
        "W-2",
        "--reason",
        "研修の教材",
        *signs,
    )
    assert "終えました" in officer.run(*decide).out
    copy.unlink()
    officer.run("scan", ".", "--depth", "quick")
    month = "\n".join(",".join(row) for row in officer.form("3"))
    assert "原本系列" in month

    original.unlink()
    officer.write(
        "指示", 契約番号="R8-001", 指示番号="指-1", 指示日=today, 区分="廃棄の指示", 指示者="○○市", 対象="R-1", 内容="消去すること", 対応="消去した", 回答日=today,
    )  # fmt: skip
    row = officer.write(
        "廃棄",
        契約番号="R8-001",
        番号="廃-1",
        指示番号="指-1",
        対象="R-1",
        実施日=today,
        実施者="W-1",
        立会者="W-2",
        方法="上書き",
        **{"件数・人数": "十五人"},
    )
    refused = officer.plain("policy", "import", "台帳.xlsx", "-o", "policy.toml", "--force", code=2).err
    assert officer.put_right("廃棄", row, "件数・人数", "１５人") in refused
    officer.plain("policy", "import", "台帳.xlsx", "-o", "policy.toml", "--force")
    officer.run("scan", ".", "--depth", "quick")
    verdict = next(row for row in officer.form("9c") if row[:1] == ["判定"])[1]
    assert verdict.startswith("検査範囲に残存なし"), verdict
    disposed = officer.form("9b")
    assert any("残存なし" in cell for row in disposed for cell in row)
    assert any("廃棄済" in cell for row in officer.form("1") for cell in row)
    officer.run("report", "9c", "--contract", "R8-001", "-o", "残存確認.docx")
    assert (folder / "残存確認.docx").read_bytes()[:2] == b"PK"
    officer.run("ledger", "verify", policy=False)


def test_the_readme_leads_through_it() -> None:
    """Every command of the month stands in the README that the officer has."""
    text = (ROOT / "README.ja.md").read_text(encoding="utf-8")
    for words in (
        "init --excel",
        "policy import",
        "receive",
        "scan",
        "points",
        "points show",
        "people begin",
        "points close",
        "report 3",
        "report 9c",
        "report 9b",
        "ledger verify",
    ):
        assert f"sekisho {words}" in text, words
