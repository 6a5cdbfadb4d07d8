"""生年月日: a date is a birth date only with its label, its column, 生まれ behind it, or an age beside it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar

from detectors.context import label_of
from detectors.interface import Check, Match, View

ERAS = {
    "明治": (1867, date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (1911, date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (2018, date(2019, 5, 1), date(2099, 12, 31)),
}
_LETTERS = {
    "M": "明治",
    "T": "大正",
    "S": "昭和",
    "H": "平成",
    "R": "令和",
    "明": "明治",
    "大": "大正",
    "昭": "昭和",
    "平": "平成",
    "令": "令和",
}
_CODES = dict(zip("12345", ERAS, strict=True))
"""Eras as tax forms and the systems of municipalities number them: 3390615 is 昭和39年6月15日."""
_PENSION_CODES = dict(zip("13579", ERAS, strict=True))
"""Eras as the forms of the pension service number them: 5-551204 is 昭和55年12月4日."""
_LAST = date(2035, 12, 31)
_KANJI = str.maketrans("〇零一二三四五六七八九", "00123456789")
_N = r"[0-9〇一二三四五六七八九十]"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

DATE = re.compile(
    r"(?<![0-9A-Za-z.])(?:西暦 ?)?(?:"
    rf"(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr明大昭平令](?=[. ]?[0-9元])) ?[. ]? ?(?P<ey>元|{_N}{{1,3}}) ?(?:年 ?(?:\([0-9]{{4}}年?\))? ?|[/.・-] ?)(?P<em>{_N}{{1,3}}) ?(?:月 ?|[/.・-] ?)(?P<ed>{_N}{{1,3}})(?: ?日)?"
    rf"|(?P<wy>[12][0-9]{{3}}|[一二][〇一二三四五六七八九]{{3}}) ?(?:年 ?(?:\((?:昭和|平成|令和|大正)[0-9元]{{1,2}}年?\))? ?|[/.-] ?)(?P<wm>{_N}{{1,3}}) ?(?:月 ?|[/.-] ?)(?P<wd>{_N}{{1,3}})(?: ?日)?"
    r"|(?P<y8>(?:18|19|20)[0-9]{2})(?P<m8>[01][0-9])(?P<d8>[0-3][0-9])"
    r"|(?P<mon>(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?i:[a-z]{0,6})\.? (?P<md>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<my>[12][0-9]{3})"
    r"|(?P<dd>[0-9]{1,2})[ -](?P<dmon>(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?i:[a-z]{0,6})\.?,?[ -](?P<dy>[12][0-9]{3})"
    r"|(?P<code>[1-579MTSHRmtshr])(?P<part>[・./ -]?)(?P<cy>[0-9]{2})(?P=part)?(?P<cm>[01][0-9])(?P=part)?(?P<cd>[0-3][0-9])"
    r"|(?P<ua>[0-3]?[0-9])(?P<us>[/.])(?P<ub>[0-3]?[0-9])(?P=us)(?P<uy>(?:19|20)[0-9]{2})"
    r")(?![0-9A-Za-z]|[-/.][0-9])"
)
_FORM = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR明大昭平令])(?=[^0-9]{0,10}$|[^0-9]{0,10}[0-9元]))?[^0-9元明大昭平令]{0,10}(?P<y>[0-9]{1,2}|元)\s{0,3}年\s{0,4}(?P<m>[0-9]{1,2})\s{0,3}月\s{0,4}(?P<d>[0-9]{1,2})\s{0,3}日"
)
"""A form with the eras to tick, its parts perhaps on several lines: ☑昭和 □平成 55年 1月 1日."""
_CHOICE = re.compile(r"[明大昭平][・/、 ]$")
"""Eras to choose from; which one was circled the text does not tell (明・大・昭・平・令 51年6月3日)."""
_NO_DAY = date(1900, 1, 1)
"""What programs write where they know none."""
_LATEST = 2035
"""No birth lies far in the future; a fixed year, so that two runs give the same."""

_BEHIND = re.compile(r" ?[)]? ?(?:(?:生まれ|生れ|誕生|出生|に生まれ)|生(?![産活徒命成計年涯存物]))")
_AGE = re.compile(r" ?[(・、, ]{0,2} ?(?:満|現在|年齢:?)? ?[0-9]{1,3} ?[歳才]")
_BOXED = re.compile(
    r"(?:[0-9][ \t|]{1,3}){7}[0-9]|(?P<e>[MTSHR明大昭平令]|明治|大正|昭和|平成|令和)[ \t|]{0,3}(?:[0-9][ \t|]{1,3}){5}[0-9]"
)
_BOX_SIGNS = tuple(
    re.compile(rf"{mark}(?<=[0-9]{mark})[ \t|]{{0,2}}[0-9](?:[ \t|]{{1,3}}[0-9]){{4}}") for mark in (" ", "\t", r"\|")
)
_SEX = re.compile(r"[ |,、・\t(][男女](?![一-龥])")
_KIN = re.compile(
    r"(?<![一-龥])(?:[長次二三四五]?[男女]|子|妻|夫|父|母|孫|本人|配偶者|世帯主|祖父|祖母|兄|姉|弟|妹|養子)[ 　|,、・\t(]{1,3}$"
)
"""Who somebody is in a family, right before a date."""
_NAMED = re.compile(r"[殿様氏] {0,3}[(]?$")
"""Somebody's title right before a date."""
LABELS = (
    "生年月日",
    "誕生日",
    "出生日",
    "出生年月日",
    "生まれ",
    "birthday",
    "date of birth",
    "birth date",
    "birthdate",
    "birth_date",
    "birthymd",
    "birth_ymd",
    "birth:",
    "birth=",
    "dob",
    "born",
    "誕生年月日",
    "生年月日(和暦)",
    "生年月日(西暦)",
    "お誕生日",
    "出生",
    "生年",
    "生年月日等",
)
DATE_LABELS = (
    "発行日",
    "請求日",
    "納期",
    "更新日",
    "有効期限",
    "期限",
    "契約日",
    "作成日",
    "申請日",
    "受付日",
    "入社日",
    "登録日",
    "発行年月日",
    "交付日",
    "交付年月日",
    "締切",
    "開催日",
    "日付",
    "提出日",
    "支払日",
    "発送日",
    "納品日",
    "受診日",
    "入所日",
    "入院日",
    "退院日",
    "開始日",
    "終了日",
    "改訂日",
    "施行日",
    "採用日",
    "着任日",
    "死亡日",
    "没",
    "没日",
    "命日",
    "逝去",
    "逝去日",
    "死亡",
    "没年月日",
    "資格取得日",
    "資格取得年月日",
    "認定日",
    "届出日",
    "記入日",
    "起案日",
    "決裁日",
    "認定年月日",
    "取得年月日",
    "転入日",
    "異動日",
    "初診日",
    "契約期間",
)


