"""Form 9c over a hub that knows no paths: nothing is left only if every machine told that it went through its places and compared what it
read; whichever of these is missing is named."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner import clock
from scanner.acts import merge as merging
from scanner.acts.issuing import Order, issue
from scanner.custody.sharing import ELSEWHERE
from scanner.inventory import custody
from scanner.inventory.custody import Original
from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from tests.scanner.officers_hub import rows, talked

NAMES = ("PC-01", "PC-02")
DAY = clock.today() - timedelta(days=2)
BEFORE = clock.stamp_in(timedelta(days=-9))
PLACES = (
    {"id": "p1", "kind": "work", "path": "/srv/A", "host": "PC-01"},
    {"id": "p2", "kind": "work", "path": "/srv/A", "host": "PC-*"},
    {"id": "p3", "kind": "storage", "path": "/srv/B"},
    {"id": "p4", "kind": "storage", "host": "PC-02"},
    {"id": "p5", "kind": "storage", "path": "C:\\業務", "host": "PC-02"},
)


def policy(*places: dict[str, Any]) -> Policy:
    handover = {"id": "H-1", "date": DAY, "receiver": "委託者"}
    ends = {"starts": "2020-01-01", "handover": [handover], "place": list(places)}
    return Policy.model_validate({"contract": [{"id": "A", "title": "甲", **ends}]})


def walked(one: Terminal, moment: str | None = None) -> None:
    """It went through everything, and read one file with no person in it."""
    moment = moment or clock.stamp()
    with Store(one.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute(
            "insert into runs (started, ended, state, tool, rule_set, depth, walked, examined) values (?, ?, 'complete', 't', 'r', 'balanced', 1, 1)",
            (moment, moment),
        )
        for root in (b"/", b"C:\\"):
            db.execute(
                "insert or replace into roots (path, host, tried, tried_run, walked, walked_run) values (?, '', ?, 7, ?, 7)",
                (root, moment, moment),
            )
        db.execute("update files set last_seen = ?", (moment,))


def original(one: Terminal, *, here: bool) -> None:
    """R-1 of the contract; its tokens are the same everywhere."""
    path = b"/srv/A/kept.csv" if here else ELSEWHERE + b"R-1"
    told = ("text/csv", 9, "provided", DAY.isoformat(), "", "", 2, 2, 0, 2, 2, ("PERSON",), "k1", "held", BEFORE)
    with Store(one.home.database, only_notes=True) as store, store.transaction() as db:
        custody.add_original(db, Original(0, "A", path, b"k", *told, version=2, name="名簿"), {11: 0, 12: 1})


def read(one: Terminal, kept: str | None = None, reason: str | None = None) -> None:
    """A file with nothing in it that was read and compared; or not, as ``kept`` says."""
    with Store(one.home.database, only_notes=True) as store, store.transaction() as db:
        compared = custody.generation(db) if kept is None else kept
        content = db.execute(
            "insert into contents (key, rule_set, media_type, reason, read, notes, persons_min, persons_max, examined, custody)"
            " values (?, 'r', 'text/plain', ?, 1, '[]', 0, 0, ?, ?)",
            (f"{one.name}{kept}".encode(), reason, clock.stamp(), compared),
        ).lastrowid
        db.execute(
            "insert into files (path, size, mtime_ns, ctime_ns, inode, rule_set, content_id, outcome, reason, verdict, ground, rule, first_seen, last_seen)"
            " values (?, 1, 1, 1, 1, 'r', ?, ?, ?, 'in_place', 'fixed', 'A/p2', ?, ?)",
            (
                f"/srv/A/{kept}.txt".encode(),
                content,
                "partial" if reason else "examined",
                reason,
                BEFORE,
                clock.stamp(),
            ),
        )


def _hub(folder: Path) -> Iterator[Hub]:
    made = Hub(folder / "hub")
    with connected(made):
        yield made
    made.desk.database.close()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two terminals that are enrolled and went through everything."""
    folder = tmp_path_factory.mktemp("absence")
    for hub in _hub(folder):
        for name in NAMES:
            one = Terminal(folder / name, name)
            one.enrol(hub.token())
            original(one, here=name == "PC-01")
            read(one)
            walked(one)
    return folder


@pytest.fixture
def hub(begun: Path, tmp_path: Path) -> Iterator[Hub]:
    shutil.copytree(begun, tmp_path / "w")
    yield from _hub(tmp_path / "w")


@pytest.fixture
def fleet(hub: Hub, tmp_path: Path) -> dict[str, Terminal]:
    found = {name: Terminal(tmp_path / "w" / name, name) for name in NAMES}
    for one in found.values():
        one.policy = policy(*PLACES)
    return found


def proof(home: Home, rules: Policy, number: str = "9c") -> tuple[dict[str, str], list[list[str]]]:
    """(facts, rows) of the form."""
    order = Order(number, "csv", "A", clear_names=True, asked={"base": home.path})
    data = issue(order, home, Reader(home.database), rules, "")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return {row[0]: row[1] for row in table if len(row) > 1}, table


