"""Attempts by one person to be two: every one is refused, changes nothing, and is an entry of the record.

The person is W-1, who can read and write everything on the disk, and knows one passphrase.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.acts import decisions, enrolment, gate
from scanner.acts.signing import Rules
from scanner.errors import SekishoError
from scanner.inventory import ledger, points
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.people import keyfile, registry, statements
from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind
from scanner.policy.models import Policy
from tests import moments

WORKERS: list[dict[str, Any]] = [
    {"id": "W-1", "name": "サトウ タロウ", "accounts": ["PC\\sato"]},
    {"id": "W-2", "name": "鈴木 花子", "accounts": ["hanako"]},
    {"id": "W-3", "name": "ｻﾄｳ　ﾀﾛｳ"},
    {"id": "W-4", "name": "さとう\u200bたろう"},
    {"id": "W-5", "name": "ﾀｶﾊｼ ｹﾝ", "accounts": ["DOM\\ＳＡＴＯ"]},
    {"id": "W-6", "name": "高橋 一"},
    {"id": "W-7", "name": "離任 次郎", "ends": "2020-03-31"},
]
CONSENT = {"id": "承諾-9", "kind": "send", "recipients": ["city.example.jp"]}


def rules(**review: bool) -> Rules:
    """The policy of the house."""
    contract = {"id": "A", "title": "a", "worker": WORKERS, "consent": [CONSENT]}
    policy = Policy.model_validate({"contract": [contract], "review": review})
    return Rules(policy, hashlib.sha256(policy.model_dump_json().encode()).hexdigest())


RULES = rules()


def phrase(worker: str) -> str:
    """The passphrase of a worker."""
    return f"himitsu no kotoba {worker}"


def mine(_: str) -> str:
    """The only passphrase that the person knows."""
    return phrase("W-1")


class World:
    """A state folder with open points about three files, and what the person may do with it."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.folder = home, folder

    def db(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home.database, isolation_level=None)

    def edit(self, statement: str, *values: object) -> None:
        """The person edits the database."""
        with closing(self.db()) as db:
            db.execute(statement, values)

    def dismiss(self, by: str, reviewer: str = "", point: int = 1, ask: Any = mine, under: Rules = RULES) -> bool:
        wish = decisions.Wish("dismiss", "様式", clock.today().replace(year=clock.today().year + 1, day=1))
        return decisions.end(self.home, under, point, wish, by, ask, reviewer).done

    def approve(self, by: str, point: int = 1, ask: Any = mine, under: Rules = RULES) -> None:
        waits = decisions.proposed(self.home, point)
        decisions.approve(self.home, under, point, by, ask, waits["proposal"] if waits else 0)

    def gate(self) -> int:
        key = hashlib.sha256((self.folder / "a.csv").read_bytes()).digest()[:16]
        asked = gate.ask(
            self.home, RULES.policy.contract[0], bytes(self.folder / "a.csv"), "send", "city.example.jp",
            (CONTENTS, key), digest=RULES.digest,
        )  # fmt: skip
        return asked.number

    def answer(self, number: int, worker: str, ask: Any = mine, under: Rules = RULES, **given: str) -> str:
        right = {"persons": "2", "recipient": "city.example.jp", "kinds": "PERSON", "consent": "承諾-9"}
        return gate.answer(self.home, under, number, worker, ask, {**right, **given})

    def shown(self, number: int) -> str:
        with Store(self.home.database, only_notes=True) as store:
            return gate.shown(self.home, RULES.policy, store, number)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        with closing(self.db()) as db:
            rows = db.execute("select details from ledger where kind = ? order by seq", (kind,))
            return [json.loads(details) for (details,) in rows]

    def forge(self, *told: tuple[str, dict[str, Any]]) -> None:
        """The person appends whole entries to the record, in the order of the chain."""
        with Store(self.home.database, only_notes=True) as store, store.transaction() as db:
            for kind, details in told:
                plain = {k: v for k, v in details.items() if k != ledger.SALT}
                ledger.append(db, kind, contract="A", **plain)

    def scan(self) -> None:
        """The points are settled again, over files that have not changed."""
        with Store(self.home.database) as store:
            store.begin(Run("t", "rules", "quick", ("/share",)))
            for number in (1, 2, 3):
                store.put(outcome(number), 1)
            store.settle([], ())

    def key_file(self, worker: str) -> Path:
        return next(keyfile.folder(self.home.keys).glob(f"{worker}.*.key"))


