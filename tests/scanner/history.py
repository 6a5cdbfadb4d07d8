"""The sample office with something that happened in it: received, copied under a consent that has expired, carried out and not
brought back, published by mistake; every register has an entry, and letters have somebody who writes them."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

REGISTERS = """
[[contract.post]]
id = "責-1"
name = "保護管理責任者"
role = "保護管理"
[[contract.worker]]
id = "W-11"
name = "従事者 一"
accounts = ["nobody-here"]
pledged_on = 2026-04-01
[[contract.worker]]
id = "W-12"
name = "従事者 二"
ends = 2026-06-30
[[contract.consent]]
id = "承諾-2026-0099"
kind = "copy"
copies_max = 1
place = "store-1"
valid_to = 2026-06-30
[[contract.carryout]]
id = "持-1"
reason = "納品"
serial = "USB-0001"
starts = 2026-06-01
due = 2026-06-05
approver = "保護管理責任者"
[[contract.transfer]]
id = "送-1"
date = 2026-06-02
recipient = "stranger.example.net"
count = 12
checker1 = "W-11"
[[contract.transport]]
id = "運-1"
departed_on = 2026-06-01
due = 2026-06-03
count = 12
[[contract.training]]
id = "研-1"
date = 2026-05-01
title = "個人情報の取扱い"
attendees = ["W-11"]
[[contract.instruction]]
id = "指-1"
date = 2026-06-01
due = 2026-06-10
kind = "report"
text = "管理状況の報告"
[[contract.instruction]]
id = "指-2"
date = 2026-06-01
kind = "dispose"
scope = ["R-9"]
[[contract.instruction]]
id = "指-3"
date = 2026-06-01
[[contract.disposal]]
id = "廃-1"
instruction = "指-2"
scope = ["R-9"]
count = 3
executed_on = 2026-06-12
[[contract.inspection]]
id = "点-1"
date = 2026-06-20
by = "監査責任者"
[[contract.incident]]
id = "事-1"
scope = ["R-1"]
[[contract.party]]
id = "再-1"
kind = "subcontractor"
name = "乙社"
tier = 1
[contractor]
name = "株式会社見本集計"
postal_code = "100-0000"
address = "見本県見本市見本町一丁目2番3号"
representative_title = "代表取締役"
representative = "見本 代表"
department = "業務管理部"
telephone = "00-0000-0000"
[documents]
prefix = "見集"
[[medium]]
id = "媒-1"
serial = "USB-0001"
"""


def build(folder: Path, office: Path, command: list[str]) -> Path:
    """``folder`` with ``office`` (``policy.toml`` in it) and ``home``."""
    place = folder / "office"
    shutil.copytree(office, place)
    with (place / "policy.toml").open("a", encoding="utf-8") as file:
        file.write(REGISTERS)
    arguments = ["--home", str(folder / "home"), "-p", str(place / "policy.toml")]

    def run(*words: object) -> None:
        done = subprocess.run([*command, *map(str, words), *arguments], capture_output=True, check=False)
        assert done.returncode in (0, 1, 3), done.stderr

    original = place / "承諾済み保管庫" / "調査対象者.xlsx"
    run("receive", original, "--contract", "2026-017", "--count", 12, "--from", "市民課")
    run("scan", place, "--depth", "quick")
    shutil.copy(original, place / "承諾済み保管庫" / "写し.xlsx")
    (place / "public_html").mkdir()
    shutil.copy(original, place / "public_html" / "一覧.xlsx")
    run("scan", place, "--depth", "quick")
    with closing(sqlite3.connect(folder / "home" / "inventory.db")) as db:
        (point,) = db.execute("select id from points where state = 'open' and code = 'F07-WEBROOT'").fetchone()
    where = ("--move", "2026-017/store-1", "--instruction", "指-3", "--worker", "W-1", "--due", "2099-12-31")
    run("correct", "prepare", point, *where)
    return folder
