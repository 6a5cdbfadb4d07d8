"""Every finding code is raised by a situation made for it and by no other, closes when the situation ends, and stands in the
record. The world is in order before each situation and after it."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.acts import naming
from scanner.demo import formats
from scanner.demo.people import my_number
from scanner.duties.registry import ALL_CODES
from scanner.inventory import ledger, outside
from scanner.inventory.outside import Seen
from scanner.inventory.store import Store
from scanner.model import Access
from tests.scanner.world import ME, START, World, table, text

pytestmark = [pytest.mark.calendar, pytest.mark.xdist_group("story")]  # one world, told from first to last

Step = Callable[[World], object]


@dataclass(frozen=True)
class Situation:
    """What happens, and which further codes come with it because of where it happens."""

    code: str
    begin: Step
    end: Step | None = None
    along: frozenset[str] = frozenset()
    """A copy outside every place is also outside, and also undeclared."""
    quick: bool = False
    """Registers alone change: nothing needs to be scanned."""


def _file(name: str, data: Callable[[], bytes]) -> tuple[Step, Step]:
    def begin(world: World) -> None:
        world.put(name, data())

    def end(world: World) -> None:
        (world.root / name).unlink()

    return begin, end


def _copy(name: str, source: str = "srv/A/原本.xlsx") -> tuple[Step, Step]:
    def begin(world: World) -> None:
        world.put(name, (world.root / source).read_bytes())

    def end(world: World) -> None:
        (world.root / name).unlink()

    return begin, end


def _policy(change: Callable[[World], None]) -> Step:
    return change


def _touched(world: World) -> None:
    """Owner and rights are looked at when a file's status has changed."""
    os.utime(
        world.root / "srv/A/原本.xlsx",
        (START.toordinal(), START.toordinal() + random.Random(world.day.toordinal()).random()),
    )


def _contract(**values: object) -> Step:
    return lambda world: world.contract().update(values)


def _register(name: str, **entry: object) -> Step:
    return lambda world: world.contract().setdefault(name, []).append(entry)


def _worker(**values: object) -> Step:
    return lambda world: world.contract()["worker"][0].update(values)


_OUTSIDE = frozenset({"F03-OUTSIDE", "F07-UNDECLARED"})
_ONE = frozenset({"F03-OUTSIDE"})


def _excess(world: World) -> None:
    world.access = Access("stranger", 0o600, "")
    _touched(world)


def _exworker(world: World) -> None:
    world.access = Access(ME, 0o640, "user:gone:r")
    world.contract()["worker"].append(
        {"id": "W-9", "name": "離任者", "accounts": ["gone"], "ends": START - timedelta(days=5), "trained_on": START}
    )
    _touched(world)


def _rights_again(world: World) -> None:
    world.access = Access(ME, 0o600, "")
    _touched(world)


def _expired(world: World) -> None:
    world.contract("B")["place"][0]["valid_to"] = world.day - timedelta(days=1)
    world.put("srv/B/名簿.csv", text(3, 77))


def _undeclared_host(world: World) -> None:
    world.contract()["place"].append(
        {"id": "work", "kind": "work", "host": "PC-9", "path": str(world.root / "srv/work")}
    )
    world.put("srv/work/名簿.csv", text(4, 78))


def _my_number() -> bytes:
    return formats.xlsx(
        {
            "名簿": [
                ["氏名", "個人番号"],
                *([r[0], my_number(f"{random.Random(n).randrange(10**11):011d}")] for n, r in enumerate(_people(5))),
            ]
        }
    )


def _people(count: int) -> list[list[str]]:
    from benchmarks.custody_office import rows

    return rows(count, 79)


def _excess_copies(world: World) -> None:
    world.contract()["consent"].append({"id": "承諾-2", "kind": "copy", "copies_max": 1, "place": "store"})
    for name in ("写し1.xlsx", "写し2.xlsx"):
        _copy(f"srv/A/{name}")[0](world)


def _excess_over(world: World) -> None:
    for name in ("写し1.xlsx", "写し2.xlsx"):
        (world.root / "srv/A" / name).unlink()


