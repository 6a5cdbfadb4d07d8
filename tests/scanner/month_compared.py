"""A month of the program beside the count of ``recount``."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.acts import gate
from scanner.acts.issuing import Order, issue
from scanner.acts.receive import Receipt, receive
from scanner.inventory.reader import Reader
from scanner.report.forms.interface import FormRefused
from tests import moments
from tests.scanner import recount
from tests.scanner.world import START, World, contracts

REGISTERS = {
    "4": "place", "5a": "post", "5b": "worker", "6": "carryout", "6c": "transfer", "7": "consent", "13": "training", "14b": "inspection",
    "15": "instruction", "16": "transport", "17": "worker",
}  # fmt: skip
"""Forms that print a register: as many lines as it has entries."""


class Month:
    """The office, what was received, and the two counts of it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        policy = contracts(root, "PC-1")
        self.world = World(root, monkeypatch, policy=policy)
        self.received: list[dict[str, Any]] = []
        self.gates: list[dict[str, Any]] = []
        self._patch = monkeypatch
        one, two = policy["contract"]
        one["responsible"] = {"name": "責任者"}
        one["place"] += [
            {"id": "work-1", "kind": "work", "path": str(root / "srv/work-1"), "consent": "承諾-1"},
            {"id": "backup-a", "kind": "storage", "path": str(root / "srv/backup-a"), "consent": "承諾-1"},
        ]
        one["party"] += [{"id": "P-1", "kind": "contractor", "name": "受託者", "domains": ["ours.example.jp"]}]
        one["consent"] += [
            {"id": "C-1", "kind": "copy", "place": "work-1", "copies_max": 5},
            {"id": "C-2", "kind": "copy", "copies_max": 1, "scope": ["R-1"]},
            {"id": "S-1", "kind": "send", "recipients": ["ok.example.com"]},
            {"id": "T-1", "kind": "technical", "place": "backup-a"},
        ]
        two["consent"] += [
            {"id": "C-1", "kind": "copy", "copies_max": 9},
            {"id": "T-1", "kind": "technical", "media": ["backup"]},
        ]
        one["transfer"] = [
            {"id": f"T-{n}", "date": START, "checker1": "W-1", "checker2": "W-2", **more}
            for n, more in enumerate(
                [
                    {"recipient": "ok.example.com", "consent": "S-1"},
                    {"recipient": "ok.example.com", "consent": "C-1"},
                    {"recipient": "city.example.jp"},
                ]
            )
        ]
        one["party"] += [
            {"id": "P-2", "kind": "subcontractor", "name": "乙社", "tier": 1},
            {"id": "P-3", "kind": "carrier", "name": "丙社"},
        ]
        one["instruction"] = [
            {"id": "I-1", "date": START, "kind": "dispose", "scope": ["R-2"], "answered_on": START},
            {"id": "I-2", "date": START, "kind": "report", "answered_on": START},
        ]
        one["disposal"] = [{"id": "D-1", "instruction": "I-1", "scope": ["R-2"], "count": 9, "executed_on": None}]
        one["post"] = [{"id": "責-1", "name": "責任者"}]

    def later(self, days: int) -> None:
        """The calendar of the office and the clock of the program move on together."""
        self.world.day += timedelta(days=days)
        moment = datetime.fromisoformat(f"{self.world.day}T10:00:00+09:00")
        self._patch.setattr("scanner.clock.source", moments.Moved(moment))

    def receive(self, name: str, contract: str, origin: str = "provided") -> None:
        path = self.world.root / name
        family = receive(bytes(path), Receipt(contract, origin), self.world.home, depth="quick").family
        held = recount.rows_in(path.name, path.read_bytes())
        self.received.append({"family": family, "path": str(path), "contract": contract, "rows": held})

    def ask(self, name: str, contract: str, act: str, recipient: str) -> None:
        """An act at the gate."""
        path, today = bytes(self.world.root / name), self.world.day.isoformat()
        self.gates.append({"contract": contract, "act": act, "recipient": recipient, "day": today})
        agreed = next(c for c in self.world.rules.contract if c.id == contract)
        examined = gate.examine_file(self.world.home, path, "quick")
        with contextlib.suppress(gate.GateError):
            gate.ask(self.world.home, agreed, path, act, recipient, examined, depth="quick")

    def counted(self, tmp_path: Path) -> dict[str, Any]:
        """What the other program says; it is run by itself, so that it can know nothing of this one."""
        policy = self.world.rules.model_dump(mode="json")
        told = {
            "root": str(self.world.root),
            "today": self.world.day.isoformat(),
            "policy": policy,
            "received": self.received,
            "gates": self.gates,
        }
        (tmp_path / "story.json").write_text(json.dumps(told), encoding="utf-8")
        program = [sys.executable, "-I", recount.__file__, str(tmp_path / "story.json")]
        done = subprocess.run(program, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return dict(json.loads(done.stdout))

    def letter(self, number: str, contract: str) -> list[dict[str, str]]:
        """The lines of a letter; none where it is refused because it has nothing to tell."""
        try:
            return self.form(number, contract).table
        except FormRefused:
            return []

    def form(self, number: str, contract: str = "", **asked: object) -> Read:
        order = Order(
            number, "csv", contract, clear_names=True, asked={**asked, "base": self.world.root}, today=self.world.day
        )
        data = issue(order, self.world.home, Reader(self.world.home.database), self.world.rules, "")
        return Read(list(csv.reader(io.StringIO(data.decode("utf-8-sig")))))


class Read:
    """A form as it was written: facts above, a table, notes."""

    def __init__(self, lines: list[list[str]]) -> None:
        body = lines[4:]
        start = next(n for n, line in enumerate(body) if len(line) > 2)
        self.facts = {line[0]: line[1] for line in body[:start] if len(line) == 2}
        self.table = [
            dict(zip(body[start], line, strict=True)) for line in body[start + 1 :] if len(line) == len(body[start])
        ]
        self.notes = [line[0] for line in body[start + 1 :] if len(line) == 1]

    def where(self, **columns: str) -> list[dict[str, str]]:
        return [row for row in self.table if all(row[k].startswith(v) for k, v in columns.items())]


def number(text_: str) -> int:
    found = re.search(r"[0-9,]+", text_)
    assert found is not None, text_
    return int(found[0].replace(",", ""))


def most(limit: int | str | None) -> str:
    return "制限なし" if limit is None else str(limit)


def compare(month: Month, tmp_path: Path) -> dict[str, Any]:
    """All forms against the other count; returns that count."""
    said = month.counted(tmp_path)
    _families(month, said)
    _consents(month, said)
    _places(month, said)
    _contracts(month, said)
    _points(month, said)
    _others(month, said)
    _acts(month, said)
    _incidents(month, said)
    for form, register in REGISTERS.items():
        entries = sum(len(getattr(c, register)) for c in month.world.rules.contract)
        assert len(month.letter(form, "")) == entries, form
    return said


def _families(month: Month, said: dict[str, Any]) -> None:
    holdings, copies, crossed, status = (month.form(n) for n in ("1", "7b", "7c", "3"))
    for name, one in said["families"].items():
        (row,) = holdings.where(台帳番号=name)
        assert number(row["本人数(検出)"]) == one["persons"]
        sums = [int(row[k]) for k in ("複写数(承諾内)", "複写数(観測)", "超過")]
        assert sums == [one["permitted"], one["observed"] - one["there"], one["excess"]]
        assert (row["状態"] == "保有") is one["there"]
        lines = copies.where(台帳番号=name)
        assert len(lines) == one["held"] + one["few"]
        assert len([r for r in lines if r["写しの別"] == "技術的" and r["判定"] != "参考"]) == one["technical"]
        assert {(int(r["観測数"]), int(r["承諾内"]), int(r["超過"])) for r in lines} <= {
            (one["observed"], one["permitted"], one["excess"])
        }
        assert sum("F07-" in r["判定"] for r in lines) == one["excess"] + one["technical"] - one["technical_permitted"]
        terms = f"所在 {one['observed']} − 承諾内 {one['permitted']} − 原本 {int(one['there'])} = 超過 {one['excess']}"
        assert any(note.startswith(f"{name}: {terms}") for note in copies.notes)
        assert len(crossed.where(台帳番号=name)) == one["crossed"]
        (line,) = status.where(区分="原本系列", 事項=name)
        assert [int(n) for n in re.findall(r"[0-9]+", line["件数・状況"])] == [
            one["observed"], one["permitted"], int(one["there"]), one["excess"], one["technical"],
        ]  # fmt: skip
    assert len(month.form("6b").table) == sum(one["moved"] for one in said["families"].values())


def _consents(month: Month, said: dict[str, Any]) -> None:
    register = month.form("7")
    for contract in month.world.rules.contract:
        mine = {name: one for name, one in said["families"].items() if one["contract"] == contract.id}
        for consent in contract.consent:
            (row,) = register.where(契約番号=contract.id, 承諾番号=consent.id)
            used = [one["used"][consent.id] for one in mine.values()]
            assert int(row["実績部数(観測)"]) == sum(used), (contract.id, consent.id)
            told = [
                f"{name}: {most(one['unused'][consent.id])}"
                for name, one in mine.items()
                if one["unused"][consent.id] != ""
            ]
            assert row["未使用"] == "、".join(told)


def _places(month: Month, said: dict[str, Any]) -> None:
    places, rights, terminals = month.form("4"), month.form("5c"), month.form("10")
    status = {row["事項"]: int(row["件数・状況"]) for row in month.form("3").where(区分="場所別")}
    for number_, contract in said["contracts"].items():
        for place, files in contract["places"].items():
            (row,) = places.where(契約番号=number_, 場所番号=place.partition("/")[2])
            assert int(row["個人情報のあるファイル"]) == files == status.get(place, 0)
            assert sum(int(r["ファイル数"]) for r in rights.where(場所=place, 実権限="所有")) == files
    told = places.facts["登録した場所の外にある個人情報のあるファイル"]
    assert (0 if told == "なし" else number(told)) == said["outside"] == status.get("(合意された場所の外)", 0)
    assert int(terminals.table[0]["個人情報のあるファイル"]) == said["personal"]


def _contracts(month: Month, said: dict[str, Any]) -> None:
    for contract, told in said["contracts"].items():
        proof, handed = month.form("9c", contract), month.form("10R", contract)
        assert int(proof.facts["残存数"]) == told["held"] + told["other"]
        assert (
            int(proof.facts["うち登録された原本の行があるもの"])
            == told["held"]
            == len(proof.where(区分="残存(")) - told["other"]
        )
        assert (
            int(proof.facts["うちその他の個人情報(契約の場所)"])
            == told["other"]
            == len(proof.where(区分="残存(その他"))
        )
        assert int(proof.facts["参考(少数の一致)"]) == told["few"] == len(proof.where(区分="参考"))
        assert (
            int(proof.facts["最後まで読めたファイル数"]) + int(proof.facts["うち一部だけ読めたファイル数"])
            == said["opened"]
        )
        assert (
            int(proof.facts["読取不能数"])
            == said["locked"]
            == sum(int(r["件数"]) for r in proof.where(区分="読取不能"))
        )
        open_ = [
            r
            for r in month.form("18", contract).table
            if r["状態"] != "完了" and r["対象"].startswith(("/", "原本 ", "持出し ", "運搬 "))
        ]
        assert int(proof.facts["未了の要確認"]) == len(open_)
        nothing = not (told["held"] or told["other"] or told["few"] or open_ or said["locked"])
        assert proof.facts["判定"].startswith(
            "検査範囲に残存なし" if nothing else "残存あり(" if told["held"] or told["other"] else "未確認(残存 0 件、"
        )
        assert sorted(r["台帳番号"] for r in handed.table if r["台帳番号"].startswith("R-")) == told["families"]
        for row in handed.where(台帳番号="R-"):
            one = said["families"][row["台帳番号"]]
            assert int(row["複写数"]) == one["held"] - one["there"]
            assert number(row["本人数(検出)"]) == one["persons"]
        assert sorted(number(r["本人数(検出)"]) for r in handed.where(台帳番号="(台帳になし)")) == told["other_rows"]


def _acts(month: Month, said: dict[str, Any]) -> None:
    """Orders to dispose, disposals with what is left of what they were about, outside parties, and an accident that is suspected."""
    for contract, told in said["contracts"].items():
        orders, disposals, parties = (month.letter(n, contract) for n in ("9a", "9b", "12"))
        assert {row["指示番号"]: row["対象"] for row in orders} == told["disposal_orders"]
        assert {row["番号"]: row["名称"] for row in parties} == told["subcontractors"]
        assert {row["番号"] for row in disposals} == set(told["disposals"])
        for row in disposals:
            count, left = told["disposals"][row["番号"]]
            assert row["数量"] == str(count)
            assert not left or "残存なし" not in row["残存確認"], "what is left is told"
        acts = [row["結果"].startswith("中止") for row in month.form("8", contract).table]
        assert acts == told["gates"]
        still = [row["番号"] for row in month.form("18", contract).table if row["状態"] != "完了"]
        if still:
            suspected = month.form("11b", contract, suspicion=True)
            assert suspected.facts["種別"] == "漏えい等のおそれ"
            assert suspected.facts["要確認の番号"].split("、") == still
            (persons,) = [row["事実(ツール)"] for row in suspected.table if row["項目"] == "本人の数"]
            most = max((one["persons"] for one in said["families"].values() if one["contract"] == contract), default=0)
            assert not persons or int(re.findall(r"[0-9]+", persons.replace(",", ""))[0]) <= said["personal"] * most


def _incidents(month: Month, said: dict[str, Any]) -> None:
    """An accident with an original: its persons and all places where rows of it lie."""
    for name, one in said["families"].items():
        report = month.form("11b", one["contract"], family=(name,))
        (persons,) = (row["事実(ツール)"] for row in report.table if row["項目"] == "本人の数")
        (lifeline,) = (row["事実(ツール)"] for row in report.table if row["項目"] == "概要")
        assert persons.startswith(f"{one['persons']:,} 人")
        assert f"所在 {one['held']} か所" in lifeline or not one["held"]


def _others(month: Month, said: dict[str, Any]) -> None:
    items, shared, sent, record = (month.form(n) for n in ("5d", "12b", "6c", "2"))
    for contract, told in said["contracts"].items():
        assert sum(int(row["ファイル数"]) for row in items.where(契約番号=contract)) == told["by_item"]
        mails = {row["共有先"]: int(row["ファイル数"]) for row in shared.where(契約番号=contract, 手段="メール")}
        assert mails == told["mailed"]
    assert [row["宛先への承諾"] for row in sent.table] == ["S-1", "なし・要確認", "なし・要確認"]
    assert len(record.where(行為="受領")) == len(said["families"])


def _points(month: Month, said: dict[str, Any]) -> None:
    register, summary = month.form("18"), month.form("19")
    still = [row for row in register.table if row["状態"] != "完了"]
    assert int(register.facts["未了"]) == len(still) == sum(int(row["未了件数"]) for row in summary.table)
    by_code = {
        code: sum(row["区分"].endswith(f"({code})") for row in still)
        for code in ("F03-OUTSIDE", "F03-EXPIRED", "F08-CROSS")
    }
    assert by_code == {code: said[code] for code in by_code}
    assert (
        sum(row["区分"].endswith(("(F07-UNDECLARED)", "(F07-EXCESS)", "(F07-EXPIRED)")) for row in still) == said["F07"]
    )
    for row in summary.table:
        assert int(row["未了件数"]) == sum(one["条項"] == row["条項"] for one in still)
    assert sum(int(row["件数"]) for row in month.form("13b").table if row["件数"]) == len(register.table)
