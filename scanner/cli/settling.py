"""The policy that a command speaks under, found and settled; see ``scanner.acts.settling``."""

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
    from scanner.acts.settling import settle_by

    found = common.find_policy(policy_path, state)
    policy, digest = common.load_policy(found) if found else (None, "")
    settle_by(state, found, policy, digest)
    return found, policy, digest
