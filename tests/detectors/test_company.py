"""Unsure names need company: words that look like names stand alone in texts about nobody."""

from __future__ import annotations

import pytest

from detectors.engine import Engine
from detectors.interface import Check, Match
from detectors.names.company import in_company
from detectors.names.lexicon import lexicon


def _tagged(text: str, name: str, score: float) -> Match:
    at = text.index(name)
    return Match("PERSON", at, at + len(name), score, Check.NONE, "TAGGER", "name model")


@pytest.mark.parametrize(
    ("text", "names", "others", "kept"),
    [
        ("みかん(有田) 10kg", [("有田", 0.87)], [], 0),
        ("みかん(有田) 10kg", [("有田", 0.94)], [], 1),
        ("有田 10kg\n立山 3kg", [("有田", 0.87), ("立山", 0.85)], [], 2),
        ("有田 10kg\n立山 3kg", [("有田", 0.87), ("立山", 0.7)], [], 0),
        ("有田 10kg\n有田 3kg", [("有田", 0.87)], [], 0),
        ("有田 03-1234-5678", [("有田", 0.7)], [("PHONE_NUMBER", "03-1234-5678")], 1),
        ("有田 192.0.2.1", [("有田", 0.7)], [("IP_ADDRESS", "192.0.2.1")], 0),
        ("有田は来た。", [("有田", 0.7)], [], 1),
        ("有田部長 10kg", [("有田", 0.7)], [], 1),
        ("渡辺信夫 10kg", [("渡辺信夫", 0.7)], [], 1),
    ],
)
def test_unsure_names_need_company(
    text: str, names: list[tuple[str, float]], others: list[tuple[str, str]], kept: int
) -> None:
    tagged = [_tagged(text, name, score) for name, score in names]
    known = [Match(entity, text.index(v), text.index(v) + len(v), 0.9) for entity, v in others]
    assert len(in_company(text, tagged, known, lexicon())) == kept


def test_company_far_away_is_none() -> None:
    text = "有田 10kg" + "\n" * 3000 + "03-1234-5678"
    phone = Match("PHONE_NUMBER", len(text) - 12, len(text), 0.9)
    assert in_company(text, [_tagged(text, "有田", 0.8)], [phone], lexicon()) == []


@pytest.mark.parametrize("text", ["如月　二月\n弥生　三月\n", "有田みかん 10kg\n立山 950ml\n"])
def test_wares_and_months_are_nobody(text: str) -> None:
    assert not Engine("balanced").analyze(text).matches


@pytest.mark.parametrize(
    "text", ["10044 伊藤忠エネクス㈱ 20日 手形\n", "10041 小林・中村法律事務所 都度 都度\n", "㈱佐藤 末日\n"]
)
def test_firms_named_after_people_are_nobody(text: str) -> None:
    assert not Engine("balanced").analyze(text).matches


def test_what_is_doubted_counts_among_people() -> None:
    """王 and 薮 are words as well; in a list of people they are people, in a price list they are not."""
    text = "部屋割り\n301 井筒、江頭、王、加賀美\n302 城島、瀬尾、薮\n"
    found = {text[m.start : m.end] for m in Engine("balanced").analyze(text).matches if m.entity == "PERSON"}
    assert found == {"井筒", "江頭", "王", "加賀美", "城島", "瀬尾", "薮"}
    assert not Engine("balanced").analyze("薮 10kg 300円\n王 3kg 120円\n").matches


def test_a_crowd_is_company() -> None:
    """Three words close together of which the tagger is fairly sure speak of people, also where each might be a thing; the
    same three far apart do not."""
    names = ("有田", "立山", "如月")
    beside, apart = " 1 ".join(names), (" 1 " + "\n" * 150).join(names)
    for text, kept in ((beside, 3), (apart, 0)):
        tagged = [_tagged(text, name, 0.7) for name in names]
        seen = [(match.start, match.end, 0.91) for match in tagged]
        assert len(in_company(text, tagged, [], lexicon(), seen)) == kept
