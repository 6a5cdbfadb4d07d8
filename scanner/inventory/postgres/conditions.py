"""Where SQLite takes a number for a condition and a condition for a number, PostgreSQL wants each said."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.tables import cast, inside

_TRUTHS = (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Boolean, exp.Escape)
_CALLS = frozenset({"sq_glob"})


def put_right(tree: Any) -> None:
    """In place, from the leaves up."""
    for node in reversed(list(tree.walk())):
        if isinstance(node, exp.Paren) or node.parent is None or not _stands_for_value(node):
            continue
        wanted = _wanted(node)
        if wanted is None:
            continue
        if _true(node) and not wanted:
            inside(node, lambda n: cast(exp.Paren(this=n), "int"))
        elif not _true(node) and wanted:
            inside(node, _condition)


def of_all(node: Any) -> None:
    """The greatest or least of values is NULL where one of them is; PostgreSQL passes that one over."""
    known = [exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in (node.this, *node.expressions)]
    inside(node, lambda n: exp.Case(ifs=[exp.If(this=exp.and_(*known), true=n)]))


def _condition(node: Any) -> Any:
    if isinstance(node, exp.Literal) and not node.is_string:
        return exp.Boolean(this=node.this != "0")
    return exp.NEQ(this=exp.Paren(this=node), expression=exp.Literal.number(0))


def _true(node: Any) -> bool:
    """Whether PostgreSQL has a boolean there."""
    if isinstance(node, exp.Paren):
        return _true(node.this)
    if isinstance(node, exp.Anonymous):
        return str(node.this) in _CALLS
    return (isinstance(node, _TRUTHS) and not isinstance(node, exp.SubqueryPredicate | exp.Query)) or isinstance(
        node, exp.Exists
    )


def _stands_for_value(node: Any) -> bool:
    """Names, lists and clauses are none."""
    return (
        isinstance(node, exp.Expression)
        and not isinstance(node, exp.Identifier | exp.Tuple | exp.Null | exp.Star | exp.Table | exp.Select | exp.Alias)
        and (isinstance(node, exp.Condition | exp.Subquery) or _true(node))
    )


def _wanted(node: Any) -> bool | None:
    """Whether a condition is wanted in the place of ``node`` (``False``: a value; ``None``: neither)."""
    parent, place = node.parent, node.arg_key
    while isinstance(parent, exp.Paren):
        place, parent = parent.arg_key, parent.parent
    if isinstance(parent, exp.Where | exp.Having | exp.And | exp.Or | exp.Not):
        return True
    if isinstance(parent, exp.Join):
        return True if place == "on" else None
    if isinstance(parent, exp.If):
        if place != "this":
            return False
        case = parent.parent
        return not (isinstance(case, exp.Case) and case.this is not None)
    if isinstance(parent, exp.Update | exp.OnConflict):
        return None
    if isinstance(parent, exp.EQ) and isinstance(parent.parent, exp.Update | exp.OnConflict):
        return False if place == "expression" else None
    if isinstance(parent, exp.Escape):
        return None
    return False if parent is not None else None