CONTENTS = Contents("text/csv", (Finding("PERSON", 2, 0.9, "none", ("row 1",), "漢字4"),), 2, 2)


def outcome(number: int) -> Outcome:
    """A file that lies where it must not."""
    verdict = Verdict(VerdictKind.OUTSIDE, Ground.FIXED, contract="A")
    ref = FileRef(f"/share/{number}.csv".encode(), 100, 1, 1, number, 1)
    return Outcome(ref, OutcomeKind.EXAMINED, verdict, CONTENTS, number.to_bytes(16, "big"), ("F03-OUTSIDE",))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: files, points, and the ceremony of W-1 and W-2."""
    home = Home(tmp_path_factory.mktemp("one") / "home")
    prepare(home)
    installation_key(home)
    patch = pytest.MonkeyPatch()
    patch.setattr(keyfile, "COST", 2**10)
    with Store(home.database) as store:
        store.begin(Run("t", "rules", "quick", ("/share",)))
        for number in (1, 2, 3):
            store.put(outcome(number), 1)
    enrolment.begin(home, RULES, "W-1", "W-2", phrase)
    patch.undo()
    return home.path


@pytest.fixture
def world(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(keyfile, "COST", 2**10)
    shutil.copytree(template, tmp_path / "home")
    (tmp_path / "a.csv").write_text("氏名\n甲\n乙\n", encoding="utf-8")

    def key_of(path: bytes) -> bytes:
        return hashlib.sha256(Path(path.decode()).read_bytes()).digest()[:16]

    monkeypatch.setattr(gate, "examine_file", lambda home, path, depth: (CONTENTS, key_of(path)))
    monkeypatch.setattr(gate, "_content", lambda home, path: key_of(path))
    return World(Home(tmp_path / "home"), tmp_path)


def reviewer(text: str) -> Callable[[World], object]:
    """One signs as the first and, under this name, as the second."""
    return lambda w: w.dismiss("W-1", text)


def enrols(worker: str) -> Callable[[World], object]:
    """A second key under another entry of the register."""
    return lambda w: enrolment.enrol(w.home, RULES, worker, lambda _: "mou hitotsu no kotoba")


def invented_and_vouched_for_alone(w: World) -> None:
    enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "W-1", mine)
    enrolment.countersign(w.home, RULES, "W-6", "サトウタロウ", mine)


def invented_and_used(w: World) -> None:
    enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "W-1", mine)
    w.dismiss("W-1", "W-6")


def vouches_for_oneself(w: World) -> None:
    enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "高橋一", lambda _: "mou hitotsu no kotoba")


def forged_countersignature(w: World) -> None:
    waiting = enrolment.enrol(w.home, RULES, "W-6", lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-6", "W-1", mine)
    signature = w.entries("person_countersigned")[0]["signature"]
    w.forge(("person_countersigned", {"of": waiting.seq, "by": "W-2", "signature": signature}))
    w.dismiss("W-1", "W-6")


def second_ceremony(w: World) -> None:
    enrolment.begin(w.home, RULES, "W-1", "W-6", phrase)


def ceremony_in_a_new_record(w: World) -> None:
    for left in w.home.path.glob("inventory.db*"):
        left.unlink()
    (w.home.keys / "installation.key").unlink()
    installation_key(w.home)
    Store(w.home.database).close()
    enrolment.begin(w.home, RULES, "W-1", "W-6", phrase)


def forged_ceremony(w: World) -> None:
    """A whole ceremony of the person's own behind the first."""
    keys = {n: keyfile.new() for n in ("W-1", "W-6")}
    told = [{"number": n, "public": statements.public_of(k), "name": registry.name_tag(statements.public_of(k), x["name"])}
            for (n, k), x in zip(keys.items(), (WORKERS[0], WORKERS[5]), strict=True)]  # fmt: skip
    said = statements.statement("found", people=told, policy=RULES.digest)
    w.forge(("person_founded", {"said": said, "signatures": {n: statements.sign(k, said) for n, k in keys.items()}}))
    for number, key in keys.items():
        keyfile.keep(w.home.keys, number, key, phrase("W-1"))
    w.dismiss("W-1", "W-6")


