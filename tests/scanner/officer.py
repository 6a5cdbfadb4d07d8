"""An officer's folder with a policy that grows, driven from the command line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Result, Sekisho
from tests.scanner.world import table

POLICY = """
[[contract]]
id = "A"
title = "住民意向調査"
items = ["PERSON", "JP_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "EMAIL_ADDRESS"]
responsible = {{ name = "保護管理責任者" }}
starts = 2026-04-01
{contract}
[[contract.place]]
id = "store"
kind = "storage"
path = "store"
consent = "承諾-1"
[[contract.party]]
id = "P-1"
kind = "entruster"
name = "委託者"
domains = ["city.example.jp"]
[[contract.worker]]
id = "W-1"
name = "従事者 一"
[[contract.worker]]
id = "W-2"
name = "従事者 二"
[[contract.worker]]
id = "W-3"
name = "従事者一"
{more}
"""

PASSPHRASES = {"W-1": "あおい海と白い砂浜", "W-2": "しずかな森の朝ごはん", "W-3": "みどりの丘を越える電車"}


class Day:
    """A folder with a policy that grows."""

    def __init__(self, sekisho: Sekisho, folder: Path) -> None:
        self._sekisho, self.folder = sekisho, folder
        self.home = folder / "home"
        self.policy()
        (folder / "store").mkdir()
        (folder / "store/原本.xlsx").write_bytes(table(12, 91))

    @classmethod
    def again(cls, sekisho: Sekisho, folder: Path) -> Day:
        """The same folder in another test, which changes nothing in it."""
        made = cls.__new__(cls)
        made._sekisho, made.folder, made.home = sekisho, folder, folder / "home"
        return made

    @classmethod
    def kept(cls, sekisho: Sekisho, folder: Path, make: Callable[[Day], None]) -> Day:
        """The day in ``folder`` as ``make`` left it for the first test of a module; every test takes files of its own, or changes nothing."""
        if (folder / "home").exists():
            return cls.again(sekisho, folder)
        (folder / "elsewhere").mkdir(parents=True)
        made = cls(sekisho, folder)
        make(made)
        return made

    def policy(self, more: str = "", contract: str = "") -> None:
        (self.folder / "policy.toml").write_text(POLICY.format(more=more, contract=contract), encoding="utf-8")

    def run(self, *words: object, stdin: str | None = None, policy: bool = True) -> Result:
        rules = ("-p", self.folder / "policy.toml") if policy else ()
        return self._sekisho(*words, "--home", self.home, *rules, stdin=stdin)

    def scan(self) -> dict[str, int]:
        done = self.run(
            "scan", self.folder / "store", self.folder / "elsewhere", "--depth", "quick", "--format", "jsonl"
        )
        assert done.code in (0, 1), done.err
        return dict(done.summary()["points"])

    def begin(self) -> None:
        """W-1 and W-2 enrol each other."""
        done = self.run("people", "begin", "W-1", "W-2", *self.signs("W-1", "W-2"))
        assert done.code == 0, done.err

    def may_correct(self) -> None:
        """W-1 and W-2 enrol each other, and enable corrections."""
        self.begin()
        done = self.run("correct", "enable", "W-1", "W-2", *self.signs("W-1", "W-2"))
        assert done.code == 0, done.err

    def signs(self, *workers: str) -> list[object]:
        """Options by which these people sign, in turn."""
        words: list[object] = []
        for worker in workers:
            path = self.folder / f"{worker}.passphrase"
            path.write_text(PASSPHRASES.get(worker, f"{worker} no himitsu") + "\n", encoding="utf-8")
            path.chmod(0o600)
            words += ["--passphrase-file", path]
        return words

    def points(self) -> dict[str, int]:
        """Open points: code → number."""
        found = self.run("points", "--format", "jsonl", policy=False).lines()
        return {p["code"]: p["id"] for p in found}

    def db(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home / "inventory.db")
