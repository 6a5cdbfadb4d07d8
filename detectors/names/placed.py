"""Names that their place gives away: under a header that announces persons, or behind such a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.interface import Check, Match, View
from detectors.names.belief import ordinary
from detectors.names.lexicon import Lexicon
from detectors.names.romaji import ENGLISH, in_full
from detectors.names.shape import SEVERAL, SURNAME_TOO, bare, not_a_name, plausibility
from detectors.person_labels import STRONG
from detectors.tables.columns import Column, organisation, written_as_name
from detectors.tables.headings import part_of_name
from detectors.tables.kinds import ColumnKind
from detectors.tables.layout import Table

_STRONG = frozenset(STRONG)
_NOT_PERSON = re.compile(
    r"番号|コード|住所|電話|tel|mail|メール|日|id$|no\.?$|数|所属|部署|会社|役職|印|欄|署名欄|件名|商品|品名|施設|店|機関|銀行|支店|学校|ファイル|file|host|server|domain",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?:\([^)\n]{1,8}\))? ?[)\]】」』>]? ?(?P<mark>[:=|\t])?[ \t]{0,6}(?:\([株有]\))?")
_END = re.compile(
    r"[\n\r\t,、。;|/()（）「」\[\]【】<>\"'*:=~→]|  +|(?<=[一-龥々ァ-ヶーA-Za-z])(?:が|は|を|に|と|の|より|から|まで|です|様)|"
    r" ?[0-9]| (?:印|様)|(?:他|ほか)(?= ?[0-9]{1,4} ?[名人])"
)
"""Where a name behind a label ends; particles only behind kanji and katakana, so that はなこ stays whole."""
_BRACKETED = re.compile(r" ?\((?P<n>[^()\n:0-9]{1,12})\)(?=[\s。、,)]|\Z)")
"""記録者(森)."""
_DIRECTIONS = frozenset("東西南北")
"""Surnames too, where nothing else can stand."""
_COLUMNS = re.compile(r"[^ ] [^ ] [^ ](?: |\n|\Z)")
"""Headings of one letter each: 氏名 英 数 国 計."""
_NEXT = re.compile(r"(?: ?(?:様|さん|氏|殿|先生))?(?: ?\([^()\n]{1,4}\))? ?[・/、&] ?")
"""What stands between two names behind one label."""
_WINDOW = 80
"""Characters of a cell behind a label in which a name may stand: no name is longer than thirty."""
UNSURE = 0.4
"""Score of what counts only where the tagger agrees."""


def columns(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Names in columns of persons; where the heading leaves no doubt it decides, whatever the lists know."""
    text = view.text
    for number, table in enumerate(view.layout.tables):
        of_persons: bool | None = None
        for place, column in view.columns(number).items():
            header = column.header
            hits = view.labels.index.header(header)
            words = [hits.word(i) for i in range(len(hits.ids)) if "PERSON" in hits.owners(i)]
            named = column.of_persons or column.kind is ColumnKind.PARTY
            if not named and not (words and column.kind is ColumnKind.UNKNOWN and not _NOT_PERSON.search(header)):
                continue
            strong = column.sure >= _DECIDED or any(w in _STRONG for w in words)
            cells = [(c, text[c.start : c.end]) for c in table.below(place)]
            rated = [
                (piece, plausibility(text[piece[0] : piece[1]], lexicon))
                for c, value in cells
                if value and not value.isspace()
                for piece in _pieces(value, c.start, lexicon)
            ]
            if not strong and of_persons is None:
                of_persons = _of_persons(view, table)
            part = part_of_name(header)
            if strong or of_persons:
                strong = True
                rated = [(p, r or _in_latin(text[p[0] : p[1]])) for p, r in rated]
                rated = [
                    (p, r if r >= 0.5 else max(r, _under_heading(text[p[0] : p[1]], lexicon, part))) for p, r in rated
                ]
            if not rated:
                continue
            if column.of_persons and column.sure >= _DECIDED:
                rated = [(p, max(r, _decided(text[p[0] : p[1]].strip(), column, lexicon))) for p, r in rated]
            good = sum(1 for _, p in rated if p >= 0.7) / len(rated)
            need = 0.45 if strong and good >= 0.5 else 0.5 if strong else 0.7
            if not strong and good < 0.6 and column.kind is not ColumnKind.PARTY:
                continue
            for piece, rating in rated:
                if rating >= need:
                    start, end = _trimmed(text, *piece)
                    if column.kind is ColumnKind.PARTY and organisation(text[start:end]):
                        continue
                    yield Match(
                        "PERSON",
                        start,
                        end,
                        min(0.97, 0.6 + rating * 0.4),
                        Check.NONE,
                        "NAME_COLUMN",
                        f"column {words[-1] if words else header}",
                    )


