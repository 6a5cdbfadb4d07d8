"""Originals, tokens, copies and sketches in the inventory."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.model import Contents, Copy

_BATCH = 900
KEY_SET = 2
"""The newest key set: contents that were compared by an older one are compared again."""
_WITHOUT = "!"
COLUMNS = "rows, rows_here, rows_there, texts, texts_here, texts_there, exact, weak, matched"


@dataclass(frozen=True, slots=True)
class Original:
    """Entrusted data as it was received (受領), collected (収集) or made (作成)."""

    id: int
    contract: str
    path: bytes
    content_key: bytes
    media_type: str
    size: int
    origin: str
    received: str
    giver: str
    medium: str
    declared_count: int | None
    rows: int
    texts: int
    persons_min: int
    persons_max: int
    entities: tuple[str, ...]
    key_id: str
    state: str
    registered: str
    version: int = 1
    """Newest key set that its tokens were made with (``scanner.custody.rowkeys``)."""
    named: int = -1
    """Rows in which somebody is named; -1 where it is not known."""
    name: str = ""
    """What it is called on paper (名称); ``add_original`` gives it a neutral one where it has none."""

    @property
    def family(self) -> str:
        """Name of its family: ``R-3``."""
        return f"R-{self.id}"


_FIELDS = (
    "id, contract, path, content_key, media_type, size, origin, received, giver, medium, declared_count, rows, texts,"
    " persons_min, persons_max, entities, key_id, state, registered, version, named, name"
)


def originals(db: sqlite3.Connection) -> list[Original]:
    """All registered originals."""
    rows = db.execute(f"select {_FIELDS} from originals order by id").fetchall()  # noqa: S608
    names = _FIELDS.replace(" ", "").split(",")
    return [
        Original(**{**dict(zip(names, r, strict=True)), "entities": tuple(json.loads(r[15] or "[]"))}) for r in rows
    ]


def add_original(db: sqlite3.Connection, original: Original, tokens: Mapping[int, int]) -> int:
    """Store an original with all its tokens, each with the row that it stands in (-1: in several, or not known)."""
    cursor = db.execute(
        f"insert into originals ({_FIELDS}) values (null,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
        (
            original.contract,
            original.path,
            original.content_key,
            original.media_type,
            original.size,
            original.origin,
            original.received,
            original.giver,
            original.medium,
            original.declared_count,
            original.rows,
            original.texts,
            original.persons_min,
            original.persons_max,
            json.dumps(original.entities),
            original.key_id,
            original.state,
            original.registered,
            original.version,
            original.named,
            _free_name(db, original),
        ),
    )
    number = int(cursor.lastrowid or 0)
    put_tokens(db, number, tokens)
    return number


NEUTRAL = {"provided": "提供資料", "collected": "収集資料", "created": "作成資料"}
"""Names by origin; a running number within the contract follows."""


def _free_name(db: sqlite3.Connection, original: Original) -> str:
    """Its name, or a neutral one from its origin and order, that no other original of the contract has: never one from its file's
    name, which may be a person's."""
    rows = db.execute("select name from originals where contract = ?", (original.contract,)).fetchall()
    taken = {row[0] for row in rows}
    if original.name and original.name not in taken:
        return original.name
    stem = f"{original.name} " if original.name else NEUTRAL.get(original.origin, "資料")
    return next(
        name for number in range(2 if original.name else 1, len(taken) + 3) if (name := f"{stem}{number}") not in taken
    )


def call(db: sqlite3.Connection, original: int, name: str) -> None:
    """Give an original another name on paper."""
    db.execute("update originals set name = ? where id = ?", (name, original))


def state_count(db: sqlite3.Connection, original: int, count: int) -> None:
    """Correct the number of persons that was stated at receipt."""
    db.execute("update originals set declared_count = ? where id = ?", (count, original))


def name_all(db: sqlite3.Connection) -> None:
    """Neutral names for the originals of earlier versions. A step of the schema: never changed."""
    db.execute("alter table originals add column name text not null default ''")
    db.execute(
        "update originals set name = case origin when 'collected' then '収集資料' when 'created' then '作成資料' else '提供資料' end"
        " || (select count(*) from originals o where o.contract = originals.contract and o.origin = originals.origin and o.id <= originals.id)"
    )


def put_tokens(db: sqlite3.Connection, original: int, tokens: Mapping[int, int]) -> None:
    """Store tokens of an original, in order: a sorted tree grows without holes. One that it has already gets its row."""
    db.executemany(
        'insert into tokens (token, original, "row") values (?, ?, ?) on conflict do update set "row" = excluded."row"',
        ((token, original, row) for token, row in sorted(tokens.items())),
    )


def tokens_of(db: sqlite3.Connection, original: int) -> dict[int, int]:
    """All tokens of an original with their rows. Reads the whole table."""
    return dict(db.execute('select token, "row" from tokens where original = ? order by token', (original,)).fetchall())


def renew(db: sqlite3.Connection, original: int, version: int, named: int, tokens: Mapping[int, int]) -> None:
    """Give an original the tokens of a newer key set beside those it has."""
    put_tokens(db, original, tokens)
    db.execute("update originals set version = ?, named = ? where id = ?", (version, named, original))


