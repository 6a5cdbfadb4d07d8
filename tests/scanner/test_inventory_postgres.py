"""The inventory in PostgreSQL: every statement of the program is taken there, and means what it means in SQLite."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

import scanner
from scanner.inventory import elsewhere, migrations, moved, opening
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home, prepare
from scanner.inventory.postgres import moving, schema
from scanner.inventory.postgres.catalogue import Catalogue
from scanner.inventory.postgres.connection import Connection
from scanner.inventory.postgres.translating import translated
from scanner.inventory.reader import Reader
from scanner.inventory.record import check, upgrade
from scanner.inventory.store import Store
from scanner.inventory.transaction import transaction
from scanner.report import views
from tests.scanner.postgres import Instance, new_database, server

_VERBS = ("select", "insert", "update", "delete", "with")
_CONTINUED = (
    "select coalesce(f.rule, '') as rule,",
    "select count(*) as n from points where state = 'open' and due <> '' and due ",
)
"""Beginnings that are statements by themselves, and another one with what the program puts behind them."""
_NOT_ASKED = ("report/views.py",)
"""Where people's own questions are answered, in views that only SQLite has."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty inventory of SQLite."""
    path = tmp_path_factory.mktemp("kept") / "inventory.db"
    opening.opened(path).close()
    return path


@pytest.fixture(scope="module")
def catalogue(kept: Path) -> Catalogue:
    with closing(sqlite3.connect(kept)) as db:
        return schema.described(db)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    made = server(tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


@pytest.fixture
def home(instance: Instance, tmp_path: Path) -> Home:
    """One whose inventory lies in PostgreSQL."""
    made = Home(tmp_path / "home")
    prepare(made)
    moved.begin(made.database, new_database(instance))
    return made


def _statements(kept: Path) -> list[str]:
    """Every text of the program that SQLite takes for a statement over the inventory."""
    folder, found = Path(scanner.__file__).parent, set()
    for file in sorted(folder.rglob("*.py")):
        if file.relative_to(folder).as_posix() in _NOT_ASKED:
            continue
        tree = ast.parse(file.read_text("utf-8"))
        parts = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr | ast.BinOp)
            for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                if node.value.strip().lower().startswith(_VERBS) and "temp.sqlite_master" not in node.value:
                    found.add(node.value)
    with closing(sqlite3.connect(kept)) as db:
        return sorted(text for text in found if not text.startswith(_CONTINUED) and _taken(db, text))


def _taken(db: sqlite3.Connection, text: str) -> bool:
    try:
        db.execute(f"explain {text}", _Anything())
    except (sqlite3.Error, TypeError):
        return False
    return True


class _Anything(dict[str, None]):
    """Whatever is asked for is NULL."""

    def __missing__(self, name: str) -> None:
        return None


def test_every_statement_is_translated(kept: Path, catalogue: Catalogue) -> None:
    found = _statements(kept)
    assert len(found) > 100
    for text in found:
        assert translated(text, catalogue).text


@pytest.mark.slow
def test_every_statement_is_taken_by_the_server(kept: Path, home: Home) -> None:
    with closing(opening.opened(home.database)) as db:
        there = elsewhere.session(db)
        assert there is not None
        refused = [(text, why) for text in _statements(kept) if (why := _refused(there, text))]
    assert not refused, "\n".join(f"{text}\n  {why}" for text, why in refused)


def _refused(there: Connection, text: str) -> str:
    statement = translated(text, there.catalogue)
    values: Any = _Anything() if "%(" in statement.text else (None,) * statement.text.count("%s")
    try:
        there.session.execute(f"explain {statement.text}", values)
    except psycopg.Error as error:
        return str(error)
    return ""