_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        r"生(?<=[日0-9〇一二三四五六七八九十) に誕出]生)(?![産活徒命成計涯存物])",
        r"歳(?<=[0-9 ]歳)",
        r"才(?<=[0-9 ]才)",
        r"男(?<=[0-9日][ 　|,、・\t(]男)(?![一-龥])",
        r"女(?<=[0-9日][ 　|,、・\t(]女)(?![一-龥])",
    )
)
"""Each begins with a character that stands for itself: the engine then skips to it."""
_LATIN_SIGNS = tuple(re.compile(rf"{sex}(?<=[0-9 ][ /,|\t]{sex})(?![A-Za-z0-9])") for sex in "MF")
_SEX_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        r"[男女](?<=[ 　|,、・\t/(:][男女]) ?[/、,|・\t ]{1,3}(?=[MTSHRmtshr明大昭平令12])",
        r"M(?<=[ |,/\t]M) ?[/,|\t ]{1,3}(?=[0-9])",
        r"F(?<=[ |,/\t]F) ?[/,|\t ]{1,3}(?=[0-9])",
        r"生(?<![一-龥ぁ-んァ-ヶ]生) ?: ?(?=[MTSHRmtshr明大昭平令12])",
    )
)
"""The sex, or 生 as a label, right before a date."""
_SEXED_BEFORE = re.compile(r"(?:[ 　|,、・\t/(:]|^)[男女MF] ?[/、,|・\t ]{1,3}$|(?<![一-龥ぁ-んァ-ヶ])生 ?: ?$")
_SEX_LATIN = re.compile(r" {0,2}[/,|\t ] {0,2}[MF](?![A-Za-z0-9])")
_CLOSED_OFF = re.compile(r" ?(?:\)|\n|\Z)|  ")
"""What stands behind the birth of somebody of a family: not what happened on that day."""
_KIN_SIGNS = tuple(
    re.compile(rf"{mark}(?<=[人妻夫父母男女子孫]{mark})(?= ?[MTSHRmtshr明大昭平令])") for mark in (r"\(", " ")
)
"""Somebody of a family, before a date in brackets: 妻(昭和48年10月9日)."""


