"""Names that their surroundings give away: under a header, behind a label, before an honorific, on both lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from detectors.interface import Check, Match, View
from detectors.labels import LabelIndex
from detectors.names.lexicon import Lexicon
from detectors.names.shape import HONORIFIC, latin, plausibility
from detectors.person_labels import EXACT_HEADERS, STRONG

_STRONG = frozenset(STRONG)
_NOT_PERSON = re.compile(
    r"番号|コード|住所|電話|tel|mail|メール|日|id$|no\.?$|数|所属|部署|会社|役職|印|欄|署名欄|件名|商品|品名|施設|店|機関|銀行|支店|学校|ファイル|file|host|server|domain",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?:\([^)\n]{1,8}\))? ?[)\]】」』>]? ?(?P<mark>[:=|\t])?[ \t]{0,6}(?:\([株有]\))?")
_END = re.compile(
    r"[\n\r\t,、。;|/()（）「」\[\]【】<>\"'*:=~→]|  +|(?<=[一-龥々ァ-ヶーA-Za-z])(?:が|は|を|に|と|の|より|から|まで|です|様)|"
    r" ?[0-9]| (?:印|様)"
)
"""Where a name behind a label ends; particles only behind kanji and katakana, so that はなこ stays whole."""
_KANJI = r"一-龥々ヶ﨑髙㐂"
_POLITE = ("様", "さま", "さん", "氏", "殿", "くん", "君", "ちゃん", "先生")
_TITLES = (
    *_POLITE,
    "部長",
    "課長",
    "係長",
    "社長",
    "専務",
    "常務",
    "室長",
    "局長",
    "次長",
    "主任",
    "主査",
    "主事",
    "主幹",
    "教授",
    "准教授",
    "医師",
    "看護師",
    "弁護士",
    "議員",
    "委員長",
    "委員",
    "選手",
    "理事",
    "監督",
    "会長",
    "店長",
    "園長",
    "校長",
    "教諭",
    "技師",
)
_NOT_TITLE = re.compile(r"氏名|氏族|殿堂|殿様|君が代|様式|様子|様々|様相|委員会|くんれ|君主|理事会|監督署|監督員")
_BEFORE = re.compile(
    rf"(?:[{_KANJI}]{{1,4}}[ 　]?[{_KANJI}ぁ-んァ-ヶー]{{0,4}}|[{_KANJI}]{{1,6}}|[ァ-ヶー]{{2,12}}(?:[ ・][ァ-ヶー]{{2,10}})?|[ぁ-ん]{{2,5}}(?: [ぁ-ん]{{2,5}})?) ?$"
)


@lru_cache(maxsize=1)
def _titles() -> LabelIndex:
    return LabelIndex({"TITLE": _TITLES})


_FULL = re.compile(rf"(?<![{_KANJI}])[{_KANJI}]{{3,6}}(?![{_KANJI}])")
_FULL_SPACED = re.compile(
    rf"(?<![{_KANJI}])(?P<f>[{_KANJI}]{{1,4}})[ 　](?P<g>[{_KANJI}]{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヶー]{{2,5}})(?![{_KANJI}ぁ-んァ-ヶー])"
)
_KANA_SPACED = re.compile(r"(?<![ァ-ヶーA-Za-z])(?P<f>[ァ-ヶー]{2,7})[ 　](?P<g>[ァ-ヶー]{2,7})(?![ァ-ヶー])")
_HIRA_SPACED = re.compile(r"(?<![ぁ-んー一-龥])(?P<f>[ぁ-ん]{2,6})[ 　](?P<g>[ぁ-ん]{2,6})(?![ぁ-んー])")
_KANA_SOLID = re.compile(r"(?<![ァ-ヶー])[ァ-ヶー]{5,11}(?![ァ-ヶー])")
_ROMAJI = re.compile(
    r"(?<![A-Za-z.@/_-])(?:[A-Z][a-z]{2,11}|[A-Z]{3,11}),? (?:[A-Z][a-z]{2,11}|[A-Z]{3,11})(?![A-Za-z@_/-]|\.[a-z])"
)


def find(view: View, lexicon: Lexicon, *, lists: bool = True) -> Iterator[Match]:
    """All names the rules give, with scores between 0.55 and 0.97. ``lists=False`` leaves out names that nothing but
    the lists gives away: the tagger knows the lists too."""
    yield from _columns(view, lexicon)
    yield from _labels(view, lexicon)
    yield from _honorifics(view, lexicon)
    yield from _prefixes(view, lexicon)
    yield from _speakers(view, lexicon)
    if lists:
        yield from _lists(view, lexicon)


def _columns(view: View, lexicon: Lexicon) -> Iterator[Match]:
    text = view.text
    for table in view.layout.tables:
        for column, header in table.headers.items():
            hits = view.labels.index.header(header)
            words = [hits.word(i) for i in range(len(hits.ids)) if "PERSON" in hits.owners(i)]
            exact = header.strip() in EXACT_HEADERS
            if not (words or exact) or _NOT_PERSON.search(header):
                continue
            strong = exact or any(w in _STRONG for w in words)
            cells = [c for row, cs in table.rows.items() if row > table.header_row for c in cs if c.column == column]
            rated = [(c, plausibility(text[c.start : c.end], lexicon)) for c in cells if text[c.start : c.end].strip()]
            if not rated:
                continue
            good = sum(1 for _, p in rated if p >= 0.7) / len(rated)
            need = 0.45 if strong and good >= 0.5 else 0.5 if strong else 0.7
            if not strong and good < 0.6:
                continue
            for cell, rating in rated:
                if rating >= need:
                    start, end = _trimmed(text, cell.start, cell.end)
                    yield Match(
                        "PERSON",
                        start,
                        end,
                        min(0.97, 0.6 + rating * 0.4),
                        Check.NONE,
                        "NAME_COLUMN",
                        f"column {words[-1] if words else header.strip()}",
                    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " 　\t\r\n":
        start += 1
    while end > start and text[end - 1] in " 　\t\r\n":
        end -= 1
    honorific = HONORIFIC.search(text[start:end])
    return start, start + honorific.start() if honorific else end


def _labels(view: View, lexicon: Lexicon) -> Iterator[Match]:
    text = view.text
    labels = view.labels
    for hit in range(len(labels.ids)):
        if "PERSON" not in labels.owners(hit):
            continue
        at = labels.ends[hit]
        word = labels.word(hit)
        joint = _JOINT.match(text, at)
        begin = joint.end() if joint else at
        cell = view.layout.at(labels.starts[hit])
        if cell is not None and cell.end <= begin:
            if (
                view.layout.header(cell) == ""
                and text[cell.start : cell.end].strip(" 　:*") == text[labels.starts[hit] : at]
            ):
                yield from _beside(view, lexicon, cell.table, cell.row, cell.column, word)
            continue
        separated = joint is not None and (joint["mark"] is not None or joint.end() > at)
        mark = joint["mark"] if joint else None
        if not separated or (word in ("甲", "乙") and not mark):
            continue
        if word.isascii() and len(word) <= 4 and not mark:
            continue  # from, to, cc, name: English words unless a colon follows
        if labels.starts[hit] and text[labels.starts[hit] - 1] in "のは非各全" and mark is None:
            continue
        limit = min(len(text), begin + 30) if cell is None else cell.end
        following = hit + 1
        if (
            following < len(labels.starts)
            and begin < labels.starts[following] < limit
            and len(labels.word(following)) > 1
        ):
            limit = labels.starts[following]  # the next field of the form begins here
        match = _behind(text, begin, limit, lexicon, word in _STRONG, bool(mark))
        if match is not None and not _only_labels(view, match[0], match[1]):
            yield Match("PERSON", match[0], match[1], match[2], Check.NONE, "NAME_LABEL", f"label {word}")


def _behind(
    text: str, begin: int, limit: int, lexicon: Lexicon, strong: bool, marked: bool
) -> tuple[int, int, float] | None:
    """The longest plausible name that starts at ``begin``: the text up to the first end mark, then shorter."""
    window = text[begin:limit]
    cut = _END.search(window)
    head = window[: cut.start()] if cut and cut.start() else window if not cut else ""
    head = head.rstrip(" 　")
    need = 0.45 if strong and marked else 0.7
    best: tuple[int, int, float] | None = None
    candidates = [head]
    if " " in head:
        parts = head.split(" ")
        candidates = [" ".join(parts[:n]) for n in range(min(len(parts), 4), 0, -1)]
    for candidate in candidates:
        rating = plausibility(candidate, lexicon)
        if rating >= need and (best is None or rating > best[2] + 0.06):
            best = (begin, begin + len(candidate.rstrip()), rating)
    if best is None:
        return None
    start, end = _trimmed(text, best[0], best[1])
    return start, end, min(0.95, 0.55 + best[2] * 0.4)


def _beside(view: View, lexicon: Lexicon, table: int, row: int, column: int, word: str) -> Iterator[Match]:
    for cell in view.layout.tables[table].rows.get(row, ()):
        if cell.column > column and view.text[cell.start : cell.end].strip():
            if _only_labels(view, cell.start, cell.end):
                return
            rating = plausibility(view.text[cell.start : cell.end], lexicon)
            if rating >= (0.5 if word in _STRONG else 0.75):
                start, end = _trimmed(view.text, cell.start, cell.end)
                yield Match(
                    "PERSON", start, end, min(0.95, 0.55 + rating * 0.4), Check.NONE, "NAME_LABEL", f"cell {word}"
                )
            return


def _only_labels(view: View, start: int, end: int) -> bool:
    """Whether a span is itself made of label words: a form's next field, not a name."""
    covered = sum(view.labels.ends[h] - view.labels.starts[h] for h in view.labels.between(start, end))
    return covered > 0 and covered >= len(view.text[start:end].strip()) - 1


