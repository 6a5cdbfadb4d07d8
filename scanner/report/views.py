"""The inventory as read-only views for other programs (``docs/sql.md``): kinds, counts, codes and days; no detected value, and paths as
codes unless they are asked for.

The database is opened read-only, the views are temporary, and an authorizer lets statements read these views and nothing else: no
table of the inventory, no attached file, no setting. The names, columns and meanings here are an interface: columns may be added.

SQLite tells the authorizer by name alone which view reads a table, and a statement can give that name to a table expression of its
own. So the tables are read by inner views whose names are drawn anew for each connection; a statement cannot know them.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import elsewhere, moved
from scanner.model import display
from scanner.paths import names

VIEWS = {
    "file": """
select f.id, _shown(f.path) as path, _ending(f.path) as ending, f.size, f.outcome, f.reason, f.verdict, f.ground, f.contract, f.rule as place,
 f.consent, f.host, c.media_type, c.persons_min, c.persons_max, f.first_seen, f.last_seen, f.gone, f.run_id as scan
 from main.files f left join main.contents c on c.id = f.content_id""",
    "finding": """
select f.id as file, n.entity, n.count, n.score, n."check", n.category, n.about
 from main.files f join main.findings n on n.content_id = f.content_id where f.gone is null""",
    "point": """
select p.id, p.code, p.state, p.stage, p.file_id as file, p.contract, p.family as original, p.opened, p.last_seen, p.due, p.closed, p.closed_why,
 case when p.file_id is null then substr(p.subject, 1, instr(p.subject || ':', ':') - 1) else '' end as about
 from main.points p""",
    "scan": """
select id, started, ended, state, tool, rule_set, depth, walked, examined, unchanged, partial, not_examined, gaps, bytes, seconds, host
 from main.runs""",
    "original": """
select 'R-' || o.id as original, o.contract, o.origin, o.received, o.media_type, o.size, o.rows, o.persons_min, o.persons_max, o.declared_count,
 o.state from main.originals o""",
    "copy": """
select f.id as file, 'R-' || k.original as original, k.exact, k.weak, k.rows_here, k.rows as rows_of_file, k.texts_here
 from main.copies k join main.files f on f.content_id = k.content_id where f.gone is null""",
    "decision": """
select d.id, d.point_id as point, d.at, d.action, d.due from main.decisions d""",
    "correction": """
select id, at, kind, contract, family as original, instruction, due, point_id as point, state, done, undo_until, checked from main.corrections""",
    "entry": """
select seq as id, at, kind, contract, family as original, host from main.ledger""",
}  # fmt: skip
"""Name → statement. Names are singular, so that none is a table of the inventory."""
_TABLES = frozenset("files contents findings points runs originals copies decisions corrections ledger".split())
"""What the views are made of. How many rows these have may be learnt, as from the views."""
_OURS = ("_shown", "_ending")
_FUNCTIONS = frozenset(
    "abs avg changes char coalesce concat concat_ws count cume_dist date datetime dense_rank first_value format glob group_concat hex ifnull iif instr"
    " json json_array json_array_length json_each json_extract json_group_array json_group_object json_object json_type json_valid julianday lag"
    " last_value lead length like lower ltrim max min nth_value ntile nullif percent_rank printf quote rank replace round row_number rtrim sign"
    " strftime string_agg substr substring sum time timediff total trim typeof unicode unixepoch upper".split()
)
"""What statements may call: arithmetic, texts, days. Nothing that loads or opens; not what makes codes of paths, with which names could
be tried."""
MOST_STEPS = 400_000_000
"""Steps of the virtual machine after which a statement is broken off: some tens of seconds."""


class SqlRefused(SekishoError):
    """A statement that is not answered; ``code`` names the message."""

    section = "sql"
    exit_code = EXIT_USAGE


@contextmanager
def opened(database: Path, key: bytes, *, paths: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that can read the views alone. ``key``: of the installation, for the codes of paths. Raises ``SqlRefused``."""
    away = elsewhere.address_of(database)
    db = moved.private(database) if away else sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        db.create_function("_shown", 1, _clear if paths else _code(key), deterministic=True)
        db.create_function("_ending", 1, _ending, deterministic=True)
        mark = secrets.token_hex(16)
        inner = {name: f"_{mark}_{name}" for name in VIEWS}
        for name, statement in VIEWS.items():
            db.execute(f'create temp view "{inner[name]}" as {statement}')
            db.execute(f'create temp view "{name}" as select * from "{inner[name]}"')  # noqa: S608  # names of ours
        db.execute("pragma query_only = on")
        if hasattr(db, "setlimit"):
            db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        db.set_authorizer(partial(_allowed, frozenset(inner.values())))
        yield db
    finally:
        db.close()