_DECIDED = 0.85
"""How sure a column must be of persons for its heading to decide."""


def _decided(value: str, column: Column, lexicon: Lexicon) -> float:
    """Rating of a value that nothing but its heading speaks for."""
    if len(value) == 1 and value in _DIRECTIONS:
        return 0.6
    if not written_as_name(value) or not_a_name(value):
        return 0.0
    return 0.0 if column.sure < _BY_NAME and lexicon.noun(value) else 0.6


_BY_NAME = 0.9
"""How sure a column is whose heading says names (氏名, 監督名) and not only who (担当)."""


_PART = re.compile("[一-龥々ヶ]{1,4}|[ぁ-んー]{1,6}|[ァ-ヶー]{1,8}")
_TURNED = re.compile(r"(?P<given>[^\s,]{1,6})(?:, ?| )(?P<family>[^\s,]{1,6})")


def _under_heading(value: str, lexicon: Lexicon, part: str) -> float:
    """Rating of what the lists do not know as a name, under a heading that leaves no doubt: a rare 姓 or 名 in a column of
    its own, or a name whose parts are turned round."""
    if part:
        return 0.5 if _PART.fullmatch(value) is not None else 0.0
    turned = _TURNED.fullmatch(value)
    return plausibility(f"{turned['family']} {turned['given']}", lexicon) * 0.9 if turned else 0.0


_FOREIGN = re.compile(r"[A-Z][A-Za-z'-]+(?:,? [A-Z][A-Za-z'.-]*){1,4}")
_PERSONAL = frozenset({"BIRTH_DATE", "PASSPORT", "FOREIGN_PASSPORT", "RESIDENCE_CARD", "MY_NUMBER"})


def _in_latin(value: str) -> float:
    """Rating of a name in Latin letters under a header that leaves no doubt, whether the lists know it or not."""
    whole = value.isascii() and _FOREIGN.fullmatch(value.strip()) is not None
    return 0.7 if whole and ENGLISH.isdisjoint(value.lower().replace(",", " ").split()) else 0.0


def _of_persons(view: View, table: Table) -> bool:
    """Whether another header of a table speaks of what only persons have."""
    headers = (view.labels.index.header(header) for header in table.headers.values())
    return any(not _PERSONAL.isdisjoint(owners) for hits in headers for owners in hits.all_owners())


_POST = re.compile(r"[^ ]{1,10}[課部係室局所店社院校園宅団科班員] (?=[^ ])")
"""Where somebody works or what he is, before his name."""
_BETWEEN = re.compile(r" ?[・/、&] ?")
"""What stands between two persons of one cell."""


