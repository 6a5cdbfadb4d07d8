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
from scanner.paths import names, system
from scanner.paths.comparing import comparable, under
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
    """Where the place is, in the form of ``paths.comparing``: without links first, then by the name that the policy gives
    it, where that leads through a link. Of a rule with a volume, the folder below the volume's root."""
    host: str
    ignores_case: bool | None = None
    """Whether the file system of the place takes ``A`` for ``a``; ``None`` where nobody could be asked."""

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
        self._cases: frozenset[bool | None] = frozenset()
        if policy is not None:
            places = [
                (contract, place, (place.host or "*").lower())
                for contract in policy.contract
                for place in contract.place
            ]
            rules = [
                _Rule(contract.id, place, folders(place, base), host, ignores_case(place, base))
                for contract, place, host in places
                if fnmatch.fnmatchcase(self._host, host)
            ]
            self._rules = sorted(
                rules, key=lambda r: (-len(r.prefixes[0]), r.host.count("*") + r.host.count("?"), -len(r.host), r.name)
            )
            self._cases = frozenset(rule.ignores_case for rule in rules)

    def verdict(self, path: bytes, ground: Ground) -> Verdict:
        """How ``path`` (absolute and without links, as the walk gives it) stands; a rule in force wins over an expired one."""
        medium = self._volume(path).serial if self._volume and ground is Ground.REMOVABLE else ""
        if self._rules is None:
            return Verdict(VerdictKind.NO_POLICY, ground, volume=medium)
        texts = {known: comparable(display(path), ignore_case=known) for known in self._cases}
        lapsed: Verdict | None = None
        for rule in self._rules:
            text = texts[rule.ignores_case]
            if not (self._on_volume(path, rule) if rule.place.volume else any(under(text, p) for p in rule.prefixes)):
                continue
            kind = self._validity(rule.place)
            verdict = Verdict(kind, ground, rule.contract, rule.name, rule.place.consent, medium)
            if kind is VerdictKind.IN_PLACE:
                return verdict
            lapsed = lapsed or verdict
        return lapsed or Verdict(VerdictKind.OUTSIDE, ground, volume=medium)

    def above(self, folder: bytes) -> bool:
        """Whether a place lies below a folder, in force or not; of places on a volume nothing is said."""
        texts = {known: comparable(display(folder), ignore_case=known) for known in self._cases}
        return any(
            not rule.place.volume and any(under(prefix, texts[rule.ignores_case]) for prefix in rule.prefixes)
            for rule in self._rules or ()
        )

    def _on_volume(self, path: bytes, rule: _Rule) -> bool:
        """A drive letter or a mount point changes; the serial number of the volume does not."""
        found = self._volume(path) if self._volume else None
        if found is None or not found.serial or found.serial.lower() != (rule.place.volume or "").lower():
            return False
        ignored = system.ignores_case(os.fsencode(found.mount))
        place = comparable(f"{found.mount.rstrip(_SLASHES)}/{rule.prefixes[0]}", ignore_case=ignored)
        return under(comparable(display(path), ignore_case=ignored), place)

    def _validity(self, place: Place) -> VerdictKind:
        if place.valid_to and self.today > place.valid_to:
            return VerdictKind.EXPIRED
        if place.valid_from and self.today < place.valid_from:
            return VerdictKind.NOT_YET
        return VerdictKind.IN_PLACE


def folders(place: Place, base: Path | None) -> tuple[str, ...]:
    """Where a place is, by the names under which it is compared (``paths.comparing``); ``base`` as for ``Judge``."""
    if place.volume:
        return (unicodedata.normalize("NFC", (place.path or "").replace("\\", "/")).strip("/"),)
    given = _local(place, base)
    if given is None:
        return (comparable(place.unc or place.path or "", encoded=True),)
    case = system.ignores_case(system.real(given))
    return tuple(dict.fromkeys(comparable(os.fsdecode(path), ignore_case=case) for path in (system.real(given), given)))


def ignores_case(place: Place, base: Path | None) -> bool | None:
    """Whether the file system of a place of this machine takes ``A`` for ``a``; ``None`` where it is at hand to nobody."""
    given = _local(place, base)
    return None if given is None else system.ignores_case(system.real(given))


def _local(place: Place, base: Path | None) -> bytes | None:
    """The path of a place on a disk of this machine; ``None`` of a share, of a volume, and of what another system names so."""
    if place.volume or place.unc or not place.path:
        return None
    written = names.flavour(os.fsencode(place.path))
    if written is names.Flavour.SHARE or place.path.startswith("\\\\"):
        return None
    if written is names.Flavour.WINDOWS and os.name != "nt":
        return None  # a place on terminals whose inventories are merged here
    path = Path(place.path).expanduser()
    return system.absolute(os.fsencode(path if path.is_absolute() or base is None else base / path))


def points(verdict: Verdict, *, personal: bool) -> tuple[str, ...]:
    """Codes of open points that the verdict raises for a file with personal data (``ARTICLES`` names)."""
    if not personal:
        return ()
    if verdict.kind is VerdictKind.OUTSIDE:
        return ("F03-OUTSIDE",)
    if verdict.kind in (VerdictKind.EXPIRED, VerdictKind.NOT_YET):
        return ("F03-EXPIRED",)
    return ()
