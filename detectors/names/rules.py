"""Names that their surroundings give away: under a header, behind a label, before an honorific, on both lists; and who
introduces himself or speaks in a log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.interface import Check, Match, View
from detectors.names.kin import households, relatives
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.listed import comma_lines, rosters, tickets
from detectors.names.listed import lists as listed
from detectors.names.placed import columns, labels
from detectors.names.romaji import ENGLISH
from detectors.names.scripts import KANJI
from detectors.names.shape import plausibility
from detectors.names.titles import honorifics, prefixes
from detectors.transfers import transfers


def find(view: View, lexicon: Lexicon, *, lists: bool = True) -> Iterator[Match]:
    """All names the rules give, with scores between 0.55 and 0.97. ``lists=False`` leaves out names that nothing but the
    lists gives away: the tagger knows the lists too."""
    yield from columns(view, lexicon)
    yield from labels(view, lexicon)
    yield from honorifics(view, lexicon)
    yield from prefixes(view, lexicon)
    yield from relatives(view, lexicon)
    yield from households(view, lexicon)
    yield from rosters(view, lexicon)
    yield from tickets(view, lexicon)
    yield from comma_lines(view, lexicon)
    yield from _payees(view)
    yield from _speakers(view, lexicon)
    yield from _dialogues(view, lexicon)
    if lists:
        yield from listed(view.text, lexicon)


def _payees(view: View) -> Iterator[Match]:
    """Who is paid in a transfer file."""
    for transfer in transfers(view.text):
        if transfer.person:
            yield Match("PERSON", *transfer.payee, 0.97, Check.NONE, "NAME_PAYEE", "payee of a transfer file")


_INTRODUCES = re.compile(rf"(?<=の)(?:[{KANJI}]{{1,5}}|[ァ-ヶー]{{2,8}})$")
_WORKS_AT = re.compile(r"[課部係室局所店社会院校園店署団組方\])ァ-ヶーA-Za-z]の$")
"""Who says where he works before his name: 会計課の佐藤です, not 一連の金利です."""
_SAYS = (
    re.compile(rf"で(?<=[{KANJI}ァ-ヶー]で)(?:す(?:。|\n|$)|ございます)"),
    re.compile(rf"と(?<=[{KANJI}ァ-ヶー]と)申します"),
)
_GREETING = re.compile(
    "お世話に|お疲れ|おつかれ|はじめまして|初めまして|おはよう|こんにちは|失礼(?:いた)?します|ありがとうございます"
)
_BEGINS = re.compile(rf"(?:^|[。、!\n]) {{0,4}}(?P<n>[{KANJI}]{{1,5}}|[ァ-ヶー]{{2,8}})$")
"""Who begins a sentence, behind a greeting: お世話になっております。高橋です。"""
_GREETED = 40
"""Characters before the name in which the greeting stands."""
_POSTED = re.compile(rf" (?<=[部課係室局班科店] )(?P<n>[{KANJI}]{{1,5}})(?=\n|\Z|[、,()]|様|殿|さん|宛| {{2}})")
"""Where somebody works, and his surname: 営業部 森."""
_TIME = re.compile(r":[0-9]{2}")
_AT_TIME = re.compile(
    rf"\[?[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?\]?[ \t]{{1,4}}(?P<a>[{KANJI}]{{2,6}})(?=[ \t:])|(?P<b>[{KANJI}]{{2,6}})[ 　\t]{{1,4}}\[?[0-9]{{1,2}}:[0-9]{{2}}(?! {{0,2}}(?:[→⇒~～発着]|-)|(?: {{1,4}}[0-9]{{1,2}}:[0-9]{{2}}){{2}})"
)


_TURN = re.compile(rf"\n(?P<n>[{KANJI}]{{1,4}}|[ぁ-ん]{{2,5}}|[ァ-ヶー]{{2,6}}|[a-z]{{4,12}}) ?: ?(?=[^ \n:0-9])")


def _dialogues(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Who speaks in turns (ゆかり: …), one line each: two or more who come back, all of them listed as surnames or given
    names."""
    turns = list(_TURN.finditer("\n" + view.text)) if ":" in view.text else []
    speakers = {turn["n"] for turn in turns}
    if not 1 < len(speakers) <= len(turns) - 2:
        return
    known = {
        n
        for n in speakers
        if n in lexicon.surnames
        or n in lexicon.given
        or to_katakana(n) in lexicon.given_kana
        or (n in lexicon.surname_romaji and n not in ENGLISH)
    }
    if known == speakers:
        for turn in turns:
            start, end = turn.span("n")
            yield Match("PERSON", start - 1, end - 1, 0.7, Check.NONE, "NAME_SPEAKER", "speaks in turns")


def _speakers(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Who introduces himself (○○の佐藤でございます) and who speaks in a chat log (佐藤  10:30)."""
    text = view.text
    for says in (match for pattern in _SAYS for match in pattern.finditer(text)):
        at = says.start()
        match = _INTRODUCES.search(text, max(0, at - 9), at)
        if (
            match is not None
            and plausibility(name := match.group(), lexicon) >= 0.7
            and (name in lexicon.surnames or lexicon.known_full(name))
            and (text[says.start()] == "と" or _WORKS_AT.search(text, max(0, match.start() - 4), match.start()))
        ):
            yield Match("PERSON", match.start(), at, 0.8, Check.NONE, "NAME_SPEAKER", "introduces himself")
        begins = _BEGINS.search(text, max(0, at - 10), at)
        if (
            begins is not None
            and (begins["n"] in lexicon.surnames or lexicon.known_full(begins["n"]))
            and _GREETING.search(text, max(0, begins.start() - _GREETED), begins.start("n")) is not None
        ):
            yield Match("PERSON", *begins.span("n"), 0.75, Check.NONE, "NAME_SPEAKER", "greets")
    for posted in _POSTED.finditer(text):
        name = posted["n"]
        if name in lexicon.surnames or lexicon.known_full(name):
            yield Match("PERSON", *posted.span("n"), 0.75, Check.NONE, "NAME_SPEAKER", "behind a department")
    line = -1
    for time in _TIME.finditer(text):
        begin = text.rfind("\n", max(0, time.start() - 16), time.start()) + 1
        if begin == line or (begin == 0 and time.start() > 16):
            continue
        line = begin
        match = _AT_TIME.match(text, begin)
        if match is None:
            continue
        start, end = match.span("a" if match["a"] else "b")
        if text[start:end] in lexicon.surnames or lexicon.known_full(text[start:end]):
            yield Match("PERSON", start, end, 0.75, Check.NONE, "NAME_SPEAKER", "speaks at a time")
