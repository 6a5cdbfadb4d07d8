"""What SQLite lets a query name that PostgreSQL does not: columns beside sums, and its own results in its conditions."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.tables import Names


def put_right(tree: Any, names: Names) -> None:
    """In place."""
    for select in list(tree.find_all(exp.Select)):
        _grouped(select, names)
        _results(select, names)


def _results(select: Any, names: Names) -> None:
    """A result that a condition names stands there itself; in an order only where something is made of it."""
    results = {one.alias: one.this for one in select.expressions if isinstance(one, exp.Alias)}
    for clause in ("where", "having", "order"):
        part = select.args.get(clause)
        for column in list(part.find_all(exp.Column)) if part is not None and results else ():
            if column.table or column.name not in results or names.form_of(column) is not None:
                continue
            if column.find_ancestor(exp.Select) is select and not isinstance(column.parent, exp.Ordered):
                column.replace(exp.Paren(this=results[column.name].copy()))


def _grouped(select: Any, names: Names) -> None:
    """A table of which each group can have one row only, as it is joined by its key to one that is grouped by its own, is named with the
    group. Anything else is left, and refused by PostgreSQL."""
    group = select.args.get("group")
    if group is None:
        return
    one = {c.table for c in group.expressions if isinstance(c, exp.Column) and _key(c, names)}
    for join in select.args.get("joins") or ():
        on = join.args.get("on")
        sides = (on.this, on.expression) if isinstance(on, exp.EQ) else ()
        for mine, other in (sides, sides[::-1]) if sides else ():
            if isinstance(mine, exp.Column) and isinstance(other, exp.Column) and _key(mine, names):
                if mine.table == join.this.alias_or_name and other.table in one and mine.table not in one:
                    one.add(mine.table)
                    group.append("expressions", mine.copy())


def _key(column: Any, names: Names) -> bool:
    form = names.form_of(column)
    return form is not None and form.key == (column.name,) and bool(column.table)
