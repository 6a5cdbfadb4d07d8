"""Whether what is served is the folder of a hub, and its terminals."""

from __future__ import annotations

import fnmatch
import threading

from scanner.console.access import Visit
from scanner.hub import desk as desks
from scanner.hub.desk import SETTINGS, Desk
from scanner.inventory.home import Home
from scanner.policy.machines import names

_opened: dict[tuple[str, int], Desk] = {}
_one = threading.Lock()


def is_hub(home: Home) -> bool:
    """Whether terminals send to this folder."""
    return (home.path / SETTINGS).exists()


def desk(home: Home) -> Desk:
    """The hub of the folder, opened once while its settings stay the same; raises ``HubError``."""
    key = (str(home.path), (home.path / SETTINGS).stat().st_mtime_ns)
    with _one:
        if key not in _opened:
            for other in _opened.values():
                other.database.close()
            _opened.clear()
            _opened[key] = desks.opened(home)
        return _opened[key]


def of_contracts(visit: Visit, name: str) -> bool:
    """Whether a terminal is one that the visitor may see: all of them, or those that the contract names, which are all where a place of it
    names none."""
    return not visit.contract or any(names(contract, name) for contract in visit.contracts)


def registered(visit: Visit, name: str) -> bool:
    """Whether the register of machines has it; of an empty register nobody is a stranger."""
    hosts = visit.rules.policy.host if visit.rules else ()
    return not hosts or any(fnmatch.fnmatchcase(name.lower(), host.id.lower()) for host in hosts)
