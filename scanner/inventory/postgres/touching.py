"""What a transaction of the program touches is noted, as ``record.seals`` notes it in SQLite: triggers that work only in a connection
that says so. What somebody else changes with another tool is not noted, has no new digest, and stays found."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.inventory.postgres.catalogue import Catalogue

NOTED = "touched_rows"
SETTING = "sekisho.noting"
WIDTH = 48
"""Columns that a row has at the most."""


def begin() -> list[str]:
    """Note from now on."""
    columns = "".join(f", c{n} text" for n in range(WIDTH))
    return [
        f"create temp table if not exists {NOTED} (n bigint generated always as identity, tab text, id bigint, existed bigint{columns})",
        f"set {SETTING} = 'on'",
    ]


def end() -> list[str]:
    """No more."""
    return [f"set {SETTING} = 'off'", f"drop table if exists pg_temp.{NOTED}"]


def triggers(name: str, columns: tuple[str, ...], group: str | None, catalogue: Catalogue) -> Iterator[str]:
    """Of one sealed table: ``columns`` as they are sealed; ``group``: the column (or constant) of a table whose rows have no number."""
    if group is not None:
        for action, row in (("insert", "new"), ("delete", "old"), ("update", "old"), ("update", "new")):
            number = group if group == "0" else f'{row}."{group}"'
            yield from _made(name, action, [f"'{name}'", number, "2"], row)
        return
    number = catalogue.forms[name].number
    was = [f"'{name}'", f'old."{number}"', "1", *(f'old."{c}"::text' for c in columns)]
    differs = " or ".join(f'old."{c}" is distinct from new."{c}"' for c in columns)
    yield from _made(name, "insert", [f"'{name}'", f'new."{number}"', "0"])
    yield from _made(name, "delete", was)
    yield from _made(name, "update", was, when=f" and ({differs})")


def of_record() -> Iterator[str]:
    """Of the record itself, for its end."""
    yield from _made("ledger", "insert", ["'ledger'", "new.seq", "0"])


def _made(name: str, action: str, values: list[str], row: str = "", when: str = "") -> Iterator[str]:
    into = "".join(f", c{n}" for n in range(len(values) - 3))
    called = f"touch_{name}_{action}_{row}"
    yield (
        f'create function "{called}"() returns trigger language plpgsql as $$ begin'
        f" insert into pg_temp.{NOTED} (tab, id, existed{into}) values ({', '.join(values)}); return null; end $$"
    )
    yield (
        f'create trigger "{called}" after {action} on "{name}" for each row'
        f" when (current_setting('{SETTING}', true) = 'on'{when}) execute function \"{called}\"()"
    )


def listed(columns: tuple[str, ...], name: str, catalogue: Catalogue) -> str:
    """The noted columns of a table ``w``, with their types, in the words of SQLite."""
    kinds = catalogue.forms[name].columns
    return ", ".join(f"cast(w.c{n} as {_WORDS[kinds[c]]})" for n, c in enumerate(columns))


_WORDS = {"bigint": "integer", "bytea": "blob", "double precision": "double precision", "text": "text"}


def view(catalogue: Catalogue) -> Iterator[str]:
    """``sqlite_master``: what there is, as it is now, so that what somebody adds is seen. Tables without numbers of rows say so."""
    bare = ", ".join(f"'{name}'" for name, form in catalogue.forms.items() if not form.number) or "''"
    parts = "not c.relispartition"
    here = "n.nspname = current_schema()"
    yield (
        "create view sqlite_master as"
        " select 'table'::text as type, c.relname::text as name, c.relname::text as tbl_name,"
        " 'create table ' || c.relname || ' (' || (select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod)"
        " || case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''),"
        " ', ' order by a.attnum) from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
        f" where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) || case when c.relname in ({bare}) then ') without rowid'"
        " else ')' end as sql"
        f" from pg_class c join pg_namespace n on n.oid = c.relnamespace where {here} and c.relkind in ('r', 'p') and {parts}"
        " and c.relname <> 'inventory_form'"
        " union all select 'index', i.relname::text, c.relname::text, pg_get_indexdef(i.oid) from pg_index x join pg_class i"
        f" on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace where {here}"
        f" and {parts} and c.relname <> 'inventory_form'"
        " union all select 'trigger', t.tgname::text, c.relname::text, pg_get_triggerdef(t.oid) || ' ' || p.prosrc from pg_trigger t"
        " join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace join pg_proc p on p.oid = t.tgfoid"
        f" where {here} and not t.tgisinternal and {parts}"
        " union all select 'view', c.relname::text, c.relname::text, pg_get_viewdef(c.oid) from pg_class c join pg_namespace n"
        f" on n.oid = c.relnamespace where {here} and c.relkind = 'v'"
    )
