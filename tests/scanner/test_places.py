"""Places inside a file: what may be kept of a name, and what every writer makes of one that steers."""

from __future__ import annotations

import csv
import io
import json
import random
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.names.lexicon import lexicon
from detectors.resources import rules
from scanner.extract.interface import Source, join
from scanner.places import KINDS, MOST_DIGITS, SafePlaces, _made_here, domain, keeps, named, remark
from scanner.printable import in_cell, in_json, printable

ORDINARY = (
    "Sheet1 シート1 ＳＨＥＥＴ２ 名簿 一覧 申込者 住所録 令和5年度名簿.xlsx 2024年度 4月分 H30年度 平成30年度集計 第3回会議資料(最終版).docx 住所一覧のコピー "
    "参加者名簿（確定） 電話番号2 R5.4.1現在 customer_id customerName Copy-of-Sheet1 顧客/表計算.txt xl/worksheets/sheet1.xml header/footer A4 申込受付簿_02"
).split()


def test_ordinary_names_are_kept() -> None:
    assert [name for name in ORDINARY if not keeps(name)] == []
    assert [name for name in ORDINARY if named(name, "sheet", 3) != unicodedata.normalize("NFC", name)] == []


def _listed() -> Iterable[str]:
    names = lexicon()
    yield from names.surnames
    yield from names.given
    for kana in names.surname_kana | names.given_kana:
        yield kana
        yield "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)
    for romaji in names.surname_romaji | names.given_romaji:
        yield from (romaji, romaji.title(), romaji.upper())


def test_no_listed_name_is_kept() -> None:
    assert [name for name in _listed() if keeps.__wrapped__(name)] == []


def test_no_surname_and_given_name_together_are_kept() -> None:
    """Every surname whose end begins a word of the list against every given name; of the others a sample in many forms."""
    names = lexicon()
    words = rules("place_words")
    begun = {word[:end] for word in (*words["words"], *words["labels"]) for end in range(1, len(word))}
    surnames, given_names = sorted(names.surnames), sorted(names.given)
    near = [s for s in surnames if any(s[at:] in begun and (not at or keeps(s[:at])) for at in range(len(s)))]
    assert [s + g for s in near for g in given_names if keeps.__wrapped__(s + g)] == []
    chance = random.Random(10)
    forms = ("{0}{1}", "{0} {1}", "{0}　{1}様", "{1}名簿", "{0}{1}.xlsx", "{0}{1}の申請書", "一覧({0})", "{0}_{1}_2024", "申込者{0}{1}", "{0}係", "{0}様分")  # fmt: skip
    for _ in range(8_000):
        made = chance.choice(forms).format(chance.choice(surnames), chance.choice(given_names))
        assert not keeps.__wrapped__(made), made


def test_no_word_of_the_list_is_a_name_of_the_dictionary() -> None:
    from sudachipy import Dictionary

    dictionary, words = Dictionary(), rules("place_words")
    named_so = {
        word
        for word in (*words["words"], *words["labels"])
        for entry in dictionary.lookup(word)
        if entry.part_of_speech()[3] in ("姓", "名")
    }
    assert named_so == set()


_DIGITS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "⓪①②③④⑤⑥⑦⑧⑨", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "〇一二三四五六七八九", "₀₁₂₃₄₅₆₇₈₉", "०१२३४५६७८९")  # fmt: skip
_WORDS = ("名簿", "シート", "口座番号", "Sheet", "令和", "第", "電話", "一覧_", "")


@given(
    st.lists(st.integers(0, 9), min_size=MOST_DIGITS + 1, max_size=16),
    st.sampled_from(_DIGITS),
    st.lists(
        st.sampled_from(["", "", "-", ".", " ", "　", "(", ")", "・", "−", "ー", "年", "月", "_", "/"]), min_size=16
    ),
    st.sampled_from(_WORDS),
    st.sampled_from([*_WORDS, ".csv", "年度"]),
)
def test_seven_digits_are_never_kept(digits: list[int], script: str, marks: list[str], before: str, after: str) -> None:
    name = before + "".join(script[d] + mark for d, mark in zip(digits, marks, strict=False)) + after
    assert not keeps(name)
    assert named(name, "member", 12) == "member 12"


