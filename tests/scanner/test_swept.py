"""Nothing is left only if every machine that the contract names, or that ever told a file, was gone through since, is let in and is heard."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scanner import clock
from scanner.acts import merge as merging
from scanner.agent import coverage as agent_coverage
from scanner.agent.masking import Masking
from scanner.duties import hosts, swept
from scanner.duties.interface import View
from scanner.fleet.batch import Coverage
from scanner.hub import entering
from scanner.inventory import coverage, ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from scanner.report.forms.sweeps import _left

SINCE = clock.today() - timedelta(days=3)
DAYS = {"never": "", "before": clock.stamp_in(timedelta(days=-9)), "since": clock.stamp()}
STATES = ("", "approved", "waiting", "conflict", "revoked")
PLACE = "/srv/A"


class Machine(NamedTuple):
    """What an inventory has of one machine."""

    name: str
    state: str = "approved"
    heard: str = "since"
    root: str = "/srv"
    walked: str = "since"
    files: int = 0
    """0: none; 1: one in the place, gone; 2: one that is there."""


FINE = tuple(Machine(f"PC-{n}") for n in (1, 2))
MACHINES = st.tuples(
    *(
        st.builds(
            Machine,
            st.just(name),
            st.sampled_from(STATES),
            st.sampled_from(("since", "since", *DAYS)),
            st.sampled_from(("/srv", "/", PLACE, "/srv/AB", "/home", "C:\\srv", "▒▒▒▒ [0123456789abcdef]", "")),
            st.sampled_from(("since", "since", *DAYS)),
            st.sampled_from((0, 1, 2)),
        )
        for name in ("PC-1", "pc-1~2", "PC-2")
    )
)
HOSTS = st.sampled_from((None, "*", "PC-1", "pc-2", "PC-?", "PC-*", "PC-9", "X-*"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    home = Home(tmp_path_factory.mktemp("swept"))
    prepare(home)
    with Store(home.database, only_notes=True) as store:
        yield store.connection


def _filled(db: sqlite3.Connection, machines: tuple[Machine, ...]) -> None:
    for one in machines:
        values = (one.name, DAYS[one.heard], one.state)
        db.execute(
            "insert into hosts (host, heard, anchor, entries, verified, gaps, state) values (?, ?, '', '', 'yes', '[]', ?)",
            values,
        )
        if one.root:
            roots = (one.root.encode(), one.name, DAYS["before"], DAYS[one.walked] or None)
            db.execute("insert into roots (path, host, tried, walked) values (?, ?, ?, ?)", roots)
        if one.files:
            db.execute(
                "insert into files (path, host, size, mtime_ns, ctime_ns, inode, rule_set, outcome, verdict, ground, rule, first_seen, last_seen, gone)"
                " values (?, ?, 1, 1, 1, 1, 'r', 'examined', 'in_place', 'fixed', 'A/p', ?, ?, ?)",
                (
                    f"{PLACE}/a".encode(),
                    one.name,
                    DAYS["since"],
                    DAYS["since"],
                    None if one.files > 1 else DAYS["since"],
                ),
            )


def _missing(
    db: sqlite3.Connection, machines: tuple[Machine, ...], host: str | None
) -> tuple[int, list[str], list[str]]:
    """(gaps of the coverage, machines, places) that stand against "nothing left"."""
    place = {"id": "p", "kind": "storage", "path": PLACE, "host": host}
    rules = Policy.model_validate({"contract": [{"id": "A", "title": "a", "place": [place]}]})
    db.execute("begin")
    try:
        _filled(db, machines)
        view, moment = View(db, rules, [], clock.today(), "hub"), clock.begin_of(SINCE)
        covered = coverage.of(db, since=moment)
        absent = swept.unswept_hosts(view, rules.contract[0], SINCE)
        return covered.gaps, absent, swept.Places(view, covered, moment, None, absent).unswept(rules.contract[0])
    finally:
        db.execute("rollback")


def _good(one: Machine) -> bool:
    return one.state in ("", "approved") and one.heard == one.walked == "since" and bool(one.root)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MACHINES, HOSTS)
@example(FINE, None)
@example(FINE, "PC-9")
@example((*FINE, Machine("PC-3", "waiting", root="")), None)
def test_none_left_only_if_everywhere_was_looked(
    empty: sqlite3.Connection, machines: tuple[Machine, ...], host: str | None
) -> None:
    gaps, absent, places = _missing(empty, machines, host)
    assert {one.name for one in machines if not _good(one)} <= {
        *absent,
        *(m.name for m in machines if m.walked != "since" and gaps),
    }
    covering = {m.name for m in machines if _good(m) and m.root in ("/", "/srv", PLACE)}
    if host in (None, "*"):
        needed = {m.name for m in machines if m.files}
        fine = bool(covering) and needed <= covering
    else:
        needed = {m.name for m in machines if fnmatchcase(m.name.partition("~")[0].lower(), str(host).lower())}
        fine = bool(needed) and needed <= covering
    assert bool(places) is not fine
    if host == "PC-9":
        assert "PC-9" in absent


@pytest.mark.parametrize("host", [None, "*", "PC-1", "pc-2", "PC-?"])
def test_where_all_is_well_nothing_stands_against_it(empty: sqlite3.Connection, host: str | None) -> None:
    assert _missing(empty, FINE, host) == (0, [], [])


def test_the_record_of_the_hub_speaks_for_no_terminal_of_its_name(
    empty: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "who", lambda: ("pc-1", "taro"))
    empty.execute("begin")
    ledger.append(empty, "agent_on")
    _filled(empty, (Machine("PC-1", heard="before"), Machine("PC-2", heard="before")))
    absent = hosts.not_heard(View(empty, Policy(), [], clock.today(), "PC-1"), SINCE)
    empty.execute("rollback")
    assert absent == ["PC-1", "PC-2"]


def test_a_root_is_asked_of_each_machine_that_has_it(empty: sqlite3.Connection) -> None:
    empty.execute("begin")
    _filled(empty, (Machine("PC-1"), Machine("PC-2", walked="never"), Machine("PC-3", root="/home")))
    found = coverage.of(empty, [b"/srv/A"])
    empty.execute("rollback")
    assert [(w.host, bool(w.walked)) for w in found.roots] == [("PC-1", True), ("PC-2", False)]
    assert [w.host for w in found.unwalked] == ["PC-2"]


@pytest.mark.parametrize(
    ("verdict", "number", "told"),
    [
        ("検査範囲に残存なし(未検査 0 件)", 0, "残存なし"),
        ("検査範囲に残存なし(未検査 2 件)", 0, "残存なし"),  # accepted
        ("残存あり(残存 2 件)", 0, "残存なし"),
        ("残存あり(残存 2 件、未検査 3 件)", 0, "残存は未確認(未検査 3 件)"),
        ("未確認(残存 0 件、未検査 1 件)", 0, "残存は未確認(未検査 1 件)"),
        ("未確認(残存 0 件、未検査 1 件)", 4, "残存・未了 4 件"),
    ],
)
def test_what_a_wider_search_says_of_a_part(verdict: str, number: int, told: str) -> None:
    assert _left(number, verdict) == told


@pytest.mark.parametrize(
    ("ahead", "walked", "held"), [(0, -9, -9), (-2, -9, -9), (2, 1, -1), (2, -9, -11), (2, 5, None), (0, 5, None)]
)
def test_a_clock_that_is_ahead_makes_no_walk_later(
    empty: sqlite3.Connection, ahead: int, walked: int, held: int | None
) -> None:
    """Days from now: by how much the terminal's clock is ahead, when it says that the walk ended, and when that was at the latest; nobody
    knows of one that is to end after it was told."""
    said = {"path": PLACE, "tried": DAYS["before"], "walked": clock.stamp_in(timedelta(days=walked))}
    told = Coverage.model_validate({"counters": [], "roots": [said], "passed": []})
    empty.execute("begin")
    entering._coverage(empty, "PC-1", told, clock.stamp_in(timedelta(days=ahead)))
    (found,) = empty.execute("select walked from roots").fetchone()
    empty.execute("rollback")
    if held is None:
        assert found is None
    else:
        assert abs(clock.moment_of(found) - clock.now() - timedelta(days=held)) < timedelta(hours=1)


def test_of_too_many_roots_those_that_were_walked_last_are_not_told(
    empty: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_coverage, "PASSED_MOST", 2)
    empty.execute("begin")
    for name, walked in (("a", "since"), ("b", "before"), ("c", "never")):
        roots = (f"/{name}".encode(), DAYS["before"], DAYS[walked] or None)
        empty.execute("insert into roots (path, host, tried, walked) values (?, '', ?, ?)", roots)
    told = agent_coverage.told(empty, Masking(b"", "clear"))
    empty.execute("rollback")
    assert [root["path"] for root in told["roots"]] == ["/c", "/b"]


def _inventory(folder: Path, machine: Machine) -> Path:
    prepare(Home(folder))
    with Store(folder / "inventory.db", only_notes=True) as store, store.transaction() as db:
        _filled(db, (machine,))
        db.execute(
            "insert into told_coverage (host, path, outcome, reason, number, first, last) values (?, ?, 'not_examined', 'locked', 3, ?, ?)",
            (machine.name, b"/srv", DAYS["since"], DAYS["since"]),
        )
    return folder / "inventory.db"


def test_joining_loses_no_gap_and_lets_no_machine_speak_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "host_of", lambda db, path: path.parent.name)
    one = _inventory(tmp_path / "hub-1", Machine("PC-1", walked="never"))
    other = _inventory(tmp_path / "hub-2", Machine("PC-2", "revoked"))
    same = _inventory(tmp_path / "hub-3", Machine("pc-1"))
    merging.merge([one, other], tmp_path / "both.db")
    with closing(sqlite3.connect(tmp_path / "both.db")) as db:
        assert coverage.of(db).reasons["locked"].number == 6
        assert {"PC-2", "hub-1", "hub-2"} <= set(hosts.not_heard(View(db, Policy(), [], clock.today(), "x"), None))
    with pytest.raises(merging.MergeError, match="same_host"):
        merging.merge([one, same], tmp_path / "more.db")
