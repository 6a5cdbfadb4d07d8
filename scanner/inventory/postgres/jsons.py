"""JSON, which both keep as text: a value out of it has the type that it has there; what is made of rows is text again."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.tables import Names, call, cast, inside

_COMPARED = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_VALUE = "sq_json"


def put_right(tree: Any, names: Names) -> None:
    """In place."""
    for node in list(tree.find_all(exp.JSONExtract, exp.JSONExtractScalar)):
        node.replace(_extracted(node))
    for node in list(tree.find_all(exp.JSONArrayAgg)):
        _gathered(node)
    for node in list(tree.find_all(exp.Anonymous)):
        _called(node)
    each = {t.alias_or_name for t in tree.find_all(exp.Table) if _is(t.this, "sq_each")}
    for column in list(tree.find_all(exp.Column)):
        if each and column.name == "value" and (column.table in each or not column.table):
            _fitted(column, names)
    for node in list(tree.find_all(exp.Anonymous)):
        if _is(node, _VALUE):
            _fitted(node, names)


def _extracted(node: Any) -> Any:
    if not isinstance(node.expression, exp.JSONPath):
        return call(_VALUE, node.this, call("sq_path", node.expression))
    keys = [k for k in node.expression.expressions if not isinstance(k, exp.JSONPathRoot)]
    path = exp.Array(expressions=[exp.Literal.string(str(k.this)) for k in keys])
    return call(_VALUE, node.this, cast(path, "text[]"))


def _gathered(node: Any) -> None:
    made = cast(call("json_agg", node.this), "text")
    node.replace(call("coalesce", made, exp.Literal.string("[]")))


def _called(node: Any) -> None:
    name = str(node.this).lower()
    if name == "json_array":
        node.set("this", "json_build_array")
        above = node.parent
        if not (isinstance(above, exp.Anonymous) and str(above.this).lower().startswith("json")):
            inside(node, lambda n: cast(n, "text"))
    elif name == "json":
        node.replace(cast(node.expressions[0], "json"))
    elif name == "json_each":
        node.set("this", "sq_each")


def _is(node: Any, name: str) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this) == name


def _fitted(node: Any, names: Names) -> None:
    """A value of JSON beside what it is compared with, or inside what wants a text or a number."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    if isinstance(parent, _COMPARED):
        other = parent.expression if parent.this is node or node.parent is parent.this else parent.this
        if names.whole(other):
            inside(node, lambda n: call("sq_number", n))
        elif isinstance(other, exp.Column):
            inside(node, _text)
        elif not _is(other, _VALUE):
            inside(other, lambda n: call("sq_value", n))
    elif isinstance(parent, exp.In):
        if parent.this is not node:
            return
        if parent.args.get("query") is not None:
            inside(node, _text)
        else:
            parent.set("expressions", [call("sq_value", e) for e in parent.expressions])
    elif isinstance(parent, exp.Select) and (one := _sought(parent)) is not None:
        inside(node, lambda n: call("sq_number" if names.whole(one) else "sq_text", n))
    elif isinstance(parent, exp.Select | exp.Alias | exp.Is | exp.Ordered | exp.Group):
        return  # as it is: whoever asked gets it with its type
    elif isinstance(parent, exp.Anonymous) and str(parent.this).startswith("sq_"):
        return
    else:
        inside(node, _text)


def _sought(select: Any) -> Any:
    """What is looked for among the rows of a query, if something is."""
    above = select.parent.parent if isinstance(select.parent, exp.Subquery) else select.parent
    return above.this if isinstance(above, exp.In) else None


def _text(node: Any) -> Any:
    return call("sq_text", node)
