"""Whatever fails, and wherever: a change of the inventory is there wholly or not at all, and the next scan goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from scanner import clock
from scanner.acts import decisions, enrolment, gate
from scanner.acts.receive import Receipt, receive
from scanner.acts.signing import Rules
from scanner.errors import StoreFault
from scanner.inventory import ledger, opening, points
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.people import keyfile
from scanner.inventory.record import check
from scanner.inventory.store import Run, Store
from scanner.inventory.transaction import transaction
from scanner.model import Contents, FileRef, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind
from scanner.policy.models import Policy
from tests.conftest import Sekisho
from tests.scanner.failing import Failing, failing_at

SETTLED = time.time_ns()


POLICY = Policy.model_validate(
    {
        "contract": [
            {
                "id": "A",
                "title": "a",
                "consent": [{"id": "c", "kind": "send", "recipients": ["city.example.jp"]}],
                "worker": [{"id": "W-1", "name": "甲"}, {"id": "W-2", "name": "乙"}],
            }
        ]
    }
)


RULES = Rules(POLICY, "0" * 64)


def phrase(worker: str) -> str:
    """The passphrase of a worker."""
    return f"himitsu no kotoba {worker}"


def ref(number: int) -> FileRef:
    return FileRef(f"/share/{number}.csv".encode(), 100, 1, 1, number, 1)


def outcome(number: int, *, kind: OutcomeKind = OutcomeKind.EXAMINED, row: object = None) -> Outcome:
    """A file with two findings that lies where it must not."""
    findings = tuple(Finding(e, 2, 0.9, "none", ("row 1",), "漢字4") for e in ("PERSON", "PHONE_NUMBER"))
    contents = Contents("text/csv", findings, 2, 2, sketch=(number, number + 1_000))
    verdict = Verdict(VerdictKind.OUTSIDE, Ground.FIXED, contract="A")
    return Outcome(ref(number), kind, verdict, contents, number.to_bytes(16, "big"), ("F03-OUTSIDE",), row=row)


def begun(store: Store) -> Store:
    try:
        store.begin(Run("t", "rules", "quick", ("/share",)))
    except BaseException:
        store.close()
        raise
    return store


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with two files in the inventory, a decision and a key."""
    home = Home(tmp_path_factory.mktemp("template") / "home")
    prepare(home)
    installation_key(home)
    pytest.MonkeyPatch().setattr(
        keyfile, "COST", 2**10
    )  # a passphrase is guessed by nobody here, and keys are opened a thousand times
    with begun(Store(home.database)) as store:
        for number in (1, 2):
            store.put(outcome(number), SETTLED)
    enrolment.begin(home, RULES, "W-1", "W-2", phrase)
    decisions.end(home, RULES, 2, wish(), "W-1", phrase, "W-2")
    return home.path


@pytest.fixture
def fresh(template: Path, tmp_path: Path) -> Callable[[], Home]:
    """The template again and again."""

    def made() -> Home:
        home = Home(tmp_path / "home")
        if home.path.exists():
            shutil.rmtree(home.path)  # Windows refuses where anything in it was left open
        shutil.copytree(template, home.path)
        return home

    return made


def put_new(home: Home) -> None:
    with begun(Store(home.database)) as store:
        for number in (3, 4, 5):
            store.put(outcome(number), SETTLED)


def put_changed(home: Home) -> None:
    with begun(Store(home.database)) as store:
        changed = outcome(1)
        store.put(changed._replace(content_key=b"x" * 16, contents=changed.contents._replace(persons_max=9)), SETTLED)


def put_unchanged(home: Home) -> None:
    with begun(Store(home.database)) as store:
        known = store.known(ref(1))
        assert known is not None
        store.put(outcome(1, kind=OutcomeKind.UNCHANGED, row=known.row), SETTLED)


def sweep(home: Home) -> None:
    with begun(Store(home.database)) as store:
        assert store.sweep_gone([b"/share"], []) == 2


def vanish(home: Home) -> None:
    with begun(Store(home.database)) as store:
        assert store.vanish(b"/share") == 2


def settle(home: Home) -> None:
    facts = [points.Fact("F10-SILENT", subject=f"host:{n}", contract="A") for n in range(3)]
    with begun(Store(home.database)) as store:
        store.settle(facts, ("F10-SILENT", "F03-OUTSIDE"))


