"""生年月日: a date is a birth date only with its label, its column, 生まれ behind it, or an age beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from detectors.births import BUSINESS, LATEST
from detectors.context import label_of
from detectors.dates import DATE, enacted, parse
from detectors.interface import Check, Match, View
from detectors.tables.inserts import FILLED

_FORM = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR明大昭平令])(?=[^0-9]{0,10}$|[^0-9]{0,10}[0-9元]))?[^0-9元明大昭平令]{0,10}(?<![0-9])(?P<y>[0-9]{1,2}|元)\s{0,3}年\s{0,4}(?P<m>[0-9]{1,2})\s{0,3}月\s{0,4}(?P<d>[0-9]{1,2})\s{0,3}日"
)
"""A form with the eras to tick, its parts perhaps on several lines: ☑昭和 □平成 55年 1月 1日."""
_LEAD = re.compile(
    r"(?:[^\w。]|・[一-龥](?=・)|明治|大正|昭和|平成|令和|西暦|和暦|[年月日明大昭平令MTSHR]|(?:を|に)?(?:○|記入|選択)){0,60}"
)
"""What a form may print between 生年月日 and the year."""
_CHOICE = re.compile(r"[明大昭平][・/、 ]$")
"""Eras to choose from; which one was circled the text does not tell (明・大・昭・平・令 51年6月3日)."""
_NO_DAY = date(1900, 1, 1)
"""What programs write where they know none."""
_BEHIND = re.compile(r" ?[)]? ?(?:(?:生まれ|生れ|誕生|出生|に生まれ)|生(?![産活徒命成計年涯存物]))")
_OF_BODY = re.compile(r" ?[(・、, ]{0,2} ?(?:満|現在|年齢:?)? ?[0-9]{1,3} ?[歳才]|[ ,、|\t]血液型")
"""The age or the blood group behind a date."""
_BOXED = re.compile(
    r"(?:[0-9][ \t|]{1,3}){7}[0-9]|(?P<e>[MTSHR明大昭平令]|明治|大正|昭和|平成|令和)[ \t|]{0,3}(?:[0-9][ \t|]{1,3}){5}[0-9]"
)
_PARTS = re.compile(
    r"(?:(?P<e>明治|大正|昭和|平成|令和|[MTSHR明大昭平令])[ |│┃\t]{0,3})?(?<![0-9])(?P<y>[12][0-9]{3}|[0-9]{1,2})[ \t]{0,2}[|│┃\t][ \t]{0,2}(?P<m>[0-9]{1,2})[ \t]{0,2}[|│┃\t][ \t]{0,2}(?P<d>[0-9]{1,2})(?![0-9])"
)
_PARTS_REACH = 40
"""Year, month and day in boxes of their own, and how far behind the label they begin."""
_BOX_SIGNS = tuple(
    re.compile(rf"{mark}(?<=[0-9]{mark})[ \t|]{{0,2}}[0-9](?:[ \t|]{{1,3}}[0-9]){{4}}") for mark in (" ", "\t", r"\|")
)
_SEX = re.compile(r"[ |,、・\t(][男女](?![一-龥])")
_KIN = re.compile(
    r"(?<![一-龥])(?:[長次二三四五]?[男女]|子|妻|夫|父|母|孫|本人|配偶者|世帯主|祖父|祖母|兄|姉|弟|妹|養子)[ 　|,、・\t(]{1,3}$"
)
"""Who somebody is in a family, right before a date."""
_LISTED = re.compile(r"及び|並びに|又は|若しくは|その他|を|に関|に係|のうち|、 ?(?:氏名|住所|性別|年齢|職業|電話)")
"""Between 生年月日 and a date: the word is one of those that a sentence lists, and announces nothing."""
_NAMED = re.compile(r"[殿様氏] {0,3}[(]?$")
"""Somebody's title right before a date."""