SAME: tuple[tuple[str, tuple[Any, ...]], ...] = (
    (
        "select a, b, a = 1, not a, a and b, coalesce(a > 1, 7), a is b, a is not ?, 3 in (), a in (1, 3) from t order by a, b",
        (1,),
    ),
    ("select sum(a = 1), max(max(a, 2)), min(a), count(max(a, b)), sum(min(a, b, 3)) from t", ()),
    ("select a from t where b order by a desc, b", ()),
    ("select case when b then 'yes' else 'no' end, case b when 1 then 2 end from t order by a, b", ()),
    ("select c from t where c like 'A%' or c like '%\\%' or c glob '[x-z]*' order by c", ()),
    ("select substr(c, -2), substr(c, 2), substr(c, 1, 1), instr(c, 'b'), length(c), upper(c) from t order by c", ()),
    ("select hex(d), lower(hex(d)), substr(d, 1, 1), length(d), d = x'00ff' from t order by d", ()),
    ("select group_concat(a), group_concat(distinct c) from t where c = 'xyz'", ()),
    ("select cast(c as integer), cast(a as text), a % 2, a / 2, a / 0 from t order by a, c", ()),
    (
        "select json_extract(e, '$.n'), json_extract(e, '$.deep.s'), json_extract(e, '$.none'), json_extract(e, '$.' || ?) from t order by e",
        ("yes",),
    ),
    ("select a from t where json_extract(e, '$.n') = ? order by a", (5,)),
    ("select a from t where json_extract(e, '$.n') = ? order by a", ("5",)),
    ("select a from t where json_extract(e, '$.deep.s') in ('q', 'r') order by a", ()),
    ("select t.a from t join t o on o.a = json_extract(t.e, '$.n')", ()),
    ("select value from json_each(?) order by value", ("[3,1,2]",)),
    ("select c from t where c in (select value from json_each(?)) order by c", ('["xyz", "5"]',)),
    ("select json_group_array(c) from t where a > 100", ()),
    ("select a from t where c = ? order by a", (5,)),
    ("select avg(a), sum(a), min(f), round(sum(f)) from t", ()),
    ("select rowid from t order by rowid limit ? offset 1", (-1,)),
    ("select ?1 || ?2 || ?1", ("x", "y")),
    ("select t.id, u.w, group_concat(t.c) from t join u on u.id = t.a group by t.id order by t.id", ()),
    ("select coalesce(c, '') as kept, count(*) from t where kept <> 'xyz' group by 1 order by kept", ()),
    ("select a as x from t where x > ? order by x + 1 desc", (1,)),
    ("select count(*) filter (where a > 1) from t having count(*) > 0", ()),
    ("select b, count(*) from t group by b", ()),
    ("select a, c from t", ()),
    ("select t.c, u.w from t left join u on u.id = t.a", ()),
    ("select x, y from k", ()),
    ("select exists (select 1 from t where a is null), 100 % 7, '100%', 'it''s'", ()),
)
"""Statements, each with values, whose rows are the same in both."""
ROWS = (
    (1, 1, 0, "abc", b"\x00\xff", '{"n": 5, "deep": {"s": "q"}, "yes": true}', 1.5),
    (2, 2, 1, "xyz", b"\x01", '{"n": "5"}', -2.25),
    (3, None, 1, "5", b"\x80", '{"deep": {"s": "z"}, "yes": [1, 2]}', None),
    (4, 5, None, "a\\", None, "{}", 0.0),
    (5, 7, 2, "Abc 日本語", b"abc", '{"n": null}', 1e300),
)
TABLES = """create table t (id integer primary key, a integer, b integer, c text not null default 'new', d blob, e text, f real);
create table u (id integer primary key, w text);
create table k (x text not null, y integer not null, z text default 'z', primary key (x, y)) without rowid;"""
CHANGES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("insert into t (a) values (?)", (9,)),
    ("insert into t (id, a) values (?, ?)", (50, 9)),
    ("insert into t (a) values (?)", (10,)),
    ("insert or ignore into k values (?, ?, 'first')", ("p", 1)),
    ("insert or ignore into k values (?, ?, 'second')", ("p", 1)),
    ("insert or replace into k (x, y) values (?, ?)", ("p", 1)),
    ("insert into k values (?, ?, 'n') on conflict do update set z = z || excluded.z where y = 1", ("p", 1)),
    ("insert into k values (?, ?, ?) on conflict (x, y) do update set z = excluded.z", ("q", True, None)),
    ("update t set b = a > 5, c = c || '!' where a is not null", ()),
    ("delete from t where rowid in (select rowid from t order by rowid desc limit 1)", ()),
)


