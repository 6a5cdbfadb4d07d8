from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detectors.fold import _NO_DECOMPOSITION, _SELECTOR, fold

TEXTS = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("０９ー－ｱｶﾞﾊﾟか゛\u3099\u200b①⑩㈱〜−　髙﨑\ud800")), max_size=200
)


@given(TEXTS)
@example("〇一七三二五八八四")
@example("\U000e0110")
@example("\U000e0100")
def test_offsets_point_at_the_same_characters(text: str) -> None:
    folded = fold(text)
    for i, char in enumerate(folded.text):
        start, end = folded.span(i, i + 1)
        assert 0 <= start < end <= len(text)
        source = _SELECTOR.sub("", text[start:end]) or text[start:end]
        same = unicodedata.normalize("NFKC", char) == unicodedata.normalize("NFKC", source)
        assert (
            same
            or char in "-~ \ufffd\u3099\u309a"
            # A digit stands for a digit of another form: circled, or one of the kanji 〇 to 九.
            or (char.isdigit() and unicodedata.numeric(source, None) == int(char))
            # A plain letter stands for one with an accent, the first character of an era for the era in one character.
            or char == unicodedata.normalize("NFD", source)[0]
            or char == _NO_DECOMPOSITION.get(source)
            or unicodedata.normalize("NFKC", source).startswith(char)
        )


@given(TEXTS)
def test_spans_are_ordered_and_within_the_source(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    assert spans == sorted(spans)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２３４－５６７８", "1234-5678"),
        ("1234ー5678−9018", "1234-5678-9018"),
        ("カード", "カード"),
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ"),
        ("①03-1234", "①03-1234"),
        ("①②③④", "1234"),
        ("⓪⑨⓪-③①④①-⑤⑨②⑥", "090-3141-5926"),
        ("①-②", "①-②"),
        ("12\u200b34", "1234"),
        ("㈱山田", "㈱山田"),
        ("か\u3099", "が"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_mapped_span_covers_the_voicing_mark() -> None:
    folded = fold("xﾔﾏﾀﾞy")
    start = folded.text.index("ヤマダ")
    assert folded.span(start, start + 3) == (1, 5)


def test_variation_selectors_belong_to_their_character() -> None:
    text = "氏名 辻\U000e0100 一郎"
    folded = fold(text)
    assert folded.text == "氏名 辻 一郎"
    assert [text[slice(*folded.span(at, at + 1))] for at in range(len(folded.text))] == [
        *"氏名 ",
        "辻\U000e0100",
        *" 一郎",
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Anna Müller", "Anna Muller"), ("Nguyễn Đức", "Nguyen Duc"), ("㍼63年", "昭63年"), ("José", "Jose")],
)
def test_accents_and_eras_in_one_character(text: str, folded: str) -> None:
    assert fold(text).text == folded