_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        r"生(?<=[日0-9〇一二三四五六七八九十) に誕出]生)(?![産活徒命成計涯存物])",
        r"歳(?<=[0-9 ]歳)",
        r"才(?<=[0-9 ]才)",
        r"血(?<=[0-9日][ ,、|\t]血)液型",
        r"血液型(?<=[0-9日][ 　,、|\t]血液型)",
        r"男(?<=[0-9日][ 　|,、・\t(]男)(?![一-龥])",
        r"女(?<=[0-9日][ 　|,、・\t(]女)(?![一-龥])",
    )
)
"""Each begins with a character that stands for itself: the engine then skips to it."""
_LATIN_SIGNS = tuple(re.compile(rf"{sex}(?<=[0-9 ][ /,|\t]{sex})(?![A-Za-z0-9])") for sex in "MF")
_SEX_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        *(rf"{sex}(?<=[ 　|,、・\t/(:]{sex}) ?[/、,|・\t ]{{1,3}}(?=[MTSHRmtshr明大昭平令12])" for sex in "男女"),
        *(rf"{sex}(?<=[ |,/\t]{sex}) ?[/,|\t ]{{1,3}}(?=[0-9])" for sex in "MF"),
        r"生(?<![一-龥ぁ-んァ-ヶ]生) ?: ?(?=[MTSHRmtshr明大昭平令12])",
    )
)
"""The sex, or 生 as a label, right before a date."""
_SEXED_BEFORE = re.compile(r"(?:[ 　|,、・\t/(:]|^)[男女MF] ?[/、,|・\t ]{1,3}$")
_BORN_BEFORE = re.compile(r"(?<![一-龥ぁ-んァ-ヶ])生 ?: ?$")
_SEX_LATIN = re.compile(r" {0,2}[/,|\t ] {0,2}[MF](?![A-Za-z0-9])")
_CLOSED_OFF = re.compile(r" ?(?:\)|\n|\Z)|  ")
"""What stands behind the birth of somebody of a family: not what happened on that day."""
_KIN_SIGNS = tuple(
    re.compile(rf"{mark}(?<=[人妻夫父母男女子孫]{mark})(?= ?[MTSHRmtshr明大昭平令])") for mark in (r"\(", " ")
)
"""Somebody of a family, before a date in brackets: 妻(昭和48年10月9日)."""
_AGED_SIGNS = tuple(
    re.compile(rf"{age}(?<=[0-9]{age}) {{0,2}}[(、・/] ?(?=[12MTSHRmtshr明大昭平令])") for age in "歳才"
)
_AGED_BEFORE = re.compile(r"[0-9]{1,3}[歳才] {0,2}[(、・/] ?$")
"""The age, before a date: 41歳(S60.3.3)."""