def rows(db: sqlite3.Connection, statement: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """(columns, rows) of one statement; raises ``SqlRefused``, also later, while rows are fetched."""
    budget = [MOST_STEPS // 100_000]

    def stop() -> bool:
        budget[0] -= 1
        return budget[0] < 0

    db.set_progress_handler(stop, 100_000)
    cursor = db.cursor()
    with _told():
        cursor.execute(statement)
    if cursor.description is None:
        raise SqlRefused("only_select")

    def fetched() -> Iterator[tuple[object, ...]]:
        with _told():
            yield from cursor

    return tuple(str(column[0]) for column in cursor.description), fetched()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        if "not authorized" in text or "prohibited" in text or "readonly" in text:
            raise SqlRefused("only_views", views=", ".join(VIEWS)) from None
        if "interrupted" in text:
            raise SqlRefused("too_long") from None
        raise SqlRefused("wrong", why=text) from None


def export(db: sqlite3.Connection, target: Path) -> dict[str, int]:
    """Write the views as tables of a new database, for programs such as Datasette; rows by table. Raises ``OSError`` (``FileExistsError``)."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    counts: dict[str, int] = {}
    out = sqlite3.connect(target)
    try:
        for name in VIEWS:
            columns, found = rows(db, f'select * from "{name}"')  # noqa: S608  # names of ours
            listed = ", ".join(f'"{column}"' for column in columns)
            out.execute(f'create table "{name}" ({listed})')
            marks = ", ".join("?" * len(columns))
            done = out.executemany(f'insert into "{name}" values ({marks})', found)  # noqa: S608
            counts[name] = max(0, done.rowcount)
        out.commit()
    except BaseException:
        out.close()
        target.unlink(missing_ok=True)
        raise
    out.close()
    return counts


def _allowed(
    inner: frozenset[str], action: int, one: str | None, two: str | None, base: str | None, within: str | None
) -> int:
    """What a statement may do. ``inner``: names of the views that read tables; ``base``: the database of a table, none of what the
    statement itself makes; ``within``: the view, or the table expression of the statement, whose text does it."""
    ours = within in inner
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ:
        counted = not two and one in _TABLES  # without a column: a view of which none of this table's was asked for
        good = ours or one in VIEWS or one in inner or base is None or counted or one in ("json_each", "json_tree")
        return sqlite3.SQLITE_OK if good else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION:
        good = (two or "").lower() in _FUNCTIONS or (ours and two in _OURS)
        return sqlite3.SQLITE_OK if good else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY


def _code(key: bytes) -> Callable[[object], str | None]:
    """As ``Context.code`` of the forms, so that both name one file alike."""

    def code(path: object) -> str | None:
        return hmac.digest(key, b"name" + _raw(path), "sha256").hex()[:8] if path is not None else None

    return code


def _clear(path: object) -> str | None:
    return display(_raw(path)) if path is not None else None


def _ending(path: object) -> str:
    """``.xlsx``; only plain ones, because what stands behind a dot may be a name."""
    ending = os.path.splitext(names.name(_raw(path)))[1].lower() if path is not None else b""
    return ending.decode("ascii") if 1 < len(ending) <= 6 and ending[1:].isalnum() and ending.isascii() else ""


def _raw(path: object) -> bytes:
    return path if isinstance(path, bytes) else os.fsencode(str(path))
