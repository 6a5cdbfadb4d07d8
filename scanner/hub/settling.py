"""Parcels for which nobody waits any more: their bytes go, who has them stays known."""

from __future__ import annotations

from scanner.hub.database import Work


def ended(work: Work, terminal: str) -> None:
    """A terminal was revoked: nothing waits for it, and nothing of it for others."""
    work.run("update boxes_sent set answer = 'revoked' where terminal = ? and answer = ''", (terminal,))
    work.run(
        "update boxes_sent set answer = 'revoked' where answer = '' and parcel in (select digest from parcels where sender = ?)",
        (terminal,),
    )
    for (digest,) in work.all("select digest from parcels where delivered = 0"):
        settled(work, digest)


def settled(work: Work, digest: str) -> None:
    """Forget the bytes of a parcel that everybody has answered."""
    if not work.all("select 1 from boxes_sent where parcel = ? and answer = '' limit 1", (digest,)):
        work.run("delete from parcel_parts where parcel = ?", (digest,))
        work.run("update parcels set delivered = 1 where digest = ?", (digest,))


def unfinished(work: Work, sender: str) -> None:
    """What a sender did not send to its end is sent anew as another parcel."""
    for (digest,) in work.all("select digest from parcels where sender = ? and whole = 0 and delivered = 0", (sender,)):
        for table in ("parcel_parts", "boxes_sent"):
            work.run(f"delete from {table} where parcel = ?", (digest,))  # noqa: S608  # our own tables
        work.run("delete from parcels where digest = ?", (digest,))