@pytest.fixture
def both(instance: Instance, tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """The same small tables in both."""
    with closing(sqlite3.connect(tmp_path / "t.db", isolation_level=None)) as one:
        one.executescript(
            TABLES + "create table seal_tables (tab text, form text); create table ledger (seq integer primary key);"
        )
        one.executemany("insert into t values (?, ?, ?, ?, ?, ?, ?)", ROWS)
        one.executemany("insert into u values (?, ?)", [(1, "one"), (2, "two")])
        address = new_database(instance)
        moving.bring(one, address)
        with closing(elsewhere.connected(address, tmp_path / "inventory.db", 5)) as other:
            yield one, other


@pytest.mark.slow
def test_statements_mean_the_same(both: tuple[sqlite3.Connection, sqlite3.Connection]) -> None:
    one, other = both
    for text, values in SAME:
        assert [tuple(r) for r in other.execute(text, values)] == one.execute(text, values).fetchall(), text
    for text, values in CHANGES:
        here, there = one.execute(text, values), other.execute(text, values)
        assert there.rowcount == here.rowcount, text
        if text.startswith("insert into t"):
            assert there.lastrowid == here.lastrowid, text
        for table in ("t", "k"):
            rows = f"select * from {table} order by 1, 2"
            assert [tuple(r) for r in other.execute(rows)] == one.execute(rows).fetchall(), text


@pytest.mark.slow
def test_errors_are_those_that_callers_know(both: tuple[sqlite3.Connection, sqlite3.Connection]) -> None:
    for db in both:
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("insert into t (id) values (1)")
        with pytest.raises(sqlite3.OperationalError):
            db.execute("select nothing from t")
        db.execute("begin immediate")
        assert db.in_transaction
        with pytest.raises(sqlite3.IntegrityError) as caught:
            db.execute("insert into k values (null, 1, 'secret')")
        assert "secret" not in str(caught.value)
        db.execute("rollback")
        assert not db.in_transaction
        with pytest.raises(UnicodeEncodeError):
            db.execute("insert into t (c) values (?)", ("\ud800",))


def _found(path: Path, home: Home) -> list[Any]:
    with Reader(path) as reader:
        return list(check.verify(reader.db, home.keys).found)


@pytest.mark.slow
def test_a_record_begins_is_sealed_and_verifies(home: Home) -> None:
    with Store(home.database, only_notes=True) as store:
        store.note("agent_on")
        with store.transaction() as db:
            db.execute("insert into hosts (host, heard, gaps) values ('a', '', '[]')")
    assert _found(home.database, home) == []
    with closing(opening.opened(home.database)) as db:
        db.execute("update hosts set heard = 'later'")  # by nobody who notes it
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("update ledger set kind = 'agent_off'")
    found = _found(home.database, home)
    assert [(f.code, f.table) for f in found] == [("row_changed", "hosts")]


@pytest.mark.slow
def test_an_inventory_is_taken_out_whole(home: Home, tmp_path: Path) -> None:
    with Store(home.database, only_notes=True) as store:
        store.note("agent_on")
        with store.transaction() as db:
            db.execute("insert into hosts (host, heard, gaps) values ('名', 'x', '[]')")
    out = home.path / "out.db"
    moved.taken(home.database, out)
    assert _found(out, home) == []
    with Reader(out) as reader:
        assert reader.rows("select host from hosts")[0]["host"] == "名"
    with views.opened(home.database, bytes(32)) as db:
        assert [tuple(r) for r in views.rows(db, "select count(*) from file")[1]] == [(0,)]
    with pytest.raises(InventoryError, match="database_error"):
        moved.begin(tmp_path / "inventory.db", elsewhere.address_of(home.database))


def test_a_file_with_an_address_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    assert elsewhere.address_of(path) == ""
    opening.opened(path).close()
    assert elsewhere.address_of(path) == ""
    elsewhere.put(path, "postgresql://hub@/x?host=/nowhere")
    assert elsewhere.address_of(path) == "postgresql://hub@/x?host=/nowhere"
    with pytest.raises(InventoryError, match="database_away"):
        opening.opened(path)
    for wrong in ("mysql://x", "postgresql://" + "x" * 600):
        with pytest.raises(InventoryError, match="database_address"):
            elsewhere.put(path, wrong)


@pytest.mark.slow
def test_an_inventory_of_an_earlier_version_is_brought_up(instance: Instance, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    earlier = migrations.NAMES[-1]
    with (
        closing(sqlite3.connect(home.database, isolation_level=None)) as db,
        transaction(db, home.database, sealed=False),
    ):
        migrations.steps(db, before=earlier)
        upgrade.after(db, home.keys)
        db.execute("insert into originals (contract, state) values ('2026-017', 'held')")
        upgrade.after(db, home.keys)
    address = new_database(instance)
    with closing(sqlite3.connect(home.database)) as db:
        moving.bring(db, address)
    elsewhere.put(home.database, address)
    with closing(elsewhere.connected(address, home.database, 5)) as db:
        assert migrations.pending(db) == (True, [])
    with closing(opening.opened(home.database)) as db:
        assert migrations.pending(db) == (False, [])
        assert [tuple(r) for r in db.execute("select id, contract from originals")] == [(1, "2026-017")]
    assert _found(home.database, home) == []
    assert [p.name for p in home.path.glob("*.before-*")] == [f"inventory.db.before-{earlier}"]


@pytest.mark.slow
def test_a_server_that_goes_away_is_told_and_is_there_again(instance: Instance, home: Home) -> None:
    with closing(opening.opened(home.database)) as db:
        instance.kill()
        with pytest.raises(InventoryError, match="database_away"), transaction(db, home.database):
            pass
        with pytest.raises(InventoryError, match="database_away"):
            Reader(home.database)
    instance.start()
    with Store(home.database, only_notes=True) as store:
        store.note("agent_on")
    assert _found(home.database, home) == []
