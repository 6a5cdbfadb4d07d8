"""A report speaks under its own policy, whichever policy the last scan used."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from tests.conftest import Sekisho

CONTRACT = """
[[contract]]
id = "{number}"
title = "{number}"
starts = 2020-04-01
ends = 2099-03-31
entruster = "市"
purpose = "集計"
items = ["PERSON"]
[[contract.place]]
id = "store-{number}"
kind = "storage"
path = "{place}"
"""


def _places(path: Path) -> list[str]:
    """Where form 4 and the overview say that the lists lie."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".html":
        return re.findall(r"store-[AB]|承諾された場所の外|合意された場所の外", text)
    return [
        ",".join(row) for row in csv.reader(text.splitlines()) if any(c.startswith(("store-", "(合意")) for c in row)
    ]


def test_reports_after_a_scan_with_another_policy(tmp_path: Path, sekisho: Sekisho) -> None:
    home = tmp_path / "home"
    for number in ("A", "B"):
        (tmp_path / number).mkdir()
        (tmp_path / number / "list.csv").write_text("氏名,電話番号\n山本花子,090-3141-5926\n佐々木次郎,080-3141-5926\n")
        (tmp_path / f"{number}.toml").write_text(
            CONTRACT.format(number=number, place=(tmp_path / number).as_posix()), encoding="utf-8"
        )

    def report(form: str, name: str, *, policy: str = "A") -> Path:
        out = tmp_path / name
        made = sekisho("report", form, "-p", tmp_path / f"{policy}.toml", "--home", home, "-o", out)
        assert made.code == 0, made.err
        return out

    def scan(policy: str) -> None:
        done = sekisho("scan", "-p", tmp_path / f"{policy}.toml", "--home", home, tmp_path / "A", tmp_path / "B")
        assert done.code == 1, done.err

    scan("A")
    first = {form: _places(report(form, f"first.{ending}")) for form, ending in (("4", "csv"), ("overview", "html"))}
    assert all(first.values())
    scan("B")
    again = {form: _places(report(form, f"again.{ending}")) for form, ending in (("4", "csv"), ("overview", "html"))}
    assert again == first
    open_points = [json.loads(line) for line in sekisho("points", "--home", home, "--format", "jsonl").out.splitlines()]
    outside = sorted(Path(p["path"]).parent.name for p in open_points if p["code"] == "F03-OUTSIDE")
    assert outside == ["A", "B"]  # each policy has its own point about the other one's place
