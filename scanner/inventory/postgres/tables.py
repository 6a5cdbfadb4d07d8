"""Which table a column of a statement is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from scanner.inventory.postgres.catalogue import INTEGER, ROWID, TEXT, Catalogue, Form


def inside(node: Any, made: Callable[[Any], Any]) -> Any:
    """Put what ``made`` makes of a node in the node's place; the node itself goes into it."""
    hole = exp.Null()
    node.replace(hole)
    found = made(node)
    hole.replace(found)
    return found


def call(name: str, *values: Any) -> Any:
    """A call of a function."""
    return exp.Anonymous(this=name, expressions=[value for value in values if value is not None])


def cast(node: Any, kind: str) -> Any:
    """A cast to a type of PostgreSQL."""
    return exp.Cast(this=node, to=exp.DataType.build(kind, dialect="postgres"))


_SCOPES = (exp.Select, exp.Update, exp.Delete, exp.Insert)


class Names:
    """The tables of one statement under the names that it gives them."""

    def __init__(self, tree: Any, catalogue: Catalogue, row: str = "") -> None:
        """``row``: the table of a trigger, whose row is ``new`` and ``old``."""
        self.catalogue = catalogue
        self._scopes = {id(node): _sources(node) for node in tree.find_all(*_SCOPES)}
        self._row = {"new": row, "old": row} if row else {}

    def form_of(self, column: Any) -> Form | None:
        """The table that has the column; ``None`` for what is made by the statement itself."""
        wanted, name = column.table.lower(), column.name.lower()
        if wanted in self._row:
            return self.catalogue.forms.get(self._row[wanted])
        node = column
        while (node := node.parent) is not None:
            sources = self._scopes.get(id(node), {})
            if wanted:
                if wanted in sources:
                    return self.catalogue.forms.get(sources[wanted])
                continue
            for table in sources.values():
                form = self.catalogue.forms.get(table)
                if form is not None and (name in form.columns or name == ROWID):
                    return form
        return None

    def number_of(self, column: Any) -> str:
        """What ``rowid`` is called in the table of the column."""
        form = self.form_of(column)
        return form.number if form is not None else ""

    def filled(self, node: Any) -> bool:
        """Whether it is a column that never holds NULL, of a row that is there."""
        if not isinstance(node, exp.Column):
            return False
        form = self.form_of(node)
        return form is not None and (node.name in form.filled or node.name == form.number)

    def whole(self, node: Any) -> bool:
        """Whether it is a column of whole numbers."""
        if not isinstance(node, exp.Column):
            return False
        form = self.form_of(node)
        name = node.name.lower()
        return form is not None and (form.columns.get(name) == INTEGER or name in (ROWID, form.number))

    def textual(self, node: Any) -> bool:
        """Whether it is a column of texts."""
        form = self.form_of(node) if isinstance(node, exp.Column) else None
        return form is not None and form.columns.get(node.name.lower()) == TEXT


def _sources(node: Any) -> dict[str, str]:
    found: list[Any] = []
    if isinstance(node, exp.Select):
        begin = node.args.get("from_")
        found = [begin.this] if begin is not None else []
        found += [join.this for join in node.args.get("joins") or ()]
    else:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        found = [target]
        begin = node.args.get("from_")
        found += [begin.this] if begin is not None else []
    return {
        one.alias_or_name.lower(): one.name.lower()
        for one in found
        if isinstance(one, exp.Table) and isinstance(one.this, exp.Identifier)
    }
