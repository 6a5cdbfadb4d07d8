"""People of the register, their keys and a gate, for tests of who may decide."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.acts import decisions, enrolment, gate
from scanner.acts.signing import Rules
from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.people import keyfile
from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind
from scanner.policy.models import Policy

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
