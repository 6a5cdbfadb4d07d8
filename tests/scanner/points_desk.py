"""An office with points, scanned under several policies."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner.inventory.custody import Original, add_original
from scanner.inventory.home import Home, prepare
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge
from scanner.report.summary import Summary
from scanner.scan.local import Options, scan, settle, used
from tests.scanner.reading import Reading


def contract(number: str, *places: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": number,
        "place": [{"id": f"p{n}", "kind": "storage", "path": p} for n, p in enumerate(places)],
        **more,
    }


class Desk:
    """A folder, its inventory, and policies by name."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, Home(folder / "home")
        self.policies: dict[str, Policy] = {}
        prepare(self.home)
        for name in ("store", "out", "other"):
            (folder / name).mkdir()

    def policy(self, name: str, *contracts: dict[str, Any]) -> None:
        self.policies[name] = Policy.model_validate({"contract": contracts, "review": {"due_days": 30}})

    def judge(self, name: str) -> Judge:
        path = str(self.folder / f"{name}.toml") if name else ""
        policy = self.policies[name] if name else None
        return Judge(policy, base=self.folder, path=path, digest=str(hash(policy)))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        os.utime(self.folder / name, ns=(1, len(text)))

    def scan(
        self, policy: str = "main", roots: tuple[str, ...] = ("store", "out", "other"), depth: str = "quick"
    ) -> Summary:
        chosen = tuple(os.fsencode(self.folder / r) for r in roots)
        return scan(Options(chosen, depth, elsewhere=Reading()), self.home, self.judge(policy), lambda _: None)

    def settle(self, policy: str = "main") -> None:
        judge = self.judge(policy)
        with Store(self.home.database, only_notes=True) as store:
            store.judging(used(judge), judge.today)
            settle(store, judge)

    def rows(self, statement: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.home.database)) as db:
            return db.execute(statement, values).fetchall()

    def open(self) -> dict[str, int]:
        return dict(self.rows("select code, count(*) from points where state = 'open' group by code order by code"))

    def why(self) -> list[tuple[str, str]]:
        return self.rows("select code, closed_why from points where state = 'closed' order by id")

    def original(self, number: str) -> None:
        blank = Original(
            0,
            number,
            b"/gone",
            os.urandom(16),
            "text/csv",
            1,
            "provided",
            "2026-04-01",
            "",
            "",
            9,
            9,
            0,
            9,
            9,
            (),
            "k",
            "held",
            "2026-04-01T00:00:00Z",
        )
        with Store(self.home.database, only_notes=True) as store, store.transaction() as db:
            add_original(db, blank, {})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path.resolve())
    made.policy(
        "main",
        contract(
            "A",
            "store",
            instruction=[{"id": "I-1", "date": date(2026, 5, 1), "kind": "report", "due": date(2026, 6, 1)}],
        ),
    )
    made.policy("strange", contract("X", "elsewhere"))
    made.policy("empty")
    made.write("out/list.csv", "good person")
    made.write("store/list.csv", "good person inside")
    made.scan()
    assert made.open() == {"F03-OUTSIDE": 1, "F16-OVERDUE": 1}
    return made
