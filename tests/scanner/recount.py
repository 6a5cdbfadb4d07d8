"""Counts by itself what the forms of the officer must say: from the files on the disk, the policy and what was received. It knows
nothing of the program and imports nothing of it; its rules are the contract's, written a second time and as plainly as possible.

    python recount.py STORY.json

The story (JSON): ``root``; ``today``; ``policy``; ``received`` ({family, path, contract, rows as they were received}). Answers as
JSON. A row is a line of a table with a cell below the heading 氏名; a file is a copy of an original with five of its rows or more,
and for information with fewer.
"""

from __future__ import annotations

import csv
import email
import email.policy
import email.utils
import io
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

ENOUGH = 5
KINDS = {"media": "removable", "OneDrive": "cloud", "backups": "backup", "Temp": "temp"}
PRIVATE = {"copy", "send", "technical"}


def rows_in(name: str, data: bytes) -> list[tuple[str, ...]]:
    """Rows of persons in a file, each as its cells without spaces; of a mail those of its attachments."""
    if name.endswith(".eml"):
        message = email.message_from_bytes(data, policy=email.policy.default)
        parts = [(str(p.get_filename()), p.get_payload(decode=True)) for p in message.walk() if p.get_filename()]
        return [row for inner, content in parts for row in rows_in(inner, content)]  # type: ignore[arg-type]
    if name.endswith(".xlsx"):
        if data[:2] != b"PK":
            return []  # locked: nobody can read it
        sheet = load_workbook(io.BytesIO(data)).active
        lines = [["" if cell is None else str(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
    elif name.endswith(".csv"):
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    else:
        return []
    if not lines or "氏名" not in lines[0]:
        return []
    return [tuple("".join(cell.split()) for cell in line) for line in lines[1:] if line[lines[0].index("氏名")]]


def addressed(name: str, data: bytes) -> list[str]:
    """Domains that a mail goes to."""
    if not name.endswith(".eml"):
        return []
    message = email.message_from_bytes(data, policy=email.policy.default)
    headers = [str(value) for field in ("to", "cc", "bcc") for value in message.get_all(field, [])]
    return sorted({address.rpartition("@")[2].lower() for _, address in email.utils.getaddresses(headers) if address})


class File:
    """One file on the disk, as a person with the contract in hand would see it."""

    def __init__(self, path: Path, story: dict[str, Any]) -> None:
        root, today = Path(story["root"]), date.fromisoformat(story["today"])
        data = path.read_bytes()
        self.path, self.name = str(path), path.name
        self.rows = rows_in(path.name, data)
        self.to = addressed(path.name, data)
        self.locked = path.suffix == ".xlsx" and data[:2] != b"PK"
        self.ground = next((KINDS[part] for part in path.relative_to(root).parts if part in KINDS), "fixed")
        places = [(len(p["path"]), c["id"], p) for c in story["policy"]["contract"] for p in c["place"]]
        within = [found for found in places if self.path.startswith(found[2]["path"].rstrip("/") + "/")]
        self.contract: str
        _, self.contract, place = max(within, key=lambda found: found[:1]) if within else (0, "", {})
        self.place = f"{self.contract}/{place['id']}" if place else ""
        self.inside = bool(place) and holds(place, today)

    @property
    def mail(self) -> bool:
        return self.name.endswith(".eml")

    @property
    def by_itself(self) -> bool:
        """Made by a program and not by a person."""
        return self.name.endswith((".bak", ".tmp")) or (self.ground in ("backup", "temp") and not self.inside)


def holds(entry: dict[str, Any], today: date) -> bool:
    first, last, withdrawn = (entry.get(k) for k in ("valid_from", "valid_to", "withdrawn_on"))
    begun = not first or date.fromisoformat(first) <= today
    return (
        begun
        and (not last or today <= date.fromisoformat(last))
        and (not withdrawn or today < date.fromisoformat(withdrawn))
    )


def permits(consent: dict[str, Any], contract: dict[str, Any], family: str, file: File, today: date) -> bool:
    """Whether the entruster has agreed to this copy by this consent."""
    if not holds(consent, today) or (consent.get("scope") and family not in consent["scope"]):
        return False
    here = consent.get("place") is None or file.place == f"{contract['id']}/{consent['place']}"
    if consent["kind"] == "copy":
        return (
            here
            and not file.by_itself
            and (bool(consent.get("place")) or (file.inside and file.contract == contract["id"]))
        )
    if consent["kind"] == "send":
        own = [d for party in contract["party"] if party["kind"] == "contractor" for d in party["domains"]]
        outside = [domain for domain in file.to if domain not in own]
        named = consent.get("recipients") or [d for party in contract["party"] for d in party["domains"]]
        return file.mail and here and bool(outside) and all(domain in named for domain in outside)
    kinds = {file.ground if file.ground == "cloud" else "", "backup" if file.name.endswith(".bak") else ""}
    kinds |= {file.ground} if file.by_itself else set()
    named_kinds = set(consent.get("media", ()))
    if consent.get("place"):
        return here and (not named_kinds or bool(named_kinds & (kinds | {"backup"})))
    return bool(
        (named_kinds or {"backup", "temp", "autosave", "recycle_bin"})
        & {k.replace("cloud", "cloud_sync") for k in kinds}
    )


def most(copies: list[list[str]], left: dict[str, int | None]) -> dict[str, int]:
    """The best that can be done with these consents: consent → how many copies, of all ways one that permits the most."""
    if not copies:
        return {}
    best = most(copies[1:], left)
    for number in copies[0]:
        if left[number] != 0:
            remaining = left[number]
            found = most(copies[1:], {**left, number: None if remaining is None else remaining - 1})
            if sum(found.values()) + 1 > sum(best.values()):
                best = {**found, number: found.get(number, 0) + 1}
    return best


def family_sum(received: dict[str, Any], files: list[File], story: dict[str, Any]) -> dict[str, Any]:
    """What must be said of one original."""
    today = date.fromisoformat(story["today"])
    contract = next(c for c in story["policy"]["contract"] if c["id"] == received["contract"])
    mine = {tuple(row) for row in received["rows"]}
    shared = {file.path: len(mine & set(file.rows)) for file in files}
    original = next((f for f in files if f.path == received["path"] and shared[f.path] == len(mine)), None)
    others = [o for o in story["received"] if o["contract"] == received["contract"] and o is not received]
    registered = {
        o["path"] for o in others for f in files if f.path == o["path"] and set(map(tuple, o["rows"])) <= set(f.rows)
    }
    copies = [f for f in files if shared[f.path] >= ENOUGH and f is not original and f.path not in registered]
    few = [f for f in files if 0 < shared[f.path] < ENOUGH and f.path not in registered]
    consents = [c for c in contract["consent"] if c["kind"] in PRIVATE]
    fitting = {
        f.path: [c["id"] for c in consents if permits(c, contract, received["family"], f, today)] for f in copies
    }
    technical_ids = {c["id"] for c in consents if c["kind"] == "technical"}
    technical = [f for f in copies if f.by_itself or technical_ids & set(fitting[f.path])]
    deliberate = [f for f in copies if f not in technical]
    room = {c["id"]: c.get("copies_max") for c in consents}
    used = most([fitting[f.path] for f in deliberate], room)
    used_by_itself = most([[n for n in fitting[f.path] if n in technical_ids] for f in technical], room)
    permitted, observed = sum(used.values()), len(deliberate) + (original is not None)
    elsewhere = [f for f in copies if f.contract and f.contract != received["contract"]]
    return {
        "contract": received["contract"],
        "persons": len({(row[0], row[2]) for row in received["rows"]}),
        "there": original is not None,
        "observed": observed,
        "permitted": permitted,
        "excess": observed - permitted - (original is not None),
        "technical": len(technical),
        "technical_permitted": sum(used_by_itself.values()),
        "held": len(copies) + (original is not None),
        "few": len(few),
        "crossed": len(elsewhere),
        "moved": sum(
            f.ground in ("removable", "cloud") or (f.mail and not f.inside and not fitting[f.path]) for f in deliberate
        ),
        "used": {n: used.get(n, 0) + used_by_itself.get(n, 0) for n in room},
        "unused": {c["id"]: unused(c, used, used_by_itself, received["family"], today) for c in consents},
        "copies": sorted(f.path for f in (*copies, *([original] if original else []))),
    }


def unused(
    consent: dict[str, Any], used: dict[str, int], more: dict[str, int], family: str, today: date
) -> int | str | None:
    """What of a consent is left for one original; ``""`` where it is about another."""
    if consent.get("scope") and family not in consent["scope"]:
        return ""
    if not holds(consent, today):
        return 0
    number = consent["id"]
    limit = consent.get("copies_max")
    return None if limit is None else limit - used.get(number, 0) - more.get(number, 0)


def recount(story: dict[str, Any]) -> dict[str, Any]:
    """Everything that the forms must agree with."""
    root = Path(story["root"])
    found = [
        p
        for p in sorted(root.rglob("*"))
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(root).parts)
    ]
    files = [File(path, story) for path in found]
    families = {r["family"]: family_sum(r, files, story) for r in story["received"]}
    personal = [f for f in files if f.rows]
    contracts = {}
    for contract in story["policy"]["contract"]:
        number = contract["id"]
        mine = [one for one in families.values() if one["contract"] == number]
        known = {path for one in mine for path in one["copies"]}
        other = [f for f in personal if f.contract == number and f.path not in known]
        contracts[number] = {
            "held": sum(one["held"] for one in mine),
            "few": sum(one["few"] for one in mine),
            "other": len(other),
            "other_rows": sorted(len(f.rows) for f in other),
            "places": {
                f"{number}/{p['id']}": sum(f.place == f"{number}/{p['id']}" for f in personal)
                for p in contract["place"]
            },
            "by_item": sum((f.contract or owner(f, families)) == number for f in personal),
            "mailed": mailed(personal, families, number),
            "disposal_orders": {
                i["id"]: "、".join(i["scope"]) for i in contract["instruction"] if i["kind"] == "dispose"
            },
            "disposals": {
                d["id"]: [d["count"], remains(d, number, families)]
                for d in contract["disposal"]
                if d["executed_on"] and d["executed_on"] <= story["today"]
            },
            "subcontractors": {
                p["id"]: p["name"] for p in contract["party"] if p["kind"] not in ("entruster", "contractor")
            },
            "gates": [stopped(gate, contract) for gate in story["gates"] if gate["contract"] == number],
            "families": sorted(name for name, one in families.items() if one["contract"] == number),
        }
    return {
        "families": families,
        "contracts": contracts,
        "files": len(files),
        "opened": sum(not f.locked for f in files),
        "locked": sum(f.locked for f in files),
        "personal": len(personal),
        "outside": sum(not f.place for f in personal),
        "F03-OUTSIDE": sum(not f.place for f in personal),
        "F03-EXPIRED": sum(bool(f.place) and not f.inside for f in personal),
        "F07": sum(one["excess"] + one["technical"] - one["technical_permitted"] for one in families.values()),
        "F08-CROSS": sum(one["crossed"] for one in families.values()),
    }


def stopped(gate: dict[str, Any], contract: dict[str, Any]) -> bool:
    """Whether an act that was asked for on its day may go no further: sending to somebody whom no consent in force names."""
    day = date.fromisoformat(gate["day"])
    consents = [c for c in contract["consent"] if c["kind"] == "send" and holds(c, day)]
    return gate["act"] == "send" and not any(gate["recipient"] in c["recipients"] for c in consents)


def remains(disposal: dict[str, Any], contract: str, families: dict[str, Any]) -> int:
    """Files that still hold rows of what a disposal was about."""
    about = [
        one
        for name, one in families.items()
        if one["contract"] == contract and (not disposal["scope"] or name in disposal["scope"])
    ]
    return sum(one["held"] + one["few"] for one in about)


def owner(file: File, families: dict[str, Any]) -> str:
    """The contract of the first original that a file is a copy of; empty where it is of none."""
    return next((one["contract"] for _, one in sorted(families.items()) if file.path in one["copies"]), "")


def mailed(files: list[File], families: dict[str, Any], contract: str) -> dict[str, int]:
    """Domain → how many mails with data of a contract go there."""
    found: dict[str, int] = {}
    for file in files:
        if (owner(file, families) or file.contract) == contract:
            for domain in file.to:
                found[domain] = found.get(domain, 0) + 1
    return found


if __name__ == "__main__":
    print(json.dumps(recount(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), ensure_ascii=False))
