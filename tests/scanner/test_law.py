"""The law as data: every duty cites its text and its days, nothing is reckoned from what is not settled."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from scanner.policy import law
from scanner.report import deadlines
from tests.conftest import Sekisho

TODAY = date(2026, 11, 30)


def test_every_provision_is_whole() -> None:
    ids = [p.id for p in law.provisions()]
    assert len(ids) == len(set(ids))
    for p in law.provisions():
        assert p.kind in ("duty", "clock", "threshold", "penalty")
        assert set(p.law) <= {"public", "private", "number"}
        assert set(p.annex) <= set(range(1, 20))
        assert p.act
        assert p.article
        assert not (p.days or p.persons) or p.settled
        assert p.first is None or p.by is None
        assert (p.kind == "clock") == bool(p.days)


@pytest.mark.parametrize("profile", ["public", "private", "number"])
def test_what_changes_until_a_day(profile: str) -> None:
    assert law.changes(profile, TODAY, date(2027, 1, 16)) == []
    assert [p.id for p in law.changes(profile, TODAY, date(2027, 1, 17))] == ["penalties_2026"]
    assert not law.changes(profile, date(2027, 1, 17), date(2027, 3, 31))
    assert [p.id for p in law.unsettled(profile, TODAY, date(2027, 3, 31))] == ["entrusted_2026"]
    assert "entrusted_2026" in [p.id for p in law.changes(profile, TODAY, date(2028, 7, 16))]
    assert law.applied(TODAY) != law.applied(date(2027, 1, 17))


def test_clocks_come_from_the_data() -> None:
    clock = deadlines.clock(date(2026, 6, 1))
    assert (clock.first_from, clock.first_until) == (date(2026, 6, 3), date(2026, 6, 5))
    assert clock.final_day == date(2026, 6, 30)
    assert deadlines.THRESHOLD == {"public": 100, "private": 1_000, "number": 100}


def _of_law(out: str) -> list[str]:
    """The lines about the law, which stand last."""
    lines = out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(("法令", "The law")))
    return [line.replace("p.toml", "") for line in lines[start:]]


def test_articles_tell_what_is_coming(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("担当 山本花子 090-3141-5926\n")
    (tmp_path / "p.toml").write_text('[[contract]]\nid="A"\ntitle="a"\n', encoding="utf-8")
    common = ("-p", tmp_path / "p.toml", "--home", tmp_path / "h")
    sekisho("scan", *common, tmp_path / "a.txt", "--depth", "quick")
    told = sekisho("--lang", "ja", "articles", *common, "--as-of", "令和9年4月1日")
    assert "第30条の3" in told.out
    assert "【未確定】" in told.out
    assert not [line for line in _of_law(told.out) if re.search("[A-Za-z]{2,}", line)]
    assert "令和9年1月17日 から" in told.out
    told = sekisho("--lang", "en", "articles", *common, "--as-of", "2027-04-01")
    assert "art. 30-3" in told.out
    assert not [line for line in _of_law(told.out) if re.search("[ぁ-んァ-ヶ一-龠]", line)]
    rows = [r for r in sekisho("articles", *common, "--format", "jsonl", "--as-of", "2027-04-01").lines() if "law" in r]
    assert {r["law"]: r["settled"] for r in rows}["entrusted_2026"] is False
    assert sekisho("articles", *common, "--as-of", "いつか").code == 2
    made = sekisho("report", "19", *common, "-o", tmp_path / "r.csv")
    assert made.code == 0, made.err
    assert "適用した法令 個人情報の保護に関する法律" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
