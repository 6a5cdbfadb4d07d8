"""A small installation with two contracts, its officers' pages, and people of every role who are signed in."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.console import starting
from scanner.console.roles import EVERY, Role
from scanner.console.site import Site
from scanner.inventory.home import Home
from tests.scanner.officer import PASSPHRASES
from tests.scanner.world import table

PASSWORD = "a long sentence for signing in"
PLANTED = "山田花子"
"""Stands in the name of a file; on no page, unless a reason was given."""
MARKUP = "<b onmouseover=alert(1)>&amp;"
POLICY = f"""
[[contract]]
id = "A"
title = "住民意向調査"
items = ["PERSON", "JP_ADDRESS", "PHONE_NUMBER"]
starts = 2026-04-01
[[contract.place]]
id = "store"
kind = "storage"
path = "store"
consent = "承諾-1"
[[contract.consent]]
id = "承諾-1"
kind = "copy"
copies_max = 0
[[contract.worker]]
id = "W-1"
name = "従事者 一"
[[contract.worker]]
id = "W-2"
name = "従事者 二"
[[contract.worker]]
id = "W-3"
name = "従事者 三"
accounts = ["OTHER\\\\third"]
[[contract]]
id = "B"
title = "{MARKUP}"
starts = 2026-04-01
[[contract.place]]
id = "store"
kind = "storage"
path = "other"
consent = "承諾-9"
[[contract.worker]]
id = "W-9"
name = "従事者 九"
"""


def program(*words: object) -> None:
    """A command of the program that must do well, in this process."""
    from scanner.cli.main import _group

    code = _group().main(args=[str(word) for word in words], prog_name="sekisho", standalone_mode=False)
    assert code in (None, 0, 1), words


def office(folder: Path) -> Path:
    """Two originals in their places and a copy of each elsewhere, scanned; two people of contract A can sign."""
    for name in ("store", "other", "away"):
        (folder / name).mkdir(parents=True)
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8", newline="\n")
    for name, seed, copied in (("store", 91, f"{PLANTED}_名簿.xlsx"), ("other", 17, "b.xlsx")):
        (folder / name / "list.xlsx").write_bytes(table(12, seed))
        (folder / "away" / copied).write_bytes(table(12, seed))
    more = ("--home", folder / "home", "-p", folder / "policy.toml")
    for name, contract in (("store", "A"), ("other", "B")):
        program("receive", folder / name / "list.xlsx", "--contract", contract, "--count", 12, *more)
    program("scan", *(folder / n for n in ("store", "other", "away")), "--depth", "quick", *more)
    files: list[object] = []
    for worker in ("W-1", "W-2"):
        path = folder / f"{worker}.passphrase"
        path.write_text(PASSPHRASES[worker] + "\n", encoding="utf-8")
        path.chmod(0o600)
        files += ["--passphrase-file", path]
    program("people", "begin", "W-1", "W-2", *files, *more)
    starting.ready(Site(Home(folder / "home"), folder / "policy.toml"))
    return folder


class Officers:
    """The pages over a copy of an office."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.folder = folder / "office"
        shutil.copytree(made, self.folder)
        self.home = Home(self.folder / "home")
        starting.ready(Site(self.home, self.folder / "policy.toml"), starting.LOCAL)
        from django.core.cache import cache

        cache.clear()  # how often somebody has asked within a minute

    def client(self, *, strict: bool = False) -> Any:
        """A browser that is not signed in; ``strict``: forms need their token."""
        from django.test import Client

        return Client(enforce_csrf_checks=strict, SERVER_NAME="localhost", HTTP_USER_AGENT="Test")

    def person(self, role: Role | str, contract: str = "A", worker: str = "", name: str = "") -> Any:
        """A browser in which somebody with a role is signed in."""
        from django.contrib.auth import get_user_model
        from django.contrib.auth.hashers import make_password

        from scanner.console.accounts.models import Membership

        name = name or f"{role}-{contract.replace(EVERY, 'all')}-{worker}"
        user = get_user_model().objects.create(username=name, password=_hashed(make_password))
        ends = clock.today() + timedelta(days=30) if role == Role.AUDITOR else None
        Membership.objects.create(user=user, contract=contract, role=role, worker=worker, ends=ends)
        return self.signed_in(name)

    def signed_in(self, name: str, browser: Any = None) -> Any:
        """A browser after the page of signing in."""
        browser = browser or self.client()
        answer = browser.post("/accounts/login/", {"login": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    def entries(self, *kinds: str) -> list[tuple[str, str]]:
        """(kind, details) of the record, the newest last."""
        import sqlite3

        with sqlite3.connect(self.home.database) as db:
            rows = db.execute("select kind, details from ledger order by seq").fetchall()
        db.close()
        return [row for row in rows if not kinds or row[0] in kinds]

    def points(self, contract: str = "A") -> dict[str, int]:
        """Code → number of an open point about a file of a contract, or of none."""
        import sqlite3

        with sqlite3.connect(self.home.database) as db:
            rows = db.execute(
                "select code, id from points p where state = 'open' and exists"
                " (select 1 from point_contracts o where o.point = p.id and o.contract = ?)",
                (contract,),
            ).fetchall()
        db.close()
        return dict(rows)


@cache
def _hashed(make: Any) -> str:
    return str(make(PASSWORD))


def hidden(page: Any) -> str:
    """The token of a page's form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    return found[1]
