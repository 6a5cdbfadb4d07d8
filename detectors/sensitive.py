"""要配慮個人情報 (個人情報保護法2条3項, 施行令2条): facts about a person, by legal category.

A word is not a fact: a law text or a leaflet that names 障害者手帳 says nothing about anybody. A fact is reported
only where it is told *of somebody*: with a value behind it (等級 2級), in a cell under such a header, or in a line
that also names or numbers a person. The engine decides the last; this module says how near a fact the words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from detectors.interface import Check, Match, View
from detectors.labels import LabelHits, LabelIndex
from detectors.resources import rules

_LAW = re.compile(
    r"第[0-9一二三四五六七八九十百]+条|法律|条例|規則|政令|施行|について|に関する|制度|マニュアル|手引|ガイドライン|研修|講座|対策|予防|啓発|場合(?:は|に)|など|等の|相談窓口|ご案内|対象(?:となる|者?は|:?[^\n。]{0,30}の(?:方|者|人))|支援事業|問 ?[0-9]|設問|お持ち(?:です|の方)|ますか|ですか|[0-9級]の方|以上の|共同生活介護|種別:"
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    table = rules("sensitive")
    return tuple(
        (category, re.compile(rule["fact"]), re.compile(rule.get("word") or r"(?!)"))
        for category, rule in table["category"].items()
    )


@lru_cache(maxsize=1)
def _triggers() -> LabelIndex:
    table = rules("sensitive")
    return LabelIndex({"SENSITIVE": [*table["triggers"], *table["illnesses"]["words"]]})


@lru_cache(maxsize=1)
def _illnesses() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    """Names of illnesses, what belongs to one before it, and what makes a thing of it behind it."""
    table = rules("sensitive")["illnesses"]
    before = "|".join(sorted(table["before"], key=len, reverse=True))
    return frozenset(table["words"]), re.compile(f"(?:{before}){{1,4}}$"), re.compile(table["behind"])


@lru_cache(maxsize=1)
def _headers() -> re.Pattern[str]:
    return re.compile("|".join(rules("sensitive")["headers"]))


_OF_SYSTEMS = re.compile(r"障害(?:番号|id|no|内容|発生|対応|箇所|管理|レベル|件数|時刻|日時)", re.IGNORECASE)
_DOUBTFUL = re.compile(r"(?:総合)?判定|等級|(?:検査)?結果|所見|処方|治療|精神|障害")
"""Headers that things have too (a lot, a survey mark, a server): a cell under them must look like a fact of a body."""
_RESULT = re.compile(
    r"[A-E][1-2]?(?![A-Za-z0-9-])|要|異常|陽性|(?:[一-龥]{2,8} ?)?[1-6一二三四五六]種?級|[A-B][12]?(?![A-Za-z0-9])|.*(?:症|病|癌|炎|がん|障害|不全|骨折|mg|錠|麻痺|欠損|機能|知的|身体|聴覚|視覚|肢体)"
)
_LONGEST_HEADER = 24
"""Characters beyond which a heading is a question of a survey and its column holds the numbers of answers."""
_QUESTION = re.compile(r"[?？]|ですか|ますか|^問|^Q[0-9]|診療科|科目")
_GRADE = re.compile(r"級|区分|度|判定")
"""Headings under which a number alone tells something of somebody."""
_RANGE = re.compile(
    r" ?(?:[~〜-] ?(?:要[介支][護援])?[0-9]|・[0-9]|以上|以下|程度|又は|または|、[0-9]|の(?:方|者|人)|(?:から|まで)|(?=[^\n]{0,8}の(?:方|者)))"
)
"""Behind a grade that is one of several: 要介護1~5の方."""
_CLAUSE = re.compile(
    r"(?:による|により|にて|に対し|のため|で(?=入院|通院|治療|服薬|内服|加療|療養|休|手術|フォロー)|と(?=診断)|を(?=患|発症|指摘|合併)|の(?=疑い|既往|治療|診断|手術|術後)|(?:が|は)?あり|(?:加療|治療|通院|服薬|内服|入院|経過観察|フォロー)(?:中|後|歴))"
)
"""What goes on behind the name of an illness; the fact ends before it."""
_NOTHING = frozenset(("-", "なし", "無", "無し", "特になし", "0", "×", "ー", "非該当", "該当なし", "異常なし"))


_MORE = re.compile(
    r"[、,・] ?(?P<value>[一-龥ァ-ヶー]{1,14}?(?:[症病癌炎腫]|がん|不全|骨折|障害|梗塞|喘息|出血|狭窄|アレルギー))(?=[\s、,。・()]|\Z)"
)
"""The next of several illnesses behind one label."""


class SensitiveRecognizer:
    """Score 0.6: told of somebody by its own words. Score 0.35: raised by the engine when a person is near."""

    name = "sensitive"

    def find(self, view: View) -> Iterator[Match]:
        """Candidates of every category, looked for only around trigger words."""
        text = view.text
        hits = _triggers().search(text)
        yield from self._named(text, hits)
        for start, end, triggers in _windows(text, hits):
            for number in sorted({number for trigger in triggers for number in _categories()[trigger]}):
                category, fact, word = _patterns()[number]
                for match in fact.finditer(text, start, end):
                    low, high = match.span(match.lastgroup or 0)
                    if _mark(text, low) in _UNTICKED or _RANGE.match(text, high) or _heads(view, low):
                        continue
                    if match.lastgroup and (clause := _CLAUSE.search(text, low + 2, high)) is not None:
                        high = clause.start()
                    yield self._match(text, low, high, category, 0.6)
                    while match.lastgroup == "value" and (more := _MORE.match(text, high)) is not None:
                        low, high = more.span("value")
                        yield self._match(text, low, high, category, 0.6)
                for match in word.finditer(text, start, end):
                    if _mark(text, match.start()) not in _UNTICKED:
                        yield self._match(text, *match.span(), category, 0.35)
        for table in view.layout.tables:
            for column, header in table.headers.items():
                if _headers().search(header) and not _OF_SYSTEMS.search(header) and not _asks(header):
                    doubtful = _DOUBTFUL.fullmatch(header.strip()) is not None
                    graded = _GRADE.search(header) is not None
                    category = _category_of(header)
                    for cell in table.below(column):
                        value = text[cell.start : cell.end].strip()
                        if (doubtful and _RESULT.match(value) is None) or (value.isdigit() and not graded):
                            continue
                        if value and value not in _NOTHING and not value.startswith("http"):
                            yield Match(
                                *("JP_SENSITIVE", cell.start, cell.end, 0.7),
                                *(Check.NONE, "SENSITIVE", "column", category),
                            )

    def _named(self, text: str, hits: LabelHits) -> Iterator[Match]:
        """Illnesses by their names, with what belongs to them (右大腿骨頸部骨折)."""
        words, before, behind = _illnesses()
        for hit, (start, end) in enumerate(zip(hits.starts, hits.ends, strict=True)):
            if hits.word(hit) in words and behind.match(text, end) is None:
                more = before.search(text, max(0, start - _BEFORE), start)
                start = more.start() if more else start
                if (mark := _mark(text, start)) not in _UNTICKED:
                    yield self._match(text, start, end, _ILLNESS, 0.6 if mark in _TICKED else 0.35)

    def _match(self, text: str, start: int, end: int, category: str, score: float) -> Match:
        low = text.rfind("\n", max(0, start - 80), start) + 1
        high = text.find("\n", end, end + 80)
        line = text[max(low, start - 80) : high if high >= 0 else end + 80]
        if _LAW.search(line) or text.startswith("とは", end):
            score -= 0.3
        return Match("JP_SENSITIVE", start, end, score, Check.NONE, "SENSITIVE", "words", _legal(category))


def _asks(header: str) -> bool:
    """Whether a heading is a question of a survey, or names departments."""
    return len(header.strip()) > _LONGEST_HEADER or _QUESTION.search(header) is not None


def _heads(view: View, at: int) -> bool:
    """Whether ``at`` stands in the heading of a table: what is behind 既往歴 there is the next heading."""
    cell = view.layout.at(at)
    return cell is not None and cell.row <= view.layout.tables[cell.table].header_row


_BEFORE, _BEHIND = 12, 50
"""So far around a trigger word a fact that contains it reaches."""


_ILLNESS = "病歴"
"""Their legal category."""
_TICKED, _UNTICKED = ("☑", "✓", "✔", "■"), ("□", "☐")


def _mark(text: str, at: int) -> str:
    """The character before ``at``, across one space: a box that is ticked or not."""
    return text[max(0, at - 2) : at].rstrip(" ")[-1:]


def _windows(text: str, hits: LabelHits) -> Iterator[tuple[int, int, set[str]]]:
    """Surroundings of trigger words within their lines, none twice, and the words that stand in them."""
    done, at = -1, 0
    while at < len(hits.starts):
        position = hits.starts[at]
        low = max(done, position - _BEFORE, 0)
        start = max(text.rfind("\n", low, position) + 1, low) if position > low else low
        words: set[str] = set()
        end = position + 1
        while at < len(hits.starts) and hits.starts[at] < end:
            words.add(hits.word(at))
            position = hits.starts[at]
            end = text.find("\n", position, position + _BEHIND)
            end = min(len(text), position + _BEHIND) if end < 0 else max(end, position + 1)
            at += 1
        if end > done and start < end:
            yield start, end, words
            done = end


@lru_cache(maxsize=1)
def _categories() -> dict[str, tuple[int, ...]]:
    """Word sought → numbers of the categories whose own patterns mention it or a part of it, or that name one."""
    words = _triggers().words
    found: dict[str, set[int]] = {word: set() for word in words}
    for number, (category, *_) in enumerate(_patterns()):
        rule = rules("sensitive")["category"][category]
        source = (rule["fact"] + rule.get("word", "")).lower()
        for trigger in rule.get("triggers") or [
            t for t in rules("sensitive")["triggers"] if t in source and len(t) > 1
        ]:
            for word in words:
                if trigger in word:  # the longer word hides the shorter one in it
                    found[word].add(number)
    return {word: tuple(sorted(numbers)) for word, numbers in found.items()}


def _legal(category: str) -> str:
    """The legal category of a table of words: its own name, or the one that it gives."""
    return str(rules("sensitive")["category"][category].get("category", category))


def _category_of(header: str) -> str:
    for category, _, word in _patterns():
        if word.search(header):
            return _legal(category)
    return "病歴"


RECOGNIZERS = (SensitiveRecognizer(),)
EXAMPLES = (
    ("氏名 山田 太郎 既往歴：糖尿病", ("JP_SENSITIVE", "PERSON")),
    ("身体障害者手帳 2級を所持", ("JP_SENSITIVE",)),
    ("障害者手帳とは、法律に基づいて交付される手帳です。", ()),
)
