"""Places inside a file as they may be kept: made of words that name no one, or of a kind and a position.

A sheet, member, table, attachment, column or key may itself be a My Number, a person or an address, in any script and
with any separators; a mask over digits or a detector over a lone word does not find all of them. So the question is
turned round: a name is kept only where every word of it stands in ``config/rules/place_words.toml``; every other one
becomes ``sheet 3``, ``member 12``: a person can still go there, and nothing of it is kept.

It is asked twice. ``named`` is asked where the name is read, because only there the position is known; ``SafePlaces`` is
asked where a place is kept, because what comes from the reading process may be anything.
"""

from __future__ import annotations

import builtins
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from detectors.resources import rules
from scanner import labels

MOST_DIGITS = 6
"""Digits that a kept name may hold: seven may be an account, a postal code, a piece of a telephone number."""
_LONGEST = 120
_LABEL = re.compile(r"[a1]*Le*d?[a1]*")
"""What may stand beside a word that names a value, in the letters of ``keeps``: 電話番号2.csv, never 内線1234."""
_LETTERS = 2
"""Letters that stand alone, as in A4 or 1-B; more of them spell a name."""
KINDS = ("sheet", "member", "table", "column", "field", "attachment", "object", "folder", "mail", "part")
_POSITION = re.compile(rf"(?:{'|'.join(KINDS)}) [1-9][0-9]{{0,5}}")
_CELL = re.compile(r"(?:comment )?(?:[A-Z]{1,2}[1-9][0-9]{0,5}|R[1-9][0-9]{0,5}C[1-9][0-9]{0,5})", re.ASCII)
_OWN_STEPS = frozenset({"To", "Reply-To", "Date"})
"""Steps that extractors make themselves and that are no words of the list, because names are written so too."""
_SHOWN_BY_TAG = re.compile(
    r"(?:a|abbr|area|button|div|iframe|img|input|label|li|link|meta|object|option|p|span|svg|table|td|textarea|th|tr)"
    r"@(?:alt|title|value|placeholder|content|aria-label|href)"
)
_TOKEN = re.compile(
    r"(?P<number>[0-9]+)|(?P<latin>[a-z]+)|(?P<mark>[ \-_.,、。・:/\\()\[\]{}「」『』【】〈〉《》〔〕~#&+]+)"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Words(NamedTuple):
    """The lists of ``place_words.toml``, folded as names are."""

    japanese: dict[str, frozenset[str]]
    """Word → the lists in which it stands."""
    latin: frozenset[str]
    longest: int
    """Characters of the longest Japanese word."""


@lru_cache(maxsize=1)
def _words() -> _Words:
    lists = {name: frozenset(map(_folded, entries)) for name, entries in rules("place_words").items()}
    latin = lists.pop("latin")
    japanese = {
        word: frozenset(name for name, entries in lists.items() if word in entries)
        for word in frozenset().union(*lists.values())
    }
    return _Words(japanese, latin, max(map(len, japanese)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=4096)
def keeps(name: str) -> bool:
    """Whether all words of a name stand in the list and what is left of it are at most six digits and plain marks.

    One pass, the longest word first; never a second guess, so that no other division of a name makes it pass.
    """
    if not name or len(name) > _LONGEST:
        return False
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name)).casefold()
    if len(text) > 2 * _LONGEST or sum(c.isdecimal() for c in text) > MOST_DIGITS:
        return False
    kinds = ""
    """A letter a word: ``w`` word, ``L`` label, ``e`` ending, ``a`` in Latin letters, ``1`` letter, ``d`` digit."""
    at = 0
    before = ""
    """The kind of what stands directly before; ``f`` where a number must follow, nothing behind a mark."""
    words = _words()
    while at < len(text):
        found = _next(text, at, before, words)
        if found is None or (before == "f" and found[1][:1] != "d"):
            return False
        at, before = found
        kinds += before.replace("f", "")
    return (
        bool(kinds)
        and before != "f"
        and kinds.count("1") <= _LETTERS
        and ("L" not in kinds or bool(_LABEL.fullmatch(kinds)))
    )


def _next(text: str, at: int, before: str, words: _Words) -> tuple[int, str] | None:
    """(where the word, number or mark at ``at`` ends, its kind), or ``None`` where none of the lists stands there."""
    token = _TOKEN.match(text, at)
    if token is None:
        return _japanese(text, at, before, words)
    if token["number"]:
        return token.end(), "d" * len(token["number"])
    if token["latin"]:
        one = len(token["latin"]) == 1
        return (token.end(), "1" if one else "a") if one or token["latin"] in words.latin else None
    return token.end(), ""


def _japanese(text: str, at: int, before: str, words: _Words) -> tuple[int, str] | None:
    for end in range(min(len(text), at + words.longest), at, -1):
        lists = words.japanese.get(text[at:end])
        if lists is None:
            continue
        if "labels" in lists:
            return end, "L"
        if "words" in lists or ("units" in lists and before[:1] == "d"):
            return end, "w"
        if "endings" in lists and before not in ("", "f"):
            return end, "e"
        if "leading" in lists and text[end : end + 1].isdecimal():
            return end, "f"
    return None


def named(name: str, kind: str, position: int) -> str:
    """A name as a step of a place: itself where it may be kept, else ``kind`` and ``position`` (from 1)."""
    plain = name.strip()
    if keeps(plain) and not _POSITION.fullmatch(plain):
        return unicodedata.normalize("NFC", plain)
    return f"{kind} {position}"