def _late_consent(world: World) -> None:
    world.contract()["consent"].append(
        {"id": "承諾-3", "kind": "copy", "place": "store", "valid_to": world.day - timedelta(days=1)}
    )
    _copy("srv/A/写し.xlsx")[0](world)


def _mail(to: str) -> bytes:
    plain = formats.eml("係 <kakari@city.example.jp>", "名簿", "\n".join(" ".join(r[:5]) for r in _people(3)), {})
    return f"To: {to}\r\n".encode() + plain if to else plain


def _attached(world: World) -> bytes:
    data = (world.root / "srv/A/原本.xlsx").read_bytes()
    return b"\r\n".join(
        line
        for line in formats.eml("係 <a@city.example.jp>", "名簿", "送ります", {"m.xlsx": data}).split(b"\r\n")
        if not line.startswith(b"To:")
    )


def _secret(world: World) -> None:
    world.put("srv/A/鍵つき.xlsx", formats.encrypted(table(3, 80), "himitsu-no-kagi"))
    world.put("srv/A/パスワード.txt", "開き方は別紙を見てください。\n".encode())


def _secret_gone(world: World) -> None:
    (world.root / "srv/A/鍵つき.xlsx").unlink()
    (world.root / "srv/A/パスワード.txt").unlink()


def _gap(world: World) -> None:
    with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
        for kind, days in (("agent_off", -6), ("agent_on", -2)):
            at = (START + timedelta(days=days)).isoformat() + "T09:00:00Z"
            ledger.append(db, kind, at=at)


def _stated(count: int) -> Step:
    def step(world: World) -> None:
        with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
            naming.recount(db, "R-1", count)

    return step


def _logged(world: World) -> None:
    """The log of another product saw the original leave on a medium."""
    with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
        path = bytes(world.root / "srv/A/原本.xlsx")
        file = int(db.execute("select id from files where path = ?", (path,)).fetchone()[0])
        at = START.isoformat() + "T09:00:00Z"
        seen = Seen(b"1", "log", at, "carry", world.host, "W-1", "USB", "USB-8", "", file)
        outside.enter(db, seen, at)


def _another_file(world: World) -> None:
    """It becomes known that it was another file."""
    with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("delete from outside_of")


def _old(world: World) -> None:
    world.terminal = {**world.terminal, "av_date": (START - timedelta(days=60)).isoformat()}


def _new(world: World) -> None:
    world.terminal = {**world.terminal, "av_date": START.isoformat()}


def _gone(world: World) -> None:
    (world.root / "srv/B/案内.xlsx").rename(world.root.parent / "away.xlsx")


def _back(world: World) -> None:
    (world.root.parent / "away.xlsx").rename(world.root / "srv/B/案内.xlsx")