def _near_birth(text: str, labels: list[int], cells: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Dates that may be told to be births: shortly before 生 or an age, around a label, in a cell of a birth column."""
    signs = sorted(
        [(max(0, m.start() - 30), m.end() + 1) for sign in _SIGNS for m in sign.finditer(text)]
        + [(m.end(), m.end() + 30) for sign in (*_KIN_SIGNS, *_SEX_SIGNS) for m in sign.finditer(text)]
        + [(max(0, m.start() - 14), m.start()) for sign in _LATIN_SIGNS for m in sign.finditer(text)]
        + [(max(0, at - 40), at + 120) for at in labels]
        + cells
    )
    done = 0
    for low, high in signs:
        for match in DATE.finditer(text, max(done, low), min(len(text), high)):
            yield match
            done = match.end()


def _number(text: str) -> int:
    """ASCII or kanji numeral up to 99, or a year written digit by digit."""
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.translate(_KANJI).partition("十")
        return (int(tens) if tens else 1) * 10 + (int(ones) if ones else 0)
    return int(text.translate(_KANJI))


def _eras_of(code: str) -> list[str]:
    """The eras that a code may stand for, the likelier one first."""
    if code.isdigit():
        return [table[code] for table in (_CODES, _PENSION_CODES) if code in table]
    return [_LETTERS[code.upper()]]


def parse(match: re.Match[str]) -> date | None:
    """The calendar date of a ``DATE`` match, or ``None``: no such day, or outside its era."""
    g = match.groupdict()
    try:
        if g["era"]:
            era = _LETTERS.get(g["era"].upper(), g["era"])
            base, first, last = ERAS[era]
            year = 1 if g["ey"] == "元" else _number(g["ey"])
            found = date(base + year, _number(g["em"]), _number(g["ed"]))
            return found if year > 0 and first <= found <= last else None
        if g["wy"]:
            return date(_number(g["wy"]), _number(g["wm"]), _number(g["wd"]))
        if g["code"]:
            for era in _eras_of(g["code"]):
                base, first, last = ERAS[era]
                found = date(base + int(g["cy"]), int(g["cm"]), int(g["cd"]))
                if first <= found <= min(last, _LAST):
                    return found
            return None
        if g["y8"]:
            return date(int(g["y8"]), int(g["m8"]), int(g["d8"]))
        if g["uy"]:
            a, b = int(g["ua"]), int(g["ub"])
            return date(int(g["uy"]), a, b) if a <= 12 else date(int(g["uy"]), b, a)
        if g["mon"]:
            return date(int(g["my"]), _MONTHS.index(g["mon"].lower()) + 1, int(g["md"]))
        return date(int(g["dy"]), _MONTHS.index(g["dmon"].lower()) + 1, int(g["dd"]))
    except ValueError:
        return None


_GAP = re.compile(
    r"(?: ?(?:様|さん|氏|殿))?(?: ?\([ァ-ヶーぁ-ん ]{2,20}\))?(?: {0,2}[男女])?(?: ?\(| {1,2}| ?\r?\n {0,8})"
)
"""Between a name and a date: its reading and the sex may stand there too, or the end of the line."""
_CLOSED = re.compile(r"\)(?! ?(?:採用|入社|就任|着任|任命|死|没|付))")
_ENDED = re.compile(r"(?=[\n,\t]|\Z)")
_SEXED = re.compile(r"[男女][ (]+$")
_GROWN, _LONG_AGO = 1998, 1965
_RECORD = re.compile(r" {1,3}(?:0[0-9]{1,4}[-(]|血液型|性別|[ABO]{1,2}型|〒|(?i:tel)|電話|携帯|住所)")
"""What stands behind a birth in a record of a person."""
_FIELD = re.compile(r" {1,3}(?![ \n没死逝亡婚結離入就採開設創卒退着任発生建])")
"""Behind the birth of somebody old, which is a field of its own: not what happened on that day."""


def behind_names(view: View, ends: Iterable[int]) -> Iterator[Match]:
    """Dates right behind a person, in brackets or at the end of the line: births, where they are of people long grown up
    and no label says otherwise; also before more words, where such dates stand behind several persons and are not the
    first days of months, on which people are hired. ``ends``: where the names end."""
    listed: list[tuple[Match, date]] = []
    below: list[tuple[Match, date]] = []
    younger: list[tuple[Match, date]] = []
    children: list[Match] = []
    among, alike = False, 0
    places = sorted(set(ends))
    yield from _in_old_style(view, places)
    for at in places:
        gap = _GAP.match(view.text, at)
        match = DATE.match(view.text, gap.end()) if gap is not None else None
        found = parse(match) if match is not None else None
        if gap is None or match is None or found is None or match["y8"]:
            continue
        sexed = _SEXED.search(gap.group()) is not None
        start, end = match.span()
        birth = Match("DATE_OF_BIRTH", start, end, 0.6, Check.PASS, "BIRTH_DATE", "a person before it")
        bracketed = gap.group()[-1] == "("
        told = (_CLOSED if bracketed else _ENDED).match(view.text, end) is not None
        if "\n" in gap.group():
            if told and 1900 <= found.year < _CHILDREN:
                below.append((birth, found))
            continue
        if not 1900 <= found.year < (_LATEST if sexed else _BUSINESS):
            if told and bracketed and _BUSINESS <= found.year < _LATEST and _unlabelled(view, birth):
                children.append(birth)
            continue
        field = not bracketed and (
            (found.year < _LONG_AGO and _FIELD.match(view.text, end) is not None)
            or _RECORD.match(view.text, end) is not None
        )
        if not (sexed or field or (told and (bracketed or found.year < _GROWN))):
            (younger if told else listed).append((birth, found))
        elif _unlabelled(view, birth):
            among = among or bracketed
            alike += told and not bracketed
            yield birth
    if among:
        yield from children  # in brackets like those of their parents
    if alike > 1:
        yield from (birth for birth, _ in younger if _unlabelled(view, birth))
    else:
        listed += younger
    days = [found for _, found in listed]
    if _as_births_are(days) and max(days).year - min(days).year >= _YEARS:
        yield from (birth for birth, _ in listed if _unlabelled(view, birth))
    if _as_births_are([found for _, found in below]):
        yield from (birth for birth, _ in below if _unlabelled(view, birth))


_OLD_STYLE = re.compile(r" [MTS](?<= .)[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}(?= {0,3}(?:\n|\Z))")


def _in_old_style(view: View, ends: list[int]) -> Iterator[Match]:
    """A date of a past era in short (S38.11.29) at the end of a line in which a person stands: so births are kept. People
    were hired on the first of a month."""
    for sign in _OLD_STYLE.finditer(view.text):
        before = bisect_right(ends, sign.start()) - 1
        match = DATE.match(view.text, sign.start() + 1)
        found = parse(match) if match is not None else None
        if found is None or before < 0 or found.day == 1 or "\n" in view.text[ends[before] : sign.start()]:
            continue
        birth = Match(
            "DATE_OF_BIRTH", sign.start() + 1, sign.end(), 0.6, Check.PASS, "BIRTH_DATE", "a person before it"
        )
        if _unlabelled(view, birth):
            yield birth


def _as_births_are(days: list[date]) -> bool:
    """Whether there are several days, all different and few of them the first of a month."""
    return 1 < len(days) == len(set(days)) and sum(day.day == 1 for day in days) * 3 < len(days)


def _unlabelled(view: View, birth: Match) -> bool:
    """Whether no label speaks against a date being a birth."""
    label = label_of(view, birth.start, birth.end)
    return label is None or label.owners <= {"PERSON", "BIRTH_DATE"}


_BUSINESS, _YEARS, _CHILDREN = 2012, 3, 2020
"""Dates from then on are rather of business; years between the births of those on one list; births below names lie
before."""


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


class BirthDateRecognizer:
    """Dates of birth in running text, forms and tables."""

    name = "birth_date"
    labels: ClassVar = {"BIRTH_DATE": LABELS, "against": DATE_LABELS}

    def find(self, view: View) -> Iterator[Match]:
        """Candidates; without any sign of birth in the text nothing is searched."""
        text = view.text
        hits = view.labels.of("BIRTH_DATE")
        cells = [
            (cell.start, cell.end)
            for table in view.layout.tables
            for column, header in table.headers.items()
            if _is_birth(view, header)
            for cell in table.below(column)
        ]
        exact = {start for start, _ in cells}
        labelled = bool(cells or hits)
        if not labelled and not any(sign in text for sign in "生歳才男女(MF"):
            return
        for match in _near_birth(text, [view.labels.starts[h] for h in hits], cells):
            found = parse(match)
            if found is None or not 1868 <= found.year <= _LATEST or found == _NO_DAY:
                continue
            start, end = match.span()
            digits = match["y8"] is not None or match["code"] is not None  # another number may look so
            if _BEHIND.match(text, end) and not digits:
                yield Match("DATE_OF_BIRTH", start, end, 0.9, Check.PASS, "BIRTH_DATE", "生まれ behind it")
                continue
            label = label_of(view, start, end) if labelled else None
            if label is not None and "BIRTH_DATE" in label.owners:
                yield Match("DATE_OF_BIRTH", start, end, 0.95, Check.PASS, "BIRTH_DATE", f"{label.source} {label.word}")
            elif label is None and start in exact:
                yield Match("DATE_OF_BIRTH", start, end, 0.9, Check.PASS, "BIRTH_DATE", "column birth")
            elif label is None and not digits and _AGE.match(text, end) and found.year < 2020:
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
                and 1900 <= found.year < _BUSINESS
                and (
                    _SEXED_BEFORE.search(text, max(0, start - 8), start) is not None
                    or (match["era"] is None and _SEX_LATIN.match(text, end) is not None)
                )
            ):
                yield Match("DATE_OF_BIRTH", start, end, 0.65, Check.PASS, "BIRTH_DATE", "sex beside it")
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
            ):
                ticked = match["era"] and _CHOICE.search(view.text, at, match.start("era")) is None
                start = match.start("era" if ticked else "y")
                reason = f"label {view.labels.word(hit)}; form"
                yield Match("DATE_OF_BIRTH", start, match.end(), 0.8, Check.NONE, "BIRTH_DATE", reason)

    def _boxes(self, view: View) -> Iterator[Match]:
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
