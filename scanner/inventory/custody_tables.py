"""The tables of originals, their copies and the record, as the second step of the schema made them. Released: never changed."""

from __future__ import annotations

from typing import Any


def create(db: Any) -> None:
    """``db``: a ``sqlite_utils.Database``."""
    contents = db["contents"]
    contents.add_column("custody", str)
    contents.add_column("rows", int)
    contents.add_column("modulus", int)
    contents.add_column("sketch", bytes)
    points = db["points"]
    points.add_column("family", str)
    points.add_column("working", str)
    points.add_column("closed_why", str)
    db["originals"].create(
        {
            "id": int,
            "contract": str,
            "path": bytes,
            "content_key": bytes,
            "media_type": str,
            "size": int,
            "origin": str,
            "received": str,
            "giver": str,
            "medium": str,
            "declared_count": int,
            "rows": int,
            "texts": int,
            "persons_min": int,
            "persons_max": int,
            "entities": str,
            "key_id": str,
            "state": str,
            "registered": str,
        },
        pk="id",
    )
    db["originals"].create_index(["content_key"])
    # the token is the key of the tree itself: no second index, fewer than 24 bytes a token
    db.conn.execute(
        "create table tokens (token integer not null, original integer not null, primary key (token, original)) without rowid"
    )
    db.conn.execute(
        "create table sketches (token integer not null, content integer not null, primary key (token, content)) without rowid"
    )
    db["copies"].create(
        {
            "content_id": int,
            "original": int,
            "rows": int,
            "rows_here": int,
            "rows_there": int,
            "texts": int,
            "texts_here": int,
            "texts_there": int,
            "exact": int,
            "weak": int,
        },
        pk=("content_id", "original"),
        foreign_keys=[("content_id", "contents", "id"), ("original", "originals", "id")],
    )
    db["copies"].create_index(["original"])
    db["alike"].create(
        {"content_id": int, "other": int, "rows": int, "share_here": float, "share_there": float},
        pk=("content_id", "other"),
    )
    db["declarations"].create(
        {"id": int, "point_id": int, "at": str, "by": str, "consent": str, "reason": str},
        pk="id",
        foreign_keys=[("point_id", "points", "id")],
    )
    db["ledger"].create(
        {
            "seq": int,
            "at": str,
            "kind": str,
            "contract": str,
            "family": str,
            "host": str,
            "account": str,
            "details": str,
            "hash": bytes,
        },
        pk="seq",
    )
    for action in ("update", "delete"):
        db.conn.execute(
            f"create trigger ledger_no_{action} before {action} on ledger"
            " begin select raise(abort, 'the ledger is append-only'); end"
        )
