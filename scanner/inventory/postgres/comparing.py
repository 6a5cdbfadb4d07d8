"""Texts beside numbers: SQLite compares a column of texts with a number as its digits; PostgreSQL compares like with like only."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.tables import Names, cast, inside

_COMPARED = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def put_right(tree: Any, names: Names) -> None:
    """In place."""
    for node in list(tree.find_all(*_COMPARED)):
        if isinstance(node.parent, exp.Update | exp.OnConflict):
            continue
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            if names.textual(one):
                _as_text(other, names)
    for node in list(tree.find_all(exp.In)):
        query = node.args.get("query")
        inner = query.this if isinstance(query, exp.Subquery) else query
        given = inner.expressions[0] if isinstance(inner, exp.Select) and len(inner.expressions) == 1 else None
        if names.textual(node.this):
            for other in [*node.expressions, *([given] if given is not None else [])]:
                _as_text(other, names)
        elif given is not None and names.textual(given):
            _as_text(node.this, names)


def _as_text(node: Any, names: Names) -> None:
    if isinstance(node, exp.Placeholder) or names.whole(node) or (isinstance(node, exp.Literal) and not node.is_string):
        inside(node, lambda n: cast(n, "text"))