_DAY = timedelta(days=1)
_LABEL = "a1234567-89ab-4cde-8f01-23456789abcd"
SITUATIONS = [
    Situation("F02-EXCESS", _excess, _rights_again),
    Situation("F02-EXWORKER", _exworker, _rights_again),
    Situation("F03-EXPIRED", _expired, lambda w: (w.root / "srv/B/名簿.csv").unlink()),
    Situation("F03-OUTSIDE", *_file("srv/other/名簿.csv", lambda: text(3, 76))),
    Situation("F03-UNDECLARED-HOST", _undeclared_host, lambda w: (w.root / "srv/work/名簿.csv").unlink(), _ONE),
    Situation("F04-LEAVER-HOLDS", _worker(ends=START - _DAY), quick=True),
    Situation("F05-SURPLUS-ITEM", _contract(items=["PERSON", "JP_ADDRESS"]), quick=True),
    Situation("F05-MYNUMBER", *_file("srv/A/番号.xlsx", _my_number)),
    Situation("F06-MEDIA", *_copy("media/usb/写し.xlsx"), _OUTSIDE),
    Situation("F06-CLOUD", *_copy("home/u/OneDrive/写し.xlsx"), _OUTSIDE),
    Situation("F06-MAIL", lambda w: w.put("home/u/Maildir/cur/1.eml", _attached(w)), lambda w: (w.root / "home/u/Maildir/cur/1.eml").unlink(), _OUTSIDE),
    Situation("F06-LOGGED", _logged, _another_file, quick=True),
    Situation("F06-OVERDUE", _register("carryout", id="C-1", reason="納品", serial="USB-7", starts=START - 9 * _DAY, due=START - _DAY), quick=True),
    Situation("F07-UNDECLARED", *_copy("srv/A/写し.xlsx")),
    Situation("F07-EXCESS", _excess_copies, _excess_over),
    Situation("F07-EXPIRED", _late_consent, lambda w: (w.root / "srv/A/写し.xlsx").unlink()),
    Situation("F07-SEND", *_copy("srv/送信用/写し.xlsx"), _OUTSIDE),
    Situation("F07-WEBROOT", *_file("var/www/html/名簿.csv", lambda: text(3, 75)), _ONE),
    Situation("F07-ONE-CHECKER", _register("transfer", id="T-1", date=START, recipient="city.example.jp", checker1="W-1", checker2="従事者一"), quick=True),
    Situation("F08-CROSS", *_copy("srv/B/写し.xlsx"), frozenset({"F07-UNDECLARED"})),
    Situation("F09-RETENTION", _contract(retain_until=START - _DAY), quick=True),
    Situation("F09-RESIDUE", _register("disposal", id="D-1", instruction="I-1", executed_on=START), quick=True),
    Situation("F09-NO-INSTRUCTION", _gone, _back),
    Situation("F10-PLAIN", lambda w: (w.contract()["place"][0].update(require_encryption=True), w.terminal.update(encryption="no")) and None, lambda w: w.terminal.update(encryption="yes")),
    Situation("F10-LABEL", lambda w: w.policy.update(labels={"order": [{"id": _LABEL, "name": "極秘"}], "label_required": {"A": "極秘"}}), quick=True),
    Situation("F10-PWFILE", _secret, _secret_gone),
    Situation("F10-PUBLIC", *_file("home/u/デスクトップ/名簿.csv", lambda: text(3, 74)), _ONE),
    Situation("F10-UNKNOWN-HOST", lambda w: w.policy["host"].__setitem__(0, {"id": "PC-7", "silent_days": 3650, "starts": START + 99 * _DAY}), quick=True),
    Situation("F10-SILENT", lambda w: w.policy["host"].append({"id": "PC-3"}), quick=True),
    Situation("F10-LOG-GAP", _gap, _register("inspection", id="L-1", date=START, kind="log"), quick=True),
    Situation("F10-OLD-AV", _old, _new),
    Situation("F11-UNTRAINED", _worker(trained_on=None), quick=True),
    Situation("F12-UNREGISTERED-PARTY", *_file("srv/A/連絡.eml", lambda: _mail("x@stranger.example.net"))),
    Situation("F13-NOT-RETURNED", _contract(completed_on=START - _DAY), quick=True),
    Situation("F16-OVERDUE", _register("instruction", id="I-2", date=START - 9 * _DAY, due=START - _DAY, text="資料の提出"), quick=True),
    Situation("F17-COUNT", _stated(99), _stated(20), quick=True),
    Situation("F18-NOT-RECEIVED", _register("transport", id="V-1", departed_on=START - 9 * _DAY, due=START - _DAY, encrypted=True), quick=True),
    Situation("F18-PLAIN-MEDIUM", _register("transport", id="V-2", departed_on=START, due=START + 3 * _DAY), quick=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with pytest.MonkeyPatch.context() as patch:
        made = World(tmp_path_factory.mktemp("world") / "w", patch)
        made.put("srv/A/原本.xlsx", table(20, 71))
        made.put("srv/B/案内.xlsx", table(15, 72))
        made.put("srv/A/手順.txt", "作業の手順を確かめること。\n".encode())
        assert made.receive("srv/A/原本.xlsx", "A") == "R-1"
        assert made.receive("srv/B/案内.xlsx", "B") == "R-2"
        assert made.scan() == {}
        yield made
        ledger.who.cache_clear()


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s.code)
def test_code_is_raised_and_closed_by_its_situation_alone(world: World, situation: Situation) -> None:
    before = copy.deepcopy(world.policy)
    told = len(world.told(situation.code))
    situation.begin(world)
    look = world.settle if situation.quick else world.scan
    found = set(look())
    repaired_by_register = situation.code == "F10-LOG-GAP"
    if situation.end is not None:
        situation.end(world)
    if not repaired_by_register:
        world.policy = before
    after = look()
    assert found == {situation.code, *situation.along}
    assert after == {}
    assert world.told(situation.code)[told:][:1] == ["point_opened"]
    assert world.told(situation.code)[-1] == "point_closed"


def test_no_code_is_without_a_situation(world: World) -> None:
    assert {s.code for s in SITUATIONS} == set(ALL_CODES)
    assert not list(ledger.verify(world.db()))


def test_months_pass(world: World) -> None:
    """What was in order grows late by the calendar alone."""
    before = copy.deepcopy(world.policy)
    world.policy["review"] = {"training_months": 12}
    world.policy["host"] = [{"id": world.host, "silent_days": 30}]
    seen: dict[str, int] = {}
    try:
        for month in range(1, 15):
            world.day = START + timedelta(days=30 * month)
            for code in world.settle():
                seen.setdefault(code, month)
    finally:
        world.day, world.policy = START, before
    assert seen == {"F10-OLD-AV": 1, "F10-SILENT": 2, "F11-UNTRAINED": 12}
    assert world.settle() == {}


def test_amagasaki(world: World) -> None:
    """A worker of a party that nobody agreed to carries everything out on a stick and leaves the data on it (2022)."""
    before = copy.deepcopy(world.policy)
    world.policy["medium"] = []
    world.contract()["transfer"] = [
        {"id": "S-1", "date": START, "recipient": "再々委託先", "checker1": "W-1", "checker2": "W-2"}
    ]
    stick = world.put("media/usb/全件.xlsx", (world.root / "srv/A/原本.xlsx").read_bytes())
    found = world.scan()
    line = (
        world.db().execute("select at, host, account, details from ledger where kind = 'carried_to_medium'").fetchall()
    )
    stick.unlink()
    world.policy = before
    assert {"F06-MEDIA", "F12-UNREGISTERED-PARTY", "F10-PLAIN"} <= set(found)
    assert line[-1][1] == world.host
    assert '"medium":"USB-0001"' in line[-1][3]
    assert '"persons":[20,20]' in line[-1][3]
    assert world.scan() == {}


def test_ntt(world: World) -> None:
    """A maintenance machine loads everything down, one person alone, and it was there for years (2013 to 2023)."""
    before = copy.deepcopy(world.policy)
    world.policy["host"] = [{"id": "PC-5", "starts": START + timedelta(days=9)}]
    world.contract()["transfer"] = [{"id": "S-2", "date": START, "recipient": "city.example.jp", "checker1": "W-1"}]
    export = world.put("srv/maintenance/export.csv", text(20, 71))  # the rows of the original
    os.utime(export, (1_400_000_000, 1_400_000_000))
    found = world.scan()
    seen = world.db().execute("select mtime_ns from files where path = ?", (bytes(export),)).fetchone()
    export.unlink()
    world.policy = before
    assert {"F03-OUTSIDE", "F07-UNDECLARED", "F07-ONE-CHECKER", "F10-UNKNOWN-HOST"} <= set(found)
    assert seen == (1_400_000_000_000_000_000,)
    assert world.scan() == {}


def test_no_word_accuses() -> None:
    """The catalogue says what does not agree; it judges nobody and promises nothing of media."""
    from tests.conftest import ROOT

    words = ("違反", "犯人", "復元不可能", "復元不能", "不正を行", "処分対象", "罰")
    places = [
        *(ROOT / "config/messages").glob("*.toml"),
        *(ROOT / "scanner").rglob("*.py"),
        *(ROOT / "config/forms").glob("*.html"),
    ]
    found = [
        (p.name, w)
        for p in places
        for w in words
        if w in p.read_text(encoding="utf-8").replace("違反の判断ではありません", "")
    ]
    assert found == []


def test_world_is_as_it_was(world: World, tmp_path: Path) -> None:
    assert world.settle() == {}