def replaced_key_file(w: World) -> None:
    other = keyfile.new()
    keyfile.keep(w.home.keys, "W-2", other, phrase("W-1"))
    path = keyfile.folder(w.home.keys) / f"W-2.{statements.public_of(other)[:16]}.key"
    mine_, theirs = path, next(p for p in keyfile.folder(w.home.keys).glob("W-2.*") if p != path)
    mine_.replace(theirs)
    w.dismiss("W-1", "W-2")


def replaced_key_under_the_same_public_key(w: World) -> None:
    theirs = w.key_file("W-2")
    public = json.loads(theirs.read_text())["public"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "public_of", lambda _: public)
        theirs.unlink()
        keyfile.keep(w.home.keys, "W-2", keyfile.new(), phrase("W-1"))
    w.dismiss("W-1", "W-2")


def copied_key_file(w: World) -> None:
    shutil.copy(w.key_file("W-1"), w.key_file("W-2"))
    w.dismiss("W-1", "W-2")


def damaged_key_file(w: World) -> None:
    w.key_file("W-2").write_text("{}")
    w.dismiss("W-1", "W-2")


def lost_by_another(w: World) -> None:
    """The person says that W-2 has lost the passphrase, and vouches twice."""
    enrolment.change(w.home, RULES, "W-2", None, lambda _: "mou hitotsu no kotoba")
    enrolment.countersign(w.home, RULES, "W-2", "W-1", mine)
    enrolment.countersign(w.home, RULES, "W-2", "W-1", mine)


def lax_policy(w: World) -> None:
    """A policy of one's own with ``two_persons = false``: the decision waits all the same."""
    assert not w.dismiss("W-1", under=rules(two_persons=False))
    w.approve("W-1", under=rules(two_persons=False))


def lax_rule_alone(w: World) -> None:
    enrolment.rule(w.home, RULES, False, "W-1", mine)
    enrolment.countersign(w.home, RULES, "", "サトウ　タロウ", mine)


def proposer_renamed(w: World) -> None:
    w.dismiss("W-1")
    w.edit("update proposals set by = 'W-2'")
    w.approve("W-1")