def _near_birth(text: str, labels: list[int], cells: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Dates that may be told to be births: shortly before 生 or an age, around a label, in a cell of a birth column."""
    signs = sorted(
        [(max(0, m.start() - 30), m.end() + 1) for sign in _SIGNS for m in sign.finditer(text)]
        + [(m.end(), m.end() + 30) for sign in (*_KIN_SIGNS, *_SEX_SIGNS, *_AGED_SIGNS) for m in sign.finditer(text)]
        + [(max(0, m.start() - 14), m.start()) for sign in _LATIN_SIGNS for m in sign.finditer(text)]
        + [(max(0, at - 40), at + 120) for at in labels]
        + cells
    )
    for low, high in _together(signs):
        yield from DATE.finditer(text, low, min(len(text), high))


def _together(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that touch as one: where signs stand close, a text is read once and not once a sign."""
    if not spans:
        return
    low, high = spans[0]
    for start, end in spans:
        if start > high:
            yield low, high
            low, high = start, end
        high = max(high, end)
    yield low, high


def accepts(value: str) -> bool:
    """Whether the whole value is a date that a person may be born on."""
    match = DATE.fullmatch(value)
    found = parse(match) if match else None
    return found is not None and 1860 <= found.year <= 2100


def _is_birth(view: View, header: str) -> bool:
    """Whether a header announces births. ``birth`` alone counts as a whole header only: DATE_OF_BIRTH is also the name of
    an entity in settings."""
    owners = view.labels.index.header(header).all_owners()
    return header.strip().lower() == "birth" or any("BIRTH_DATE" in families for families in owners)


def _beside(view: View, hit: int) -> Iterator[tuple[int, int]]:
    """The cells of the row that a label heads."""
    cell = view.layout.at(view.labels.starts[hit])
    if cell is not None and view.layout.left(cell) is None:  # once a row
        yield from ((other.start, other.end) for other in view.layout.right(cell))


_FAMILIES = frozenset(("BIRTH_DATE",))


class BirthDateRecognizer:
    """Dates of birth in running text, forms and tables."""

    name = "birth_date"

    def find(self, view: View) -> Iterator[Match]:
        """Candidates, looked for only around a sign of birth."""
        text = view.text
        hits = view.labels.of("BIRTH_DATE")
        columns = [
            table.below(column)
            for table in view.layout.tables
            for column, header in table.headers.items()
            if _is_birth(view, header)
        ]
        cells = [cell[:2] for column in columns for cell in column if not text.startswith(FILLED, cell[0])]
        exact = {start for start, _ in cells}
        cells += [span for hit in hits for span in _beside(view, hit)]
        labelled = bool(cells or hits or any(columns))
        for match in _near_birth(text, [view.labels.starts[h] for h in hits], cells):
            found = parse(match)
            if found is None or not 1868 <= found.year <= LATEST or found == _NO_DAY:
                continue
            start, end = match.span()
            if enacted(text, end):
                continue
            digits = match["y8"] is not None or match["code"] is not None  # another number may look so
            if _BEHIND.match(text, end) and not digits:
                yield Match("DATE_OF_BIRTH", start, end, 0.9, Check.PASS, "BIRTH_DATE", "生まれ behind it")
                continue
            label = label_of(view, start, end, _FAMILIES) if labelled else None
            if label is not None and label.end >= 0 and _LISTED.search(text, label.end, start):
                label = None
            if label is not None and "BIRTH_DATE" in label.owners:
                yield Match("DATE_OF_BIRTH", start, end, 0.95, Check.PASS, "BIRTH_DATE", f"{label.source} {label.word}")
            elif label is None and start in exact:
                yield Match("DATE_OF_BIRTH", start, end, 0.9, Check.PASS, "BIRTH_DATE", "column birth")
            elif label is None and not digits and _OF_BODY.match(text, end) and found.year < 2020:
                yield Match("DATE_OF_BIRTH", start, end, 0.75, Check.PASS, "BIRTH_DATE", "age beside it")
            elif (
                label is None
                and not digits
                and _SEX.match(text, end)
                and (match["era"] or _NAMED.search(text, max(0, start - 6), start))
            ):
                yield Match("DATE_OF_BIRTH", start, end, 0.7, Check.PASS, "BIRTH_DATE", "sex beside it")
            elif (
                label is None
                and not digits
                and 1900 <= found.year < BUSINESS
                and (
                    _SEXED_BEFORE.search(text, max(0, start - 8), start) is not None
                    or (match["era"] is None and _SEX_LATIN.match(text, end) is not None)
                )
            ):
                yield Match("DATE_OF_BIRTH", start, end, 0.65, Check.PASS, "BIRTH_DATE", "sex beside it")
            elif (
                label is None
                and not digits
                and 1900 <= found.year < BUSINESS
                and _AGED_BEFORE.search(text, max(0, start - 9), start)
            ):
                yield Match("DATE_OF_BIRTH", start, end, 0.7, Check.PASS, "BIRTH_DATE", "age beside it")
            elif label is None and not digits and _BORN_BEFORE.search(text, max(0, start - 4), start):
                yield Match("DATE_OF_BIRTH", start, end, 0.65, Check.PASS, "BIRTH_DATE", "生 before it")
            elif (
                (labelled or _CLOSED_OFF.match(text, end) is not None)
                and match["era"]
                and not digits
                and found.year < 2020
                and _KIN.search(text, max(0, start - 9), start)
            ):
                yield Match("DATE_OF_BIRTH", start, end, 0.7, Check.PASS, "BIRTH_DATE", "one of a family")
        if labelled:
            yield from self._boxes(view)
            yield from self._forms(view)

    def _forms(self, view: View) -> Iterator[Match]:
        for hit in view.labels.of("BIRTH_DATE"):
            at = view.labels.ends[hit]
            form = view.text[at : at + 70]
            match = _FORM.search(view.text, at, at + 70) if "年" in form and "日" in form else None
            if (
                match
                and 1 <= int(match["m"]) <= 12
                and 1 <= int(match["d"]) <= 31
                and "年" not in view.text[at : match.start("y")]
                and _LEAD.fullmatch(view.text, at, match.start())
                and _LEAD.fullmatch(view.text, match.start(), match.start("y"))
            ):
                ticked = match["era"] and _CHOICE.search(view.text, at, match.start("era")) is None
                start = match.start("era" if ticked else "y")
                reason = f"label {view.labels.word(hit)}; form"
                yield Match("DATE_OF_BIRTH", start, match.end(), 0.8, Check.NONE, "BIRTH_DATE", reason)

    def _boxes(self, view: View) -> Iterator[Match]:
        for hit in view.labels.of("BIRTH_DATE"):
            at = view.labels.ends[hit]
            parts = _PARTS.search(view.text, at, at + _PARTS_REACH)
            if parts is not None and _LEAD.fullmatch(view.text, at, parts.start()):
                inner = DATE.fullmatch((parts["e"] or "") + "/".join(parts.group("y", "m", "d")))
                if inner is not None and parse(inner) is not None:
                    reason = f"label {view.labels.word(hit)}; a box for year, month and day"
                    yield Match("DATE_OF_BIRTH", *parts.span(), 0.85, Check.PASS, "BIRTH_DATE", reason)
        done = 0
        for start, end in sorted(sign.span() for pattern in _BOX_SIGNS for sign in pattern.finditer(view.text)):
            match = _BOXED.search(view.text, max(done, start - 9), end + 16)
            if match is None or start <= done:
                continue
            done = match.end()
            joined = re.sub(r"[ \t|]", "", match.group())
            if match["e"]:
                joined = f"{match['e']}{joined[len(match['e']) :][0:2]}.{joined[-4:-2]}.{joined[-2:]}"
            inner = DATE.fullmatch(joined)
            label = label_of(view, match.start(), match.end())
            if inner and parse(inner) and label is not None and "BIRTH_DATE" in label.owners:
                yield Match(
                    "DATE_OF_BIRTH",
                    match.start(),
                    match.end(),
                    0.85,
                    Check.PASS,
                    "BIRTH_DATE",
                    f"{label.source} {label.word}; one digit a box",
                )


RECOGNIZERS = (BirthDateRecognizer(),)

EXAMPLES = (
    ("生年月日：昭和55年1月1日", ("DATE_OF_BIRTH",)),
    ("生年月日 1980/1/1", ("DATE_OF_BIRTH",)),
    ("昭和五十五年一月一日生まれ", ("DATE_OF_BIRTH",)),
    ("生年月日 S55.1.1", ("DATE_OF_BIRTH",)),
    ("生年月日 1980/2/30", ()),
    ("date of birth 12 MAR 1975", ("DATE_OF_BIRTH",)),
    ("生年月日 3・39・06・15", ("DATE_OF_BIRTH",)),
    ("生年月日 3391615", ()),
    ("発行日 2024年4月1日", ()),
    ("出生 昭和9年3月2日 死亡 令和8年8月19日", ("DATE_OF_BIRTH",)),
    ("平成元年5月1日生産分", ()),
    ("異動した人 H28.5.2 男 子", ("DATE_OF_BIRTH",)),
    ("ヤベ トシハル 殿 1951.8.30 男", ("DATE_OF_BIRTH", "PERSON")),
    ("定例会 2025.8.30 男女共同参画", ()),
)
