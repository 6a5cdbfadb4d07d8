"""OCSF 1.4.0, class 2006 Data Security Finding (https://schema.ocsf.io/1.4.0/classes/data_security_finding), as JSON.

``SCHEMA`` is the part of that schema that is written here: attribute → (type, required, values). ``problems`` checks an event against it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from scanner import __version__
from scanner.report.events.gathering import Event

VERSION = "1.4.0"
CLASS, CATEGORY = 2006, 2
_SEVERITY = {"now": (5, "Critical"), "soon": (4, "High"), "due": (3, "Medium"), "register": (2, "Low")}
_CREATE, _CLOSE = 1, 3
_SUPPRESSED, _RESOLVED, _NEW = 3, 4, 1
_QUIET = frozenset({"suppressed", "false_alarm", "accepted"})

SCHEMA: dict[str, Any] = {
    "activity_id": (int, True, (0, 1, 2, 3, 99)),
    "activity_name": (str, False, ("Create", "Update", "Close")),
    "category_uid": (int, True, (2,)),
    "category_name": (str, False, ("Findings",)),
    "class_uid": (int, True, (2006,)),
    "class_name": (str, False, ("Data Security Finding",)),
    "type_uid": (int, True, (200600, 200601, 200602, 200603, 200699)),
    "time": (int, True, None),
    "severity_id": (int, True, (0, 1, 2, 3, 4, 5, 6, 99)),
    "severity": (str, False, None),
    "status_id": (int, False, (0, 1, 2, 3, 4, 5, 6, 99)),
    "status": (str, False, None),
    "is_alert": (bool, False, None),
    "metadata": (
        {
            "version": (str, True, None),
            "uid": (str, False, None),
            "log_name": (str, False, None),
            "product": (
                {"name": (str, False, None), "vendor_name": (str, True, None), "version": (str, False, None)}, True, None,
            ),
        },
        True,
        None,
    ),
    "finding_info": (
        {
            "uid": (str, True, None),
            "title": (str, False, None),
            "types": ([str], False, None),
            "created_time": (int, False, None),
            "related_events_count": (int, False, None),
        },
        True,
        None,
    ),
    "data_security": ({"data_lifecycle_state_id": (int, False, (0, 1, 2, 3, 99))}, False, None),
    "file": (
        {
            "name": (str, True, None),
            "type_id": (int, True, (0, 1, 2, 3, 4, 5, 6, 7, 99)),
            "size": (int, False, None),
            "mime_type": (str, False, None),
            "uid": (str, False, None),
        },
        False,
        None,
    ),
    "device": ({"hostname": (str, False, None), "type_id": (int, True, (0, 1, 2, 3, 6, 99))}, False, None),
    "unmapped": (dict, False, None),
}  # fmt: skip


def event(found: Event) -> dict[str, Any]:
    """The event. The file has its number in the place of its name."""
    activity = _CREATE if found.opened else _CLOSE
    status = _NEW if found.opened else _SUPPRESSED if found.why in _QUIET else _RESOLVED
    severity, word = _SEVERITY[found.severity]
    made: dict[str, Any] = {
        "activity_id": activity,
        "activity_name": "Create" if found.opened else "Close",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Data Security Finding",
        "type_uid": CLASS * 100 + activity,
        "time": int(datetime.fromisoformat(found.at).timestamp() * 1000),
        "severity_id": severity,
        "severity": word,
        "status_id": status,
        "status": {_NEW: "New", _SUPPRESSED: "Suppressed", _RESOLVED: "Resolved"}[status],
        "is_alert": found.opened,
        "metadata": {
            "version": VERSION,
            "uid": f"{found.host}/{found.entry}",
            "log_name": "sekisho",
            "product": {"name": "Sekisho", "vendor_name": "Sekisho", "version": __version__},
        },
        "finding_info": {"uid": f"{found.host}/point/{found.point}", "title": found.code, "types": [found.code]},
        "device": {"hostname": found.host, "type_id": 0},
        "unmapped": {
            "contract": found.contract,
            "original": found.original,
            "closed_why": found.why,
            "entities": dict(found.kinds),
            "persons": {"min": found.persons[0], "max": found.persons[1]},
        },
    }
    if found.file:
        name = f"file-{found.file}"
        made["file"] = {"name": name, "uid": name, "type_id": 1, "size": found.size, "mime_type": found.media_type}
        made["data_security"] = {"data_lifecycle_state_id": 1}  # data at rest
    return made


def written(found: Event) -> str:
    """One line of JSON."""
    return json.dumps(event(found), ensure_ascii=False, separators=(",", ":"))


def problems(given: dict[str, Any], schema: dict[str, Any] | None = None, where: str = "") -> list[str]:
    """What is not as the schema has it."""
    schema = SCHEMA if schema is None else schema
    found = [f"{where}{name} is missing" for name, (_, required, _) in schema.items() if required and name not in given]
    found += [f"{where}{name} is not known" for name in given if name not in schema]
    for name, (kind, _, values) in schema.items():
        if name not in given:
            continue
        value = given[name]
        if isinstance(kind, dict):
            found += (
                problems(value, kind, f"{where}{name}.") if isinstance(value, dict) else [f"{where}{name} is no object"]
            )
        elif isinstance(kind, list):
            good = isinstance(value, list) and all(isinstance(v, kind[0]) for v in value)
            found += [] if good else [f"{where}{name} is no list"]
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found.append(f"{where}{name} is of another type")
        elif values is not None and value not in values:
            found.append(f"{where}{name} has a value that is not known")
    return found