def reason_edited(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update proposals set reason = 'なんでも'")
    w.approve("W-1")


def statement_edited(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update proposals set said = json_set(said, '$.until', '2027-01-01')")
    w.approve("W-1")


def moved_to_another_point(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update proposals set point_id = 2")
    w.approve("W-1", point=2)


def contents_swapped(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.edit("update files set content_id = (select content_id from files where id = 2) where id = 1")
    w.approve("W-1")


def another_policy(w: World) -> None:
    w.dismiss("W-2", ask=phrase)
    w.approve("W-1", under=rules(two_persons=False))


def backdated(w: World) -> None:
    with moments.at("2025-06-01T00:00:00+00:00"):
        w.dismiss("W-1", "W-2", ask=phrase)


def row_added(w: World) -> None:
    w.edit(
        "insert into suppressions (code, file_id, content_id, subject, reason, by, reviewer, made, expires)"
        " select 'F03-OUTSIDE', id, content_id, '', 'x', 'W-1', 'W-2', ?, '2999-01-01' from files where id = 1",
        clock.stamp(),
    )
    w.scan()


def signed_row_turned_to_another_file(w: World) -> None:
    w.dismiss("W-1", "W-2", point=3, ask=phrase)
    w.edit("update suppressions set file_id = 1, content_id = (select content_id from files where id = 1)")
    w.scan()


def signed_row_prolonged(w: World) -> None:
    w.dismiss("W-1", "W-2", point=3, ask=phrase)
    w.edit("update suppressions set expires = '2999-01-01'")
    w.scan()


def decision_called_back_to_life(w: World) -> None:
    w.dismiss("W-1", "W-2", point=3, ask=phrase)
    decisions.revoke(w.home, RULES, 1, "W-2", "実データ", phrase)
    w.edit("update suppressions set revoked = null")
    w.scan()


def both_answers(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    w.answer(number, "ｻﾄｳﾀﾛｳ")


def answers_for_another(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    w.answer(number, "W-2")


def released_in_the_table(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    w.edit("update gates set state = 'released'")
    assert w.shown(number) == "unproved"


def answer_replayed_as_the_second(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1")
    first = w.entries("gate_answered")[0]
    w.forge(("gate_answered", {**first, "worker": "W-2", "turn": 1}), ("gate_released", {"gate": number}))
    w.edit("update gates set state = 'released'")
    assert w.shown(number) == "unproved"


def answers_replayed_from_another_act(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-1", ask=phrase)
    w.answer(number, "W-2", ask=phrase)
    assert w.shown(number) == "released"
    other = w.gate()
    answers = [("gate_answered", {**a, "gate": other}) for a in w.entries("gate_answered")]
    w.forge(*answers, ("gate_released", {"gate": other}))
    w.edit("update gates set state = 'released'")
    assert w.shown(other) == "unproved"


def bytes_swapped_after_the_question(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-2", ask=phrase)
    (w.folder / "a.csv").write_text("氏名\n丙\n丁\n戊\n", encoding="utf-8")
    w.answer(number, "W-1")


def recipient_edited(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-2", ask=phrase)
    w.edit("update gates set recipient = 'stranger.example.net'")
    w.answer(number, "W-1", recipient="stranger.example.net")


def answered_under_another_policy(w: World) -> None:
    number = w.gate()
    w.answer(number, "W-2", ask=phrase)
    w.answer(number, "W-1", under=rules(two_persons=False))


def numbers_tried(w: World) -> None:
    for persons in range(10, 20):
        w.answer(w.gate(), "W-1", persons=str(persons))


ATTEMPTS: dict[str, Callable[[World], object]] = {
    "same number": reviewer("W-1"),
    "full-width number": reviewer("Ｗ－１"),
    "own name": reviewer("サトウ タロウ"),
    "own name without a space": reviewer("サトウタロウ"),
    "half-width kana": reviewer("ｻﾄｳ ﾀﾛｳ"),
    "hiragana": reviewer("さとう　たろう"),
    "mark without width": reviewer("サト\u200bウ\u2060タロウ"),
    "own account": reviewer("sato"),
    "own account, full width": reviewer("PC\\ＳＡＴＯ"),
    "second entry of the register": reviewer("W-3"),
    "nobody": reviewer("W-99"),
    "an invented name": reviewer("田中 実"),
    "a leaver": reviewer("W-7"),
    "another's number, own passphrase": reviewer("W-2"),
    "key for a variant of the name": enrols("W-3"),
    "key for a name with an unseen mark": enrols("W-4"),
    "key for a shared account": enrols("W-5"),
    "second key": enrols("W-1"),
}
ATTEMPTS |= {
    f.__name__.replace("_", " "): f
    for f in (
        invented_and_vouched_for_alone, invented_and_used, vouches_for_oneself, forged_countersignature, second_ceremony,
        ceremony_in_a_new_record, forged_ceremony, replaced_key_file, replaced_key_under_the_same_public_key, copied_key_file,
        damaged_key_file, lost_by_another, lax_policy, lax_rule_alone, proposer_renamed, reason_edited, statement_edited,
        moved_to_another_point, contents_swapped, another_policy, backdated, row_added, signed_row_turned_to_another_file,
        signed_row_prolonged, decision_called_back_to_life, both_answers, answers_for_another, released_in_the_table,
        answer_replayed_as_the_second, answers_replayed_from_another_act, bytes_swapped_after_the_question, recipient_edited,
        answered_under_another_policy, numbers_tried,
    )
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_by_one_person_is_refused_and_told(world: World, attempt: Callable[[World], None]) -> None:
    try:
        attempt(world)
    except SekishoError:
        pass
    told = world.entries("attempt_refused")
    assert told, "the record does not tell of it"
    assert "himitsu" not in json.dumps(told)
    with closing(world.db()) as db:
        assert list(ledger.verify(db)) == []
        wanted = "select count(*) from points where id = 1 and state = 'open'"
        assert attempt is ceremony_in_a_new_record or db.execute(wanted).fetchone() == (1,)
        assert not points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")
        assert registry.load(db).two_persons()
        numbers = [n for (n,) in db.execute("select id from gates")]
    done = [n for n in numbers if world.shown(n) == "released"]
    assert done == ([1] if attempt is answers_replayed_from_another_act else [])


def test_two_people_do_what_one_cannot(world: World) -> None:
    assert world.dismiss("W-1", "W-2", ask=phrase)
    assert not world.dismiss("W-1", point=2)
    world.approve("鈴木花子", point=2, ask=phrase)
    with closing(world.db()) as db:
        assert points.Quiet(db, clock.today()).covers("F03-OUTSIDE", 1, "")
    world.scan()
    number = world.gate()
    assert world.answer(number, "W-2", ask=phrase) == "waiting"
    assert world.answer(number, "W-1") == "released"
    assert world.shown(number) == "released"
    assert world.entries("attempt_refused") == []
