"""How long the officers' pages take over a large inventory, while a scan writes: ``python -m benchmarks.console [FOLDER [FILES POINTS ENTRIES]]``.

The inventory is made of rows alone: pages count and list, and do not ask where a row came from. It is made once in ``FOLDER`` and used again.
One visitor after the other; the scan is a process of its own that writes 200 files a transaction and waits 50 ms between two. Told are the
time that a visitor waits and the processor's time, of which other work on the machine is no part.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.console import starting
from scanner.console.roles import EVERY, Role
from scanner.console.site import Site
from scanner.inventory import point_sums
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.record import tree
from scanner.inventory.store import Store

PAGES = (
    "/today", "/points", "/points?after=1.1.0.2026-06-01.77", "/points?late=1", "/points?code=F07-UNDECLARED", "/points?place=outside", "/points?place=A/store",
    "/points?stage=review", "/points?older=5", "/points/77", "/points/none", "/approvals",
    "/families", "/families/R-7", "/places", "/coverage", "/coverage/encrypted", "/record", "/record?kind=received", "/record?contract=A&kind=received", "/points?contract=A", "/today?contract=A",
    "/forms", "/pack", "/people",
)  # fmt: skip
ROUNDS = 40
ORIGINALS = 2_000
PASSWORD = "a long sentence for signing in"
_CODES = ("F03-OUTSIDE", "F07-UNDECLARED", "F05-SURPLUS-ITEM", "F06-MEDIA", "F10-PUBLIC")


def fill(database: Path, files: int, points: int, entries: int) -> None:
    """Rows of an inventory as a scan of so many files leaves it; every tenth file holds persons, every fiftieth could not be read."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db, db:
        triggers = db.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
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
            "insert into points (id, code, file_id, state, opened, last_seen, run_id, subject, contract, stage, due, family) values (?,?,?,'open',?,?,1,'','A',?,?,?)",
            (
                (
                    n,
                    _CODES[n % 5],
                    n % files + 1,
                    now,
                    now,
                    "review" if n % 500 == 0 else "new",
                    "2020-01-01" if n % 9 == 0 else day,
                    f"R-{n % ORIGINALS + 1}" if n % 20 == 0 else None,
                )
                for n in range(1, points + 1)
            ),
        )
        db.executemany("insert or ignore into point_contracts values (?, 'A')", ((n,) for n in range(1, points + 1)))
        db.executemany(
            "insert into originals (id, contract, path, content_key, media_type, size, origin, received, declared_count, rows, texts, persons_min,"
            " persons_max, entities, key_id, state, registered, name) values (?,'A',?,?,'text/csv',1,'provided','2026-01-01',100,100,0,90,100,'[]','k','held',?,'')",
            ((n, f"/srv/share/0/{n}.csv".encode(), n.to_bytes(8, "big"), now) for n in range(1, ORIGINALS + 1)),
        )
        db.executemany(
            "insert or ignore into copies (content_id, original, rows, rows_here, rows_there, texts, texts_here, texts_there, exact, weak)"
            " values (?,?,100,100,100,0,0,0,1,0)",
            ((n * 10, n % ORIGINALS + 1) for n in range(1, files // 10 + 1)),
        )
        last = db.execute("select max(seq) from ledger").fetchone()[0] or 0
        db.executemany(
            "insert into ledger (seq, at, kind, contract, family, host, account, details, hash) values (?,?,?,'A','','h','a','{\"rows\":1}',zeroblob(32))",
            ((last + n, now, "received" if n % 1000 == 0 else "first_seen") for n in range(1, entries + 1)),
        )
        base = tree.base(db)
        for size in range(256, last + entries - base + 1, 256):
            tree.close_tiles(db, size)
        point_sums.count(db)
        for _, text in triggers:
            db.execute(text)
        db.execute("commit")
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


def writing(database: Path, stop: Any) -> None:
    """A scan beside the pages."""
    db = sqlite3.connect(database, isolation_level=None, timeout=10)
    db.execute("pragma synchronous = normal")
    n = 0
    while not stop.is_set():
        db.execute("begin immediate")
        for _ in range(200):
            n += 1
            db.execute("update files set last_seen = ? where id = ?", (clock.stamp(), n))
            if n % 10 == 0:
                db.execute(
                    "update points set state = case state when 'open' then 'closed' else 'open' end where id = ?",
                    (n // 10,),
                )
        db.execute("commit")
        time.sleep(0.05)
    db.close()


def visitor(home: Home, folder: Path) -> Any:
    """The browser of an officer who is signed in, and the processes of the console in this one."""
    starting.ready(Site(home, folder / "policy.toml"))
    from django.contrib.auth import get_user_model
    from django.test import Client

    from scanner.console.accounts.models import Membership

    user, made = get_user_model().objects.get_or_create(username="officer")
    if made:
        user.set_password(PASSWORD)
        user.save()
        Membership.objects.create(user=user, contract=EVERY, role=Role.OFFICER, worker="W-1")
    browser = Client(SERVER_NAME="localhost", HTTP_USER_AGENT="bench")
    browser.post("/accounts/login/", {"login": "officer", "password": PASSWORD})
    return browser


def measured(browser: Any, address: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each request: waited, computed."""
    waited, computed = [], []
    for _ in range(ROUNDS):
        begun, since = time.perf_counter(), time.thread_time()
        answer = browser.get(address)
        waited.append(1000 * (time.perf_counter() - begun))
        computed.append(1000 * (time.thread_time() - since))
        assert answer.status_code == 200, (address, answer.status_code, answer.content.decode()[-900:])
    return waited, computed


def main() -> None:
    """Make the office where it is not there yet, ask for every page in turn, print what it took."""
    sizes = [int(one) for one in sys.argv[2:5]] or [1_000_000, 100_000, 5_000_000]
    with tempfile.TemporaryDirectory() as other:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else other)
        home = Home(folder / "home") if (folder / "policy.toml").exists() else office(folder, *sizes)
        browser = visitor(home, folder)
        context = get_context("spawn")
        stop = context.Event()
        scan = context.Process(target=writing, args=(home.database, stop))
        scan.start()
        all_waited: list[float] = []
        try:
            for address in PAGES:
                waited, computed = measured(browser, address)
                all_waited += waited
                told = [f"{statistics.quantiles(one, n=20)[-1]:6.0f}" for one in (waited, computed)]
                middle = [f"{statistics.median(one):6.0f}" for one in (waited, computed)]
                print(
                    f"{address:36} first {waited[0]:6.0f}   median {middle[0]}   p95 {told[0]} ms   of a core {middle[1]} {told[1]} ms"
                )
        finally:
            stop.set()
            scan.join()
        print(f"all pages: p95 {statistics.quantiles(all_waited, n=20)[-1]:.0f} ms; memory {peak_mb():.0f} MB")


def peak_mb() -> float:
    """The most memory of this process so far."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
