"""Reading points: those of a contract, those of none, and what is open with its working."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scanner.model import display


def about(contract: str, point: str = "p.id") -> tuple[str, tuple[str, ...]]:
    """A condition and its values: points of a contract; all of them where ``contract`` is empty."""
    if not contract:
        return "1", ()
    return f"exists (select 1 from point_contracts o where o.point = {point} and o.contract = ?)", (contract,)  # noqa: S608


def entries_about(contract: str) -> tuple[str, tuple[str, ...]]:
    """A condition and its values: entries of the record about a contract; of points those of each contract that the point is
    about, and not only of the first of them."""
    if not contract:
        return "1", ()
    condition, values = about(contract, "json_extract(details, '$.point')")
    return f"(contract = ? or (kind in ('point_opened', 'point_closed') and {condition}))", (contract, *values)


def files_about(contract: str) -> tuple[str, tuple[str, ...]]:
    """A condition and its values: files (``f``) that lie in a place of a contract or hold rows of its originals."""
    if not contract:
        return "1", ()
    copied = "select 1 from copies k join originals o on o.id = k.original where k.content_id = f.content_id and o.contract = ?"
    return f"(f.contract = ? or exists ({copied} and {CERTAIN}))", (contract, contract)


def files_of_no_other(contract: str) -> tuple[str, tuple[str, ...]]:
    """A condition and its values: files (``f``) about a contract, and those of which nobody can tell."""
    mine, values = files_about(contract)
    if not contract:
        return mine, values
    held = f"exists (select 1 from copies k where k.content_id = f.content_id and {CERTAIN})"  # noqa: S608
    return f"({mine} or (coalesce(f.contract, '') = '' and not {held}))", values


CERTAIN = "(k.weak = 0 or length(k.matched) > 0)"
"""A condition: copies (``k``) of which at least one row certainly is of the original."""

OF_NONE = "not exists (select 1 from point_contracts o where o.point = p.id)"
"""A condition: points that belong to no contract that anybody could tell."""


def of_no_other(contract: str) -> tuple[str, tuple[str, ...]]:
    """A condition and its values: points (``p``) of a contract, and those of which nobody can tell."""
    mine, values = about(contract)
    return (f"({mine} or {OF_NONE})", values) if contract else (mine, values)


class OpenPoint(NamedTuple):
    """An open point for a reader: about a file (path as people read it) or about a subject."""

    code: str
    path: str
    subject: str
    host: str
    family: str
    contracts: tuple[str, ...]
    working: Mapping[str, Any]


def open_points(db: sqlite3.Connection, codes: Iterable[str]) -> list[OpenPoint]:
    """All open points with these codes, in order of their numbers."""
    kinds = tuple(codes)
    rows = db.execute(
        "select p.code, f.path, p.subject, coalesce(f.host, ''), coalesce(p.family, ''),"  # noqa: S608  # only marks are put in
        " (select json_group_array(o.contract) from point_contracts o where o.point = p.id), p.working from points p"
        f" left join files f on f.id = p.file_id where p.state = 'open' and p.code in ({','.join('?' * len(kinds))}) order by p.id",
        kinds,
    )
    return [
        OpenPoint(
            code,
            display(bytes(path)) if path else "",
            subject,
            host,
            family,
            tuple(json.loads(contracts)),
            json.loads(working or "{}"),
        )
        for code, path, subject, host, family, contracts, working in (tuple(row) for row in rows)
    ]
