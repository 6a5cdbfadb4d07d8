"""第10: files that lie open where they should not, passwords beside what they open, machines with old protection."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.model import display
from scanner.paths import names
from scanner.policy.models import Place

CODES = ("F10-OLD-AV", "F10-PLAIN", "F10-PUBLIC", "F10-PWFILE")
OLD_AV_DAYS = 7
_PUBLIC = re.compile(r"/(?:public|公開|共用|パブリック|desktop|デスクトップ|downloads|ダウンロード)/", re.IGNORECASE)
_PASSWORD_NAME = re.compile(r"パスワード|ぱすわーど|暗証|password|passwd|\bpw\b", re.IGNORECASE)


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Plain(view), Passwords(view), Protection(view))


class Plain:
    """Personal data without a password where encryption was agreed to, on unknown media, or in public folders."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._places: dict[str, Place] = {f"{c.id}/{p.id}": p for c in view.policy.contract for p in c.place}
        self._media = {m.serial.lower() for m in view.policy.medium if m.encrypted}
        self._hosts = {h.id.lower() for h in view.policy.host if h.encrypted} | encrypted_hosts(view)

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """What could be read without a password is plain."""
        place = self._places.get(file.rule)
        required = place is not None and place.require_encryption
        removable = file.ground == "removable"
        safe = file.volume.lower() in self._media if removable else self._view.host_of(file).lower() in self._hosts
        if (required or removable) and not safe:
            why = "place" if required else "medium"
            yield Fact(
                "F10-PLAIN", file.id, "", file.contract, "", {"why": why, "rule": file.rule, "ground": file.ground}
            )
        if file.verdict != "in_place" and _PUBLIC.search(file.text):
            yield Fact("F10-PUBLIC", file.id, "", file.contract, "", {"ground": file.ground})

    def finish(self) -> Iterator[Fact]:
        """Nothing beyond files."""
        yield from ()


class Passwords:
    """A password in the folder of the file that it opens."""

    def __init__(self, view: View) -> None:
        self._view = view

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Nothing: encrypted files hold no findings."""
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """One fact for every encrypted file that has a password beside it."""
        folders: dict[tuple[str, bytes], list[tuple[int, str]]] = defaultdict(list)
        for number, path, host, contract in self._view.db.execute(
            "select id, path, host, coalesce(contract, '') from files where gone is null and reason = 'encrypted'"
        ):
            folders[host, names.parent(path)].append((number, contract))
        for (host, folder), encrypted in folders.items():
            beside = 0
            for path, secret in self._view.db.execute(
                "select f.path, exists (select 1 from findings n where n.content_id = f.content_id and n.entity = 'JP_SECRET')"
                " from files f where f.gone is null and f.host = ? and f.path >= ? and f.path < ? and coalesce(f.reason, '') <> 'encrypted'",
                (host, *names.span(folder)[1:]),
            ):
                same_folder = names.parent(path) == folder
                beside += same_folder and bool(secret or _PASSWORD_NAME.search(display(names.name(path))))
            if beside:
                for number, contract in encrypted:
                    yield Fact("F10-PWFILE", number, "", contract, "", {"files": beside})


class Protection:
    """What the machines tell of themselves without rights: age of the virus definitions, end of the system's support."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._hosts: set[str] = set()

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Only machines with personal data matter."""
        self._hosts.add(self._view.host_of(file).lower())
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """One fact a machine. What a machine does not tell is not held against it."""
        for host, facts in terminals(self._view).items():
            if host not in self._hosts:
                continue
            old = [key for key in ("av_date", "os_end") if _past(facts.get(key), key, self._view.today)]
            if old:
                working = {"host": host, "why": old, **{k: facts[k] for k in old}}
                yield Fact("F10-OLD-AV", None, f"host:{host}", "", "", working)


def terminals(view: View) -> dict[str, dict[str, str]]:
    """The latest state of every machine by its name in small letters."""
    return {
        (host or view.host).lower(): json.loads(facts)
        for host, facts in view.db.execute("select host, facts from terminals order by id")
    }


def encrypted_hosts(view: View) -> set[str]:
    """Machines that say of themselves that their disk is encrypted."""
    return {host for host, facts in terminals(view).items() if facts.get("encryption") == "yes"}


def _past(text: str | None, key: str, today: date) -> bool:
    if not text:
        return False
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return (today - day).days > OLD_AV_DAYS if key == "av_date" else today > day