@pytest.mark.parametrize(
    "name",
    [
        "１２３４５６７８９０１８", "1234.5678.9018", "090(3141)5926", "口座番号1234567.csv", "内線1234", "受給者番号123456", "年齢35",
        "生年月日S60.4.1", "暗証番号0912", "東京都千代田区丸の内1-1-1", "宮城県仙台市青葉区", "青葉区国分町3丁目", "〒100-0001", "hanako@example.jp",
        "info@office.co.jp", "S.U.Z.U.K.I", "s u z u k i", "鈴木", "すずき", "スズキ", "ｽｽﾞｷ", "Suzuki", "SUZUKI", "鈴\u200b木", "名簿\u202e1",
        "名簿\n1", "名簿\x1b[31m", "\ud83d名簿", "sheet!1", "=1+1", "", "　", "名簿" * 100, "鈴木!Sheet1",
    ],
)  # fmt: skip
def test_values_and_what_steers_are_not_kept(name: str) -> None:
    assert not keeps(name)
    assert named(name, "sheet", 3) == "sheet 3"


def test_a_name_that_looks_like_a_position_tells_no_other_one() -> None:
    for kind in KINDS:
        assert named(f"{kind} 7", "sheet", 2) == "sheet 2"


def test_detectors_find_nothing_in_what_is_kept() -> None:
    """Names of two to four words of the list with numbers between them: the list alone lets hardly any value pass, and
    where the judge asks its engine too, none."""
    engine, chance, words = Engine("quick"), random.Random(3), rules("place_words")
    pool = [*words["words"], *words["labels"], *words["labels"], *words["latin"]]
    places = SafePlaces(lambda name: bool(engine.analyze(name).matches))
    passed: list[str] = []
    kept = 0
    while kept < 1_500:
        pieces = [chance.choice(pool) for _ in range(chance.randint(1, 3))]
        pieces.insert(chance.randint(0, len(pieces)), str(chance.randint(0, 10 ** chance.randint(1, 6) - 1)))
        name = chance.choice(["", " ", "_", "-"]).join(pieces)
        if keeps(name):
            kept += 1
            if engine.analyze(name).matches:
                passed.append(name)
                assert places.safe(name).startswith("part ")
    assert len(passed) <= 2, passed


_STEP = st.one_of(st.text(max_size=30), st.sampled_from([*ORDINARY, "sheet 3", "B2", "img@alt", "鈴木一郎.txt"]))


@given(st.lists(st.lists(_STEP, max_size=4), min_size=1, max_size=6))
def test_places_hold_listed_words_only_and_stay_the_same(parts: list[list[str]]) -> None:
    places = SafePlaces()
    for steps in parts:
        part = join("", *steps)
        made = places.safe(part)
        assert all(not step or _made_here(step) or keeps(step) for step in made.split("!"))
        assert made.isprintable()
        assert places.safe(part) == made
        assert places.safe(made) == made
        assert len(made.split("!")) == len(part.split("!"))


def test_names_that_are_not_kept_are_told_apart_by_their_order() -> None:
    places = SafePlaces()
    assert places.safe("a.zip!鈴木") == "a.zip!part 1"
    assert places.safe("a.zip!佐藤") == "a.zip!part 2"
    assert places.safe("a.zip!鈴木!Sheet1") == "a.zip!part 1!Sheet1"
    assert places.safe("b.zip!佐藤", field=True) == "b.zip!field 1"


def test_a_mark_of_steps_in_a_name_makes_no_step() -> None:
    source = Source("x.zip", io.BytesIO(), 0)
    assert source.inner("名簿!一覧.csv", io.BytesIO(), 0, position=4).part == "member 4"
    assert join("a.zip", "!", "Sheet1!B2") == "a.zip!！!Sheet1！B2"
    assert SafePlaces().safe(join("a.zip", "!")) == "a.zip!part 1"


