"""Exclusions: what a walk is told to pass by, by patterns as git's, and what of that it does not obey.

A pattern comes from the command line or a ``.sekishoignore`` (relative to the root or the folder, as in git), from the policy, or
from an agreement of two people (relative to the top of the system: an absolute path where it has a separator). Whoever may write
into a folder can write a ``.sekishoignore`` there, so one counts only where it is allowed; and nothing is left out in an agreed
place, or above one, but by an agreement. What does not count is told with its reason.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.paths import names
from scanner.paths.comparing import folded
from scanner.paths.system import openable
from scanner.policy.scanning import spec as compiled
from scanner.policy.scanning import valid

NAME = ".sekishoignore"
_STARS = re.compile(r"\*+")
MOST_BYTES, MOST_PATTERNS = 65_536, 500
MOST_WILDCARDS = 2
"""Of a pattern that anybody can write, besides ``**/`` in front: with each more, one hostile name costs a hundred times as long
(measured on one core, longest names and paths: 2 take 0.04 s, 3 take 7 s)."""


class Source(StrEnum):
    """Who says that something is left out."""

    OPTION = "option"
    POLICY = "policy"
    AGREED = "agreed"
    FILE = "file"


class Why(StrEnum):
    """Why a pattern does not count."""

    PLACE = "place"
    """It would leave out an agreed place, or a part of one."""
    NOT_ALLOWED = "not_allowed"
    """A ``.sekishoignore`` where none is allowed."""
    UNREADABLE = "unreadable"
    TOO_COMPLEX = "too_complex"
    INVALID = "invalid"


class Rule(NamedTuple):
    """A pattern and who gave it."""

    source: Source
    pattern: str

    @property
    def text(self) -> str:
        """As the inventory keeps it."""
        return f"{self.source.value}:{self.pattern}"


class PatternError(SekishoError):
    """A pattern that git would not take either."""

    section = "exclusions"
    exit_code = EXIT_USAGE


def parsed(text: str) -> Rule:
    """What the inventory has kept of a rule."""
    source, _, pattern = text.partition(":")
    return Rule(Source(source), pattern)


@dataclass(frozen=True, slots=True)
class Places:
    """Asked about agreed places; the default knows none."""

    inside: Callable[[bytes], bool] = lambda path: False
    """Whether a path lies in one."""
    above: Callable[[bytes], bool] = lambda path: False
    """Whether one lies below a folder."""


_FOLDER = "ps_d"
"""The group in which the expressions of pathspec have the mark behind the name of a folder."""


def _speaks(expression: re.Pattern[str], subject: str) -> bool:
    """Whether a pattern is about this entry: one about a folder above it is answered there (as git does), and ``a/**`` is
    about what lies in ``a`` alone."""
    if _FOLDER not in expression.groupindex:
        found = expression.search(subject)
        return found is not None and (found.end() < len(subject) or not found[0].endswith("/"))
    return any(found[_FOLDER] is None or found.end() == len(subject) for found in expression.finditer(subject))


class _Spec:
    """Patterns of one source, relative to one folder."""

    def __init__(self, source: Source, patterns: Sequence[str], base: str, *, case: bool) -> None:
        self.rules = [Rule(source, p) for p in patterns]
        self._base, self._case = base, case
        written = [
            p.removesuffix("/") if p.endswith("/**/") else p for p in patterns
        ]  # folders in it, which pathspec takes for itself
        self._patterns = list(compiled([p if case else folded(p) for p in written]).patterns)
        self._folders = [p.rstrip().endswith("/") for p in patterns]
        """Which of them are about folders alone."""

    def over(self, subject: str) -> bool:
        """Whether a subject lies below the folder that the patterns speak of."""
        return not self._base or subject.startswith(self._base)

    def says(self, subject: str) -> tuple[bool, Rule] | None:
        """(left out or taken back, by which pattern); ``None`` where no pattern speaks of it."""
        relative = subject[len(self._base) :]
        asked = relative if self._case else folded(relative)
        for at in range(len(self._patterns) - 1, -1, -1):
            pattern = self._patterns[at]
            if pattern.regex is None or (self._folders[at] and not asked.endswith("/")):
                continue
            if _speaks(pattern.regex, asked):
                return bool(pattern.include), self.rules[at]
        return None


