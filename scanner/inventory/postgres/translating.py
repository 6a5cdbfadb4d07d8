"""A statement in the words of SQLite, as PostgreSQL says the same. Each is written once, and translated once in a process.

sqlglot does what differs in spelling; here stands what differs in meaning: conditions that are numbers, rows that give way to others,
numbers of rows, JSON as text, order with NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse_one

from scanner.inventory.postgres import comparing, conditions, grouping, jsons, ordering
from scanner.inventory.postgres.catalogue import Catalogue
from scanner.inventory.postgres.tables import Names, call, cast, inside


@dataclass(frozen=True, slots=True)
class Statement:
    """Ready for psycopg: ``%s`` and ``%(name)s`` stand for values."""

    text: str
    numbered: bool = False
    """Whether it returns the number of the row that it inserted."""
    recount: str = ""
    """The table whose rows it gave numbers itself."""
    by_number: bool = False
    """Whether its values, given in order, are asked for as ``p1``, ``p2``…"""


_NUMBERED = re.compile(r"'(?:[^']|'')*'|\?([0-9]+)")


@lru_cache(maxsize=4096)
def translated(sql: str, catalogue: Catalogue) -> Statement:
    """Raises ``sqlglot.errors.ParseError`` for what is no statement of SQLite."""
    return _of(sql, catalogue, "")


def of_row(sql: str, catalogue: Catalogue, table: str) -> str:
    """A statement of a trigger of ``table``, whose row is ``new`` and ``old``."""
    return _of(sql, catalogue, table).text


def _of(sql: str, catalogue: Catalogue, row: str) -> Statement:
    named = _NUMBERED.sub(lambda found: f":p{found.group(1)}" if found.group(1) else found.group(), sql)
    tree: Any = parse_one(named, read="sqlite")
    names = Names(tree, catalogue, row)
    if not row:
        ordering.put_right(tree, names)
    for node in list(tree.walk()):
        _spelled(node, names)
    grouping.put_right(tree, names)
    jsons.put_right(tree, names)
    comparing.put_right(tree, names)
    for node in list(tree.find_all(exp.Greatest, exp.Least)):
        conditions.of_all(node)
    conditions.put_right(tree)
    numbered, recount = _inserting(tree, names) if isinstance(tree, exp.Insert) else (False, "")
    if row and numbered:
        tree.set("returning", None)
    text = tree.sql(dialect="postgres", identify=True, comments=False)
    return Statement(text, numbered, recount, by_number=named != sql)


def _spelled(node: Any, names: Names) -> None:
    """What is said otherwise, one node at a time."""
    if isinstance(node, exp.Table):
        _table(node)
    elif isinstance(node, exp.Column) and node.name.lower() == "rowid":
        number = names.number_of(node)
        if number:
            node.set("this", exp.to_identifier(number))
    elif isinstance(node, exp.Literal) and node.is_string:
        node.set("this", node.this.replace("%", "%%"))
    elif isinstance(node, exp.Ordered) and (isinstance(node.parent, exp.OnConflict) or names.filled(node.this)):
        # a key's own index is read in its order only where nothing is said of NULL, which it has not
        # PostgreSQL has NULL last going up and first going down: said so, nothing is written
        node.set("nulls_first", bool(node.args.get("desc")))
    elif isinstance(node, exp.In) and not any(node.args.get(a) for a in ("query", "expressions", "unnest", "field")):
        node.replace(exp.false())
    elif (rule := _RULES.get(type(node))) is not None:
        rule(node)


def _table(node: Any) -> None:
    node.set("indexed", None)
    if node.db.lower() == "main":
        node.set("db", None)
    elif node.db.lower() == "temp":
        node.set("db", exp.to_identifier("pg_temp"))


def _cast(node: Any) -> None:
    kind = node.to.this
    if kind in (exp.DataType.Type.INT, exp.DataType.Type.BIGINT):
        node.replace(call("sq_int", node.this))
    elif kind in (exp.DataType.Type.BLOB, exp.DataType.Type.VARBINARY):
        node.set("to", exp.DataType.build("bytea", dialect="postgres"))


def _like(node: Any) -> None:
    """Letters of ASCII are alike in both cases; a backslash is nothing special."""
    made: Any = exp.ILike(this=node.this, expression=node.expression)
    node.replace(
        made if isinstance(node.parent, exp.Escape) else exp.Escape(this=made, expression=exp.Literal.string(""))
    )


def _joined(node: Any) -> None:
    """``group_concat`` of anything that has a text."""
    inner = node.this
    one = inner.expressions[0] if isinstance(inner, exp.Distinct) else inner
    inside(one, lambda n: cast(n, "text"))
    if node.args.get("separator") is None:
        node.set("separator", exp.Literal.string(","))


def _called(node: Any) -> None:
    """A query in the place of a table has a name."""
    if isinstance(node.parent, exp.From | exp.Join) and not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier("unnamed")))


def _limit(node: Any) -> None:
    """-1 is no limit."""
    value = node.expression
    if isinstance(value, exp.Neg):
        node.set("expression", exp.Null())
    elif isinstance(value, exp.Placeholder):
        inside(value, lambda n: call("nullif", n, exp.Literal.number(-1)))


_RULES: dict[type[Any], Callable[[Any], object]] = {
    exp.Cast: _cast,
    exp.Like: _like,
    exp.Glob: lambda n: n.replace(call("sq_glob", n.this, n.expression)),
    exp.GroupConcat: _joined,
    exp.Hex: lambda n: n.replace(call("sq_hex", n.this)),
    exp.StrPosition: lambda n: n.replace(call("sq_at", n.this, n.args["substr"])),
    exp.Substring: lambda n: n.replace(call("sq_part", n.this, n.args.get("start"), n.args.get("length"))),
    exp.LowerHex: lambda n: n.replace(call("lower", call("sq_hex", n.this))),
    exp.HexString: lambda n: n.replace(cast(exp.Literal.string(f"\\x{n.this}"), "bytea")),
    exp.Mod: lambda n: n.replace(call("mod", n.this, n.expression)),
    exp.Limit: _limit,
    exp.Subquery: _called,
}
"""What each is said by."""


def _inserting(tree: Any, names: Names) -> tuple[bool, str]:
    """Rows that give way, and the number that was given; whether it is returned, and the table whose count is to go on behind it."""
    target = tree.find(exp.Table)
    form = names.catalogue.forms.get(target.name)
    way = str(tree.args.get("alternative") or "").lower()
    tree.set("alternative", None)
    named = [c.name for c in tree.this.expressions] if isinstance(tree.this, exp.Schema) else []
    if way == "ignore":
        tree.set("conflict", exp.OnConflict(action=exp.var("DO NOTHING")))
    elif way == "replace" and form is not None:
        tree.set("conflict", _replacing(form.columns, form.key, named))
    conflict = tree.args.get("conflict")
    if conflict is not None and not way:
        _of_target(conflict, target.name)
        if form is not None and conflict.expressions and not conflict.args.get("conflict_keys"):
            conflict.set("conflict_keys", [exp.column(name) for name in form.key])
    if form is None or not form.number or tree.args.get("returning"):
        return False, ""
    given = form.number in named if named else form.number in form.columns
    tree.set("returning", exp.Returning(expressions=[exp.column(form.number)]))
    return True, target.name if given and form.counted else ""


def _replacing(columns: dict[str, str], key: tuple[str, ...], named: list[str]) -> Any:
    """The row that was there is written over; what is not given is as in a new one."""
    rest = [name for name in columns if name not in key]
    if not rest:
        return exp.OnConflict(action=exp.var("DO NOTHING"))
    news = [
        exp.EQ(
            this=exp.column(name),
            expression=exp.column(name, table="excluded") if not named or name in named else exp.var("DEFAULT"),
        )
        for name in rest
    ]
    return exp.OnConflict(
        action=exp.var("DO UPDATE"), conflict_keys=[exp.column(name) for name in key], expressions=news
    )


def _of_target(conflict: Any, table: str) -> None:
    """What is set from a column without a table is set from the row that was there."""
    for one in conflict.expressions or ():
        for column in one.expression.find_all(exp.Column) if isinstance(one, exp.EQ) else ():
            if not column.table and column.find_ancestor(exp.Select) is None:
                column.set("table", exp.to_identifier(table))
    where = conflict.args.get("where")
    for column in where.find_all(exp.Column) if where is not None else ():
        if not column.table and column.find_ancestor(exp.Select) is None:
            column.set("table", exp.to_identifier(table))
