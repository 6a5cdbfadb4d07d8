"""Columns beside sums: SQLite takes them from any row of the group, PostgreSQL wants them to be the same in all of it."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.tables import Names


def put_right(tree: Any, names: Names) -> None:
    """In place. A table of which each group can have one row only, as it is joined by its key to one that is grouped by its own, is
    named with the group. Anything else is left, and refused by PostgreSQL."""
    for select in list(tree.find_all(exp.Select)):
        group = select.args.get("group")
        if group is None:
            continue
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
