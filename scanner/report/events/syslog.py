"""A message of syslog (RFC 5424): facility 13 (log audit), UTF-8, the event as its text."""

from __future__ import annotations

import os

from scanner.report.events.gathering import Event

_AUDIT = 13
_SEVERITY = {"now": 2, "soon": 3, "due": 4, "register": 5}


def framed(found: Event, text: str) -> str:
    """Header and text. What a header may not hold becomes ``-`` or is left out."""
    severity = _SEVERITY[found.severity] if found.opened else 6
    host = "".join(c for c in found.host if "!" <= c <= "~")[:255] or "-"
    return f"<{_AUDIT * 8 + severity}>1 {found.at} {host} sekisho {os.getpid()} {found.code[:32]} - \ufeff{text}"
