"""Questions to the inventory: views without values and paths, and nothing behind them, whatever is asked."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scanner.demo import formats
from scanner.report import views
from tests.conftest import ROOT, Sekisho

KEY = bytes(32)
PEOPLE = [[f"{a} {b}", f"19{n + 60}/04/0{n % 9 + 1}", f"090-1234-56{n:02}"] for n, (a, b) in enumerate(
    (a, b) for a in ("山田", "鈴木", "佐藤", "高橋") for b in ("太郎", "花子", "一郎")
)]  # fmt: skip


@pytest.fixture(scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sql")


@pytest.fixture
def home(sekisho: Sekisho, _home: Path) -> Path:
    """A scanned folder whose names of files are those of persons; scanned once."""
    if not (_home / "home").exists():
        (_home / "机").mkdir()
        rows = [["氏名", "生年月日", "電話番号"], *PEOPLE]
        (_home / "机/山田太郎の名簿.csv").write_bytes(formats.csv_text(rows).encode())
        assert sekisho("scan", _home / "机", "--home", _home / "home", "--depth", "quick", "--quiet").code in (0, 1)
    return _home / "home"


def ask(home: Path, statement: str, *, paths: bool = False) -> list[tuple[object, ...]]:
    with views.opened(home / "inventory.db", KEY, paths=paths) as db:
        return list(views.rows(db, statement)[1])


def test_each_view_is_as_documented_and_holds_no_value_and_no_path(home: Path) -> None:
    page = (ROOT / "docs/sql.md").read_text(encoding="utf-8")
    planted = [value for row in PEOPLE for value in row] + ["山田", "机"]
    with views.opened(home / "inventory.db", KEY) as db:
        for name in views.VIEWS:
            columns, found = views.rows(db, f"select * from {name}")
            assert f"| `{name}` |" in page
            assert f"`{', '.join(columns)}`" in page
            text = json.dumps(list(found), ensure_ascii=False, default=str)
            assert not [value for value in planted if value in text], name
    assert ask(home, "select ending, outcome, persons_min from file") == [(".csv", "examined", 12)]
    assert ask(home, "select sum(count) from finding where entity = 'PERSON'") == [(12,)]
    ((path,),) = ask(home, "select path from file", paths=True)
    assert "山田太郎の名簿.csv" in str(path)


REFUSED = (
    "select * from files", "select * from main.files", "select path from main.files", "select * from sqlite_master", "select * from temp.sqlite_master",
    "select * from main.ledger", "pragma table_info(files)", "attach ':memory:' as x", "attach '/tmp/x.db' as x", "delete from point",
    "update file set path = ''", "insert into file values (1)", "drop view file", "create table x (a)", "create temp table x (a)",
    "create temp view x as select * from main.files", "vacuum into '/tmp/x.db'", "begin", "select _shown('/a')", "select _code('/a')",
    "select load_extension('x')", "select readfile('/etc/passwd')", "select writefile('/tmp/x', 'x')", "with x as (select * from main.findings) select * from x",
    "select (select path from main.files)", "select * from file where id in (select id from main.files)", "select * from pragma_table_info('files')",
    "explain select * from main.files; drop view file", "select * from dbstat", "select * from json_each(1) join main.tokens", "",
    "select count(*) from main.tokens", "select count(*) from main.originals where path > ''", "select 1 from main.files order by path",
    "with file as (select path from main.files) select * from file", "with entry as (select details from main.ledger) select * from entry",
    "analyze", "reindex", "select fts5(1)", "values (1); select 1",
)  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_whatever_is_behind_the_views_is_refused(home: Path, statement: str) -> None:
    before = (home / "inventory.db").read_bytes()
    with pytest.raises((views.SqlRefused, sqlite3.ProgrammingError)):
        ask(home, statement)
    assert (home / "inventory.db").read_bytes() == before


FORMS = (
    "with {view} as (select * from main.{table}) select * from {view}",
    "with {view} as materialized (select * from main.{table}) select count(*) from {view} where rowid > 0",
    "with x as (select 1), {view}(a) as (select (select {column} from main.{table})) select a from {view}, x",
    "with recursive {view}(a) as (select {column} from main.{table} union all select a from {view} where 0) select a from {view}",
    "with {view} as (select * from (select * from main.{table})) select * from {view}",
    "with {view} as (select 1 where exists (select {column} from main.{table} where {column} is not null)) select * from {view}",
    "select * from (with {view} as (select * from main.{table}) select * from {view})",
    "select * from (select * from main.{table}) as {view}",
    "select {view}.* from main.{table} as {view}",
)
"""Statements that give the name of a view to something of their own."""


@pytest.mark.parametrize("form", FORMS)
def test_no_name_of_a_view_opens_a_table(home: Path, form: str) -> None:
    with closing(sqlite3.connect(home / "inventory.db")) as raw, raw:
        tables = raw.execute("select name from sqlite_master where type = 'table' and sql not like 'create virtual%'")
        columns = {name: raw.execute(f"pragma table_info('{name}')").fetchone()[1] for (name,) in tables.fetchall()}
    raw.close()
    assert not set(columns) & set(views.VIEWS)
    with views.opened(home / "inventory.db", KEY) as db:
        for table, column in columns.items():
            for view in views.VIEWS:
                with pytest.raises((views.SqlRefused, sqlite3.Error)):
                    list(views.rows(db, form.format(view=view, table=table, column=f'"{column}"'))[1])


def test_codes_are_not_made_of_names_that_are_given(home: Path) -> None:
    for view in views.VIEWS:
        with pytest.raises(views.SqlRefused):
            ask(home, f"with {view} as (select _shown('/a') as a) select * from {view}")


def test_an_endless_statement_is_broken_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_STEPS", 1_000_000)
    with pytest.raises(views.SqlRefused) as refused:
        ask(home, "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n")
    assert refused.value.code == "too_long"


def test_windows_joins_and_days_are_answered(home: Path) -> None:
    asked = (
        "select f.id, row_number() over (order by f.id), strftime('%Y', f.first_seen), group_concat(distinct n.entity)"
        " from file f join finding n on n.file = f.id left join point p on p.file = f.id group by f.id"
    )
    assert len(ask(home, asked)) == 1


def test_from_the_command_line(sekisho: Sekisho, home: Path, tmp_path: Path) -> None:
    listed = sekisho("sql", "--home", home)
    assert (listed.code, all(name in listed.out for name in views.VIEWS)) == (0, True)
    out = tmp_path / "views.db"
    assert sekisho("sql", "--export", out, "--home", home).code == 0
    with closing(sqlite3.connect(out)) as db, db:
        assert db.execute("select ending from file").fetchall() == [(".csv",)]
        assert {r[0] for r in db.execute("select name from sqlite_master")} == set(views.VIEWS)
    db.close()
    assert "山田" not in out.read_bytes().decode("utf-8", "replace")
    assert sekisho("sql", "--export", out, "--home", home).code == 2
    shown = sekisho("sql", "select path from file", "--paths", "--format", "jsonl", "--home", home)
    assert "山田太郎の名簿.csv" in shown.lines()[0]["path"]
    kept = sqlite3.connect(home / "inventory.db")
    assert kept.execute("select count(*) from ledger where kind = 'view_opened'").fetchone() == (1,)
    kept.close()
