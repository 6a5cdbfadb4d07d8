"""The verdict for a path (第3): longest matching prefix first, then the most specific host."""

from __future__ import annotations

import fnmatch
import os
import socket
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from scanner import clock
from scanner.model import Ground, Verdict, VerdictKind, display
from scanner.naming import comparable
from scanner.policy.models import Place, Policy

_SLASHES = "/\\"


class Volume(Protocol):
    """Serial number and root of the volume that a path stands on."""

    @property
    def serial(self) -> str: ...
    @property
    def mount(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Rule:
    contract: str
    place: Place
    prefixes: tuple[str, ...]
    """Where the place is, in the form of ``naming.comparable``: without links first, then by the name that the policy gives
    it, where that leads through a link. Of a rule with a volume, the folder below the volume's root."""
    host: str

    @property
    def name(self) -> str:
        return f"{self.contract}/{self.place.id}"


class Judge:
    """Verdicts under one policy on one host and one day."""

    def __init__(
        self,
        policy: Policy | None,
        *,
        base: Path | None = None,
        host: str | None = None,
        today: date | None = None,
        volume: Callable[[bytes], Volume] | None = None,
        path: str = "",
        digest: str = "",
    ) -> None:
        """``base``: folder that relative paths of the policy refer to (where the policy file lies). ``volume`` tells which
        volume a path stands on; without it no place that is named by its volume matches. ``path`` and ``digest`` (SHA-256)
        of the policy file tell under which policy points are raised."""
        self._volume = volume
        self.path, self.digest = path, digest
        self.policy = policy
        self.today = today or clock.today()  # validity of a consent is a calendar day of this place
        self._host = (host or socket.gethostname()).lower()
        self._rules: list[_Rule] | None = None
        if policy is not None:
            places = [
                (contract, place, (place.host or "*").lower())
                for contract in policy.contract
                for place in contract.place
            ]
            rules = [
                _Rule(contract.id, place, folders(place, base), host)
                for contract, place, host in places
                if fnmatch.fnmatchcase(self._host, host)
            ]
            self._rules = sorted(
                rules, key=lambda r: (-len(r.prefixes[0]), r.host.count("*") + r.host.count("?"), -len(r.host), r.name)
            )

    def verdict(self, path: bytes, ground: Ground) -> Verdict:
        """How ``path`` (absolute and without links, as the walk gives it) stands; a rule in force wins over an expired one."""
        medium = self._volume(path).serial if self._volume and ground is Ground.REMOVABLE else ""
        if self._rules is None:
            return Verdict(VerdictKind.NO_POLICY, ground, volume=medium)
        text = comparable(display(path))
        lapsed: Verdict | None = None
        for rule in self._rules:
            if not (self._on_volume(path, text, rule) if rule.place.volume else _under(text, rule.prefixes)):
                continue
            kind = self._validity(rule.place)
            verdict = Verdict(kind, ground, rule.contract, rule.name, rule.place.consent, medium)
            if kind is VerdictKind.IN_PLACE:
                return verdict
            lapsed = lapsed or verdict
        return lapsed or Verdict(VerdictKind.OUTSIDE, ground, volume=medium)

    def _on_volume(self, path: bytes, text: str, rule: _Rule) -> bool:
        """A drive letter or a mount point changes; the serial number of the volume does not."""
        found = self._volume(path) if self._volume else None
        if found is None or not found.serial or found.serial.lower() != (rule.place.volume or "").lower():
            return False
        return _under(text, (comparable(f"{found.mount.rstrip(_SLASHES)}/{rule.prefixes[0]}"),))

    def _validity(self, place: Place) -> VerdictKind:
        if place.valid_to and self.today > place.valid_to:
            return VerdictKind.EXPIRED
        if place.valid_from and self.today < place.valid_from:
            return VerdictKind.NOT_YET
        return VerdictKind.IN_PLACE


def folders(place: Place, base: Path | None) -> tuple[str, ...]:
    """Where a place is, by the names under which it is compared (``naming.comparable``); ``base`` as for ``Judge``."""
    if place.volume:
        return (unicodedata.normalize("NFC", (place.path or "").replace("\\", "/")).strip("/"),)
    if place.unc or not place.path:
        return (comparable(place.unc or "", encoded=True),)
    if place.path.lower().startswith("smb://") or place.path.startswith("\\\\"):
        return (comparable(place.path, encoded=True),)
    path = Path(place.path).expanduser()
    given = os.path.abspath(path if path.is_absolute() or base is None else base / path)
    if os.name == "posix":
        given = "/" + given.lstrip("/")  # two slashes in front mean nothing here
    return tuple(dict.fromkeys((comparable(os.path.realpath(given)), comparable(given))))


def _under(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(not prefix or path == prefix or path.startswith(prefix + "/") for prefix in prefixes)


def points(verdict: Verdict, *, personal: bool) -> tuple[str, ...]:
    """Codes of open points that the verdict raises for a file with personal data (``ARTICLES`` names)."""
    if not personal:
        return ()
    if verdict.kind is VerdictKind.OUTSIDE:
        return ("F03-OUTSIDE",)
    if verdict.kind in (VerdictKind.EXPIRED, VerdictKind.NOT_YET):
        return ("F03-EXPIRED",)
    return ()
