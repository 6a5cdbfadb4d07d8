"""A small world of contracts, places and machines for stories over simulated months; every person in it is invented.

Files are real and go through the real scan; what a test machine does not have (a USB stick, a synchronised folder, an access
list, virus definitions, another host name) is put in at the border where the system would tell it.
"""

from __future__ import annotations

import copy
import socket
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.custody_office import HEADER, rows
from scanner import clock
from scanner.acts.receive import Receipt, receive
from scanner.demo import formats
from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.store import Store
from scanner.model import Access
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge
from scanner.scan import local
from scanner.sources import ground
from scanner.sources.volumes import Volume

ITEMS = ["PERSON", "JP_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "EMAIL_ADDRESS"]
ME = "clerk"
START = clock.today()


def table(count: int, seed: int) -> bytes:
    """A workbook of invented persons."""
    return formats.xlsx({"名簿": [HEADER, *rows(count, seed)]})


def text(count: int, seed: int) -> bytes:
    """A csv of invented persons."""
    return formats.csv_text([HEADER, *rows(count, seed)]).encode("utf-8")


class World:
    """One machine's folders and inventory, a policy, and a day that moves."""

    def __init__(
        self, root: Path, monkeypatch: pytest.MonkeyPatch, host: str = "PC-1", policy: dict[str, Any] | None = None
    ):
        self.root, self.host, self.day = root, host, START
        self.home = Home(root / ".home")
        self.access = Access(ME, 0o600, "")
        self.serial = "USB-0001"
        self.terminal = {"os": "試験", "av_date": START.isoformat(), "encryption": "yes"}
        self.policy: dict[str, Any] = policy or contracts(root, host)
        prepare(self.home)
        prefix = str(root).encode()
        monkeypatch.setattr(
            "scanner.scan.adapters.access_of", lambda path: self.access if b"/srv/A/" in path else Access(ME, 0o600, "")
        )
        monkeypatch.setattr("scanner.scan.adapters.ground_of", lambda path: ground.ground_of(path.replace(prefix, b"")))
        monkeypatch.setattr("scanner.sources.terminal.state", lambda: self.terminal)
        monkeypatch.setattr(socket, "gethostname", lambda: self.host)
        ledger.who.cache_clear()

    def put(self, name: str, data: bytes) -> Path:
        """A file below the world's root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    @property
    def rules(self) -> Policy:
        """The policy as it is now."""
        return Policy.model_validate(self.policy)

    def contract(self, number: str = "A") -> dict[str, Any]:
        """The entry of a contract, to be changed."""
        return next(c for c in self.policy["contract"] if c["id"] == number)

    def judge(self) -> Judge:
        """Verdicts of the day."""
        return Judge(
            self.rules,
            host=self.host,
            today=self.day,
            path=str(self.root / "policy.toml"),
            volume=lambda _: Volume(self.serial, mount=str(self.root / "media")),
        )

    def receive(self, name: str, contract: str) -> str:
        """Register an original."""
        return receive(bytes(self.root / name), Receipt(contract), self.home, depth="quick").family

    def scan(self) -> dict[str, int]:
        """Scan everything; open points by code."""
        local.scan(local.Options((bytes(self.root),), depth="quick"), self.home, self.judge(), lambda _: None)
        return self.open()

    def settle(self) -> dict[str, int]:
        """Compare the registers again, without a scan."""
        with Store(self.home.database, only_notes=True) as store:
            judge = self.judge()
            store.judging(local.used(judge), judge.today)
            local.settle(store, judge)
        return self.open()

    def db(self) -> sqlite3.Connection:
        """The inventory."""
        return sqlite3.connect(self.home.database)

    def open(self) -> dict[str, int]:
        """Open points by code."""
        return dict(
            self.db().execute("select code, count(*) from points where state = 'open' group by code").fetchall()
        )

    def told(self, code: str) -> list[str]:
        """What the record says of a code."""
        return [
            kind
            for kind, details in self.db().execute(
                "select kind, details from ledger where kind like 'point_%' order by seq"
            )
            if f'"code":"{code}"' in details
        ]

    def later(self, days: int) -> date:
        """A day from the world's today."""
        return self.day + timedelta(days=days)


def contracts(root: Path, host: str) -> dict[str, Any]:
    """Two contracts that are in order in every respect: nothing is open."""
    worker = {
        "id": "W-1", "name": "従事者一", "accounts": [ME], "starts": START - timedelta(days=90),
        "trained_on": START - timedelta(days=30), "pledged_on": START - timedelta(days=30),
    }  # fmt: skip
    one: dict[str, Any] = {
        "id": "A",
        "title": "住民意向調査",
        "items": ITEMS,
        "place": [
            {
                "id": "store",
                "kind": "storage",
                "path": str(root / "srv/A"),
                "consent": "承諾-1",
                "valid_to": START + timedelta(days=900),
            }
        ],
        "consent": [],
        "party": [{"id": "P-0", "kind": "entruster", "name": "委託者", "domains": ["city.example.jp"]}],
        "worker": [worker, {"id": "W-2", "name": "従事者二", "accounts": ["second"], "trained_on": START}],
    }
    two = {**copy.deepcopy(one), "id": "B", "title": "健診案内"}
    two["place"][0].update(path=str(root / "srv/B"))
    return {
        "contract": [one, two],
        "host": [{"id": host, "silent_days": 3650}],
        "medium": [{"id": "M-1", "serial": "USB-0001", "encrypted": True}],
        "review": {"training_months": 120},
    }
