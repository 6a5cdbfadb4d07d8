"""取扱記録: what happened to files with personal data, as entries of the record (第17).

Observed are first sight, change, copy, move, new name, carrying to a medium and disappearance; why somebody did it is
declared by people. Files without personal data leave no trace here.
"""

from __future__ import annotations

import sqlite3

from scanner.inventory import ledger
from scanner.model import Ground, Outcome, display, of_persons
from scanner.paths import names

_SAME_BYTES = "content_id in (select id from contents where key = (select key from contents where id = ?))"


def seen(db: sqlite3.Connection, outcome: Outcome, content: int | None) -> None:
    """Before a file is entered: is it new, another content, or the same bytes as a file that lies elsewhere?"""
    contents = outcome.contents
    families = [c for c in contents.copies if not c.weak]
    if content is None or not (of_persons(contents.findings) or families):
        return
    old = db.execute(
        "select c.key, f.gone from files f left join contents c on c.id = f.content_id where f.path = ? and f.host = ''",
        (outcome.ref.path,),
    ).fetchone()
    if old is not None and old[1] is None:
        if old[0] == outcome.content_key:  # the same bytes, examined again under other rules
            return
        kind = "changed"
    else:
        elsewhere = db.execute(
            f"select path from files where {_SAME_BYTES} and gone is null and path <> ? order by id limit 1",  # noqa: S608  # of our own words
            (content, outcome.ref.path),
        ).fetchone()
        kind = "copied" if elsewhere or families else "first_seen"
        if outcome.verdict.ground is Ground.REMOVABLE:
            kind = "carried_to_medium"
    ledger.append(
        db,
        kind,
        contract=outcome.verdict.contract or "",
        family=f"R-{families[0].original}" if families else "",
        path=outcome.ref.display,
        persons=[contents.persons_min, contents.persons_max],
        verdict=outcome.verdict.kind.value,
        ground=outcome.verdict.ground.value,
        **({"medium": outcome.verdict.volume} if outcome.verdict.volume else {}),
    )


def gone(db: sqlite3.Connection, file_id: int, path: bytes, run_started: str) -> None:
    """When a file is no longer there: moved or renamed if the same content was first seen elsewhere in this scan."""
    row = db.execute(
        "select f.content_id, f.contract, exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person'),"
        " (select min(c.original) from copies c where c.content_id = f.content_id and c.weak = 0)"
        " from files f where f.id = ?",
        (file_id,),
    ).fetchone()
    content, contract, found, original = row
    if content is None or not (found or original):
        return
    target = db.execute(
        f"select path from files where {_SAME_BYTES} and gone is null and first_seen >= ? and id <> ? order by id limit 1",  # noqa: S608  # of our own words
        (content, run_started, file_id),
    ).fetchone()
    if target is None:
        kind, where = "vanished", ""
    else:
        same_folder = names.parent(target[0]) == names.parent(path)
        kind, where = ("renamed" if same_folder else "moved"), display(target[0])
    details = {"path": display(path), **({"to": where} if where else {})}
    ledger.append(db, kind, contract=contract or "", family=f"R-{original}" if original else "", **details)
