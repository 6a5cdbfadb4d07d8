"""Logs of other products: taken in once, row by row, without paths and accounts; what they saw leaving meets the registers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.acts.logs import mapping, rows
from scanner.acts.logs.mapping import MappingError
from scanner.acts.logs.rows import Bad, Row
from scanner.duties.interface import View
from scanner.duties.logged import LEAVING, Logged
from scanner.inventory import outside
from scanner.inventory.outside import Seen
from scanner.policy.models import Policy
from tests.conftest import Sekisho
from tests.scanner.officer import Day

ZONE = clock.zone_of("Asia/Tokyo")
MAP = """
product = "SKYSEA"
skip = 1
time = ["%Y/%m/%d %H:%M:%S"]
[columns]
at = "発生日時"
action = "操作"
path = "ファイル名"
account = "ユーザー名"
host = "端末名"
medium = "デバイス名"
serial = "シリアル番号"
[actions]
"USB書き込み" = "carry"
"Webアップロード" = "upload"
"印刷" = "print"
"""
HEAD = "出力日時,2026/11/30\r\n発生日時,端末名,ユーザー名,操作,ファイル名,デバイス名,シリアル番号\r\n"
YESTERDAY = clock.today() - timedelta(days=1)


def line(path: object, act: str = "USB書き込み", at: str = "10:00:00", host: str = "", user: str = "yamada") -> str:
    return f'{YESTERDAY:%Y/%m/%d} {at},{host},{user},{act},"{path}",USBメモリ,SN-77\r\n'


def read(tmp_path: Path, data: bytes, table: str = MAP) -> list[Row | Bad]:
    (tmp_path / "map.toml").write_text(table, encoding="utf-8")
    (tmp_path / "log.csv").write_bytes(data)
    return list(rows.read(tmp_path / "log.csv", mapping.load(tmp_path / "map.toml"), ZONE))


@pytest.mark.parametrize("codec", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_every_usual_encoding_is_read(tmp_path: Path, codec: str) -> None:
    (found,) = read(tmp_path, (HEAD + line("C:\\机\\名簿.xlsx")).encode(codec))
    assert isinstance(found, Row)
    assert (found.action, found.path, found.medium, found.serial) == (
        "carry",
        "C:\\机\\名簿.xlsx",
        "USBメモリ",
        "SN-77",
    )
    assert found.at == f"{YESTERDAY}T01:00:00Z"


def test_bad_rows_are_told_by_line_and_the_others_are_taken(tmp_path: Path) -> None:
    good = line("a.xlsx")
    data = (HEAD + good + "x,y\r\n" + line("b", act="ログオン")).encode("cp932")
    data += good.encode("cp932").replace(b"a.xlsx", b"\x81\xff.xlsx") + line("").encode("cp932")
    data += (
        good.replace("10:00:00", "25:99:00").encode("cp932") + b"\r\n" + good.replace("a.", "c.").encode("cp932") + b'"'
    )
    found = read(tmp_path, data)
    assert [(b.line, b.why) for b in found if isinstance(b, Bad)] == [
        (4, "malformed"), (5, "other_action"), (6, "undecodable"), (7, "no_path"), (8, "no_time"), (11, "malformed"),
    ]  # fmt: skip
    assert [r.path for r in found if isinstance(r, Row)] == ["a.xlsx", "c.xlsx"]


@given(st.binary(max_size=400))
def test_whatever_stands_in_a_log_ends_as_rows(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = read(folder, HEAD.encode("cp932") + data, MAP.replace("skip = 1", 'skip = 1\nencoding = "cp932"'))
    assert all(isinstance(one, (Row, Bad)) for one in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [('product = "SKYSEA"', ""), ('"carry"', '"steal"'), ("[columns]", "[columns]\nwho = 'x'"), ("skip = 1", 'encoding = "klingon"'),
     ('action = "操作"', ""), ("skip = 1", "skip = "), ("skip = 1", "skip = 1\ndelimiter = ''")],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_before_anything_is_read(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "map.toml").write_text(MAP.replace(old, new), encoding="utf-8")
    with pytest.raises(MappingError):
        mapping.load(tmp_path / "map.toml")


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as wrong:
        read(tmp_path, (HEAD.replace("操作", "Operation") + line("a")).encode())
    assert (wrong.value.code, wrong.value.details["column"]) == ("no_column", "操作")


@pytest.mark.slow
def test_what_a_log_saw_leaving_meets_the_registers(sekisho: Sekisho, day: Day) -> None:
    original = day.folder / "store/原本.xlsx"
    day.scan()
    (day.folder / "map.toml").write_text(MAP, encoding="utf-8")
    log = day.folder / "log.csv"
    log.write_bytes(
        (HEAD + line(original) + line("原本.xlsx", act="Webアップロード") + line("/nowhere/原本.xlsx") + line(original, act="印刷")
         + line(original, act="ログオン")).encode("cp932")
    )  # fmt: skip
    done = day.run("events", "import", log, "--map", day.folder / "map.toml")
    assert (done.code, "4 new (3 of them" in done.out) == (0, True), done.out + done.err
    again = day.run("events", "import", log, "--map", day.folder / "map.toml")
    assert "0 new" in again.out
    assert "4 known" in again.out
    codes = [p["code"] for p in day.run("points", "--format", "jsonl", policy=False).lines()]
    assert codes.count("F06-LOGGED") == 2  # what was printed did not leave, and nobody knows the third file
    day.policy(
        f'[[contract.carryout]]\nid = "持-1"\nreason = "納品"\nserial = "sn-77"\nstarts = {YESTERDAY}\ndue = {YESTERDAY}\n'
    )
    day.run("events", "import", log, "--map", day.folder / "map.toml")
    points = day.run("points", "--format", "jsonl", policy=False)
    assert [p["code"] for p in points.lines()].count("F06-LOGGED") == 1  # a medium may carry it; that is no sending
    with closing(sqlite3.connect(day.home / "inventory.db")) as db, db:
        kept = "\n".join(str(row) for row in db.execute("select * from outside"))
        told = "\n".join(d for (d,) in db.execute("select details from ledger where kind = 'events_imported'"))
    db.close()
    assert not [value for value in ("原本", "yamada", "store") if value in kept + told]
    assert day.run("ledger", "verify", policy=False).code == 0
    wrong = day.run("events", "import", day.folder / "none.csv", "--map", day.folder / "map.toml")
    assert (wrong.code, "cannot be read" in wrong.err) == (2, True)


@pytest.mark.parametrize("action", sorted(LEAVING))
@pytest.mark.parametrize("register", ["carryout", "transfer"])
@pytest.mark.parametrize("days", [0, 1])
def test_an_act_is_declared_by_the_register_of_its_own_kind_alone(
    monkeypatch: pytest.MonkeyPatch, action: str, register: str, days: int
) -> None:
    noon = f"{YESTERDAY}T03:00:00Z"
    seen = Seen(b"1", "log", noon, action, "PC-1", "W-1", "USB", "", "", 1, 1)
    monkeypatch.setattr(outside, "leaving", lambda *_: [(seen, 4)])
    day = YESTERDAY - timedelta(days=days)
    entries = {"carryout": {"reason": "納品", "starts": day, "due": day}, "transfer": {"date": day, "recipient": "P-1"}}
    contract = {"id": "A", "title": "業務", register: [{"id": "1", **entries[register]}]}
    family = SimpleNamespace(original=SimpleNamespace(id=4, contract="A", family="R-4"))
    rules = Policy.model_validate({"contract": [contract]})
    declared = days == 0 and (register == "carryout") == (action == "carry")
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create table files (host text)")
        view = View(db, rules, [family], YESTERDAY)  # type: ignore[list-item]
        assert [fact.code for fact in Logged(view).finish()] == ([] if declared else ["F06-LOGGED"])
