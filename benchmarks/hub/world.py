"""One hub and some terminals in one process. A terminal is a whole inventory in a folder of its own; what would be a call over TLS is
one function call, in front of which and behind which something may go wrong."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.agent import client, enrolling, sending
from scanner.agent.errors import Refused
from scanner.agent.masking import Masking
from scanner.agent.swept import Rules
from scanner.fleet.token import officers_digest
from scanner.hub import desk as desks
from scanner.hub import terminals
from scanner.hub.answers import Answers
from scanner.hub.errors import Refusal
from scanner.hub.fold import fold
from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.store import Store
from scanner.policy.models import Policy

URL = "https://hub.example.jp"


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Killed(BaseException):
    """The process ends here, whatever it was about to do."""


class Hub:
    """A hub in a folder, whose calls are functions."""

    def __init__(
        self, folder: Path, officers: dict[str, str] | None = None, database: str = "", *, whole: bool = False
    ) -> None:
        """``folder``: of a hub that is made, or that is there already. ``whole``: its inventory lies in ``database`` too."""
        self.home = Home(folder)
        if (folder / desks.SETTINGS).exists():
            self.desk = desks.opened(self.home)
        else:
            self.desk = desks.init(self.home, "127.0.0.1", officers or {}, database, whole=whole)
        self.answers = Answers(self.desk)
        self.before: Callable[[str], None] = lambda path: None
        self.after: Callable[[str], None] = lambda path: None
        self.calls: list[tuple[str, dict[str, str], bytes]] = []

    def again(self) -> None:
        """Open it anew, as after a restart or a restoring."""
        self.desk.database.close()
        self.desk = desks.opened(self.home)
        self.answers = Answers(self.desk)

    def token(self, count: int = 1_000, *, automatic: bool = True) -> str:
        """For enrolment."""
        known = (self.desk.vkey, self.desk.pin, officers_digest(self.desk.officers))
        return terminals.new_token(self.desk.database, known, days=7, most=count, automatic=automatic).text

    def post(
        self,
        address: client.Address,
        path: str,
        body: bytes,
        headers: dict[str, str] | None = None,
        line: client.Line | None = None,
    ) -> dict[str, Any]:
        """In the place of ``client.post``."""
        self.before(path)
        self.calls.append((path, headers or {}, body))
        try:
            answer = self.answers.answer(path, headers or {}, body)
        except Refusal as refusal:
            raise Refused(refusal.what, dict(refusal.facts)) from None
        self.after(path)
        return answer

    def fold(self) -> int:
        """Enter what waits."""
        return fold(self.desk)

    def of(self, name: str) -> terminals.Terminal:
        """A terminal's row."""
        with self.desk.database.transaction() as work:
            return terminals.all_of(work, "name = ?", (name,))[0]


@contextmanager
def connected(hub: Hub) -> Iterator[None]:
    """Calls of terminals go to ``hub``."""
    real = client.post
    client.post = hub.post
    try:
        yield
    finally:
        client.post = real