def told(hub: Hub, fleet: dict[str, Terminal]) -> None:
    for one in fleet.values():
        talked(hub, one)


def test_where_every_machine_told_everything_nothing_is_left(hub: Hub, fleet: dict[str, Terminal]) -> None:
    told(hub, fleet)
    assert all(b"srv" not in bytes(path) for (path,) in rows(hub.home, "select path from roots"))
    facts, _ = proof(hub.home, policy(*PLACES))
    assert facts["判定"] == "検査範囲に残存なし(未検査 0 件)"
    assert all(f"p{number}(" in facts["検査した場所"] for number in range(1, 6))
    assert "第7回" in facts["検査した場所"]
    facts, table = proof(hub.home, policy(*PLACES), "10R")
    assert [row[10] for row in table if row[0] == "1"] == ["残りなし"]
    assert "未検査なし" in facts["複写を探した範囲"]


def _silent(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    Terminal(tmp / "PC-03", "PC-03").enrol(hub.token())


def _before(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    walked(fleet["PC-02"], BEFORE)


def _elsewhere(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    """Another part of the disk was gone through."""
    with Store(fleet["PC-02"].home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update roots set path = ? where path = ?", (b"/home", b"/"))
        db.execute("update roots set path = ? where path = ?", (b"C:\\home", b"C:\\"))


def _no_policy(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    fleet["PC-02"].policy = None


def _other_place(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    """The terminal still has an older policy, in which the place is another folder."""
    fleet["PC-01"].policy = policy({**PLACES[0], "path": "/srv/old"}, *PLACES[1:])


def _not_handed(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    with Store(fleet["PC-02"].home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("delete from originals")
        db.execute("update contents set custody = ''")


def _not_compared(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    read(fleet["PC-02"], "")


def _without_key(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    with Store(fleet["PC-02"].home.database, only_notes=True) as store:
        now = custody.generation(store.connection, ("A",))
    read(fleet["PC-02"], now)


def _unread(hub: Hub, fleet: dict[str, Terminal], tmp: Path) -> None:
    read(fleet["PC-02"], "", "encrypted")


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (_silent, ["未検査の端末", "PC-03"]),
        (_before, ["未検査の場所", "p4(PC-02)"]),
        (_elsewhere, ["未検査の場所", "p2(PC-02)"]),
        (_no_policy, ["未検査の場所", "p2(PC-02)"]),
        (_other_place, ["未検査の場所", "p1(PC-01)"]),
        (_not_handed, ["照合していない端末", "PC-02"]),
        (_not_compared, ["照合していない端末", "PC-02"]),
        (_without_key, ["照合していない端末", "PC-02"]),
        (_unread, ["読取不能", "暗号化"]),
    ],
)
def test_what_is_missing_is_named(
    hub: Hub,
    fleet: dict[str, Terminal],
    tmp_path: Path,
    missing: Callable[[Hub, dict[str, Terminal], Path], None],
    named: list[str],
) -> None:
    missing(hub, fleet, tmp_path)
    told(hub, fleet)
    facts, table = proof(hub.home, policy(*PLACES))
    assert facts["判定"].startswith("未確認(残存 0 件、未検査 "), facts["判定"]
    assert any(all(any(word in cell for cell in row) for word in named) for row in table), table
    facts, table = proof(hub.home, policy(*PLACES), "10R")
    assert [row[10][:8] for row in table if row[0] == "1"] == ["未確認(残り 0"]
    assert "未検査なし" not in facts["複写を探した範囲"]


def test_a_hub_that_does_not_know_the_field_is_not_told_it(
    hub: Hub, fleet: dict[str, Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is told as soon as it knows it; what it was not told counts as not looked at."""
    monkeypatch.setattr("scanner.fleet.batch.KNOWN", ())
    told(hub, fleet)
    assert rows(hub.home, "select 1 from told_places") == []
    assert proof(hub.home, policy(*PLACES))[0]["判定"].startswith("未確認(")
    monkeypatch.undo()
    told(hub, fleet)
    assert proof(hub.home, policy(*PLACES))[0]["判定"] == "検査範囲に残存なし(未検査 0 件)"


@pytest.mark.parametrize("missing", [None, _not_handed, _not_compared, _without_key])
def test_of_joined_inventories_each_must_have_compared(
    hub: Hub,
    fleet: dict[str, Terminal],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    missing: Callable[[Hub, dict[str, Terminal], Path], None] | None,
) -> None:
    """The key of the contract lies with neither of them here: what counts is what each has done."""
    if missing is not None:
        missing(hub, fleet, tmp_path)
    both = Home(tmp_path / "both")
    prepare(both)
    both.database.unlink(missing_ok=True)
    monkeypatch.setattr(merging, "host_of", lambda db, path: path.parent.name)
    merging.merge([one.home.database for one in fleet.values()], both.database)
    facts, table = proof(both, policy(*PLACES))
    named = [row[2] for row in table if row[0] == "照合していない端末"]
    assert (facts["判定"] == "検査範囲に残存なし(未検査 0 件)", named) == (
        missing is None,
        ["PC-02"] if missing else [],
    )
