"""Facts of persons (要配慮個人情報): illnesses by their names, ticked boxes, what is no fact of anybody."""

from __future__ import annotations

import pytest

from detectors.engine import Engine
from detectors.sensitive import _categories, _triggers


def _facts(engine: Engine, text: str) -> list[str]:
    return [text[m.start : m.end] for m in engine.analyze(text, entities=["JP_SENSITIVE"]).matches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("患者 笠松 一郎は高脂血症のため通院している。", ["高脂血症"]),
        ("笠松 一郎は4月から不眠、抑うつ状態が続いている。", ["不眠", "抑うつ状態"]),
        ("笠松 一郎は右大腿骨頸部骨折で休んでいる。", ["右大腿骨頸部骨折"]),
        ("母（笠松 初子）は糖尿病性腎症。", ["糖尿病性腎症"]),
        ("笠松 一郎　慢性心不全", ["慢性心不全"]),
        ("氏名 笠松 一郎\n既往症 ☑高血圧 □糖尿病 ☑緑内障\n", ["高血圧", "緑内障"]),
        ("笠松 一郎　診断名 1. アルツハイマー型認知症", ["アルツハイマー型認知症"]),
        ("現在治療中の病気 □高血圧 ☐糖尿病 ■喘息 氏名 笠松 一郎", ["喘息"]),
        ("糖尿病予防教室のご案内　講師 笠松 一郎先生", []),
        ("笠松さんが高血圧治療薬の開発を担当する。", []),
        ("笠松さん、骨折り損でしたね。", []),
        ("脳梗塞は突然に起こる。", []),
    ],
)
def test_illnesses_where_somebody_has_them(balanced: Engine, text: str, expected: list[str]) -> None:
    assert _facts(balanced, text) == expected


def test_no_word_hides_the_categories_of_a_shorter_one_in_it() -> None:
    """高脂血症 is sought as 高脂血症, and what looks around 症 must look there too."""
    around = _categories()
    for word in _triggers().words:
        inside = {number for part in around if part in word for number in around[part]}
        assert set(around[word]) == inside
