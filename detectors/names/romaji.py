"""Latin letters that the tagger takes for a name: believed only where lists, titles or Japanese text beside them agree.

Program sources, licences and manuals are full of capitals; the readings of given names are as short as ``an``, ``no`` and
``none``.
"""

from __future__ import annotations

import re

from detectors.names.foreign import LISTED_FAMILY, LISTED_GIVEN
from detectors.names.lexicon import Lexicon

_WORD = re.compile(r"[A-Za-z'\-]+\.?")
_FORM = re.compile(r"[A-Z][A-Za-z'\-]*\.?(?:(?:[ ,]{1,2}|(?<=\.))[A-Z][A-Za-z'\-]*\.?){0,3}")
_TITLE_BEFORE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ?$")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_INITIAL = re.compile(r"[A-Z](?:\. ?| )[A-Z]")
_MAIL_BEHIND = re.compile(r" ?<[^<>@\s]{1,64}@")
FOREIGN, INITIAL = 0.6, 0.7
"""Least probability of a name whose halves are listed as those of another country, and of an initial before such a one."""
_LINE = 120
"""So far along its line a name looks for Japanese text."""

ENGLISH = frozenset(
    "a about above access account action add address after again against all also am amount an and any api app are area as "
    "at author available back be been before being below between bit block book both box but button by byte call can case "
    "center change char check class clear click client close code column command common company confirm contact content "
    "control copy copyright count create current customer data database date day default delete department detail device "
    "did dir do document does doing done down download due each edit else email end enter error event every example "
    "exception exit export failed false field file filter find first fix float folder for form format found from full "
    "function general get given go group guide had has have he help here high his host hour how however i id if image "
    "import in index info input install int internal into invalid invoice is issue it item its job just key large last "
    "left length level library license limit line link list load local log login long loop low made mail main make man "
    "manager manual many map match may me memory menu message method min minute mode model module month more most move "
    "must my name need network never new next no node none not note notice null number object of off office old on once "
    "one only open operation option or order other our out output over own page parameter part password path pattern "
    "per phone point policy port position post power press previous price print private process product program project "
    "property public put query range rate read record ref release remove report request reserved reset response rest "
    "result return right rights root row rule run same save screen script search second section security select self "
    "send server service session set setting setup shall she should show sign simple since site size small so software "
    "some source space spec special staff standard start state status step stop storage store str string such sub support "
    "system table target task team temp template test text than that the their them then there these they thing this "
    "those through time title to token too tool top total true try type under unit until up update upload url us use "
    "used user using valid value variable version very via view was way we web week what when where which while who why "
    "will window with within without word work would write year yes yet you your zip".split()
)
"""Words of programs, forms and sentences: with one of them it is not a name, whatever the lists say."""


def believable(text: str, start: int, end: int, probability: float, titled: bool, lexicon: Lexicon) -> bool:
    """Whether the Latin letters at ``start:end`` may be a name that the tagger gives ``probability``; ``titled``: a title
    stands behind them."""
    name = text[start:end]
    words = _WORD.findall(name)
    if not _FORM.fullmatch(name):
        return False
    low = [word.lower().rstrip(".") for word in words]
    if titled or _TITLE_BEFORE.search(text, max(0, start - 6), start):
        return True
    if not (len(words) > 2 and _foreign(low)) and not ENGLISH.isdisjoint(low):
        return False  # An and A are given names and initials, but only among others
    listed = sum(word in lexicon.surname_romaji or word in lexicon.given_romaji for word in low)
    if len(words) > 1 and listed < len(words) and _foreign(low):
        return probability >= FOREIGN
    if len(words) == 2 and _INITIAL.match(name):
        return probability >= INITIAL and (low[1] in LISTED_FAMILY or low[1] in lexicon.surname_romaji)
    if len(words) == 1:
        beside = _JAPANESE.match(text, end + text.startswith(" ", end)) or (start and _JAPANESE.match(text[start - 1]))
        return listed == 1 and bool(beside) and probability >= 0.9 and len(name) > 2 and not name.isupper()
    if listed == len(words):
        return True
    if name.isupper() or "," in name or max(map(len, low)) < 4 or (len(words) == 2 and min(map(len, low)) == 1):
        return False
    if listed:
        return probability >= 0.8
    return probability >= 0.9 and (_MAIL_BEHIND.match(text, end) is not None or _in_japanese(text, start, end))


def formed(text: str, start: int, end: int) -> bool:
    """Whether Latin letters are written as a name is, with none of the words of programs among them, in a Japanese line."""
    name = text[start:end]
    low = {word.lower().rstrip(".") for word in _WORD.findall(name)}
    if not _FORM.fullmatch(name) or not ENGLISH.isdisjoint(low) or max(map(len, low)) < 3:
        return False
    if name.isupper() and len(low) == 1:
        return False
    return _in_japanese(text, start, end)


def in_full(name: str, lexicon: Lexicon) -> bool:
    """Whether Latin letters are a given name and a surname that the lists have."""
    low = [word.lower().rstrip(".") for word in _WORD.findall(name)]
    if len(low) < 2:
        return False
    return _foreign(low) or all(word in lexicon.surname_romaji or word in lexicon.given_romaji for word in low)


def _foreign(low: list[str]) -> bool:
    """Whether a given name and a surname of other countries stand together (John Peterson, Li Wei, Nguyen Thi Hoa)."""
    first, last = low[0], low[-1]
    inner = all(word in LISTED_GIVEN or word in LISTED_FAMILY or len(word) == 1 for word in low[1:-1])
    either = (first in LISTED_GIVEN and last in LISTED_FAMILY) or (first in LISTED_FAMILY and last in LISTED_GIVEN)
    return inner and either


def _in_japanese(text: str, start: int, end: int) -> bool:
    """Whether Japanese stands in the line of a name."""
    low = text.rfind("\n", max(0, start - _LINE), start) + 1 or max(0, start - _LINE)
    high = text.find("\n", end, end + _LINE)
    return _JAPANESE.search(text, low, high if high >= 0 else min(len(text), end + _LINE)) is not None