class Terminal:
    """An inventory that changes."""

    def __init__(self, folder: Path, name: str, seed: int = 0) -> None:
        self.home = Home(folder)
        self.name = name
        self.policy: Policy | None = None
        """In force here, instead of one that only says how paths leave."""
        self._random = random.Random(f"{name}{seed}")
        prepare(self.home)
        with self._named(), Store(self.home.database, only_notes=True) as store:
            store.note("agent_on")
        installation_key(self.home)

    @contextmanager
    def _named(self) -> Iterator[None]:
        real = ledger.who
        ledger.who = lambda: (self.name, "taro")
        try:
            yield
        finally:
            ledger.who = real

    def enrol(self, token: str) -> None:
        """With the hub that is connected."""
        with self._named():
            enrolling.enrol(self.home, URL, token)

    def send(self, paths: str = "masked") -> sending.Told:
        """A conversation."""
        with self._named():
            policy = self.policy or Policy.model_validate({"hub": {"paths": paths}})
            return sending.send(self.home, Rules(policy, "", self.home.path))

    def change(self, files: int = 3) -> None:
        """Some files come, change and go; points open and close."""
        pick = self._random
        with self._named(), Store(self.home.database, only_notes=True) as store, store.transaction() as db:
            moment = clock.stamp()
            for _ in range(files):
                known = [r[0] for r in db.execute("select id from files where gone is null order by id").fetchall()]
                act = pick.random()
                if known and act < 0.2:
                    number = pick.choice(known)
                    db.execute("update files set gone = ? where id = ?", (moment, number))
                    db.execute(
                        "update points set state = 'closed', closed = ?, closed_why = 'gone' where file_id = ? and state = 'open'",
                        (moment, number),
                    )
                elif known and act < 0.5:
                    self._content(db, pick.choice(known))
                else:
                    self._file(db, moment)
            db.execute(
                "insert or replace into roots (path, host, tried, tried_run, walked, walked_run) values (?, '', ?, 1, ?, 1)",
                (b"/srv/data", moment, moment),
            )
            ledger.append(db, "scan_ended", walked=files)

    def _file(self, db: Any, moment: str) -> None:
        number = self._random.randrange(1 << 48)
        cursor = db.execute(
            "insert into files (path, size, mtime_ns, ctime_ns, inode, rule_set, outcome, verdict, ground, run_id, first_seen, last_seen)"
            " values (?, 10, 1, 1, 1, 'r/balanced', 'examined', 'outside', 'fixed', null, ?, ?)",
            (f"/srv/data/kept/{number:012x}.xlsx".encode(), moment, moment),
        )
        file = int(cursor.lastrowid)
        self._content(db, file)
        db.execute(
            "insert into points (code, file_id, state, opened, last_seen, run_id, working, subject, contract, stage, due)"
            " values ('F03-OUTSIDE', ?, 'open', ?, ?, null, '{\"ground\": \"fixed\"}', '', '', 'new', '2027-01-01')",
            (file, moment, moment),
        )

    def _content(self, db: Any, file: int) -> None:
        key = self._random.randbytes(32)
        cursor = db.execute(
            "insert into contents (key, rule_set, media_type, read, notes, persons_min, persons_max, examined) values"
            " (?, 'r/balanced', 'text/csv', 1, '[]', 1, 3, ?)",
            (key, clock.stamp()),
        )
        content = int(cursor.lastrowid)
        for entity in self._random.sample(["PERSON", "PHONE_NUMBER", "JP_ADDRESS", "JP_MY_NUMBER"], 2):
            db.execute(
                'insert into findings (content_id, entity, count, score, "check", places, shape, category, about)'
                " values (?, ?, ?, 0.9, 'pass', '[\"A1\"]', '漢字2', '', 'person')",
                (content, entity, self._random.randrange(1, 50)),
            )
        db.execute("update files set content_id = ? where id = ?", (content, file))

    def told(self) -> dict[str, tuple[str, list[tuple[str, int]], list[str]]]:
        """What the hub should know: code of the path → (state, findings, open points) of each file with a point."""
        masking = Masking(installation_key(self.home), "masked")
        with Store(self.home.database, only_notes=True) as store:
            return {
                masking.path(bytes(path)): _facts(store.connection, number, gone, content)
                for number, path, gone, content in store.connection.execute(
                    "select id, path, gone, content_id from files where host = ''"
                ).fetchall()
            }


def known(hub: Hub, name: str) -> dict[str, tuple[str, list[tuple[str, int]], list[str]]]:
    """The same as the hub has it of a terminal."""
    with Store(hub.home.database, only_notes=True) as store:
        return {
            bytes(path).decode(): _facts(store.connection, number, gone, content)
            for number, path, gone, content in store.connection.execute(
                "select id, path, gone, content_id from files where host = ?", (name,)
            ).fetchall()
        }


def _facts(db: Any, file: int, gone: str | None, content: int | None) -> tuple[str, list[tuple[str, int]], list[str]]:
    findings = db.execute(
        "select entity, count from findings where content_id = ? order by 1, 2", (content,)
    ).fetchall()
    points = db.execute("select code from points where file_id = ? and state = 'open' order by 1", (file,)).fetchall()
    return ("gone" if gone else "there", findings if not gone else [], [code for (code,) in points])
