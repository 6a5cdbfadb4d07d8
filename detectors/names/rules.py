"""Names that their surroundings give away: under a header, behind a label, before an honorific, on both lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from detectors.interface import Check, Match, View
from detectors.labels import LabelIndex
from detectors.names.lexicon import Lexicon, to_katakana
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
HONORIFIC_BEHIND = re.compile(r"(?: ?(?:様|さん|氏|殿|先生))?")
SEVERAL = 0.72
"""What each of several names behind one label must rate: more than a given name alone, which many a word is too."""
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
_ALL_TITLES = frozenset(_TITLES)
_NO_TITLE_BEFORE = {"様": "仕同模多一異両有", "さん": "くざ", "さま": "かお"}
"""What makes another word of a title: 仕様, たくさん, いかさま."""
_NOT_TITLE = re.compile(
    r"さま[でらざれた]|様[なに](?<=[そこあどの].[なに])|氏名|氏族|殿堂|殿様|君が代|様式|様子|様々|様相|委員会|くんれ|君主|理事会|監督署|監督員"
)
_BEFORE = tuple(
    re.compile(form)
    for form in (
        rf" ?[{_KANJI}ぁ-んァ-ヶー]{{0,4}}[ 　]?[{_KANJI}]{{1,4}}",
        rf" ?[{_KANJI}]{{1,6}}",
        r" ?(?:[ァ-ヶー]{2,10}[ ・])?[ァ-ヶー]{2,12}",
        r" ?(?:[ぁ-ん]{2,5} )?[ぁ-ん]{2,5}",
    )
)
"""Names as they stand before a title, spelt backwards: matched from the title on, each as long as it can be."""


@lru_cache(maxsize=1)
def _titles() -> LabelIndex:
    return LabelIndex({"TITLE": _TITLES})


_SOLID = re.compile(rf"[{_KANJI}]{{3,}}")
_GAP = re.compile(rf" (?=[A-Z{_KANJI}ぁ-んァ-ヶー])(?<=[A-Za-z,{_KANJI}ぁ-んァ-ヶー] )")
"""One space between two words that may be the halves of a name."""
_HALVES = {
    "kanji": (
        re.compile(rf"[{_KANJI}]{{1,5}}"),
        re.compile(rf" (?:[{_KANJI}]{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヶー]{{2,5}})(?![{_KANJI}ぁ-んァ-ヶー])"),
    ),
    "katakana": (re.compile(r"[ァ-ヶーA-Za-z]{2,8}"), re.compile(r" [ァ-ヶー]{2,7}(?![ァ-ヶー])")),
    "hiragana": (re.compile(r"[ぁ-んー一-龥]{2,7}"), re.compile(r" [ぁ-ん]{2,6}(?![ぁ-んー])")),
    "latin": (
        re.compile(r",?[A-Za-z.@/_-]{3,13}"),
        re.compile(r" (?:[A-Z][a-z]{2,11}|[A-Z]{3,11})(?![A-Za-z@_/-]|\.[a-z])"),
    ),
}
"""Script → the word before the gap, spelt backwards and with what must not touch it, and the gap with the word behind."""
_ROMAJI_FIRST = re.compile(r"(?:[A-Z][a-z]{2,11}|[A-Z]{3,11}),?")


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
            cells = [(c, text[c.start : c.end]) for c in table.below(column)]
            rated = [
                (piece, plausibility(text[piece[0] : piece[1]], lexicon))
                for c, value in cells
                if value and not value.isspace()
                for piece in _pieces(value, c.start, lexicon)
            ]
            if not rated:
                continue
            good = sum(1 for _, p in rated if p >= 0.7) / len(rated)
            need = 0.45 if strong and good >= 0.5 else 0.5 if strong else 0.7
            if not strong and good < 0.6:
                continue
            for piece, rating in rated:
                if rating >= need:
                    start, end = _trimmed(text, *piece)
                    yield Match(
                        "PERSON",
                        start,
                        end,
                        min(0.97, 0.6 + rating * 0.4),
                        Check.NONE,
                        "NAME_COLUMN",
                        f"column {words[-1] if words else header.strip()}",
                    )


_BETWEEN = re.compile(r" ?[・/、&] ?")
"""What stands between two persons of one cell or one label."""


def _pieces(value: str, start: int, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The spans of a cell that are to be rated: all of it, or each name where several stand in it (比嘉/金城)."""
    whole = [(start, start + len(value))]
    if _BETWEEN.search(value) is None or plausibility(value, lexicon) > 0:
        return whole
    pieces: list[tuple[int, int]] = []
    at = 0
    for gap in (*_BETWEEN.finditer(value), None):
        end = gap.start() if gap else len(value)
        if plausibility(value[at:end], lexicon) < SEVERAL:
            return whole
        pieces.append((start + at, start + end))
        at = gap.end() if gap else end
    return pieces


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
    for hit in labels.of("PERSON"):
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
        strong = word in _STRONG and not word.isascii()  # Cc: is English in a sentence too
        match = _behind(text, begin, limit, lexicon, strong, bool(mark))
        while match is not None and not _only_labels(view, match[0], match[1]):
            yield Match("PERSON", match[0], match[1], match[2], Check.NONE, "NAME_LABEL", f"label {word}")
            gap = _BETWEEN.match(text, HONORIFIC_BEHIND.match(text, match[1]).end())  # type: ignore[union-attr]
            if gap is None:
                break
            limit = min(len(text), gap.end() + 30) if cell is None else cell.end
            match = _behind(text, gap.end(), limit, lexicon, False, False)
            if match is not None and plausibility(text[match[0] : match[1]], lexicon) < SEVERAL:
                break


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
            heading = row == view.layout.tables[table].header_row  # the next heading (開始) rather than a value
            if rating >= (SEVERAL if heading else 0.5 if word in _STRONG else 0.75):
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
        if not at or _NOT_TITLE.match(text, at) or text[at - 1] in _NO_TITLE_BEFORE.get(hits.word(hit), ""):
            continue
        behind = text[max(0, at - 14) : at][::-1]
        length = max(match.end() if (match := form.match(behind)) else 0 for form in _BEFORE)
        if not length:
            continue
        name, start = text[at - length : at].rstrip(" "), at - length
        title = hits.word(hit)
        polite = title in _POLITE
        best: tuple[int, str, float] | None = None
        for offset in range(len(name)):
            first = name[offset]
            if first in " 　ーッャュョんっ" or (offset and not _boundary(name[offset - 1], first)):
                continue
            piece = name[offset:]
            if offset and "一" <= name[offset - 1] <= "龥" and (len(piece) == 1 or piece[1:2] in (" ", "　")):
                continue  # the last character of a word is no surname: 係長 課長
            if not _ALL_TITLES.isdisjoint(piece.replace("　", " ").split(" ")):
                continue
            rating = 0.8 if polite and piece in "東西南北" else plausibility(piece, lexicon)
            if rating >= (0.69 if polite else 0.79) and (best is None or rating > best[2] + 0.05):
                best = (start + offset, piece, rating)
        if best is None and title in ("くん", "ちゃん", "さん"):
            best = _child(name, start, lexicon)
        if best is None and polite and re.fullmatch(r"[ァ-ヶー]{2,12}", name) and title in ("様", "さん", "氏"):
            continue
        if best is not None:
            begin, piece, rating = best
            if len(piece) == 1 and piece not in lexicon.surnames:
                continue
            yield Match(
                "PERSON", begin, begin + len(piece), 0.6 + rating * 0.25, Check.NONE, "NAME_HONORIFIC", f"label {title}"
            )


