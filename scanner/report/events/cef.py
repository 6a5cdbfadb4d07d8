"""Common Event Format (ArcSight CEF, version 0): one line an event."""

from __future__ import annotations

from datetime import datetime

from scanner import __version__
from scanner.report.events.gathering import Event

_SEVERITY = {"now": 9, "soon": 7, "due": 5, "register": 3}


def written(found: Event) -> str:
    """``CEF:0|Sekisho|Sekisho|…``; header and extension are escaped by their own rules."""
    head = ("Sekisho", "Sekisho", __version__, found.code, f"{found.code} {'opened' if found.opened else 'closed'}")
    more = {
        "rt": int(datetime.fromisoformat(found.at).timestamp() * 1000),
        "dvchost": found.host,
        "externalId": found.point,
        "act": "open" if found.opened else "close",
        "reason": found.why,
        "cs1Label": "contract" if found.contract else "",
        "cs1": found.contract,
        "cs2Label": "original" if found.original else "",
        "cs2": found.original,
        "cs3Label": "entities" if found.kinds else "",
        "cs3": ",".join(f"{kind}:{count}" for kind, count in found.kinds),
        "cn1Label": "persons_min",
        "cn1": found.persons[0],
        "cn2Label": "persons_max",
        "cn2": found.persons[1],
        "fileId": found.file or "",
    }
    extension = " ".join(f"{key}={_value(value)}" for key, value in more.items() if value != "")
    return "CEF:0|" + "|".join(map(_header, head)) + f"|{_SEVERITY[found.severity]}|{extension}"


def _header(text: str) -> str:
    return " ".join(text.splitlines()).replace("\\", "\\\\").replace("|", "\\|")


def _value(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("=", "\\=").replace("\r", "\\r").replace("\n", "\\n")