class Exclusions:
    """Asked of every entry of a walk, from the outside in; ``refused`` counts what did not count."""

    def __init__(
        self,
        roots: Iterable[bytes] = (),
        *,
        option: Sequence[str] = (),
        policy: Sequence[str] = (),
        agreed: Sequence[str] = (),
        files: bool = False,
        places: Places | None = None,
    ) -> None:
        """``files``: whether a ``.sekishoignore`` counts outside agreed places. Raises ``PatternError``."""
        self._places, self._files = places or Places(), files
        self._agreed = [_spec(Source.AGREED, agreed, b"")] if agreed else []
        self._fixed = [_spec(Source.POLICY, policy, b"")] if policy else []
        self._fixed += [_spec(Source.OPTION, _within(root, option), root, option) for root in roots if option]
        self._read: list[_Spec] = []
        self._seen: set[bytes] = set()
        self._kept: set[bytes] = set()
        """Folders that would be left out and are not."""
        self.refused: Counter[tuple[str, Why]] = Counter()
        """(rule as text, why) → how many entries it would have left out; of a file that does not count, how many of them."""

    @property
    def asks(self) -> bool:
        """Whether there is any pattern: where not, no entry has to be asked about."""
        return bool(self._agreed or self._fixed or self._read)

    def listed(self, folder: bytes, has_file: bool) -> None:
        """A folder of this machine has been listed; ``has_file``: whether a ``.sekishoignore`` stands in it."""
        if not has_file or folder in self._seen:
            return
        self._seen.add(folder)
        path = names.join(folder, NAME.encode())
        if not self._files:
            self._refuse("", Why.NOT_ALLOWED)
        elif self._places.inside(path):
            self._refuse("", Why.PLACE)
        else:
            self._take(folder, path)

    def rule(self, path: bytes, *, folder: bool) -> Rule | None:
        """By which rule an entry is left out; ``None`` where it is to be looked at. The folders above it are asked about before."""
        if not self.asks:
            return None
        subject = _subject(path) + ("/" if folder else "")
        if (agreed := _said(self._agreed, subject)) is not None:
            return agreed
        found = _said((*self._fixed, *self._read), subject)
        if found is None:
            return None
        if not self._places.inside(path) and not (folder and self._places.above(path)):
            return found
        if names.parent(path) not in self._kept:  # what lies in a folder that is looked at all the same counts with it
            self._refuse(found.text, Why.PLACE)
        if folder:
            self._kept.add(path)
        return None

    def through(self, path: bytes, roots: Iterable[bytes], *, folder: bool = False) -> Rule | None:
        """The same of an entry that no walk has come to: each folder from its root inwards, then itself."""
        root = max((r for r in roots if names.within(path, r)), key=len, default=None)
        if root is None:
            return self.rule(path, folder=folder)
        for step in reversed([above for above in names.above(path) if names.within(above, root)]):
            if step != root and (found := self.rule(step, folder=True)) is not None:
                return found
            self.listed(step, self._files and _there(names.join(step, NAME.encode())))
        return self.rule(path, folder=folder) if path != root else None

    def _refuse(self, text: str, why: Why) -> None:
        self.refused[text or Source.FILE.value + ":", why] += 1

    def _take(self, folder: bytes, path: bytes) -> None:
        lines = _lines(path)
        if lines is None:
            self._refuse("", Why.UNREADABLE)
            return
        kept = []
        for line in lines:
            if len(_STARS.findall(line.removeprefix("!").removeprefix("**/"))) > MOST_WILDCARDS:
                self._refuse(Rule(Source.FILE, line).text, Why.TOO_COMPLEX)
                continue
            try:
                _spec(Source.FILE, [line], folder)
            except PatternError:
                self._refuse(Rule(Source.FILE, line).text, Why.INVALID)
            else:
                kept.append(line)
        if kept:
            self._read.append(_spec(Source.FILE, kept, folder))


def _said(specs: Sequence[_Spec], subject: str) -> Rule | None:
    """What the last spec that speaks of a subject says: the nearest file, then the command line, then the policy."""
    for spec in reversed(specs):
        if spec.over(subject) and (found := spec.says(subject)) is not None:
            return found[1] if found[0] else None
    return None


def _spec(source: Source, patterns: Sequence[str], base: bytes, shown: Sequence[str] = ()) -> _Spec:
    """``shown``: the patterns as they were given, where they are others."""
    written = [unicodedata.normalize("NFC", p) for p in patterns]
    if source in (Source.POLICY, Source.AGREED):
        written = [from_top(p) for p in written]
    case = os.name != "nt" and (not base or names.flavour(base) is names.Flavour.POSIX)
    start = f"{_subject(base).rstrip('/')}/" if base and _subject(base) else ""
    try:
        made = _Spec(source, written, start, case=case)
    except ValueError:
        raise PatternError("invalid_pattern", pattern=next(p for p in written if not valid(p))) from None
    made.rules = [Rule(source, p) for p in shown or patterns]
    return made


def from_top(pattern: str) -> str:
    """A pattern of the policy for the subjects of ``_subject``: an absolute path of any system, or a name anywhere."""
    mark, rest = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    for front in ("smb://", "\\\\", "//"):
        if rest.lower().startswith(front):
            return f"{mark}/{rest[len(front) :]}".replace("\\", "/")
    if rest[1:3] == ":\\":
        rest = rest.replace("\\", "/")
    return f"{mark}/{rest}" if rest[1:3] == ":/" else mark + rest


def _within(root: bytes, patterns: Sequence[str]) -> list[str]:
    """Patterns of the command line for one root; one that names a path below the root is made relative to it."""
    start = f"{_subject(root).rstrip('/')}/"
    found = []
    for pattern in patterns:
        subject = _subject(os.fsencode(pattern)) if names.anchor(os.fsencode(pattern)) else ""
        inside = len(subject) > len(start) > 1 and subject.startswith(start)
        found.append(f"/{subject[len(start) :]}" if inside else pattern)
    return found


def _subject(path: bytes) -> str:
    """A path for patterns: NFC, ``/`` between names, nothing before the first of them."""
    text = unicodedata.normalize("NFC", path.decode("utf-8", "surrogateescape"))
    text = names.slashed(path, text)
    return (text[6:] if text[:6].lower() == "smb://" else text).lstrip("/")


def _there(path: bytes) -> bool:
    try:
        return stat.S_ISREG(os.lstat(openable(path)).st_mode)
    except OSError:
        return False


def _lines(path: bytes) -> list[str] | None:
    """The patterns of a ``.sekishoignore``; ``None`` where it is no plain file that can be read, or too large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(openable(path), flags)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            data = file.read(MOST_BYTES + 1)
        except OSError:
            return None
    if len(data) > MOST_BYTES:
        return None
    lines = data.decode("utf-8-sig", "replace").split("\n")
    found = [line.rstrip("\r") for line in lines if line.strip() and not line.startswith("#")]
    return found if len(found) <= MOST_PATTERNS else None
