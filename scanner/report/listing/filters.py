"""Which subjects are wanted: by contract, kind of point, place and age."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from scanner.codes import codes as known_codes
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.messages import t
from scanner.report.listing.subjects import Subject

OUTSIDE = ("outside", "場所外")
"""Words for what lies in no place."""


class FilterError(SekishoError):
    """A condition that can never hold: ``no_such_code``, ``no_such_contract``, ``no_such_place``."""

    section = "listing"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions, all of which hold; an empty one holds always."""

    contract: str = ""
    codes: frozenset[str] = frozenset()
    place: str = ""
    older: int = 0
    """Open for at least so many days."""
    late: bool = False
    """Only what is past its due date."""

    def apply(self, subjects: Iterable[Subject], today: date) -> list[Subject]:
        """The subjects for which it holds, each with those of its points for which it does."""
        kept = []
        for subject in subjects:
            points = tuple(p for p in subject.points if not self.codes or p.code in self.codes)
            one = replace(subject, points=points) if points else None
            if one and self._holds(one, today):
                kept.append(one)
        return kept

    def _holds(self, subject: Subject, today: date) -> bool:
        return (
            (not self.contract or self.contract in subject.contracts)
            and (not self.place or _lies(subject, self.place))
            and (not self.older or subject.days(today) >= self.older)
            and (not self.late or subject.late(today))
        )


def _lies(subject: Subject, place: str) -> bool:
    if place in OUTSIDE:
        return bool(subject.path) and not subject.place
    if place in (subject.place, subject.place.partition("/")[2]) and subject.place:
        return True
    folder = os.path.normpath(place).rstrip("/\\")
    return bool(folder) and (subject.path == folder or subject.path.startswith((folder + "/", folder + "\\")))


def where(name: str, names: Iterable[str], subjects: Iterable[Subject], folder: Callable[[str], bool]) -> str:
    """What ``--place`` means: a place by its name, else a folder, from the root on. A folder is one that holds a subject, exists,
    or is known (``folder``), be it long gone or of another machine; raises ``FilterError`` for anything else."""
    names, subjects = list(names), list(subjects)
    if not name or name in OUTSIDE or name in names:
        return name
    absolute = os.path.abspath(os.path.expanduser(name))
    ways = list(dict.fromkeys((absolute, os.path.realpath(absolute), os.path.normpath(name))))
    for path in ways:
        if any(s.path and _lies(s, path) for s in subjects) or folder(path):
            return path
    if os.path.exists(absolute):
        return os.path.realpath(absolute)
    return known(name, names, "no_such_place")


def codes(asked: Iterable[str]) -> frozenset[str]:
    """Codes that are meant by a code, the beginning of one (``F07``), its article (``第7``) or its short name (``場所外``,
    outside), in any width and case; raises ``FilterError``."""
    import unicodedata

    named = {c.name: {c.name, c.ja, c.en, *([f"第{c.article}"] if c.article else ())} for c in known_codes().values()}
    found: set[str] = set()
    for word in asked:
        plain = unicodedata.normalize("NFKC", word).strip()
        upper = plain.upper()
        meant = {code for code, names in named.items() if plain in names or (len(upper) > 1 and code.startswith(upper))}
        if not meant:
            known = [name for names in named.values() for name in names]
            near = difflib.get_close_matches(plain, known, n=1, cutoff=0.4) or difflib.get_close_matches(
                upper, known, n=1
            )
            hint = " " + t("cli.did_you_mean", name=near[0]) if near else ""
            raise FilterError("no_such_code", name=word, known=", ".join(named), hint=hint)
        found |= meant
    return frozenset(found)


def known(name: str, every: Iterable[str], code: str) -> str:
    """``name`` where it is one of ``every``; raises ``FilterError(code)`` with the nearest."""
    names = list(dict.fromkeys(n for n in every if n))
    if name and name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = " " + t("cli.did_you_mean", name=near[0]) if near else ""
        raise FilterError(code, name=name, known=", ".join(names) or "—", hint=hint)
    return name
