"""What the hub refuses, counts and shows; nothing of it changes what it has."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hub.world import Hub, Terminal, connected, known
from scanner.agent import enrolling, link
from scanner.agent.errors import AgentError
from scanner.fleet import batch, envelope, frame, keys, token
from scanner.fleet.errors import WireError
from scanner.hub import copying, entering, terminals
from scanner.hub.errors import Refusal
from scanner.hub.words import known as known_words
from scanner.inventory import migrations
from scanner.inventory.points import rows_of
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.store import Store
from scanner.tlog.note import public_of


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub")
    with connected(made):
        yield made
    made.desk.database.close()


@pytest.fixture
def terminal(hub: Hub, tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path / "PC-01", "PC-01")
    made.enrol(hub.token())
    made.change()
    made.send()
    return made


class Liar:
    """Somebody with the key of an enrolled terminal who says whatever they like."""

    def __init__(self, hub: Hub, terminal: Terminal) -> None:
        self.hub = hub
        self.name = terminal.name
        self.seed = link.seed(terminal.home.database)
        self.id = hub.of(terminal.name).id

    def call(
        self, path: str, body: bytes, *, seed: bytes = b"", name: str = "", number: int = 0, hub: str = ""
    ) -> dict[str, Any]:
        number = number or self.hub.of(self.name).call + 1
        headers = envelope.headers(seed or self.seed, hub or self.hub.desk.vkey, path, name or self.id, number, body)
        return self.hub.answers.answer(path, headers, body)

    def batch(self, **fields: Any) -> bytes:
        row = self.hub.of(self.name)
        said = {
            "v": 1,
            "terminal": self.id,
            "number": row.number + 1,
            "since": row.number,
            "before": row.digest.hex(),
            "made": "2026-11-30T00:00:00Z",
        }
        return frame.pack(self.seed, orjson.dumps({**said, **fields}))


@pytest.fixture
def liar(hub: Hub, terminal: Terminal) -> Liar:
    return Liar(hub, terminal)


def refused(hub: Hub, why: str) -> int:
    return sum(count for found, _, count, _ in terminals.refusals(hub.desk.database) if found == why)


def test_a_forged_terminal(liar: Liar) -> None:
    with pytest.raises(Refusal, match="forged"):
        liar.call("/v1/hello", b"{}", seed=secrets.token_bytes(32))
    with pytest.raises(Refusal, match="forged"):  # of another hub
        liar.call("/v1/hello", b"{}", hub="sekisho-hub/other+00000000+AA==")
    with pytest.raises(Refusal, match="unknown"):
        liar.call("/v1/hello", b"{}", name="0123456789abcdef")
    other = frame.pack(secrets.token_bytes(32), zlib.decompress(liar.batch()[keys.SIGNATURE :]))
    with pytest.raises(Refusal, match="forged"):
        liar.call("/v1/batch", other)
    assert (refused(liar.hub, "forged"), refused(liar.hub, "unknown")) == (3, 1)


def test_a_replayed_call_and_a_replayed_batch(hub: Hub, terminal: Terminal, liar: Liar) -> None:
    number = hub.of("PC-01").number
    for path, headers, body in list(hub.calls):
        if path != "/v1/enrol":
            with pytest.raises(Refusal, match="replay"):
                hub.answers.answer(path, headers, body)
    sent = next(body for path, _, body in hub.calls if path == "/v1/batch")
    assert liar.call("/v1/batch", sent) == {"number": number}  # the same again is nothing new
    assert hub.of("PC-01").number == number


def test_a_replayed_enrolment_makes_no_second_terminal(hub: Hub, terminal: Terminal) -> None:
    _, headers, body = hub.calls[0]
    again = hub.answers.answer("/v1/enrol", headers, body)
    assert again["terminal"] == hub.of("PC-01").id
    assert [t[3] for t in terminals.tokens(hub.desk.database)] == [1]


def test_an_enrolment_with_somebody_elses_key(hub: Hub, terminal: Terminal) -> None:
    given = token.read(hub.token())
    said = {
        "token": given.id,
        "secret": given.secret,
        "name": "X",
        "key": public_of(liar_seed := secrets.token_bytes(32)).hex(),
        "record": "",
        "version": "1",
    }
    said["key"] = hub.of("PC-01").key.hex()
    proof = keys.sign(liar_seed, token.DOMAIN, orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hex()
    with pytest.raises(Refusal, match="forged"):
        hub.answers.answer("/v1/enrol", {}, orjson.dumps({"said": said, "proof": proof}))


def test_a_bomb_and_what_is_too_large(liar: Liar) -> None:
    bomb = zlib.compress(bytes(frame.UNPACKED_MOST + 1), 9)
    with pytest.raises(Refusal, match="bomb"):
        liar.call("/v1/batch", keys.sign(liar.seed, "hub batch", bomb) + bomb)
    large = b"\0" * (frame.FRAME_MOST + 1)
    with pytest.raises(Refusal, match="oversize"):
        liar.call("/v1/batch", keys.sign(liar.seed, "hub batch", large) + large)
    with pytest.raises(Refusal, match="oversize"):
        liar.call("/v1/hello", b" " * (1 << 20))


def test_a_terminal_speaks_for_itself_alone(hub: Hub, tmp_path: Path, liar: Liar) -> None:
    second = Terminal(tmp_path / "PC-02", "PC-02")
    second.enrol(hub.token())
    second.change()
    second.send()
    with pytest.raises(Refusal, match="another"):
        liar.call("/v1/batch", liar.batch(terminal=hub.of("PC-02").id))
    row = {
        "id": 1,
        "path": "x",
        "size": 1,
        "mtime_ns": 1,
        "rule_set": "r",
        "content_id": None,
        "outcome": "examined",
        "reason": None,
    }
    row |= {
        "verdict": None,
        "ground": None,
        "contract": None,
        "rule": None,
        "consent": None,
        "first_seen": "2026-11-30",
        "gone": None,
    }
    with pytest.raises(Refusal, match="malformed"):
        liar.call("/v1/batch", liar.batch(rows={"files": [{**row, "host": "PC-02"}]}))
    before = known(hub, "PC-02")
    liar.call("/v1/batch", liar.batch(rows={"files": [row]}, gone={"points": [1], "findings": [1]}))
    hub.fold()
    assert known(hub, "PC-02") == before or known(hub, "PC-02") == second.told()


def test_rows_that_contradict_themselves_stop_their_terminal_alone(hub: Hub, tmp_path: Path, liar: Liar) -> None:
    row = {
        "id": 77,
        "path": "same",
        "size": 1,
        "mtime_ns": 1,
        "rule_set": "r",
        "content_id": None,
        "outcome": "examined",
        "reason": None,
    }
    row |= {
        "verdict": None,
        "ground": None,
        "contract": None,
        "rule": None,
        "consent": None,
        "first_seen": "2026-11-30",
        "gone": None,
    }
    liar.call("/v1/batch", liar.batch(rows={"files": [row, {**row, "id": 78}]}))
    second = Terminal(tmp_path / "PC-02", "PC-02")
    second.enrol(hub.token())
    second.change()
    second.send()
    hub.fold()
    assert (hub.of("PC-01").state, hub.of("PC-01").why) == ("conflict", "rows")
    assert known(hub, "PC-02") == second.told()


def test_entries_that_are_not_those_of_the_head(hub: Hub, terminal: Terminal, liar: Liar) -> None:
    """Whoever has the terminal's key tells other entries than the record has: the next head shows it."""
    leaves = hub.of("PC-01").leaves
    with pytest.raises(Refusal, match="entries"):
        liar.call("/v1/batch", liar.batch(first=leaves + 1, entries=["[]"]))
    terminal.change()
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update hub_link set entries = entries + 1")  # one is left out
    with pytest.raises(Exception, match=r"refused|entries"):
        terminal.send()


