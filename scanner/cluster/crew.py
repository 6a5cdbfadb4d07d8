"""The coordinator's side of the server: which workers are there, what they agreed to, what was handed to them, what came back.

A worker is one session of its role: when that session ends, whatever it had not answered is lost with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scanner.cluster import link, messages, sealing
from scanner.cluster.certificates import WORKER
from scanner.cluster.errors import ClusterError, Lost
from scanner.cluster.identity import Forged, Identity
from scanner.cluster.messages import Failed, Settings, Setup, Told
from scanner.cluster.sealing import Seal
from scanner.cluster.session import CHANNEL as WORKERS
from scanner.cluster.session import HELLO, SETUP
from scanner.cluster.tasks import SHARE_FAILED, look
from scanner.model import FileRef

CHANNEL = "sekisho_coordinator"
_NAMED = 5
"""So many differences between two machines are named; who installs the same version mends all."""


@dataclass(slots=True)
class Member:
    """One session of a worker."""

    role: str
    pid: int
    seal: Seal
    ready: bool = False
    out: list[int] = field(default_factory=list)
    """Messages that it has not answered, in their order; it works on the first."""

    @property
    def name(self) -> str:
        """As people call it."""
        return self.role.removeprefix(WORKER)


class Ended(NamedTuple):
    """A message that is over."""

    number: int
    answer: list[Told] | Failed | None
    """``None`` where the session ended before it came."""
    killed: bool
    """Whether the session ended while it worked on this one."""
    worker: str


class Crew:
    """All workers of one scan. Every method raises ``Lost`` where the connection goes away, ``ClusterError`` where a worker is not
    what it should be; the worker is named."""

    def __init__(self, identity: Identity, settings: Settings) -> None:
        self._identity, self._settings = identity, settings
        self._mine = look(settings.roots)
        self._scan = os.urandom(16)
        self._db: Any = None
        self._number = 0
        self.members: dict[tuple[str, int, bytes], Member] = {}
        """By role, number of the session at the server, and what it said of itself."""

    @property
    def ready(self) -> list[Member]:
        """Sessions that see the same files and have the same rules."""
        return [m for m in self.members.values() if m.ready]

    def connect(self) -> None:
        """Begin, or begin again after the connection was lost: nobody has anything of this scan yet, or any more."""
        self.drop()
        self.members = {}
        self._db = link.connect(self._identity)
        with _told():
            self._db.execute(f"listen {CHANNEL}")
            self._clear()
            self._db.execute("insert into cluster.scan (id) values (%s)", (self._scan,))

    def poll(self, seconds: float) -> list[Ended]:
        """What is over; waits up to ``seconds`` for it. New sessions are greeted, those that are gone are forgotten."""
        with _told():
            for _ in self._db.notifies(timeout=seconds, stop_after=1):
                pass
            # first who is there, then what they said: who is gone cannot have said it later
            there = [
                (role, pid, bytes(hello))
                for role, pid, hello in self._db.execute(
                    "select w.name, w.pid, w.hello from cluster.worker w join pg_stat_activity a on a.pid = w.pid and a.usename = w.name"
                )
            ]
            ended = [e for number in self._answered() if (e := self._heard(number))]
            for key in self.members.keys() - set(there):
                member = self.members.pop(key)
                ended += [Ended(n, None, n == member.out[0] and member.ready, member.name) for n in member.out]
                for number in member.out:
                    self._db.execute("delete from cluster.message where number = %s", (number,))
            for key in there:
                if key not in self.members:
                    self._greet(*key)
        return ended

    def send(self, member: Member, refs: list[FileRef]) -> int:
        """Hand a lease to a worker; returns its number."""
        number = self._number + 1
        body = member.seal.close(messages.dumped(messages.LEASE, refs), sealing.lease_of(number))
        with _told():
            self._put(member, body)
        return number

    def _put(self, member: Member, body: bytes) -> None:
        self._number += 1
        self._db.execute(
            "insert into cluster.message values (%s, %s, %s, %s)", (self._number, member.role, member.pid, body)
        )
        self._db.execute(f"notify {WORKERS}")
        member.out.append(self._number)

    def _greet(self, role: str, pid: int, hello: bytes) -> None:
        secret = os.urandom(sealing.SECRET_BYTES)
        member = Member(role, pid, Seal(secret))
        setup = messages.dumped(messages.SETUP, Setup(self._scan, secret, self._settings))
        with believed(member.name):
            key = self._identity.verify(hello, role, HELLO)
            sealed = sealing.seal_for(key, setup)
        self.members[role, pid, hello] = member
        self._put(member, self._identity.sign(SETUP, sealed))

    def _answered(self) -> list[int]:
        return [n for (n,) in self._db.execute("select number from cluster.answer where last order by number")]

    def _heard(self, number: int) -> Ended | None:
        member = next((m for m in self.members.values() if number in m.out), None)
        if member is None:
            return None  # of a session that is forgotten; its messages go with it
        data = bytearray()
        parts = self._db.cursor(name="parts", withhold=True)
        query = "select part, last, body from cluster.answer where number = %s order by part"
        with believed(member.name), parts.execute(query, (number,)) as rows:
            rows.itersize = 1  # a part at a time: the whole is bounded before it is here
            for part, last, body in rows:
                data += member.seal.open(bytes(body), sealing.answer_to(number, part, last=last))
                if len(data) > messages.MOST_ANSWER:
                    raise Forged("size")
        self._db.execute("delete from cluster.message where number = %s", (number,))
        member.out.remove(number)
        if not member.ready:
            self._agree(member, bytes(data))
            return None
        with believed(member.name):
            answer: list[Told] | Failed = messages.loaded(messages.ANSWER, bytes(data))
        return Ended(number, answer, False, member.name)

    def _agree(self, member: Member, data: bytes) -> None:
        """One inventory holds findings of one rule set, and a path is one file: a worker with other rules or paths is named."""
        with believed(member.name):
            said = messages.loaded(messages.READY, data)
            if len(said.looks) != len(self._mine):
                raise Forged("looks")
        if said.rules != self._settings.rules:
            raise ClusterError("other_rules", worker=member.name, pieces=_differing(said.pieces))
        for root, here, there in zip(self._settings.roots, self._mine, said.looks, strict=True):
            name = root.decode("utf-8", "backslashreplace")
            if there.startswith(SHARE_FAILED):
                raise ClusterError(
                    "no_share", worker=member.name, root=name, reason=there.removeprefix(SHARE_FAILED)[:40]
                )
            if here != there:
                raise ClusterError("other_paths", worker=member.name, root=name)
        member.ready = True

    def _clear(self) -> None:
        for table in ("message", "scan"):
            self._db.execute(f"delete from cluster.{table}")  # noqa: S608  # two words of ours
        self._db.execute(f"notify {WORKERS}")

    def end(self) -> None:
        """The scan is over: the workers end the processes that hold what it entrusted to them."""
        if self._db is not None:
            try:
                with _told():
                    self._clear()
            except Lost:
                pass  # then they end because nobody is there
            self.drop()

    def drop(self) -> None:
        """Let the connection go."""
        if self._db is not None:
            self._db.close()
            self._db = None


def _differing(theirs: dict[str, str]) -> str:
    from scanner.ruleset.parts import parts

    here = parts()
    differing = sorted(name for name in here.keys() | theirs.keys() if here.get(name) != theirs.get(name)) or [
        "sekisho"
    ]
    return ", ".join(differing[:_NAMED]) + (" …" if len(differing) > _NAMED else "")


@contextmanager
def believed(worker: str) -> Iterator[None]:
    """A message that cannot be what was asked for stops the scan and names who said it."""
    try:
        yield
    except Forged as problem:
        raise ClusterError("not_believed", worker=worker, what=str(problem)) from None


@contextmanager
def _told() -> Iterator[None]:
    import psycopg

    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise Lost from None
    except psycopg.Error as error:
        raise ClusterError("server_refuses", kind=type(error).__name__) from None
