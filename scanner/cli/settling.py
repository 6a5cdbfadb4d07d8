"""What is printed speaks under the policy in force: before it the registers are settled against the inventory, as after a scan.

A scan with another policy judges the places by that one. Without settling, a report of the first policy would show the places
and the points of the second until the next scan.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import common

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.policy.models import Policy


def settled(policy_path: str | None, state: Home) -> tuple[Path | None, Policy | None, str]:
    """The policy in force (where it lies, itself, its hash), after the inventory was judged by it. There must be an inventory.
    Without a policy nothing is judged again."""
    from scanner.inventory.store import Store
    from scanner.policy.verdict import Judge
    from scanner.scan.local import settle, used

    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    with Store(state.database, only_notes=True) as store:
        store.note_policy(str(found or ""), digest)
        judge = Judge(policy, base=found.resolve().parent if found else None, path=str(found or ""), digest=digest)
        store.judging(used(judge), judge.today)
        settle(store, judge)
    return found, policy, digest
