"""A month of two contracts: at its stages every number of the forms is what a second, independent count of the files says."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.custody_office import HEADER, rows
from scanner.demo import formats
from tests.scanner import recount
from tests.scanner.month_compared import Month, compare
from tests.scanner.world import table, text

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("month")]


A, B = rows(24, 501), rows(15, 502)


def some(people: list[list[str]], *numbers: int) -> bytes:
    return formats.csv_text([HEADER, *(people[n] for n in numbers)]).encode("utf-8")


def mail(data: bytes, *to: str) -> bytes:
    plain = formats.eml("係", "名簿", "送ります", {"名簿.xlsx": data}).split(b"\r\n")
    return b"\r\n".join([f"To: {', '.join(to)}".encode(), *(line for line in plain if not line.startswith(b"To:"))])


def test_the_other_count_knows_nothing_of_the_program() -> None:
    source = Path(recount.__file__).read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:from|import)\s+(?:scanner|detectors|tests|benchmarks)\b", source, re.MULTILINE)


def test_a_month_of_two_contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = Month(tmp_path / "w", monkeypatch)
    world = month.world
    put, root = world.put, world.root
    put("srv/A/原本.xlsx", formats.xlsx({"名簿": [HEADER, *A]}))
    put("srv/A/収集.csv", text(9, 503))
    put("srv/B/案内.xlsx", formats.xlsx({"名簿": [HEADER, *B]}))
    put("srv/A/手順.txt", "作業の手順を確かめること。\n".encode())
    month.receive("srv/A/原本.xlsx", "A")
    month.receive("srv/A/収集.csv", "A", "collected")
    month.receive("srv/B/案内.xlsx", "B")
    assert world.scan() == {}
    said = compare(month, tmp_path)
    assert (said["personal"], said["F07"]) == (3, 0)

    # the second week: work begins, and more copies than were agreed to
    original = (root / "srv/A/原本.xlsx").read_bytes()
    for name in (
        "work-1/写し1.xlsx",
        "work-1/写し2.xlsx",
        "A/控え.xlsx",
        "A/二つ目.xlsx",
        "backup-a/夜間.xlsx",
        "B/紛れ.xlsx",
    ):
        put(f"srv/{name}", original)
    put("srv/work-1/抜粋.csv", some(A, *range(3, 11)))
    put("srv/B/写し.xlsx", (root / "srv/B/案内.xlsx").read_bytes())
    put("home/u/机.csv", some(B, *range(10)))
    put("home/u/一行.csv", some(A, 20))
    put("home/u/許可.eml", mail(original, "kakari@ok.example.com"))
    put("home/u/別.eml", mail(original, "kakari@ok.example.com", "x@other.example.org"))
    put("home/u/OneDrive/同期.xlsx", original)
    put("media/usb/持出し.xlsx", original)
    put("backups/夜/案内.xlsx", (root / "srv/B/案内.xlsx").read_bytes())
    put("backups/夜/原本.xlsx", original)
    put("srv/A/作成.csv", text(6, 504))
    put("srv/A/混在.csv", some([*A, *rows(5, 507)], 2, 24, 25, 26, 27, 28))  # one row of the original among others
    put("home/u/無関係.csv", text(4, 505))
    put("srv/A/鍵つき.xlsx", formats.encrypted(table(2, 506), "himitsu"))
    month.ask("srv/A/原本.xlsx", "A", "send", "ok.example.com")
    month.ask("srv/A/収集.csv", "A", "send", "stranger.example.org")
    month.ask("srv/B/案内.xlsx", "B", "dispose", "")
    month.later(days=7)
    world.scan()
    said = compare(month, tmp_path)
    first = said["families"]["R-1"]
    assert (first["observed"], first["permitted"], first["technical"], first["few"]) == (11, 5, 2, 2)

    # the third week: some is put in order, a consent ends, a place ends, one is withdrawn
    for name in ("home/u/机.csv", "home/u/別.eml", "media/usb/持出し.xlsx", "srv/A/二つ目.xlsx"):
        (root / name).unlink()
    shutil.move(root / "home/u/OneDrive/同期.xlsx", root / "srv/work-1/同期.xlsx")
    world.contract()["consent"][1]["valid_to"] = world.day
    world.contract()["consent"][2]["withdrawn_on"] = world.day + timedelta(days=3)
    world.contract("B")["place"][0]["valid_to"] = world.day
    world.contract()["consent"][0]["copies_max"] = 3
    month.later(days=7)
    world.scan()
    said = compare(month, tmp_path)
    assert said["F03-EXPIRED"] == 3

    # the last week: the work is over
    for path in [
        *(root / "srv/work-1").iterdir(),
        *(root / "srv/backup-a").iterdir(),
        *(root / "backups/夜").iterdir(),
    ]:
        path.unlink()
    for name in ("A/原本.xlsx", "A/収集.csv", "A/控え.xlsx", "B/紛れ.xlsx"):
        (root / "srv" / name).unlink()
    (root / "home/u/許可.eml").unlink()
    world.contract()["completed_on"] = world.contract()["disposal"][0]["executed_on"] = world.day
    world.contract()["handover"] = [{"id": "H-1", "date": world.day, "receiver": "委託者"}]
    month.later(days=1)
    assert world.scan()["F13-NOT-RETURNED"] == 1
    said = compare(month, tmp_path)
    assert (said["contracts"]["A"]["held"], said["contracts"]["A"]["other"], said["contracts"]["A"]["few"]) == (0, 2, 2)
    for name in ("srv/A/作成.csv", "srv/A/混在.csv", "home/u/一行.csv", "srv/A/鍵つき.xlsx"):
        (root / name).unlink()
    world.scan()
    compare(month, tmp_path)
    assert month.form("9c", "A").facts["判定"] == "検査範囲に残存なし(未検査 0 件)"
