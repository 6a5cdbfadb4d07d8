"""The process that tells the hub what is new, once, and ends: started by the supervisor, so that a hub that does not answer
holds up neither the watch nor its worker."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from scanner import processes
from scanner.agent import taking
from scanner.agent.sending import send
from scanner.agent.swept import rules_of
from scanner.errors import SekishoError
from scanner.inventory import log as logs
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.journal import Journal
from scanner.inventory.store import Store
from scanner.processes import end_with


def tell(home: Home, policy_path: str) -> str:
    """A conversation, and a walk of everything where the hub asks for one. Returns the code of what kept it from being one; what was to be
    said is kept for the next."""
    try:
        told = send(home, rules_of(Path(policy_path)) if policy_path else None, patient=True)
        if told.originals or any(one["kind"] == "scan" for one in told.asked):
            journal = Journal(home.path / "journal.db")
            for root in journal.roots():
                journal.rescan(root, "hub")
            journal.close()
        if told.asked:
            with Store(home.database, only_notes=True) as store:
                taking.done(store)
    except SekishoError as error:
        _log(home, "hub_not_told", code=error.code)
        return error.code
    _log(home, "hub_told", batches=told.batches, waiting=told.waiting, later=told.later)
    return ""


def _log(home: Home, event: str, **details: object) -> None:
    try:
        logs.append(home.log, json.dumps({"at": now(), "event": event, **details}, ensure_ascii=False))
    except OSError:
        return  # the log is no reason to say nothing to the hub


def main() -> None:
    """Entry point of the process."""
    end_with(int(sys.argv[1]))
    processes.lower_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home, policy = sys.argv[2:4]
    sys.exit(1 if tell(Home(Path(home)), policy) else 0)


if __name__ == "__main__":
    main()
