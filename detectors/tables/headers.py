"""Which of the first rows of a table is its header."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.person_labels import EXACT_HEADERS, STRONG
from detectors.resources import rules
from detectors.tables.columns import written_as_name
from detectors.tables.headings import heading, part_of_name
from detectors.tables.kinds import OF_PERSONS, announced
from detectors.tables.layout import Table

_WORDS = re.compile(
    r"氏名|名前|姓名|お名前|氏$|名$|姓$|漢字|カナ|かな|ふりがな|読み|ローマ字|住所|所在地|居所|電話|携帯|連絡先|番号|生年月日|誕生日|性別|年齢|"
    r"メール|アドレス|郵便|〒|コード|区分|種別|日付|年月日|金額|備考|件数|数量|単価|合計|名称|品名|型番|銘柄|品種|樹種|馬名|口座|支店|銀行|担当|所属|部署|部門|学年|会社|"
    r"病名|診断|食物|品目|内容|状態|登録|用途|項目|項番|世帯|続柄|保険|等級|障害|方面|地域|地区|エリア|路線|駅名|会場|場所|国籍|都道府県|市区町村"
)
"""Every one begins with a letter, and none has two cases: the search leaps to the letters that one may begin with."""
_LATIN_WORDS = re.compile(
    r"\bno\.?$|\bid$|_id$|name|tel|phone|mail|address|zip|birth|date|code|amount|qty|price|memo|note|status|^kana$|^age$|^sex$|^gender$",
    re.IGNORECASE,
)
_DAY_OF_WEEK = re.compile("[月火水木金土日]$")
_VALUE = re.compile(r"[0-9]{3,}|@|(?m:^)[^\n都道府県市区町村郡]*+[都道府県市区町村郡].*[0-9]")
"""What stands in values. A digit behind a municipality is looked for once a line, not once a municipality."""


_PERSONS = frozenset(STRONG) | EXACT_HEADERS
"""Over names they head a column whatever stands beside them: スタッフ, 月, 火, 水."""


def find_header(table: Table, text: str) -> None:
    """Enter which of the first rows of ``table`` is its header, and its headings."""
    rows = sorted(table.rows)[:8]
    if _of_fields(table, rows, text):
        return
    if rows and _above_numbers(table, rows, text):
        _headed(table, rows, rows[0], text)
        return
    for row in rows:
        filled = [t for c in table.rows[row] if (t := heading(text[c.start : c.end]))]
        if len(filled) < 2 and len(table.rows) > 1 and any(len(table.rows[r]) > 1 for r in rows):
            continue  # a title above the table
        if not filled or any(_VALUE.search(t) for t in filled):
            continue
        wordy = sum(1 for t in filled if len(t) <= 24 and known(t))
        if wordy * 2 >= len(filled) or (
            row == rows[0]
            and len(rows) > 2
            and len(filled) > 1
            and (not _PERSONS.isdisjoint(t.lower() for t in filled) or _over_names(table, rows, text))
        ):
            _headed(table, rows, row, text)
            return


def _over_names(table: Table, rows: list[int], text: str) -> bool:
    """Whether the first row says over a column what somebody is (利用者, 受講生) under which all is written as names are and
    little says what somebody is, and holds no digit."""
    if any(_DIGIT.search(text, cell.start, cell.end) is not None for cell in table.rows[rows[0]]):
        return False
    below: dict[int, list[str]] = {}
    for cell in (cell for row in rows[1:] for cell in table.rows[row]):
        if value := text[cell.start : cell.end].strip():
            below.setdefault(cell.column, []).append(value)
    for cell in table.rows[rows[0]]:
        values = below.get(cell.column, [])
        if not values or cell.end - cell.start > _LONGEST:
            continue
        said = announced(heading(text[cell.start : cell.end]))
        if said.kind not in OF_PERSONS or said.sure < _LIKELY or not all(map(written_as_name, values)):
            continue
        telling = sum(announced(value).kind in OF_PERSONS for value in values)  # 会長, and 勇人 ends as 保証人 does
        if telling * 2 < len(values):
            return True
    return False


_LONGEST = 24
"""Characters of a heading."""


def _headed(table: Table, rows: list[int], row: int, text: str) -> None:
    """Enter the headings of a row; where the next row parts some of them (氏名 over 姓 and 名), those are its own."""
    table.header_row = row
    table.headers = {c.column: heading(text[c.start : c.end]) for c in table.rows[row]}
    below = rows.index(row) + 1
    if below < len(rows) and rows[below] == row + 1:
        parts = {c.column: t for c in table.rows[rows[below]] if (t := heading(text[c.start : c.end]))}
        of_names = {part_of_name(t) for t in parts.values()} - {""}
        if len(parts) > 1 and len(of_names) > 1 and all(heads(t) for t in parts.values()):
            table.header_row = rows[below]
            table.headers |= parts
        elif below + 1 < len(rows) and (parted := _parts_of_groups(table.headers, parts)):
            table.header_row = rows[below]
            table.headers |= parted


@lru_cache(maxsize=1)
def _parting() -> frozenset[str]:
    return frozenset(rules("columns")["parts"]["words"])


def _parts_of_groups(groups: dict[int, str], parts: dict[int, str]) -> dict[int, str]:
    """The headings of columns where a second row parts those of the first (電話 over 自宅 and 携帯; 配偶者 over 氏名 and 生年月日), by
    column; empty where the second row is no header."""
    over: dict[int, str] = {}
    group = ""
    alone: set[int] = set()
    for column in sorted({*groups, *parts}):
        if said := groups.get(column, ""):
            group = said
            alone.add(column)
        over[column] = group
    shared = {over[column] for column in parts if column not in alone}
    found: dict[int, str] = {}
    for column, part in parts.items():
        inside = over[column] in shared and over[column] != ""
        if part in _parting() and inside:
            found[column] = part if announced(part).sure >= _SURE else f"{part}{over[column]}"
        elif heads(part):
            found[column] = part if announced(part).sure >= announced(over[column]).sure or inside else over[column]
        else:
            return {}
    return found if len(found) > 1 and (shared or all(map(known, parts.values()))) else {}


_DIGIT = re.compile(r"[0-9]")


def _of_fields(table: Table, rows: list[int], text: str) -> bool:
    """Whether the rows are the fields of a form, a label beside each value: then no row is a header."""
    fields = seen = 0
    for row in rows:
        filled = [t for c in table.rows[row] if (t := heading(text[c.start : c.end]))]
        numbered = next((i for i, t in enumerate(filled[:-2]) if not t.strip("().").isdigit()), max(0, len(filled) - 2))
        filled = filled[numbered:]
        if len(filled) > 1:
            seen += 1
            fields += all(heads(t) for t in filled[::2]) and not any(heads(t) for t in filled[1::2])
            if (seen - fields) * 3 > len(rows):
                return False  # whatever the rest is
    return seen > 1 and fields * 3 >= seen * 2


def heads(text: str) -> bool:
    """Whether a text may be a heading: short, no value, and a word that heads columns in it."""
    if len(text) > 24 or _VALUE.search(text):
        return False
    return text.lower() in _PERSONS or known(text)


def known(heading: str) -> bool:
    """Whether the words of a heading are known ones, wherever it stands."""
    return header_word(heading) or announced(heading).sure >= _SURE


def header_word(heading: str) -> bool:
    """Whether a word that heads columns stands in a heading."""
    if _WORDS.search(heading) is not None or _DAY_OF_WEEK.match(heading) is not None:
        return True
    return heading.lower() != heading.upper() and _LATIN_WORDS.search(heading) is not None


_LIKELY = 0.8
"""How sure the words of a heading must be of persons where what stands below is written as names are."""
_SURE = 0.9
"""How sure the words of a column must be to make a heading of a text: what somebody is (委員) may be a value, too."""


def _above_numbers(table: Table, rows: list[int], text: str) -> bool:
    """Whether the first row is a header because it has no digits where the rows under it have: 担当, 開始, 終了 over names
    and dates. At least three columns, two of them, and a third of all."""
    first, below = table.rows[rows[0]], [table.rows[row] for row in rows[1:]]
    if len(first) < 3 or len(below) < 2 or _DIGIT.search(text, first[0].start, first[-1].end):
        return False
    if (
        any(len(text[c.start : c.end].strip()) > 12 for c in first)
        or sum(not text[c.start : c.end].strip() for c in first) > 1
    ):
        return False
    digits = dict.fromkeys((cell.column for cell in first), 0)
    for cells in below:
        for cell in cells:
            if cell.column in digits and _DIGIT.search(text, cell.start, cell.end) is not None:
                digits[cell.column] += 1
    numeric = sum(count * 3 >= len(below) * 2 for count in digits.values())
    return numeric >= 2 and numeric * 3 >= len(first)
