"""Faults of the program, in the log: kind and place of each, never its text, which may quote anything."""

from __future__ import annotations

import json
import os

from scanner.console.site import site
from scanner.inventory import log
from scanner.inventory.errors import now


def log_fault(error: BaseException) -> None:
    """One line; where the log cannot be written it is not told."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"
    line = {"at": now(), "event": "console_fault", "kind": type(error).__name__, "where": where}
    try:
        log.append(site().home.log, json.dumps(line))
    except OSError:
        return
