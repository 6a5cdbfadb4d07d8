"""What somebody with the key of an enrolled terminal may say about others, and what of it can stop the hub: nothing."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hub.world import Hub, Terminal, connected, known
from scanner import clock
from scanner.agent import client, link, witnessed
from scanner.agent.errors import Refused, Unreachable
from scanner.duties.hosts import CODES, heard
from scanner.duties.interface import View
from scanner.fleet import calls, keys, token
from scanner.fleet.errors import WireError
from scanner.hub import enterer, server, terminals
from scanner.hub.answers import Answers
from scanner.hub.errors import Refusal
from scanner.inventory import ledger
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from tests.scanner.test_hub_attacks import Liar

POINT: dict[str, Any] = {
    "id": 9001,
    "code": "F07-EXCESS",
    "file_id": None,
    "state": "open",
    "opened": "2026-11-30",
    "closed": None,
    "family": None,
    "working": None,
    "closed_why": None,
    "subject": "",
    "contract": "",
    "contracts": [],
    "stage": "new",
    "due": "",
    "depth": "",
    "gap": "",
}
ORIGINAL: dict[str, Any] = {
    "id": 501,
    "contract": "A",
    "path": "x",
    "media_type": "x",
    "size": 1,
    "origin": "provided",
    "received": "2026-11-01",
    "declared_count": 12,
    "rows": 12,
    "texts": 0,
    "persons_min": 12,
    "persons_max": 12,
    "entities": [],
    "key_id": "k1",
    "state": "held",
    "registered": "2026-11-01",
    "version": 1,
    "named": 0,
    "name": "提供資料1",
    "fingerprint": "f" * 64,
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub")
    with connected(made):
        yield made
    made.desk.database.close()


def _enrolled(hub: Hub, folder: Path, name: str) -> Liar:
    terminal = Terminal(folder / name, name)
    terminal.enrol(hub.token())
    terminal.change()
    terminal.send()
    return Liar(hub, terminal)


def _tell(liar: Liar, **fields: Any) -> None:
    liar.call("/v1/batch", liar.batch(**fields))
    liar.hub.fold()


def _rows(hub: Hub, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(hub.home.database)) as db:
        return db.execute(statement).fetchall()


@pytest.mark.parametrize("number", ["9" * 30, "9" * 19, "1" * 100, "٣", "-1", "1.5", "", "0x1"])
def test_whatever_number_a_family_has_the_hub_goes_on(hub: Hub, tmp_path: Path, number: str) -> None:
    liar = _enrolled(hub, tmp_path, "PC-01")
    _tell(liar, rows={"points": [POINT | {"family": f"R-{number}", "subject": f"family:R-{number}"}]})
    second = Terminal(tmp_path / "PC-02", "PC-02")
    second.enrol(hub.token())
    second.change()
    second.send()
    hub.fold()
    assert known(hub, "PC-02") == second.told()


def test_whatever_goes_wrong_the_entering_goes_on(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    running = enterer.Entering(hub.home, told.append)
    times: list[int] = []

    def step(*_: object, **__: object) -> None:
        times.append(1)
        if len(times) == 4:
            running.over.set()
            return
        raise OverflowError("a value")

    monkeypatch.setattr(enterer, "step", step)
    monkeypatch.setattr(enterer, "EVERY", 0.0)
    running.run()
    assert (len(times), [line.partition(" ")[2] for line in told]) == (4, ["hub.internal OverflowError"])


_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["\0", "x" * 9_000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Liar, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("honest")
    hub = Hub(folder / "hub")
    with connected(hub):
        liar = _enrolled(hub, folder, "PC-01")
        said = {
            path: orjson.loads(body) for path, _, body in hub.calls if path in ("/v1/hello", "/v1/head", "/v1/enrol")
        }
        said["/v1/policy"] = {"have": 0}
        yield liar, said
    hub.desk.database.close()


def _places(said: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    return [at, *(place for key, value in inner for place in _places(value, (*at, key)))]


@settings(max_examples=150)
@given(data=st.data())
def test_whatever_stands_in_a_call_it_is_answered_or_refused(
    honest: tuple[Liar, dict[str, Any]], data: st.DataObject
) -> None:
    liar, bodies = honest
    path = data.draw(st.sampled_from(sorted(bodies)))
    said = copy.deepcopy(bodies[path])
    *way, last = data.draw(st.sampled_from([p for p in _places(said) if p]))
    inner = said
    for one in way:
        inner = inner[one]
    inner[last] = data.draw(_ANYTHING)
    try:
        body = orjson.dumps(said)
    except TypeError:
        return  # no JSON
    try:
        if path == "/v1/enrol":
            _enrol(liar, said)
        else:
            liar.call(path, body)
    except Refusal:
        return


def _enrol(liar: Liar, said: Any) -> None:
    """With a proof that holds, whatever is said."""
    about = said.get("said")
    if isinstance(about, dict):
        signed = orjson.dumps(about, option=orjson.OPT_SORT_KEYS)
        said = {**said, "proof": keys.sign(liar.seed, token.DOMAIN, signed).hex()}
    liar.hub.answers.answer("/v1/enrol", {}, orjson.dumps(said))


@pytest.mark.parametrize("taken", [5, "x", {}, [5], ["x"] * 65, [None], ["\0"]])
def test_a_hello_of_another_form_is_refused_and_counted(hub: Hub, tmp_path: Path, taken: object) -> None:
    liar = _enrolled(hub, tmp_path, "PC-01")
    with pytest.raises(Refusal, match="malformed"):
        liar.call("/v1/hello", orjson.dumps({"number": 0, "digest": "0" * 64, "taken": taken}))
    assert ("malformed", "PC-01", 1) in [r[:3] for r in terminals.refusals(hub.desk.database)]


@pytest.mark.parametrize("field", ["name", "version", "token"])
def test_what_is_shown_to_people_has_no_control_characters(field: str) -> None:
    said = {"token": "t", "secret": "s", "name": "PC", "key": "0" * 64, "record": "", "version": "1"}
    body = {"said": said, "proof": "0" * 128}
    assert calls.read(calls.Enrol, orjson.dumps(body), 9_999).said.name == "PC"
    for bad in ("\0", "\x1b[2J", "a\nb", "a\u202eb"):
        with pytest.raises(WireError, match="malformed"):
            calls.read(calls.Enrol, orjson.dumps({**body, "said": {**said, field: bad}}), 9_999)


@pytest.mark.parametrize("code", CODES)
def test_points_about_other_machines_are_the_hubs_own(hub: Hub, tmp_path: Path, code: str) -> None:
    liar = _enrolled(hub, tmp_path, "PC-01")
    _tell(
        liar,
        rows={
            "points": [
                POINT | {"code": code, "subject": "host:pc-77"},
                POINT | {"id": 9002, "code": "F09-OTHER", "subject": "host:pc-77"},
            ]
        },
    )
    assert _rows(hub, "select code, subject from points where subject like 'host:%'") == [("F09-OTHER", "host:pc-01")]


def _originals(hub: Hub) -> list[tuple[Any, ...]]:
    return _rows(hub, "select contract, state, name, rows from originals where key_id = 'k1' order by id")


def test_an_original_of_two_terminals_is_that_of_the_first(hub: Hub, tmp_path: Path) -> None:
    first, second = _enrolled(hub, tmp_path, "PC-01"), _enrolled(hub, tmp_path, "PC-02")
    held, gone = ("A", "held", "提供資料1", 12), ("A", "returned", "提供資料1", 12)
    _tell(first, rows={"originals": [ORIGINAL]})
    _tell(second, rows={"originals": [ORIGINAL | {"id": 7}]})
    assert _originals(hub) == [held]
    _tell(second, rows={"originals": [ORIGINAL | {"id": 7, "state": "returned", "name": "x", "rows": 0}]})
    assert _originals(hub) == [held]
    _tell(second, rows={"originals": [ORIGINAL | {"id": 7, "contract": "Z", "name": "x"}]})
    assert _originals(hub) == [held, ("Z", "held", "x", 12)]
    _tell(second, rows={"originals": [ORIGINAL | {"id": 7, "contract": "Z", "name": "y"}]})
    assert _originals(hub) == [held, ("Z", "held", "y", 12)]
    _tell(first, rows={"originals": [ORIGINAL | {"state": "returned"}]})
    assert _originals(hub) == [gone, ("Z", "held", "y", 12)]


def test_the_first_teller_takes_no_other_terminal_with_it(hub: Hub, tmp_path: Path) -> None:
    first, second = _enrolled(hub, tmp_path, "PC-01"), _enrolled(hub, tmp_path, "PC-02")
    _tell(first, rows={"originals": [ORIGINAL]})
    _tell(second, rows={"originals": [ORIGINAL | {"id": 7}]})
    _tell(first, rows={"originals": [ORIGINAL | {"fingerprint": "e" * 64, "rows": 0}]})
    assert [row[3] for row in _originals(hub)] == [12, 0]
    _tell(second, rows={"originals": [ORIGINAL | {"id": 7, "rows": 13}]})  # it alone has the first one now
    assert [row[3] for row in _originals(hub)] == [13, 0]


def _heard(hub: Hub) -> set[str]:
    reader = Reader(hub.home.database)
    found = heard(View(reader.db, Policy(), [], clock.today(), "hub"))
    reader.close()
    return {name for name in found if name.startswith("pc")} - {ledger.who()[0].lower()}  # the hub's own machine


def test_who_is_not_approved_keeps_no_machine_from_being_silent(hub: Hub, tmp_path: Path) -> None:
    _enrolled(hub, tmp_path, "PC-01")
    waiting = Terminal(tmp_path / "w", "pc-07")
    waiting.enrol(hub.token(automatic=False))
    waiting.send()
    hub.fold()
    assert _heard(hub) == {"pc-01"}
    assert sorted(_rows(hub, "select host, state from hosts")) == [("PC-01", "approved"), ("pc-07", "waiting")]
    terminals.decide(hub.desk.database, ("*",), terminals.APPROVED)
    hub.fold()
    assert _heard(hub) == {"pc-01", "pc-07"}


@pytest.mark.parametrize(("one", "other"), [("PC-01", "pc-01"), ("ＰＣ", "ｐｃ"), ("K", "\u212a")])
def test_names_that_differ_by_case_alone_are_one_name(hub: Hub, tmp_path: Path, one: str, other: str) -> None:
    for number, name in enumerate((one, other)):
        Terminal(tmp_path / f"{number}", name).enrol(hub.token())
    with hub.desk.database.reading() as work:
        assert sorted(t.name for t in terminals.all_of(work)) == sorted([one, f"{other}~2"])


def test_a_head_is_signed_only_with_all_its_entries(hub: Hub, tmp_path: Path) -> None:
    """Made-up entries in the place of those that follow, and a head that is ahead of them for ever."""
    liar = _enrolled(hub, tmp_path, "PC-01")
    terminal = Terminal.__new__(Terminal)
    terminal.home, terminal.name = type(hub.home)(tmp_path / "PC-01"), "PC-01"
    before = hub.of("PC-01")
    _tell(liar, first=before.leaves, entries=['{"kind":"made up"}'])
    for _ in range(2):
        with terminal._named(), Store(terminal.home.database, only_notes=True) as store:
            for _ in range(3):
                store.note("agent_on")
            store.seal()
            mine = link.needed(store.connection)
            assert witnessed.ask(store, lambda path, body: _agent(liar, path, body), mine, before.seen) == before.seen
    assert (hub.of("PC-01").seen, hub.of("PC-01").record_state) == (before.seen, "")
    assert ("unsent", "PC-01", 2) in [r[:3] for r in terminals.refusals(hub.desk.database)]


def _agent(liar: Liar, path: str, body: bytes) -> dict[str, Any]:
    try:
        return liar.call(path, body)
    except Refusal as refusal:
        raise Refused(refusal.what, dict(refusal.facts)) from None


def test_entries_behind_the_newest_head_wait_for_the_next(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process enters something between the sealing and the batch."""
    terminal = Terminal(tmp_path / "t", "PC-01")
    terminal.enrol(hub.token())
    seal = Store.seal

    def sealed(store: Store, *words: Any, **named: Any) -> Any:
        found = seal(store, *words, **named)
        store.note("agent_on")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Store, "seal", sealed)
        told = terminal.send()
        assert told.size == hub.of("PC-01").leaves == hub.of("PC-01").seen
    terminal.send()
    assert hub.of("PC-01").leaves == hub.of("PC-01").seen > told.size