def _honorifics(view: View, lexicon: Lexicon) -> Iterator[Match]:
    text = view.text
    hits = _titles().search(text)
    for hit, at in enumerate(hits.starts):
        if not at or _NOT_TITLE.match(text, at):
            continue
        window = text[max(0, at - 14) : at]
        match = _BEFORE.search(window)
        if match is None:
            continue
        name, start = match.group().rstrip(" "), at - len(window) + match.start()
        title = hits.word(hit)
        polite = title in _POLITE
        best: tuple[int, str, float] | None = None
        for offset in range(len(name)):
            piece = name[offset:]
            if piece[0] in " 　ーッャュョんっ":
                continue
            if offset and not _boundary(name[offset - 1], piece[0]):
                continue
            if offset and "一" <= name[offset - 1] <= "龥" and (len(piece) == 1 or piece[1:2] in (" ", "　")):
                continue  # the last character of a word is no surname: 係長 課長
            if any(part in _TITLES for part in re.split("[ 　]", piece)):
                continue
            rating = plausibility(piece, lexicon)
            if rating >= (0.69 if polite else 0.79) and (best is None or rating > best[2] + 0.05):
                best = (start + offset, piece, rating)
        if best is None and polite and re.fullmatch(r"[ァ-ヶー]{2,12}", name) and title in ("様", "さん", "氏"):
            continue
        if best is not None:
            begin, piece, rating = best
            if len(piece) == 1 and piece not in lexicon.surnames:
                continue
            yield Match(
                "PERSON", begin, begin + len(piece), 0.6 + rating * 0.25, Check.NONE, "NAME_HONORIFIC", f"label {title}"
            )