def _child(name: str, start: int, lexicon: Lexicon) -> tuple[int, str, float] | None:
    """A given name in hiragana right behind other hiragana (1位になったゆうとくん): the longest listed reading."""
    for offset in range(len(name) - 3 + 1):
        piece = name[offset:]
        if len(piece) <= 5 and all("ぁ" <= c <= "ん" for c in piece) and to_katakana(piece) in lexicon.given_kana:
            return start + offset, piece, 0.7
    return None


_BEFORE_NAMES = ("Mr", "Ms", "Miss", "Dr", "DR", "Prof")
_PREFIX = re.compile(
    r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|DR|Prof)(?:\. ?| )(?P<n>[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14})?|[一-龥々﨑髙]{1,5})"
)


def _prefixes(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """``Mr. Tanaka``, ``Dr.西村``."""
    if not any(title in view.text for title in _BEFORE_NAMES):
        return
    for match in _PREFIX.finditer(view.text):
        name = match["n"]
        if name.isascii() or plausibility(name, lexicon) >= 0.7:
            yield Match(
                "PERSON", match.start("n"), match.end("n"), 0.85, Check.NONE, "NAME_HONORIFIC", "title before it"
            )


_INTRODUCES = re.compile(rf"(?<=の)(?:[{_KANJI}]{{2,5}}|[ァ-ヶー]{{2,8}})$")
_WORKS_AT = re.compile(r"[課部係室局所店社会院校園店署団組方\])ァ-ヶーA-Za-z]の$")
"""Who says where he works before his name: 会計課の佐藤です, not 一連の金利です."""
_SAYS = re.compile(
    r"で(?<=[一-龥々ヶ﨑髙㐂ァ-ヶー]で)(?:す(?:。|\n|$)|ございます)|と(?<=[一-龥々ヶ﨑髙㐂ァ-ヶー]と)申します"
)
_TIME = re.compile(r":[0-9]{2}")
_AT_TIME = re.compile(
    rf"\[?[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?\]?[ \t]{{1,4}}(?P<a>[{_KANJI}]{{2,6}})(?=[ \t:])|(?P<b>[{_KANJI}]{{2,6}})[ 　\t]{{1,4}}\[?[0-9]{{1,2}}:[0-9]{{2}}"
)


def _speakers(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Who introduces himself (○○の佐藤でございます) and who speaks in a chat log (佐藤  10:30)."""
    text = view.text
    for says in _SAYS.finditer(text):
        at = says.start()
        match = _INTRODUCES.search(text, max(0, at - 9), at)
        if (
            match is not None
            and plausibility(name := match.group(), lexicon) >= 0.7
            and (name in lexicon.surnames or lexicon.known_full(name))
            and (text[says.start()] == "と" or _WORKS_AT.search(text, max(0, match.start() - 4), match.start()))
        ):
            yield Match("PERSON", match.start(), at, 0.8, Check.NONE, "NAME_SPEAKER", "introduces himself")
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


def _boundary(before: str, after: str) -> bool:
    """Whether a name may begin between the two characters: anywhere inside kanji, at a change of script."""

    def script(char: str) -> int:
        return 0 if "ぁ" <= char <= "ん" else 1 if "ァ" <= char <= "ー" else 2

    return script(before) == 2 or script(before) != script(after) or before in " 　・"


def _lists(view: View, lexicon: Lexicon) -> Iterator[Match]:
    text = view.text
    for match in _SOLID.finditer(text):
        start, end = match.span()
        if (
            end - start <= 6
            and lexicon.known_full(name := match.group())
            and plausibility(name, lexicon) > 0.9
            and _not_place(name)
        ):
            yield Match("PERSON", start, end, 0.72, Check.NONE, "NAME_LIST", "surname and given name listed")
    for match in _GAP.finditer(text):
        yield from _spaced(text, match.start(), lexicon)


def _spaced(text: str, gap: int, lexicon: Lexicon) -> Iterator[Match]:
    """A listed surname and a listed given name with the space at ``gap`` between them."""
    script = _script(text[gap - 1])
    before, behind = _HALVES[script]
    first = before.match(text[max(0, gap - 14) : gap][::-1])
    second = behind.match(text, gap)
    if first is None or second is None:
        return
    start, end = gap - first.end(), second.end()
    family, name = text[start:gap], text[start:end]
    if script == "kanji":
        if len(family) <= 4 and family in lexicon.surnames and text[gap + 1 : end] in lexicon.given:
            if plausibility(name, lexicon) > 0.8:
                yield Match("PERSON", start, end, 0.85, Check.NONE, "NAME_LIST", "surname and given name listed")
    elif script == "latin":
        if _ROMAJI_FIRST.fullmatch(family) and latin(name, lexicon) >= 0.9:
            yield Match("PERSON", start, end, 0.7, Check.NONE, "NAME_LIST", "romaji listed")
    elif _KANA_HALF[script].fullmatch(family):
        least, score = (0.95, 0.8) if script == "katakana" else (0.79, 0.75)
        if plausibility(name, lexicon) >= least:
            yield Match("PERSON", start, end, score, Check.NONE, "NAME_LIST", "both readings listed")


_KANA_HALF = {"katakana": re.compile(r"[ァ-ヶー]{2,7}"), "hiragana": re.compile(r"[ぁ-ん]{2,6}")}


def _script(char: str) -> str:
    if char.isascii():
        return "latin"
    if "ぁ" <= char <= "ん":
        return "hiragana"
    return "katakana" if "ァ" <= char <= "ヵ" or char == "ー" else "kanji"


_PLACE = re.compile(r"[都道府県市区町村駅港川山島寺]$|大学|空港|公園|神社")


def _not_place(name: str) -> bool:
    return not _PLACE.search(name)