class SafePlaces:
    """The places of one file as they may be kept, whatever the reading process says they are called.

    What ``named`` made passes as it is. Any other step that holds a word which is not in the list is counted: the n-th
    such step in its place is ``part n`` (``field n`` where it names a value), the same one always the same number.
    """

    def __init__(self, finds: Callable[[str], bool] | None = None) -> None:
        """``finds``: whether the detectors find anything in a name; asked of those only that are made of listed words."""
        self._finds = finds
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}
        self._known: dict[tuple[str, bool], str] = {}

    def safe(self, part: str, *, field: bool = False) -> str:
        """A place, its steps joined by ``!``, in the form that may be stored and shown; ``field``: the last step is the
        name of a value."""
        found = self._known.get((part, field))
        if found is None:
            found = self._known[part, field] = self._made(part, field)
        return found

    def _made(self, part: str, field: bool) -> str:
        steps = part.split("!")
        path = ""
        for number, step in enumerate(steps, 1):
            kind = "field" if field and number == len(steps) else "part"
            path += ("!" if path else "") + (step if self._stays(step) else self._number(path, kind, step))
        return path

    def _stays(self, step: str) -> bool:
        if not step or _made_here(step):
            return True
        return keeps(step) and not (self._finds is not None and self._finds(step))

    def _number(self, above: str, kind: str, step: str) -> str:
        key = (above, step)
        if key not in self._numbers:
            self._counts[above] = self._numbers[key] = self._counts.get(above, 0) + 1
        return f"{kind} {self._numbers[key]}"


def _made_here(step: str) -> bool:
    """Whether a step has a form that ``named`` or an extractor gives it, in which there is no room for a name."""
    return step in _OWN_STEPS or bool(
        _POSITION.fullmatch(step) or _CELL.fullmatch(step) or _SHOWN_BY_TAG.fullmatch(step)
    )


_FAULTS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)
) | {"BadLhafile", "BadZipFile", "LZMAError", "LargeZipFile", "ParseError", "ExpatError", "PdfiumError", "XLRDError", "ReadError", "error", "panic"}  # fmt: skip
_REMARKS = (
    re.compile(r"the content is (?P<word>[a-z0-9-]{1,20}), the name says \.(?P<other>.*)", re.DOTALL),
    re.compile(r"sheet (?P<word>.*)", re.DOTALL),
    re.compile(r"(?P<fault>\w+)(?P<where> in a (?:member|table))?"),
    re.compile(r"a record could not be split"),
    re.compile(r"binary values in a property list were not read"),
    re.compile(r"what was written last may stand in the write-ahead log beside the database, a file of its own"),
    re.compile(r"rows of numbers that may be templates of faces"),
    re.compile(r"[0-9]{1,9} of [0-9]{1,12} line\(s\) in no known encoding"),
    re.compile(r"[0-9]{1,12} binary value\(s\) in a table were not read"),
    re.compile(r"a repeated picture was not looked at"),
    re.compile(r"texts behind records whose length is wrong"),
    re.compile(r"json (?:larger than 200 MB|of too many values), read as plain text"),
    re.compile(r"(?:stopped after unpacking|unpacked) [0-9]{1,15}(?: million)? bytes(?: of [0-9]{1,15}(?: million)?)?"),
)
"""What an extractor may remark. Its holes are filled with words of the list only."""
_STATES = frozenset({"hidden", "veryhidden"})
_MADE = frozenset({"remark", "sheet", "the name does not fit the content"})
"""What ``remark`` itself makes of others: said again, by a machine that examined for us, it stays."""


def remark(note: str) -> str:
    """A remark of the reading process in a form that may be kept; what has no such form becomes ``remark``."""
    if note in _MADE or labels.is_note(note):
        return note
    for form in _REMARKS:
        match = form.fullmatch(note)
        if match is None:
            continue
        holes = match.groupdict()
        if "fault" in holes:
            return note if holes["fault"] in _FAULTS else f"error{holes['where'] or ''}"
        if "other" in holes:
            known = holes["word"] in _formats() and (holes["other"] in _words().latin or holes["other"].isdecimal())
            return note if known and len(holes["other"]) <= MOST_DIGITS else "the name does not fit the content"
        if "word" in holes:
            return note if holes["word"].casefold() in _STATES else "sheet"
        return _LONG_NUMBER.sub(_rounded, note)
    return "remark"


_LONG_NUMBER = re.compile(rf"[0-9]{{{MOST_DIGITS + 1},}}")


def _rounded(match: re.Match[str]) -> str:
    """A size that a file states of itself, in millions: to the last digit it could be any number."""
    return f"{min(int(match[0]) // 1_000_000, 10**MOST_DIGITS - 1)} million"


@lru_cache(maxsize=1)
def _formats() -> frozenset[str]:
    return _words().latin | {"7z", "spreadsheetml", "ole-broken", "z"}


_DOMAIN = re.compile(r"[a-z0-9.-]{1,253}")


def domain(name: str) -> str:
    """The domain that a mail goes to: what it is sent to, not who it is. One that holds seven digits is cut to its end."""
    plain = _folded(name)
    if _DOMAIN.fullmatch(plain) and sum(c.isdigit() for c in plain) <= MOST_DIGITS:
        return plain
    ending = plain.rpartition(".")[2]
    return f"….{ending}" if re.fullmatch("[a-z]{2,24}", ending) else "…"
