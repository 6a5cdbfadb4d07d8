"""What counts as gone through: a walk that has been, of a folder that holds the place; and on the papers, since the data came."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.acts.issuing import Order, issue
from scanner.agent import swept as agent_swept
from scanner.agent.swept import Rules
from scanner.custody.sharing import fingerprint
from scanner.duties import swept
from scanner.duties.interface import View
from scanner.fleet.batch import WORD_MOST, Coverage
from scanner.inventory import coverage, custody, ledger
from scanner.inventory.custody import Original
from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.models import Policy

FILES = ("/mnt/in/a.csv", "/mnt/in/sub/b.csv")


def day(number: int) -> str:
    return clock.stamp_in(timedelta(days=number))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    return made


def policy(**place: Any) -> Policy:
    return Policy.model_validate(
        {
            "contract": [
                {"id": "A", "title": "a", "starts": "2020-01-01", "place": [{"id": "p", "kind": "storage", **place}]}
            ]
        }
    )


def walked(db: sqlite3.Connection, path: str, moment: str, host: str = "") -> None:
    row = (path.encode(), host, moment, moment)
    db.execute("insert into roots (path, host, tried, tried_run, walked, walked_run) values (?, ?, ?, 7, ?, 7)", row)


def met(db: sqlite3.Connection, path: str, moment: str) -> None:
    db.execute(
        "insert into files (path, host, size, mtime_ns, ctime_ns, inode, rule_set, outcome, verdict, ground, rule, first_seen, last_seen)"
        " values (?, '', 1, 1, 1, 1, 'r', 'examined', 'in_place', 'fixed', 'A/p', ?, ?)",
        (path.encode(), moment, moment),
    )


def told(db: sqlite3.Connection, rules: Policy) -> tuple[int, bool, str]:
    """Gaps of the coverage since two days, whether the place counts as gone through, and the moment that a hub is told."""
    since = clock.begin_of(clock.today() - timedelta(days=2))
    covered = coverage.of(db, since=since)
    places = swept.Places(View(db, rules, [], clock.today(), ledger.who()[0]), covered, since, None)
    sent = agent_swept._places(db, Rules(rules, "0" * 64, Path("/")))[0]["walked"]
    return covered.gaps, not places.unswept(rules.contract[0]), sent


@pytest.mark.parametrize("place", [{"unc": r"\\fs1\itaku"}, {"volume": "1234-ABCD"}, {"host": "*"}])
@pytest.mark.parametrize(
    ("root", "over"),
    [
        ("/mnt/in", True),
        ("/mnt", True),
        (FILES[0], False),
        ("/mnt/in/sub", False),
        ("/srv", False),
        ("/mnt/inn", False),
    ],
)
def test_a_file_that_was_met_is_no_walk_of_its_place(home: Home, place: dict[str, str], root: str, over: bool) -> None:
    rules = policy(**place)
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        walked(db, root, day(0))
        for path in FILES:
            met(db, path, day(0))
        assert told(db, rules)[1:] == (over, day(0) if over else "")


@pytest.mark.parametrize("letters", [1, WORD_MOST, WORD_MOST + 1, 500])
def test_what_is_told_has_room_on_the_wire(home: Home, letters: int) -> None:
    """A number that is too long would be refused with every batch, for ever: it is not told."""
    contract = policy(path="/srv/A").contract[0]
    long = contract.model_copy(
        update={"id": "B", "place": (contract.place[0].model_copy(update={"id": "p" * letters}),)}
    )
    whole = policy(path="/srv/A").model_copy(update={"contract": (contract, long)})
    rules = Rules(whole, "0" * 64, Path("/"))
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        sent = agent_swept.told(db, rules)
    told_ = Coverage.model_validate({"counters": [], "roots": [], "passed": [], **sent})
    assert len(told_.places) == 1 + (letters <= WORD_MOST)


@pytest.mark.parametrize(("moment", "gaps"), [(0, 0), (-1, 0), (-9, 1), (200, 1)])
def test_a_walk_that_is_still_to_come_is_none(home: Home, moment: int, gaps: int) -> None:
    """A clock that ran ahead once makes no walk from before a disposal one after it."""
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        walked(db, str(home.path), day(moment))
        met(db, str(home.path / "A/one.csv"), day(0))
        found = told(db, policy(path=str(home.path / "A")))
    assert found[:2] == (gaps, not gaps)
    assert found[2] == (day(moment) if moment < 1 else "")


@pytest.mark.parametrize(("moment", "said"), [(-300, "未確認(受領の後の検査なし)"), (0, "残りなし")])
def test_copies_are_looked_for_after_the_data_came(home: Home, moment: int, said: str) -> None:
    rules = policy(path="/srv/A", host="PC-1")
    arrived = (clock.today() - timedelta(days=1)).isoformat()
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        run = "insert into runs (started, ended, state, tool, rule_set, depth, walked, examined) values (?, ?, 'complete', 't', 'r', 'balanced', 1, 1)"
        db.execute(run, (day(moment), day(moment)))
        db.execute("insert into hub_applied values ('t', 'PC-1', 1, 1)")
        heard = "insert into hosts (host, heard, anchor, entries, verified, gaps, state) values ('PC-1', ?, '', '', 'yes', '[]', 'approved')"
        db.execute(heard, (day(0),))
        walked(db, "/srv", day(moment), "PC-1")
        meaning = swept.meaning(rules.contract[0].place[0])
        db.execute("insert into told_places values ('PC-1', 'A', 'p', ?, ?, 3, '{}')", (meaning, day(moment)))
        one = Original(
            0, "A", b"/srv/A/k.csv", b"k", "text/csv", 9, "provided", arrived, "", "", 2, 2, 0, 2, 2, ("PERSON",), "k1", "held", day(-1),
            version=2, name="n",
        )  # fmt: skip
        custody.add_original(db, one, {11: 0, 12: 1})
        db.execute("insert into told_compared values ('PC-1', 'A', 'k1', ?, 0)", (fingerprint(db, 1),))
    order = Order("10R", "csv", "A", clear_names=True, asked={"base": home.path})
    text = issue(order, home, Reader(home.database), rules, "").decode("utf-8-sig")
    (row,) = (row for row in csv.reader(io.StringIO(text)) if "R-1" in row)
    assert said in row