def test_members_that_nobody_counts_are_counted() -> None:
    source = Source("x.zip", io.BytesIO(), 0)
    inner = [source.inner(name, io.BytesIO(), 0) for name in ("鈴木.txt", "名簿.csv", "佐藤.txt")]
    assert [i.part for i in inner] == ["member 1", "名簿.csv", "member 3"]
    assert inner[2].inner("高橋.txt", io.BytesIO(), 0).part == "member 3!member 1"


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("the content is zip, the name says .xlsx", "the content is zip, the name says .xlsx"),
        ("the content is zip, the name says .鈴木一郎", "the name does not fit the content"),
        ("the content is zip, the name says .1234567", "the name does not fit the content"),
        ("sheet veryHidden", "sheet veryHidden"),
        ("sheet 鈴木", "sheet"),
        ("ValueError in a member", "ValueError in a member"),
        ("Suzuki in a member", "error in a member"),
        ("鈴木一郎", "error"),
        ("鈴木 一郎 123456789018", "remark"),
        ("a record could not be split", "a record could not be split"),
        ("unpacked 512 bytes of 123456789018", "unpacked 512 bytes of 123456 million"),
    ],
)
def test_remarks_have_a_fixed_form(note: str, kept: str) -> None:
    assert remark(note) == kept


def test_every_remark_of_the_extractors_has_a_form() -> None:
    """What stands between the quotes of ``sink.note``; a new one is entered in scanner/places.py."""
    import re
    from pathlib import Path

    import scanner.extract as package

    texts = [
        text
        for path in Path(package.__path__[0]).rglob("*.py")
        for text in re.findall(r'\.note\([^)]*?f?"([^"]+)"', path.read_text(encoding="utf-8"))
    ]
    assert len(texts) >= 5
    filled = (text.replace("{type(error).__name__}", "ValueError").replace("{kind.format}", "zip") for text in texts)
    for text in filled:
        plain = text.replace("{extension}", "csv").replace("{state}", "hidden")
        plain = plain.replace("{self._may_unpack}", "50000").replace("{size}", "60000")
        plain = plain.replace("{damaged}", "3").replace("{self._number}", "40").replace("{self._unread}", "5")
        assert remark(plain) == plain


@pytest.mark.parametrize(
    ("name", "kept"),
    [("City.Example.jp", "city.example.jp"), ("090-3141-5926.example.jp", "….jp"), ("１２３４５６７.jp", "….jp"), ("鈴木.jp", "….jp")],
)  # fmt: skip
def test_domains_of_recipients(name: str, kept: str) -> None:
    assert domain(name) == kept


@given(st.text(max_size=60))
def test_printable_text_steers_nothing(text: str) -> None:
    shown = printable(text)
    assert all(c.isprintable() or c == "\u3000" for c in shown)
    assert printable(shown) == shown
    shown.encode("utf-8")
    assert "\n" not in shown
    assert printable(text, lines=True).count("\n") == text.count("\n")


@given(st.text(st.characters(), max_size=60), st.text(st.characters(categories=["Cc", "Cf", "Cs"]), max_size=9))
def test_json_of_any_text_is_the_same_document(text: str, more: str) -> None:
    document = in_json(json.dumps({"name": text + more}, ensure_ascii=False))
    assert all(c.isprintable() or c == "\u3000" for c in document)
    assert json.loads(document) == {"name": text + more} or any("\ud800" <= c <= "\udfff" for c in text + more)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "　＝", "＝", "\n+", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    cell = str(in_cell(f"{start}cmd|' /C calc'!A0"))
    assert cell.startswith("'")
    out = io.StringIO()
    csv.writer(out).writerow([cell])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == [cell]
    assert (in_cell(-12), in_cell(""), in_cell("名簿")) == (-12, "", "名簿")
