"""What a worker says first about a point: a consent number, or a reason (the right to be heard before anybody decides)."""

from __future__ import annotations

from scanner.acts.decisions import DecisionError, bounded
from scanner.acts.seen import refuse_otherwise
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.agreed import numbers
from scanner.policy.models import Policy


def declare(
    home: Home,
    policy: Policy | None,
    point: int,
    by: str,
    *,
    consent: str = "",
    reason: str = "",
    contract: str = "",
    shown: str | None = None,
) -> None:
    """Enter the declaration of a person about an open point. ``contract``: the one for which the person speaks; empty for any.

    Raises ``DecisionError``: no such point, not open, neither consent nor reason, one that is too long, a consent that no register of its
    contract has; ``ActedMeanwhile`` where the point is not as it was ``shown``.
    """
    if not consent and not reason.strip():
        raise DecisionError("declare_what")
    bounded(reason, by)
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        row = db.execute("select state, code, coalesce(family, '') from points where id = ?", (point,)).fetchone()
        if row is None:
            raise DecisionError("no_such", number=point)
        state, code, family = row
        if state != "open":
            raise DecisionError("not_open", number=point)
        refuse_otherwise(db, point, shown)
        if consent:
            of = {one for (one,) in db.execute("select contract from point_contracts where point = ?", (point,))}
            # what another entruster agreed to is no answer here, and nothing to be told
            mine = [k for k in (policy.contract if policy else ()) if contract in ("", k.id) and (not of or k.id in of)]
            known = [number for k in mine for number in numbers(k)]
            if consent not in known:
                raise DecisionError("unknown_consent", consent=consent, known=", ".join(known) or "—")
        db.execute(
            "insert into declarations (point_id, at, by, consent, reason) values (?, ?, ?, ?, ?)",
            (point, now(), by, consent, reason),
        )
        store.note("declared", family=family, point=point, code=code, consent=consent, by=by)
