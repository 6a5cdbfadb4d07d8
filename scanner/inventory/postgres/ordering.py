"""Rows whose order nobody asked for: SQLite gives groups by what they are grouped by and rows by their number, and forms that people sign
are to come out alike each time. PostgreSQL gives them as they lie, which a change of any row changes."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.tables import Names


def put_right(tree: Any, names: Names) -> None:
    """In place; the query itself only, not those inside it, and none that stops after some rows. What is asked for comes first."""
    if not isinstance(tree, exp.Select) or tree.args.get("limit"):
        return
    keys = _keys(tree, names)
    asked = tree.args.get("order")
    if keys and asked is not None:
        asked.set("expressions", [*asked.expressions, *_by(keys).expressions])
    elif keys:
        tree.set("order", _by(keys))


def _keys(tree: Any, names: Names) -> list[Any]:
    """What tells one row from another."""
    group = tree.args.get("group")
    if group is not None:
        return [one.copy() for one in group.expressions]
    if tree.args.get("distinct"):
        return [] if tree.args.get("order") else [exp.Literal.number(n) for n in range(1, len(tree.expressions) + 1)]
    begin = tree.args.get("from_")
    table: Any = begin.this if begin is not None else None
    form = names.catalogue.forms.get(table.name) if isinstance(table, exp.Table) else None
    if form is None or any(map(_sums, tree.expressions)):
        return []
    return [exp.column(name, table=table.alias_or_name) for name in ((form.number,) if form.number else form.key)]


def _by(keys: list[Any]) -> Any:
    return exp.Order(expressions=[exp.Ordered(this=key, nulls_first=True) for key in keys])


def _sums(node: Any) -> bool:
    """Whether it is made of all rows."""
    return any(
        isinstance(one, exp.AggFunc) and one.find_ancestor(exp.Select, exp.Window) in (None, node.parent)
        for one in node.find_all(exp.AggFunc)
    )
