"""What is printed speaks under the policy in force: before it the registers are settled against the inventory, as after a scan.

A scan with another policy judges the places by that one. Without settling, a report of the first policy would show the places
and the points of the second until the next scan.
"""

from __future__ import annotations

from pathlib import Path

from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge
from scanner.scan.local import settle, used


def settle_by(home: Home, path: Path | None, policy: Policy | None, digest: str) -> None:
    """Judge the inventory by a policy (its file, itself, its hash). There must be an inventory. Without a policy nothing is judged
    again."""
    with Store(home.database, only_notes=True) as store:
        store.note_policy(str(path or ""), digest)
        judge = Judge(policy, base=path.resolve().parent if path else None, path=str(path or ""), digest=digest)
        store.judging(used(judge), judge.today)
        settle(store, judge)