def finish(home: Home) -> None:
    with begun(Store(home.database)) as store:
        store.note_policy("policy.toml", "0" * 64)
        store.note_terminal({"os": "x"})
        store.finish("complete", Counter(), Counter(), 0, 0.0)


def review(home: Home) -> None:
    with Store(home.database, only_notes=True) as store:
        decisions.stage(store.connection, 1, "review", "甲")


def wish() -> decisions.Wish:
    return decisions.Wish("accept", "理由", clock.today() + timedelta(days=30))


def accept(home: Home) -> None:
    decisions.end(home, RULES, 1, wish(), "W-1", phrase, "W-2")


def propose(home: Home) -> None:
    decisions.end(home, RULES, 1, wish(), "W-1", phrase)


def revoke(home: Home) -> None:
    decisions.revoke(home, RULES, 1, "W-1", "理由", phrase)


def rule(home: Home) -> None:
    enrolment.rule(home, RULES, False, "W-1", phrase)


def ask(home: Home) -> None:
    given = (outcome(1).contents, b"k" * 16)
    gate.ask(home, POLICY.contract[0], b"/share/1.csv", "send", "city.example.jp", given)


ACTS = [put_new, put_changed, put_unchanged, sweep, vanish, settle, finish, review, accept, propose, revoke, rule, ask]


