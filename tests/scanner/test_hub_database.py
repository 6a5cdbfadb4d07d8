"""The hub's tables: what holds on SQLite holds on PostgreSQL."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal, connected, known
from scanner.fleet import deeds, frame
from scanner.fleet import parcels as sealed
from scanner.hub import copying, handing, parcels, terminals
from scanner.hub.database import PARTITIONS, Database, Work
from scanner.hub.errors import HubError, Refusal
from scanner.inventory.home import Home
from tests.scanner.postgres import Instance, new_database, server

PHRASE = "purple 12 lanterns at the gate"


@pytest.fixture(scope="module")
def instances(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Instance]]:
    """The one server, once it is asked for."""
    made: list[Instance] = []
    yield made
    for one in made:
        one.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, tmp_path: Path, instances: list[Instance]) -> str:
    """Of empty tables; on PostgreSQL there is a second database for them, ``other_`` before its name."""
    if request.param == "sqlite":
        return str(tmp_path / "hub.db")
    if not instances:
        instances.append(server(tmp_path))
    name = f"hub_{secrets.token_hex(4)}"
    new_database(instances[0], f"other_{name}")
    return new_database(instances[0], name)


@pytest.fixture
def hub(address: str, tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub", database=address if "://" in address else "")
    with connected(made):
        yield made
    made.desk.database.close()


def _half(work: Work) -> None:
    work.run("insert into meta (name, value) values (?, ?)", ("a", "b"))
    work.run("insert into nothing values (1)")


def test_a_change_is_there_wholly_or_not_at_all(address: str) -> None:
    database = Database(address)
    database.create()
    database.create()  # a second start
    with pytest.raises(HubError, match="database"), database.transaction() as work:
        _half(work)
    with database.transaction() as work:
        assert work.all("select * from meta") == []
    with database.transaction() as work:  # the connection is of use afterwards
        assert work.run("insert into meta (name, value) values (?, ?)", ("a", "?")) == 1
        assert work.all("select value from meta where name = ?", ("a",)) == [("?",)]
    database.close()


def test_tables_of_an_earlier_version_get_their_columns(address: str) -> None:
    database, other = Database(address), Database(address)
    database.create()
    with database.transaction() as work:
        work.run("alter table deeds drop column place")
    database.create()
    with database.transaction() as work:
        for number in ("q1", "q2"):
            handing.keep(work, number, "t", "quiet", deeds.Quiet(id=number, begins="", ends=""))
        assert work.all("select place from deeds order by id") == [(1,), (2,)]
        assert [one["id"] for one in handing.handed(work, "t", [("q1", "too_long")])] == ["q2"]
    assert [row[:4] for row in handing.not_taken(database)] == [("", "quiet", "too_long", 1)]
    with other.reading() as work:  # who begins meanwhile waits for nobody
        assert work.all("select count(*) from deeds") == [(2,)]
        database.create()
    database.close()
    other.close()


def test_terminals_send_at_once(hub: Hub, tmp_path: Path) -> None:
    fleet = [Terminal(tmp_path / f"{n}", f"PC-{n:02}") for n in range(4)]
    token = hub.token()
    for one in fleet:
        one.enrol(token)
    frames = {one.name: hub.of(one.name).id for one in fleet}
    assert len(set(frames.values())) == len(fleet)

    def count(why: str) -> None:
        for _ in range(20):
            terminals.refused(hub.desk.database, why, frames["PC-00"])

    threads = [threading.Thread(target=count, args=(f"why{n % 2}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r[:3] for r in terminals.refusals(hub.desk.database)] == [("why0", "PC-00", 40), ("why1", "PC-00", 40)]
    for one in fleet:
        one.change()
        one.send()
    hub.fold()
    for one in fleet:
        assert known(hub, one.name) == one.told()


def test_entries_of_the_record_that_come_at_once_have_numbers_of_their_own(address: str) -> None:
    database = Database(address)
    database.create()

    def enter() -> None:
        for _ in range(10):
            with database.transaction() as work:
                terminals.event(work, "terminal_stopped", "t", why="clone")

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as work:
        assert [number for (number,) in work.all("select id from events order by id")] == list(range(1, 41))
    database.close()


def test_a_connection_that_the_server_ended_is_made_anew(address: str) -> None:
    database, other = Database(address), Database(address)
    database.create()
    if other.postgres:
        with other.transaction() as work:
            work.all(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = current_user"
            )
    with database.transaction() as work:
        assert work.all("select count(*) from terminals") == [(0,)]
    for one in (database, other):
        one.close()


def test_a_copy_has_no_key_in_clear_and_makes_the_hub_again(hub: Hub, address: str, tmp_path: Path) -> None:
    """Terminals go on with the restored hub; it may be in the other database."""
    terminal = Terminal(tmp_path / "t", "PC-01")
    terminal.enrol(hub.token())
    terminal.change()
    terminal.send()
    hub.fold()
    file, keys = tmp_path / "whole.zip", tmp_path / "keys"
    copying.make(hub.desk, file, keys, lambda: PHRASE)
    hidden = [p.read_bytes() for p in hub.home.keys.iterdir() if p.suffix in (".key", ".pem")]
    assert len(hidden) >= 3
    for secret in hidden:
        assert secret not in file.read_bytes()
        assert secret not in keys.read_bytes()
    terminal.change()
    terminal.send()  # after the copy
    hub.desk.database.close()
    shutil.rmtree(hub.home.path)
    there = "" if "://" not in address else address.replace("/hub_", "/other_hub_")
    copying.restore(file, Home(hub.home.path), keys, lambda: PHRASE, there)
    hub.again()
    terminal.change()
    assert terminal.send().batches == 2
    hub.fold()
    assert {p for p, f in known(hub, "PC-01").items() if f[0] == "there"} == {
        p for p, f in terminal.told().items() if f[0] == "there"
    }
    with Database(str(tmp_path / "none.db")) as none, pytest.raises(HubError, match="not_empty"):
        copying.copy(none, hub.desk.database)


def test_a_copy_has_every_table_of_the_hub(tmp_path: Path) -> None:
    source, target = Database(str(tmp_path / "a.db")), Database(str(tmp_path / "b.db"))
    source.create()
    with source.transaction() as work:
        tables = [name for (name,) in work.all("select name from sqlite_master where type = 'table' order by name")]
        for table in tables:
            columns = work.all(f"select type from pragma_table_info('{table}')")
            values = [b"1" if kind == "BLOB" else 1 if kind == "bigint" else "1" for (kind,) in columns]
            work.run(f"insert into {table} values ({', '.join('?' * len(values))})", values)
    with source, target:
        copying.copy(source, target)
        with target.reading() as work:
            assert [t for t in tables if work.all(f"select count(*) from {t}") != [(1,)]] == []


def test_the_address_of_the_database_is_in_no_copy(tmp_path: Path) -> None:
    """It may hold a password; who restores names where the tables go."""
    hub = Hub(tmp_path / "hub")
    settings = hub.home.path / "hub.json"
    told = json.loads(settings.read_text("utf-8"))
    settings.write_text(json.dumps({**told, "database": "postgresql://hub:SECRET@db.example.jp/hub"}), encoding="utf-8")
    copying.make(hub.desk, tmp_path / "whole.zip", tmp_path / "keys", lambda: PHRASE)
    hub.desk.database.close()
    with zipfile.ZipFile(tmp_path / "whole.zip") as packed:
        assert not any(word in packed.read(name) for name in packed.namelist() for word in (b"SECRET", b"example.jp"))
    home = Home(tmp_path / "again")
    copying.restore(tmp_path / "whole.zip", home, tmp_path / "keys", lambda: PHRASE, None)
    again = json.loads((home.path / "hub.json").read_text("utf-8"))
    assert again == {**told, "database": ""}
    assert (home.path / "hub.db").exists()


@pytest.mark.slow
def test_batches_lie_in_partitions(address: str) -> None:
    database = Database(address)
    database.create()
    with database.transaction() as work:
        if database.postgres:
            found = work.all("select count(*) from pg_inherits where inhparent = 'batches'::regclass")
            assert found == [(PARTITIONS,)]
        assert frame.FRAME_MOST < 1 << 30
    database.close()


def test_what_comes_back_is_kept_on_either(hub: Hub, tmp_path: Path) -> None:
    one = Terminal(tmp_path / "1", "PC-01")
    one.enrol(hub.token())
    one.change(9)
    one.send()
    hub.fold()
    known_by = hub.of("PC-01").id
    with hub.desk.database.transaction() as work:
        handing.keep(work, "s1", known_by, "staged", deeds.Staged(there=1, action="review", by="W-1"))
        handing.keep(work, "s1", known_by, "staged", deeds.Staged(there=1, action="review", by="W-1"))
    assert one.send().deeds == 1
    hub.fold()
    with hub.desk.database.reading() as work:
        assert work.all("select answer, entered from deeds") == [("taken", 1)]
    blob, seed = b"z" * (sealed.PART + 5), bytes(32)
    fields = {"sender": known_by, "contract": "A", "key_id": "k", "fingerprint": "f" * 64}
    header = sealed.signed(seed, blob, **fields)
    with hub.desk.database.transaction() as work:
        said = sealed.Begin(header=header, boxes={known_by: "ab" * 40})
        assert parcels.begin(work, known_by, said) == {"whole": False}
        for number, whole in ((1, False), (1, False), (0, True)):
            data = blob[number * sealed.PART : (number + 1) * sealed.PART]
            assert parcels.part(work, known_by, f"{header.digest} {number}\n".encode() + data) == {"whole": whole}
        assert parcels.begin(work, known_by, said) == {"whole": True}
        assert parcels.waiting(work, known_by) == 1
        found = b"".join(
            base64.b64decode(parcels.fetch(work, known_by, sealed.Fetch(digest=header.digest, part=n))["data"])
            for n in (0, 1)
        )
        assert found == blob
        with pytest.raises(Refusal, match="another"):
            parcels.fetch(work, "0" * 16, sealed.Fetch(digest=header.digest, part=0))
        parcels.handed(work, known_by, sealed.Done(done=((header.digest, "taken"),)))
        assert parcels.waiting(work, known_by) == 0