@pytest.mark.parametrize(
    "answer",
    [{}, {"number": "x"}, {"number": 1 << 80}, {"digest": "zz"}, {"leaves": None}, {"seen": -1}, {"policy": 1.5}],
)
def test_a_hub_that_answers_something_else_loses_nothing(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    terminal = Terminal(tmp_path / "t", "PC-01")
    terminal.enrol(hub.token())
    terminal.change()
    good = {"state": "approved", "number": 0, "digest": "0" * 64} if answer else {}
    with monkeypatch.context() as patched:
        patched.setattr(client, "post", lambda *_: good | answer)
        with pytest.raises(Unreachable, match="no_answer"):
            terminal.send()
    terminal.send()
    hub.fold()
    assert known(hub, "PC-01") == terminal.told()


def test_what_goes_wrong_in_an_answer_is_counted_and_told_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a value")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("status"))

    monkeypatch.setattr(Answers, "answer", broken)
    told: list[str] = []
    sent: list[object] = []
    called = server.application(hub.desk, 4, told.append)
    scope = {"type": "http", "method": "POST", "path": "/v1/hello", "headers": [], "query_string": b""}
    for _ in range(2):
        asyncio.run(called(scope, receive, send))
    assert sent == [500, None, 500, None]
    assert [line.partition(" ")[2] for line in told] == ["hub.internal KeyError"]
    assert ("internal", "", 2) in [r[:3] for r in terminals.refusals(hub.desk.database)]
