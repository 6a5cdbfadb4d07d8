"""Every form is declared once; whatever is made of the table agrees with it."""

from __future__ import annotations

import inspect
import re

import pytest

from scanner.cli.report import command
from scanner.policy.models import Contract
from scanner.report.forms import book, registry
from scanner.report.forms.registry import FORMS, REPORTS
from scanner.report.forms.spec import FormSpec, ReportSpec, option
from tests.conftest import ROOT, Sekisho

OPTIONS = {o for p in command.params for o in p.opts}
SPECIFIC = {
    "--family", "--from", "--medium", "--mail", "--suspicion", "--known-on", "--wrongful", "--incident", "--accept-gaps", "--because",
    "--since", "--month", "--year",
}  # fmt: skip


def test_the_list_of_forms_is_made_of_the_table() -> None:
    for name, text in book.pages().items():
        assert (ROOT / "docs/articles" / name).read_text(encoding="utf-8") == text, "make rules"


def test_no_two_reports_answer_to_one_name() -> None:
    words = [word.casefold() for spec in REPORTS.values() for word in dict.fromkeys(spec.names)]
    assert len(words) == len(set(words))


def test_each_form_has_a_function_that_takes_the_context() -> None:
    for spec in REPORTS.values():
        if isinstance(spec, FormSpec):
            assert list(inspect.signature(spec.builder).parameters) == ["context"], spec.number


def test_every_article_has_a_form_and_every_register_that_makes_one_due_exists() -> None:
    assert all(registry.of_article(article) for article in range(1, 20))
    assert {register for spec in FORMS.values() for register in spec.after} <= set(Contract.model_fields)


def test_every_specific_option_is_of_some_form_and_every_such_option_exists() -> None:
    taken = {option(asked) for spec in REPORTS.values() for asked in spec.takes or ()}
    assert taken == SPECIFIC
    assert taken <= OPTIONS


@pytest.mark.parametrize(
    ("number", "words", "forms"),
    [
        ("1", ["--month", "2026-10"], "3 status"),
        ("3", ["--accept-gaps", "N"], "9c residual"),
        ("19", ["--year", "2025"], "14b inspections, 14c self-check"),
        ("9c", ["--suspicion"], "11a incident-first, 11b incident, 11c incident-draft"),
        ("overview", ["--family", "R-1"], "9c residual, 11a"),
    ],
)
def test_an_option_that_the_form_would_not_look_at_is_refused(
    sekisho: Sekisho, number: str, words: list[str], forms: str
) -> None:
    done = sekisho("report", number, *words)
    assert done.code == 2
    assert words[0] in done.err
    assert forms in done.err


@pytest.mark.parametrize("number", ["../x", "1 2", "番号", "x" * 13])
def test_a_number_must_be_fit_for_the_name_of_a_file(number: str) -> None:
    with pytest.raises(ValueError, match=re.escape(number)):
        ReportSpec(number, "名称", "name")
