"""F10-SILENT and F10-UNKNOWN-HOST over all terminals: only the hub knows who was not heard, and who is met without being registered."""

from __future__ import annotations

import hashlib

from scanner import clock
from scanner.duties.hosts import Hosts
from scanner.duties.interface import View
from scanner.hub.desk import Desk
from scanner.inventory.scope import Used
from scanner.inventory.store import Store
from scanner.policy.load import load

CODES = ("F10-SILENT", "F10-UNKNOWN-HOST")
_judged: dict[str, str] = {}


def judge(desk: Desk) -> None:
    """Bring the points to today's facts, once a day and whenever the policy in the hub's folder is another. Raises
    ``PolicyError`` or ``InventoryError``."""
    path = desk.home.path / "policy.toml"
    if not path.exists():
        return
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    moment = f"{clock.today()} {clock.now().hour} {digest}"
    if _judged.get(str(path)) == moment:
        return
    policy = load(path)
    with Store(desk.home.database, only_notes=True) as store:
        store.note_policy(str(path), digest)
        used = Used(str(path), digest, tuple(c.id for c in policy.contract), policy.review.due_days, policy.time_zone)
        store.judging(used, clock.today())
        duty = Hosts(View(store.connection, policy, [], clock.today(), ""))
        duty.counted()
        store.settle([f for f in duty.finish() if f.code in CODES], CODES)
    _judged[str(path)] = moment