def whole(home: Home) -> list[str]:
    """The invariants that every state must fulfil, then everything in it but runs and moments."""
    with closing(sqlite3.connect(home.database)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert db.execute("pragma foreign_key_check").fetchall() == []
        assert check.verify(db, home.keys).found == []
        for persons, kinds in db.execute(
            "select persons_max, (select count(*) from findings f where f.content_id = c.id) from contents c"
        ):
            assert (persons > 0) == (kinds == 2), "contents without their findings"
        entries = "select count(*) from ledger where kind = ?"
        opened = db.execute(entries, ("point_opened",)).fetchone()
        closed = db.execute(entries, ("point_closed",)).fetchone()[0]
        assert opened == db.execute("select count(*) from points").fetchone()
        decided = db.execute("select count(*) from decisions where action in ('accept', 'dismiss')").fetchone()[0]
        assert closed + decided == db.execute("select count(*) from points where state = 'closed'").fetchone()[0]
        assert db.execute("select count(*) from files").fetchone() == (
            db.execute("select count(*) from ledger where kind in ('first_seen', 'copied')").fetchone()
        )
        gates = db.execute("select count(*) from gates").fetchone()
        assert gates == db.execute(entries, ("gate_asked",)).fetchone()
        return [
            *map(str, db.execute("select id, content_id, outcome, gone is null from files")),
            *map(str, db.execute("select id, code, state, stage, closed_why from points")),
            *map(str, db.execute("select kind from ledger where kind not in ('committed', 'log_key') order by seq")),
            *map(str, db.execute("select id, by, revoked is null from suppressions")),
        ]


def fault_of(act: Callable[[], object]) -> str:
    """The code of the fault of the store that an act ends with; empty where it ends well."""
    try:
        act()
    except StoreFault as fault:
        return fault.code
    return ""


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_failure_at_any_statement_leaves_all_or_nothing(
    act: Callable[[Home], None], step: int, fresh: Callable[[], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.inventory.store._BATCH_SECONDS", 1e9)  # the same statements each time, however slow
    act(fresh())  # what a process asks once it asks here
    home = fresh()
    with failing_at(0):
        act(home)
    statements, done = Failing.count, whole(home)
    assert statements > 5
    for number, after in product(range(1, statements + 1, step), (False, True)):
        home = fresh()
        before = whole(home)
        with failing_at(number, after=after):
            fault = fault_of(lambda home=home: act(home))  # type: ignore[misc]
        assert fault == "disk_full"
        state = whole(home)
        if act is not finish:  # which is several changes
            assert state in (before, done), f"half-way at statement {number}"
        if state == before:
            act(home)
            assert whole(home) == done


def test_after_a_fault_the_next_scan_examines_the_file_again(fresh: Callable[[], Home]) -> None:
    home = fresh()

    def act() -> None:
        with begun(Store(home.database)) as store:
            store.put(outcome(3), SETTLED)
            store.connection.execute(
                "create temp trigger no before insert on findings begin select raise(abort, 'x'); end"
            )

    assert fault_of(act) == "database_error"
    with begun(Store(home.database)) as store:
        assert store.known(ref(1)) is not None
        assert store.known(ref(3)) is None
        assert store.known_content((3).to_bytes(16, "big")) is None


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, BrokenPipeError])
def test_an_exception_commits_nothing(fresh: Callable[[], Home], error: type[BaseException]) -> None:
    home = fresh()
    before = whole(home)

    def outside() -> None:
        with begun(Store(home.database)) as store:
            store.put(outcome(3), SETTLED)
            raise error

    def inside() -> None:
        with begun(Store(home.database)) as store, store.transaction() as db:
            store.note("declared")
            db.execute("delete from findings")
            raise error

    for act in (outside, inside):
        with pytest.raises(error):
            act()
        assert whole(home) == before


def test_nothing_is_locked_while_a_file_is_read(fresh: Callable[[], Home], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0)
    home = fresh()
    with begun(Store(home.database)) as store:
        store.put(outcome(3), SETTLED)  # and now the next file takes its time
        with Store(home.database, only_notes=True) as other:
            other.note("declared")
        assert store.known_content((3).to_bytes(16, "big")) is not None


def test_the_record_is_appended_to_inside_a_transaction_only(fresh: Callable[[], Home]) -> None:
    with Store(fresh().database) as store:
        with pytest.raises(RuntimeError):
            ledger.append(store.connection, "declared")
        with store.transaction() as db:
            ledger.append(db, "declared")
            with pytest.raises(RuntimeError), transaction(db):
                pass


@pytest.mark.slow
def test_receiving_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "名簿.csv"
    path.write_text(
        "氏名,生年月日,電話番号\n" + "".join(f"山田 太郎{n},1980-01-0{n},03-1234-000{n}\n" for n in range(1, 6))
    )
    home = Home(tmp_path / "home")

    def act() -> None:
        receive(os.fsencode(path), Receipt("A"), home, depth="quick")

    def state() -> tuple[int, int, int]:
        with closing(sqlite3.connect(home.database)) as db:
            assert check.verify(db, home.keys).found == []
            count = "select count(*) from "
            entries = db.execute(count + "ledger where kind = 'received'").fetchone()[0]
            originals = db.execute(count + "originals").fetchone()[0]
            tokens = db.execute(count + "tokens").fetchone()[0]
            assert entries == originals == bool(tokens)
            made = db.execute(count + "ledger where kind = 'key_made'").fetchone()[0]
            assert made >= len(list(home.keys.glob("*.contract.key"))), "a key that the record does not know"
            return entries, originals, tokens

    prepare(home)
    Store(home.database).close()
    shutil.copytree(home.path, tmp_path / "empty")
    with failing_at(0):
        act()
    statements, done = Failing.count, state()
    assert done[0] == 1
    for number in range(1, statements + 1, 5):  # reader and judge start each time
        shutil.rmtree(home.path)
        shutil.copytree(tmp_path / "empty", home.path)
        with failing_at(number):
            assert fault_of(act) == "disk_full"
        assert state() in ((0, 0, 0), done)
        if state() != done and number % 25 == 1:
            act()
            assert state() == done


def test_a_busy_inventory_is_said_clearly(fresh: Callable[[], Home], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0)
    home = fresh()
    with Store(home.database) as store, Store(home.database, only_notes=True) as other, other.transaction():
        assert fault_of(lambda: store.note("declared")) == "database_busy"


def test_a_full_disk_stops_the_scan_at_once(fresh: Callable[[], Home]) -> None:
    home = fresh()
    before = whole(home)

    def act() -> None:
        with begun(Store(home.database)) as store:
            pages = store.connection.execute("pragma page_count").fetchone()[0]
            store.connection.execute(f"pragma max_page_count = {pages}")
            for number in range(3, 1_000):
                store.put(outcome(number), SETTLED)

    assert fault_of(act) == "disk_full"
    assert whole(home) == before


def test_a_damaged_inventory_is_one_sentence_and_not_a_fault_of_every_file(
    sekisho: Sekisho, fresh: Callable[[], Home], tmp_path: Path
) -> None:
    home = fresh()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.txt").write_text("電話 03-1234-5678")
    size = home.database.stat().st_size
    with home.database.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    for command in (("scan", "--depth", "quick", tmp_path / "tree"), ("ledger", "verify"), ("families",), ("points",)):
        result = sekisho(*command, "--home", home.path)
        assert result.code == 4
        assert "is damaged" in result.err
        assert "Traceback" not in result.err