def test_a_record_that_was_replaced_is_not_countersigned(hub: Hub, terminal: Terminal, tmp_path: Path) -> None:
    """An older record that went on otherwise, by its own key, behind what was sent to the hub: both sides find it."""
    shutil.copytree(terminal.home.path, tmp_path / "old")
    terminal.change()
    terminal.send()
    other = Terminal(tmp_path / "old", "PC-01", seed=1)
    for _ in range(5):
        other.change()
    with Store(other.home.database, only_notes=True) as store:
        store.connection.execute("attach ? as sent", (str(terminal.home.database),))
        with store.transaction() as db:
            for table in ("hub_link", "hub_sent", "hub_outbox"):
                db.execute(f"delete from main.{table}")
                db.execute(f"insert into main.{table} select * from sent.{table}")
    with pytest.raises(AgentError):
        other.send()
    assert hub.of("PC-01").record_state in ("fork", "entries")
    reader = Reader(other.home.database)
    assert check.verify(reader.db, other.home.keys).found
    reader.close()


def test_a_token_of_another_hub_and_no_token(hub: Hub, tmp_path: Path) -> None:
    made = Terminal(tmp_path / "x", "x")
    for text in ("", "sekisho-hub1.", "sekisho-hub1.e30", "nothing"):
        with pytest.raises(AgentError, match="bad_token"):
            enrolling.enrol(made.home, "https://hub.example.jp", text)


