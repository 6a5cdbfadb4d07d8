"""How long the officers' pages take over a large inventory, while a scan writes: ``python -m benchmarks.console [FILES POINTS ENTRIES]``.

The inventory is made of rows alone: pages count and list, and do not ask where a row came from. Two cores, one visitor after the other.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from scanner import clock
from scanner.console import starting
from scanner.console.roles import EVERY, Role
from scanner.console.site import Site
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.record import tree
from scanner.inventory.store import Store

PAGES = (
    "/today", "/points", "/points?page=900", "/points?late=1", "/points?code=F07-UNDECLARED", "/points?place=outside", "/points/77", "/approvals",
    "/families", "/places", "/coverage", "/coverage/encrypted", "/record", "/record?kind=received", "/forms", "/people",
)  # fmt: skip
ROUNDS = 20
PASSWORD = "a long sentence for signing in"
_CODES = ("F03-OUTSIDE", "F07-UNDECLARED", "F05-SURPLUS-ITEM", "F06-MEDIA", "F10-PUBLIC")


def fill(database: Path, files: int, points: int, entries: int) -> None:
    """Rows of an inventory as a scan of so many files leaves it; every tenth file holds persons, every fiftieth could not be read."""
    with sqlite3.connect(database, isolation_level=None) as db:
        for (name,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            db.execute(f'drop trigger "{name}"')
        now, day = clock.stamp(), clock.today().isoformat()
        db.execute("begin")
        db.executemany(
            "insert into contents (id, key, rule_set, media_type, reason, read, notes, persons_min, persons_max, examined) values (?,?,'r','text/csv',?,1,'[]',?,?,?)",
            (
                (n, n.to_bytes(8, "big"), "encrypted" if n % 50 == 0 else None, n % 40, n % 40, now)
                for n in range(1, files + 1)
            ),
        )
        db.executemany(
            "insert into files (id, path, size, mtime_ns, content_id, outcome, reason, verdict, ground, contract, rule, run_id, first_seen, last_seen, inode)"
            " values (?,?,1000,0,?,?,?,?,'fixed',?,?,1,?,?,1)",
            (
                (
                    n, f"/srv/share/{n // 500}/{n}.csv".encode(), n, "not_examined" if n % 50 == 0 else "examined",
                    "encrypted" if n % 50 == 0 else None, "outside" if n % 3 else "in_place", "A" if n % 3 == 0 else "",
                    "A/store" if n % 3 == 0 else "", now, now,
                )
                for n in range(1, files + 1)
            ),
        )  # fmt: skip
        db.executemany(
            "insert into findings (content_id, entity, count, score, \"check\", places, shape, about) values (?,'PERSON',3,0.9,'none','[]','漢字','person')",
            ((n,) for n in range(10, files + 1, 10)),
        )
        db.executemany(
            "insert into points (id, code, file_id, state, opened, last_seen, run_id, subject, contract, stage, due) values (?,?,?,'open',?,?,1,'','A','new',?)",
            (
                (n, _CODES[n % 5], n % files + 1, now, now, "2020-01-01" if n % 9 == 0 else day)
                for n in range(1, points + 1)
            ),
        )
        db.executemany("insert or ignore into point_contracts values (?, 'A')", ((n,) for n in range(1, points + 1)))
        last = db.execute("select max(seq) from ledger").fetchone()[0] or 0
        db.executemany(
            "insert into ledger (seq, at, kind, contract, family, host, account, details, hash) values (?,?,?,'A','','h','a','{\"rows\":1}',zeroblob(32))",
            ((last + n, now, "received" if n % 1000 == 0 else "first_seen") for n in range(1, entries + 1)),
        )
        base = tree.base(db)
        for size in range(256, last + entries - base + 1, 256):
            tree.close_tiles(db, size)
        db.execute("commit")
        db.execute("analyze")
    db.close()


def office(folder: Path, files: int, points: int, entries: int) -> Home:
    """State folder, policy and rows."""
    home = Home(folder / "home")
    prepare(home)
    installation_key(home)
    (folder / "policy.toml").write_text(
        '[[contract]]\nid = "A"\ntitle = "A"\n[[contract.place]]\nid = "store"\nkind = "storage"\npath = "/srv/share/0"\n'
        '[[contract.worker]]\nid = "W-1"\nname = "W"\n',
        encoding="utf-8",
    )
    with Store(home.database) as store, store.transaction() as db:
        db.execute(
            "insert into runs (started, ended, state, tool, rule_set, depth, policy, policy_sha256, roots, gaps) values (?,?,'complete','t','r','quick','','','[]',0)",
            (clock.stamp(), clock.stamp()),
        )
    fill(home.database, files, points, entries)
    return home


def writing(database: Path, stop: threading.Event) -> Iterator[None]:
    """A scan beside the pages: two hundred rows a transaction."""
    db = sqlite3.connect(database, isolation_level=None, timeout=10)
    n = 0
    while not stop.is_set():
        db.execute("begin immediate")
        for _ in range(200):
            n += 1
            db.execute("update files set last_seen = ? where id = ?", (clock.stamp(), n))
        db.execute("commit")
        time.sleep(0.05)
        yield
    db.close()


def main() -> None:
    """Make the office, ask for every page in turn, print what it took."""
    sizes = [int(one) for one in sys.argv[1:4]] or [1_000_000, 100_000, 5_000_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = office(folder, *sizes)
        starting.ready(Site(home, folder / "policy.toml"))
        from django.contrib.auth import get_user_model
        from django.test import Client

        from scanner.console.accounts.models import Membership

        user = get_user_model().objects.create_user(username="officer", password=PASSWORD)
        Membership.objects.create(user=user, contract=EVERY, role=Role.OFFICER, worker="W-1")
        browser = Client(SERVER_NAME="localhost", HTTP_USER_AGENT="bench")
        browser.post("/accounts/login/", {"login": "officer", "password": PASSWORD})
        stop = threading.Event()
        scan = threading.Thread(target=lambda: list(writing(home.database, stop)))
        scan.start()
        try:
            for address in PAGES:
                taken = []
                for _ in range(ROUNDS):
                    begun = time.perf_counter()
                    answer = browser.get(address)
                    taken.append(1000 * (time.perf_counter() - begun))
                    assert answer.status_code == 200, (address, answer.status_code, answer.content.decode()[-900:])
                worst = statistics.quantiles(taken[1:], n=20)[-1]
                print(
                    f"{address:32} first {taken[0]:8.0f} ms   median {statistics.median(taken[1:]):7.0f} ms   p95 {worst:7.0f} ms"
                )
        finally:
            stop.set()
            scan.join()


if __name__ == "__main__":
    main()