def _pieces(value: str, start: int, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The spans of a cell that are to be rated: all of it, or each name where several stand in it (比嘉/金城)."""
    value = value.rstrip(" /・、&")
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
    return bare(text, start, end, " 　\t\r\n")


def labels(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Names behind labels, in their cell or line and in the cell beside them."""
    text = view.text
    labels = view.labels
    for hit in labels.of("PERSON"):
        at = labels.ends[hit]
        word = labels.word(hit)
        if word in _STRONG and (told := _BRACKETED.match(text, at)) is not None:
            begin, end = bare(text, *told.span("n"), " ")
            if (rating := plausibility(text[begin:end], lexicon)) >= 0.7 and not _only_labels(view, begin, end):
                score = min(0.95, 0.55 + rating * 0.4)
                yield Match("PERSON", begin, end, score, Check.NONE, "NAME_LABEL", f"label {word}")
                continue
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
        limit = min(len(text), begin + 30) if cell is None else min(cell.end, begin + _WINDOW)
        following = hit + 1
        if (
            following < len(labels.starts)
            and begin < labels.starts[following] < limit
            and len(labels.word(following)) > 1
        ):
            limit = labels.starts[following]  # the next field of the form begins here
        if word.isascii() and not mark and "ぁ" <= text[begin : begin + 1] <= "ん":
            continue  # user name なら
        strong = word in _STRONG and not word.isascii()  # Cc: is English in a sentence too
        match = _behind(text, begin, limit, lexicon, strong, bool(mark)) or _foreign(text, begin, limit, lexicon)
        while match is not None and not _only_labels(view, match[0], match[1]):
            yield Match("PERSON", match[0], match[1], match[2], Check.NONE, "NAME_LABEL", f"label {word}")
            match = _next(text, match[1], None if cell is None else cell.end, lexicon)


_FOREIGN = re.compile(r"(?:[A-Z][A-Za-z'\-]+|[A-Z]\.)(?: (?:[A-Z][A-Za-z'\-]+|[A-Z]\.)){0,3}(?![A-Za-z0-9@_]| ?[:=])")


def _foreign(text: str, begin: int, limit: int, lexicon: Lexicon) -> tuple[int, int, float] | None:
    """A name in Latin letters that no list has, too unsure to count without the tagger (Name: Margaret O'Neill)."""
    match = _FOREIGN.match(text, begin, limit)
    if match is None:
        return None
    if in_full(match.group(), lexicon):
        return begin, match.end(), 0.85
    if not ENGLISH.isdisjoint(match.group().lower().split()):
        return None
    return begin, match.end(), UNSURE


def _next(text: str, end: int, limit: int | None, lexicon: Lexicon) -> tuple[int, int, float] | None:
    """The next of several names behind one label (担当 佐藤、鈴木): it must be surer than the first."""
    gap = _NEXT.match(text, end)
    if gap is None:
        return None
    limit = min(len(text), gap.end() + 30) if limit is None else min(limit, gap.end() + _WINDOW)
    found = _behind(text, gap.end(), limit, lexicon, False, False)
    return found if found is not None and plausibility(text[found[0] : found[1]], lexicon) >= SEVERAL else None


def _behind(
    text: str, begin: int, limit: int, lexicon: Lexicon, strong: bool, marked: bool
) -> tuple[int, int, float] | None:
    """The longest plausible name that starts at ``begin``: the text up to the first end mark, then shorter."""
    window = text[begin:limit]
    cut = _END.search(window)
    head = window[: cut.start()] if cut and cut.start() else window if not cut else ""
    head = head.rstrip(" 　")
    while (post := _POST.match(head)) is not None and plausibility(post.group(), lexicon) < SURNAME_TOO:
        head, begin = head[post.end() :], begin + post.end()
    alone = cut is None or window[cut.start()] in "\r\n("  # nothing but the name stands behind the label
    if head in _DIRECTIONS and strong and marked:
        return begin, begin + 1, 0.75  # 担当:東
    need = 0.45 if strong and marked else SURNAME_TOO if strong and alone else 0.7
    best: tuple[int, int, float] | None = None
    candidates = [head]
    if " " in head:
        parts = head.split(" ")
        candidates = [" ".join(parts[:n]) for n in range(min(len(parts), 4), 0, -1)]
    if "・" in head:
        candidates.append(head[: head.index("・")])
    for candidate in candidates:
        rating = plausibility(candidate, lexicon)
        if (rating <= 0.5 and lexicon.noun(candidate)) or (len(candidate) == 1 and _COLUMNS.match(window)):
            continue
        ended = cut is None or window[cut.start()] in " \n\r\t()]、,/"
        if not ended and (not marked or len(candidate) == 1) and ordinary(candidate):
            continue  # 司会 今日は: a sentence
        if rating >= need and (best is None or rating > best[2] + 0.06):
            best = (begin, begin + len(candidate.rstrip()), rating)
    if best is None:
        return None
    start, end = _trimmed(text, best[0], best[1])
    return start, end, min(0.95, 0.55 + best[2] * 0.4)


def _beside(view: View, lexicon: Lexicon, table: int, row: int, column: int, word: str) -> Iterator[Match]:
    for cell in view.layout.behind(table, row, column):
        if view.text[cell.start : cell.end].strip():
            if _only_labels(view, cell.start, cell.end):
                return
            rating = plausibility(view.text[cell.start : cell.end], lexicon)
            heading = row == view.layout.tables[table].header_row  # the next heading (開始) rather than a value
            strong = word in _STRONG and not word.isascii()
            if rating >= (SEVERAL if heading else 0.5 if strong else 0.7):
                start, end = _trimmed(view.text, cell.start, cell.end)
                yield Match(
                    "PERSON", start, end, min(0.95, 0.55 + rating * 0.4), Check.NONE, "NAME_LABEL", f"cell {word}"
                )
            return


def _only_labels(view: View, start: int, end: int) -> bool:
    """Whether a span is itself made of label words: a form's next field, not a name."""
    covered = sum(view.labels.ends[h] - view.labels.starts[h] for h in view.labels.between(start, end))
    return covered > 0 and covered >= len(view.text[start:end].strip()) - 1