_PREFIX = re.compile(
    r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|DR|Prof)(?:\. ?| )(?P<n>[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14})?|[一-龥々﨑髙]{1,5})"
)


def _prefixes(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """``Mr. Tanaka``, ``Dr.西村``."""
    for match in _PREFIX.finditer(view.text):
        name = match["n"]
        if name.isascii() or plausibility(name, lexicon) >= 0.7:
            yield Match(
                "PERSON", match.start("n"), match.end("n"), 0.85, Check.NONE, "NAME_HONORIFIC", "title before it"
            )


_INTRODUCES = re.compile(
    rf"(?<=の)(?P<n>[{_KANJI}]{{2,5}}|[ァ-ヶー]{{2,8}})(?=です(?:。|\n|$)|でございます|と申します)"
)
_SPEAKER = re.compile(
    rf"(?:^|\n)(?:\[?[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?\]?[ \t]{{1,4}}(?P<a>[{_KANJI}]{{2,6}})(?=[ \t:])|(?P<b>[{_KANJI}]{{2,6}})[ 　\t]{{1,4}}\[?[0-9]{{1,2}}:[0-9]{{2}})"
)


def _speakers(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Who introduces himself (○○の佐藤でございます) and who speaks in a chat log (佐藤  10:30)."""
    for match in _INTRODUCES.finditer(view.text):
        if plausibility(match["n"], lexicon) >= 0.7 and (
            match["n"] in lexicon.surnames or lexicon.known_full(match["n"])
        ):
            yield Match(
                "PERSON", match.start("n"), match.end("n"), 0.8, Check.NONE, "NAME_SPEAKER", "introduces himself"
            )
    for match in _SPEAKER.finditer(view.text):
        group = "a" if match["a"] else "b"
        if match[group] in lexicon.surnames or lexicon.known_full(match[group]):
            yield Match(
                "PERSON", match.start(group), match.end(group), 0.75, Check.NONE, "NAME_SPEAKER", "speaks at a time"
            )


def _boundary(before: str, after: str) -> bool:
    """Whether a name may begin between the two characters: anywhere inside kanji, at a change of script."""

    def script(char: str) -> int:
        return 0 if "ぁ" <= char <= "ん" else 1 if "ァ" <= char <= "ー" else 2

    return script(before) == 2 or script(before) != script(after) or before in " 　・"


def _lists(view: View, lexicon: Lexicon) -> Iterator[Match]:
    text = view.text
    for match in _FULL.finditer(text):
        if (
            lexicon.known_full(match.group())
            and plausibility(match.group(), lexicon) > 0.9
            and _not_place(match.group())
        ):
            yield Match(
                "PERSON", match.start(), match.end(), 0.72, Check.NONE, "NAME_LIST", "surname and given name listed"
            )
    for match in _FULL_SPACED.finditer(text):
        if (
            match["f"] in lexicon.surnames
            and match["g"] in lexicon.given
            and plausibility(match.group(), lexicon) > 0.8
        ):
            yield Match(
                "PERSON", match.start(), match.end(), 0.85, Check.NONE, "NAME_LIST", "surname and given name listed"
            )
    for pattern, score in ((_KANA_SPACED, 0.8), (_HIRA_SPACED, 0.75)):
        for match in pattern.finditer(text):
            if plausibility(match.group(), lexicon) >= (0.95 if score > 0.75 else 0.79):
                yield Match(
                    "PERSON", match.start(), match.end(), score, Check.NONE, "NAME_LIST", "both readings listed"
                )
    for match in _ROMAJI.finditer(text):
        if latin(match.group(), lexicon) >= 0.9:
            yield Match("PERSON", match.start(), match.end(), 0.7, Check.NONE, "NAME_LIST", "romaji listed")


_PLACE = re.compile(r"[都道府県市区町村駅港川山島寺]$|大学|空港|公園|神社")


def _not_place(name: str) -> bool:
    return not _PLACE.search(name)
