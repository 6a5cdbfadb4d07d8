"""An officer's day from the command line; decisions that take two people; three machines; transport."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from scanner import clock
from scanner.demo import formats
from scanner.inventory.reader import Reader
from scanner.report.overview.changes import since_last
from tests.conftest import Sekisho
from tests.scanner.officer import Day
from tests.scanner.world import table, text


@pytest.mark.slow
def test_an_officers_day(day: Day, tmp_path: Path) -> None:
    assert day.scan() == {}
    shutil.copy(tmp_path / "store/原本.xlsx", tmp_path / "store/写し.xlsx")
    (tmp_path / "elsewhere/名簿.csv").write_bytes(text(3, 92))
    (tmp_path / "elsewhere/古い名簿.csv").write_bytes(text(3, 93))
    assert day.scan() == {"F03-OUTSIDE": 2, "F07-UNDECLARED": 1}
    numbers = day.points()
    # declare one, correct the others
    declared = "[[contract.consent]]\nid = '承諾-2'\nkind = 'copy'\ncopies_max = 1\nplace = 'store'\n"
    rules = ("-p", day.folder / "policy.toml")
    day.policy(declared + "[[contract]]\nid = 'B'\ntitle = 'b'\n[[contract.consent]]\nid = '承諾-9'\nkind = 'copy'\n")
    foreign = ("points", "--home", day.home, "declare", numbers["F07-UNDECLARED"], "--by", "W-1", "--consent", "承諾-9")
    assert day._sekisho(*foreign, *rules).code == 2, "what another entruster agreed to is no answer here"
    day.policy(declared)
    declare = ("points", "--home", day.home, "declare", numbers["F07-UNDECLARED"], "--by", "W-1", "--consent", "承諾-2")
    assert day._sekisho(*declare, *rules).code == 0
    correct = (
        "points",
        "--home",
        day.home,
        "correct",
        numbers["F03-OUTSIDE"],
        "--by",
        "W-1",
        "--reason",
        "移動する",
        "--due",
        "2027-01-15",
    )
    assert "2027-01-15" in day._sekisho(*correct).out
    # an incident draft for one
    draft = day.run(
        "report", "11c", "--from", numbers["F03-OUTSIDE"], "--known-on", "2025-12-01", "-o", tmp_path / "11c.csv"
    )
    assert draft.code == 0, draft.err
    shown = (tmp_path / "11c.csv").read_text(encoding="utf-8-sig")
    assert "令和8年1月5日" in shown
    assert "令和7年12月3日 から 令和7年12月5日" in shown
    (tmp_path / "elsewhere/名簿.csv").unlink()
    (tmp_path / "elsewhere/古い名簿.csv").unlink()
    assert day.scan() == {}
    # dispose: an instruction, the act by people, then the check
    today = clock.today()  # what was received later would not be disposed of by it
    ended = declared + (
        f"[[contract.instruction]]\nid = 'I-1'\nkind = 'dispose'\ndate = {today}\nby = '委託者'\n"
        f"[[contract.disposal]]\nid = 'D-1'\ninstruction = 'I-1'\nexecuted_on = {today}\nexecutor = 'W-1'\nwitness = 'W-2'\n"
    )
    day.policy(ended, f"completed_on = {today}")
    assert day.scan() == {"F09-RESIDUE": 2}
    left = day.run("report", "9c", "-o", tmp_path / "9c.csv")
    assert left.code == 0, left.err
    assert "残存 2 件" in (tmp_path / "9c.csv").read_text(encoding="utf-8-sig")
    for name in ("原本.xlsx", "写し.xlsx"):
        (tmp_path / "store" / name).unlink()
    (tmp_path / "store/鍵つき.xlsx").write_bytes(formats.encrypted(table(2, 94), "himitsu"))
    day.run("scan", tmp_path / "store", "--depth", "quick")
    assert day.run("report", "9c", "-o", tmp_path / "9c.csv").code == 0
    assert "未確認(残存 0 件、未検査 1 件)" in (tmp_path / "9c.csv").read_text(encoding="utf-8-sig")
    stranger = day.run("report", "9c", "--accept-gaps", "誰か", "-o", tmp_path / "9c.csv")
    assert (stranger.code, "誰か" in stranger.err) == (2, True)
    assert (
        day.run(
            "report", "9c", "--accept-gaps", "保護管理責任者", "--because", "別紙のとおり", "-o", tmp_path / "9c.csv"
        ).code
        == 0
    )
    certificate = (tmp_path / "9c.csv").read_text(encoding="utf-8-sig")
    assert "検査範囲に残存なし(未検査 1 件)" in certificate
    assert "復元" not in certificate
    # return, then the pack, then the record
    assert day.run("report", "10R", "-o", tmp_path / "10R.html").code == 0
    assert "検査範囲に残存なし(未検査 1 件)" in (tmp_path / "10R.html").read_text(encoding="utf-8")
    assert day.run("report", "pack", "-o", tmp_path / "pack.zip").code == 0
    assert day.run("ledger", "verify", policy=False).code == 0
    assert day.run("articles", "--format", "jsonl").lines()[13]["title"] == "Reports of accidents"
    kinds = {r[0] for r in day.db().execute("select kind from ledger")}
    assert {
        "received",
        "declared",
        "decided",
        "incident",
        "swept",
        "report_made",
        "point_opened",
        "point_closed",
    } <= kinds


@pytest.mark.calendar
def test_decisions_take_two_people_and_hold_until_their_day(day: Day, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere/名簿.csv"
    copy.write_bytes(text(3, 92))
    day.scan()
    number = day.points()["F03-OUTSIDE"]
    rules = ("-p", day.folder / "policy.toml")
    base = (
        "points",
        "--home",
        day.home,
        "dismiss",
        number,
        *rules,
        "--reason",
        "試験用の架空データ",
    )
    run = day._sekisho
    day.begin()
    both = day.signs("W-1", "W-2")
    assert run(*base, "--by", "W-1", "--reviewer", "従事者 一", *both).code == 2  # one person under two names
    assert run(*base, "--by", "W-1", "--reviewer", "W-3", *both).code == 2  # and under two numbers
    assert run(*base, "--by", "W-1", "--reviewer", "W-2", "--until", "2020-01-01", *both).code == 2
    assert run(*base, "--by", "W-1", "--reviewer", "W-2", "--until", "2999-01-01", *both).code == 2
    waits = run(*base, "--by", "W-1", *day.signs("W-1"))
    assert waits.code == 0, waits.err
    assert day.points()["F03-OUTSIDE"] == number
    assert day.run("points", "approve", number, "--by", "W-1", *day.signs("W-1")).code == 2
    done = day.run("points", "approve", number, "--by", "W-2", *day.signs("W-2"))
    assert done.code == 0, done.err
    shown = run("--lang", "ja", "points", "--home", day.home, "show", number).out
    assert "誤検知(W-1、W-2): 理由 試験用の架空データ" in shown
    assert day.scan() == {}
    changed = since_last(Reader(day.home / "inventory.db"))
    assert changed is not None
    assert changed.closed == {"false_alarm": 1}
    assert day.points() == {}
    assert "試験用の架空データ" in run("points", "--home", day.home, "suppressions").out
    copy.write_bytes(text(4, 95))  # other contents: looked at again
    day.scan()
    assert set(day.points()) == {"F03-OUTSIDE"}
    copy.write_bytes(text(3, 92))
    day.scan()
    assert day.points() == {}
    assert (
        run(
            "points",
            "--home",
            day.home,
            "revoke",
            1,
            "--by",
            "W-2",
            "--reason",
            "実データだった",
            *rules,
            *day.signs("W-2"),
        ).code
        == 0
    )
    day.scan()
    assert set(day.points()) == {"F03-OUTSIDE"}


@pytest.mark.slow
def test_a_copy_on_which_two_have_decided_is_listed_as_decided(day: Day, tmp_path: Path) -> None:
    original = tmp_path / "store/原本.xlsx"
    (tmp_path / "elsewhere/写し.xlsx").write_bytes(original.read_bytes())
    day.scan()
    assert day.run("families").code == 1
    decided = day.points()
    day.begin()
    signs = day.signs("W-1", "W-2")
    for number in decided.values():
        done = day.run(
            *("points", "dismiss", number, "--reason", "指示による作業用", "--by", "W-1", "--reviewer", "W-2", *signs)
        )
        assert done.code == 0, done.err
    assert day.scan() == {}
    assert day.points() == {}
    listed = day.run("families", "--format", "jsonl")
    assert listed.code == 0
    states = {Path(x["path"]).name: (x["state"], x["points"]) for x in listed.lines()[0]["locations"]}
    assert states["写し.xlsx"] == ("decided", {})
    # at another depth, as after an update of the rules: what was decided on holds for the same bytes
    assert "写し.xlsx" not in day.run("scan", tmp_path / "elsewhere").out
    for number in range(1, len(decided) + 1):
        taken = day.run("points", "revoke", number, "--by", "W-2", "--reason", "不要", *day.signs("W-2"))
        assert taken.code == 0, taken.err
    day.scan()
    assert day.run("families").code == 1


@pytest.mark.slow
def test_families_span_machines_after_a_merge(
    day: Day, sekisho: Sekisho, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scanner.inventory import ledger
    from scanner.inventory.home import Home, prepare
    from scanner.policy.load import load
    from scanner.policy.verdict import Judge
    from scanner.scan import local

    day.scan()
    key, shared = tmp_path / "key.txt", tmp_path / "originals.gz"
    assert day.run("keys", "export", "--contract", "A", "--to", "W-2", "-o", key, policy=False).code == 0
    assert day.run("originals", "export", "R-1", "-o", shared, policy=False).code == 0
    homes = [day.home]
    for host in ("PC-2", "SV-1"):
        home, folder = tmp_path / f"home-{host}", tmp_path / host
        folder.mkdir()
        shutil.copy(tmp_path / "store/原本.xlsx", folder / "受領分.xlsx")
        assert sekisho("originals", "import", shared, "--home", home).code == 2  # the key is not there yet
        assert sekisho("keys", "import", key, "--home", home).code == 0
        assert sekisho("originals", "import", shared, "--home", home).code == 0
        monkeypatch.setattr("socket.gethostname", lambda host=host: host)
        ledger.who.cache_clear()
        prepare(Home(home))
        judge = Judge(load(tmp_path / "policy.toml"), base=tmp_path, host=host)
        local.scan(local.Options((bytes(folder),), depth="quick"), Home(home), judge, lambda _: None)
        homes.append(home)
    ledger.who.cache_clear()
    merged = tmp_path / "merged"
    done = sekisho("merge", *homes, "--home", merged, "-p", tmp_path / "policy.toml")
    assert done.code == 0, done.err
    family = sekisho("families", "--home", merged, "-p", tmp_path / "policy.toml", "--format", "jsonl").lines()
    assert [f["family"] for f in family] == ["R-1"]
    assert len(family[0]["locations"]) == 3  # those below the temporary folder count as technical
    hosts = {
        r[0] for r in sqlite3.connect(merged / "inventory.db").execute("select host from files where gone is null")
    }
    assert {"PC-2", "SV-1"} < hosts
    assert sekisho("ledger", "verify", "--home", merged).code == 0
    assert sekisho("merge", *homes, "--home", merged).code == 2
    assert sekisho("merge", *homes, "--home", merged, "--replace").code == 0
    assert sekisho("merge", homes[0], homes[0], "--home", tmp_path / "m2").code == 2
    assert sekisho("merge", homes[0], tmp_path, "--home", tmp_path / "m2").code == 2


@pytest.mark.slow
def test_transport_is_checked_at_arrival(day: Day, sekisho: Sekisho, tmp_path: Path) -> None:
    medium, there = tmp_path / "stick", tmp_path / "arrived"
    medium.mkdir()
    shutil.copy(tmp_path / "store/原本.xlsx", medium)
    (medium / "案内.txt").write_text("会場のご案内です。\n", encoding="utf-8")
    listed = tmp_path / "manifest.json"
    assert day.run("manifest", "make", medium, "--contract", "A", "-o", listed, policy=False).code == 0
    assert "原本" not in listed.read_text(encoding="utf-8")
    other = tmp_path / "other"
    key = tmp_path / "key.txt"
    assert sekisho("manifest", "check", medium, listed, "--home", other).code == 2  # no key there
    day.run("keys", "export", "--contract", "A", "--to", "W-2", "-o", key, policy=False)
    assert sekisho("keys", "import", key, "--home", other).code == 0
    shutil.copytree(medium, there)
    (there / "原本.xlsx").rename(there / "別の名前.xlsx")
    assert sekisho("manifest", "check", there, listed, "--home", other).code == 0
    (there / "余分.csv").write_bytes(text(2, 97))
    more = sekisho("manifest", "check", there, listed, "--home", other)
    assert (more.code, "1 surplus" in more.out) == (1, True)
    (there / "余分.csv").unlink()
    (there / "別の名前.xlsx").write_bytes(table(11, 91))
    assert sekisho("manifest", "check", there, listed, "--home", other).code == 1
    listed.write_text("{}", encoding="utf-8")
    assert sekisho("manifest", "check", there, listed, "--home", other).code == 2


def test_every_register_goes_to_excel_and_back(tmp_path: Path) -> None:
    """Each register with every field filled in once."""
    from typing import Any

    from scanner.policy import registers
    from scanner.policy.load import load
    from scanner.policy.models import REGISTERS, Contract, Policy
    from tests.scanner.filling import fill, referring

    def filled(model: Any, **given: object) -> dict[str, Any]:
        return {**fill(model), **given}

    contract: dict[str, Any] = {"id": "A", "title": "試験"}
    for name in REGISTERS:
        model = Contract.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]
        contract[name] = [filled(model, id=f"{name}-1")]
    policy = Policy.model_validate(
        {
            "contract": [referring(contract)],
            "host": [{"id": "PC-1", "encrypted": True}],
            "medium": [{"id": "M", "serial": "1"}],
            "review": {"two_persons": False},
        }
    )
    registers.export(policy, tmp_path / "r.xlsx")
    back = registers.load(tmp_path / "r.xlsx")
    assert json.loads(back.model_dump_json(exclude={"review"})) == json.loads(
        policy.model_dump_json(exclude={"review"})
    )
    (tmp_path / "p.toml").write_text(registers.to_toml(policy), encoding="utf-8")
    assert load(tmp_path / "p.toml") == policy


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[[contract.instruction]]\nid='a'\ndate=2026-05-01\nkind='keep'\n[[contract.instruction]]\nid='b'\ndate=2026-06-01\nkind='dispose'\n", "contradict"),
        ("[[contract.worker]]\nid='x'\nname='x'\naccounts=['u']\n[[contract.worker]]\nid='y'\nname='y'\naccounts=['u']\n", "more than one worker"),
        ("[[contract.transport]]\nid='t'\ndeparted_on=2026-06-02\ndue=2026-06-01\n", "2026-06-01"),
        ("[[contract.training]]\nid='t'\ndate='いつか'\ntitle='t'\n", "date"),
    ],
    ids=["instructions", "accounts", "dates", "no date"],
)  # fmt: skip
def test_registers_that_cannot_be_are_told(day: Day, more: str, words: str) -> None:
    day.policy(more)
    done = day._sekisho("policy", "check", day.folder / "policy.toml")
    assert done.code == 2
    assert words in done.err


def test_a_leaver_who_returns_is_one_person_with_two_periods(day: Day) -> None:
    day.policy(
        "[[contract.worker]]\nid='x1'\nname='従事者三'\naccounts=['u']\nends=2026-05-01\n"
        "[[contract.worker]]\nid='x2'\nname='従事者三'\naccounts=['u']\nstarts=2026-06-01\n"
    )
    assert day._sekisho("policy", "check", day.folder / "policy.toml").code == 0
