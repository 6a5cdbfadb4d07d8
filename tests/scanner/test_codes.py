"""Every finding code is declared once, and each is raised by something."""

from __future__ import annotations

import pytest

from scanner import codes, messages
from scanner.duties.registry import ALL_CODES
from scanner.report import wording
from scanner.report.listing import filters, urgency
from tests.languages import english_in, japanese_in


def test_the_table_holds_what_is_raised_and_nothing_else() -> None:
    assert sorted(codes.codes()) == sorted(ALL_CODES)


def test_the_name_of_a_code_of_ours_says_its_article() -> None:
    assert all(name.startswith(f"F{code.article:02}-") for name, code in codes.ours().items())
    assert [name for number in codes.ARTICLES for name in codes.of_article(number)] == sorted(codes.ours())


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_each_is_told_in_the_language_of_the_screen(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_chosen", language)
    for name in codes.codes():
        for told in (wording.point(name), wording.point_short(name), urgency.todo(name)):
            assert told, name
            assert not (english_in(told, ("OS",)) if language == "ja" else japanese_in(told)), name


def test_short_names_are_distinct_in_japanese_and_every_one_finds_its_code() -> None:
    short = [code.ja for code in codes.codes().values()]
    assert len(short) == len(set(short))
    for name, code in codes.codes().items():
        for word in (name, name.lower(), code.ja, code.en, f"第{code.article}"):
            assert name in filters.codes([word])


def test_a_code_that_nobody_knows_any_more_is_of_no_article_and_the_least_urgent() -> None:
    assert codes.article("Y01-GONE") == 0
    assert urgency.level("Y01-GONE") == "register"
    assert wording.point("Y01-GONE") == wording.named("Y01-GONE") == urgency.todo("Y01-GONE") == "Y01-GONE"