_NAMES = [*batch.Batch.model_fields, *batch.Rows.model_fields, *batch.File.model_fields, "host"]
_WORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a terminal says."""
    folder = tmp_path_factory.mktemp("honest")
    hub = Hub(folder / "hub")
    with connected(hub):
        made = Terminal(folder / "t", "PC-01")
        made.enrol(hub.token())
        made.change(4)
        made.send()
    hub.desk.database.close()
    body = next(body for path, _, body in hub.calls if path == "/v1/batch")
    said: dict[str, Any] = orjson.loads(zlib.decompress(body[keys.SIGNATURE :]))
    return said


def _places(said: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    return [at, *(place for key, value in inner for place in _places(value, (*at, key)))]


@settings(max_examples=120)
@given(data=st.data())
def test_whatever_stands_in_a_batch_it_is_read_or_refused(honest: dict[str, Any], data: st.DataObject) -> None:
    """And what is read can be entered and told: every word is one that the hub knows, every moment one."""
    said = orjson.loads(orjson.dumps(honest))
    *way, last = data.draw(st.sampled_from([p for p in _places(said) if p]))
    inner = said
    for step in way:
        inner = inner[step]
    inner[last] = data.draw(_WORDS | st.sampled_from(["", "x" * 9_000, "2026-13-01", 1 << 64, -5, "F03-NEW", "[]"]))
    try:
        found = batch.read(orjson.dumps(said))
    except (WireError, TypeError):
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrations.steps(db)
        db.execute("begin")
        try:
            entering.enter(db, found.terminal, "PC-01", found)
        except sqlite3.IntegrityError:
            return  # two rows of one number or path: their terminal is stopped
        for table, words in (("files", ("outcome", "reason", "verdict", "ground")), ("points", ("stage", "depth"))):
            for row in rows_of(db, f"select * from {table}"):
                assert known_words(table, dict(row)) == row
                assert all(row[word] is None or isinstance(row[word], str) for word in words)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_are_refused(data: bytes) -> None:
    for read in (frame.unpack, batch.read):
        with pytest.raises(WireError):
            read(data)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["sekisho-terminal", "sekisho-call", "sekisho-signature"]), st.text(max_size=140))
)
def test_whatever_headers_come_they_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WireError):
        envelope.read(headers)


def test_no_value_is_in_the_hub_its_copies_or_on_the_way(hub: Hub, terminal: Terminal, tmp_path: Path) -> None:
    """The planted name of a file, its folder, an account, and a place inside it stay on the terminal."""
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute(
            "update files set path = cast('/srv/data/山田太郎/鈴木花子.xlsx' as blob), owner = 'yamada' where id = 1"
        )
        db.execute("update findings set places = '[\"佐藤一郎!B2\"]'")
        db.execute(
            'update points set subject = \'party:tanaka@example.jp\', working = \'{"party": "tanaka", "files": ["/home/x"]}\''
        )
    terminal.send()
    hub.fold()
    sent = b"".join(zlib.decompress(body[keys.SIGNATURE :]) for path, _, body in hub.calls if path == "/v1/batch")
    with hub.desk.database.transaction() as work:
        kept = b"".join(zlib.decompress(bytes(f)[keys.SIGNATURE :]) for (f,) in work.all("select frame from batches"))
    reader = Reader(hub.home.database)
    tables = [r["name"] for r in reader.rows("select name from sqlite_master where type = 'table'")]
    dumped = "".join(str(tuple(r)) for name in tables for r in reader.rows(f'select * from "{name}"')).encode()
    reader.close()
    copying.make(hub.desk, tmp_path / "copy.zip", None, str)
    with zipfile.ZipFile(tmp_path / "copy.zip") as packed:
        kept += b"".join(packed.read(name) for name in packed.namelist())
    kept += b"".join(path.read_bytes() for path in hub.home.path.rglob("*") if path.is_file())
    for planted in ("山田", "鈴木", "佐藤", "yamada", "tanaka", "/home/x", "/srv"):
        assert planted.encode() not in sent + kept + dumped
        assert planted.encode("unicode_escape").lower() not in (sent + kept + dumped).lower() or planted.isascii()