def keep_fingerprint(db: sqlite3.Connection, original: int, digest: str) -> None:
    """Remember by which digest of its tokens an original is known on other machines."""
    db.execute("update originals set fingerprint = ? where id = ?", (digest, original))


def lookup(db: sqlite3.Connection, tokens: Iterable[int]) -> Mapping[int, tuple[tuple[int, int], ...]]:
    """Known tokens among ``tokens`` with their (original, row); sorted, so that neighbouring pages are read once."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    wanted = sorted(tokens)
    for at in range(0, len(wanted), _BATCH):
        batch = wanted[at : at + _BATCH]
        marks = ",".join("?" * len(batch))
        for token, original, row in db.execute(
            f'select token, original, "row" from tokens where token in ({marks})',  # noqa: S608
            batch,
        ):
            found[token] = (*found.get(token, ()), (original, row))
    return found


def generation(db: sqlite3.Connection, lacking: Collection[str] = ()) -> str:
    """Which originals there are to compare with, as a short digest; empty while there are none. Behind it, the numbers of those that cannot
    be compared with, because the keys of their contracts (``lacking``) are not there."""
    rows = db.execute("select id, key_id, version, contract from originals order by id").fetchall()
    if not rows:
        return ""
    digest = hashlib.sha256(repr((KEY_SET, [tuple(r)[:3] for r in rows])).encode()).hexdigest()[:16]
    left_out = ",".join(str(number) for number, _, _, contract in map(tuple, rows) if contract in lacking)
    return f"{digest}{_WITHOUT}{left_out}" if left_out else digest


def serves(kept: str, wanted: str) -> bool:
    """Whether a content that was compared as ``kept`` says has been compared with all that ``wanted`` can be compared with (both as
    ``generation`` gives them): what was compared while a key was missing is compared again when the key is back, and not the other
    way round."""
    if kept == wanted:
        return True
    (digest, _, without), (now, _, lacking) = kept.partition(_WITHOUT), wanted.partition(_WITHOUT)
    return digest == now and set(filter(None, without.split(","))) <= set(lacking.split(","))


def pending(db: sqlite3.Connection) -> dict[int, int]:
    """Original → how many contents that files of this machine have were read and not compared with it. A few rows where all were: only
    those that were not compared with everything are counted."""
    known = [number for (number,) in map(tuple, db.execute("select id from originals order by id"))]
    if not known:
        return {}
    now = generation(db)
    rows = db.execute(
        "select coalesce(custody, '') as kept, count(*) from contents c where c.read = 1 and c.reason is null and kept <> ?"
        " and exists (select 1 from files f where f.content_id = c.id and f.gone is null and f.host = '') group by 1",
        (now,),
    )
    found = dict.fromkeys(known, 0)
    for kept, number in map(tuple, rows):
        digest, _, without = str(kept).partition(_WITHOUT)
        missed = set(known) if digest != now else set(map(int, filter(None, without.split(","))))
        for original in missed & set(known):
            found[original] += int(number)
    return found


def copies_of(db: sqlite3.Connection, content: int) -> tuple[Copy, ...]:
    """Copies that a content is."""
    rows = db.execute(f"select original, {COLUMNS} from copies where content_id = ? order by original", (content,))  # noqa: S608
    return tuple(copy_of(tuple(row)) for row in rows)


def copy_of(row: tuple[Any, ...]) -> Copy:
    """A copy from its original's number and ``COLUMNS``."""
    original, rows, rows_here, rows_there, texts, texts_here, texts_there, exact, weak, matched = row
    numbers = tuple(array("q", matched or b""))
    return Copy(original, rows, rows_here, rows_there, texts, texts_here, texts_there, bool(exact), bool(weak), numbers)


def put_prints(db: sqlite3.Connection, content: int, contents: Contents) -> None:
    """Replace what is known of a content's copies and sketch."""
    db.execute("delete from copies where content_id = ?", (content,))
    db.executemany(
        f"insert into copies (content_id, original, {COLUMNS}) values (?,?,?,?,?,?,?,?,?,?,?)",  # noqa: S608
        [(content, *c[:7], int(c.exact), int(c.weak), array("q", c.matched).tobytes()) for c in contents.copies],
    )
    db.executemany("delete from sketches where token = ? and content = ?", ((t, content) for t in sketch(db, content)))
    db.executemany("insert or ignore into sketches values (?, ?)", ((t, content) for t in contents.sketch))
    db.execute(
        "update contents set custody = ?, rows = ?, modulus = ?, sketch = ? where id = ?",
        (contents.custody, contents.rows, contents.modulus, array("q", contents.sketch).tobytes(), content),
    )


def sketch(db: sqlite3.Connection, content: int) -> array[int]:
    """The sampled tokens of a content; kept with it too, because the table of tokens is ordered by token."""
    tokens = array("q")
    row = db.execute("select sketch from contents where id = ?", (content,)).fetchone()
    if row is not None and row[0]:
        tokens.frombytes(row[0])
    return tokens
