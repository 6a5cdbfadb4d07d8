"""What of a module's source counts as its rules."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.ruleset.parts import of_source
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(a):\n    return a\n", 'def f(a):\n    """Says so."""\n    return a  # and here\n'),
        ("class A:\n    x = 1\n", 'class A:\n    """Kept."""\n\n    x = 1\n    """One."""\n'),
        ("class E(Exception): pass\n", 'class E(Exception):\n    """Named."""\n'),
        ("x = (1,\n     2)\n", "x = (1, 2)\n"),
        ("if TYPE_CHECKING:\n    import a\nx = 1\n", "x = 1\n"),
        ("match x:\n    case 1:\n        y = 2\n", 'match x:\n    case 1:\n        """One."""\n        y = 2\n'),
        ("try:\n    f()\nexcept E:\n    pass\n", 'try:\n    f()\nexcept E:\n    "nothing"\n'),
    ],
)
def test_what_does_nothing_does_not_count(one: str, other: str) -> None:
    assert of_source(one) == of_source(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('X = "氏名"', 'X = "氏 名"'),
        ("x = 1", "x = 1.0"),
        ("x = True", "x = 1"),
        ("x = {1, 2}", "x = [1, 2]"),
        ("try:\n    f()\nexcept E:\n    pass\n", "f()\n"),
        ("if a:\n    b()\n", "if a:\n    pass\nb()\n"),
        ("for x in y:\n    pass\n", "for x in z:\n    pass\n"),
        ("x = '''a\n'''", "x = '''a\n\n'''"),
    ],
)
def test_what_does_something_counts(one: str, other: str) -> None:
    assert of_source(one)[0] != of_source(other)[0]


_LINES = st.lists(st.sampled_from(["", "    ", "# ○○", "\t# x", "   # 'quote", '# """']), max_size=4).map("\n".join)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["labels", "dates", "fold", "checkdigits", "letters", "births"]), st.data())
def test_comments_between_any_statements_do_not_count(name: str, data: st.DataObject) -> None:
    source = (ROOT / f"detectors/{name}.py").read_text(encoding="utf-8")
    starts = sorted({n.lineno for n in ast.parse(source).body if not hasattr(n, "decorator_list")}, reverse=True)
    lines = source.splitlines()
    for at in data.draw(
        st.lists(st.sampled_from(starts), max_size=5, unique=True).map(lambda s: sorted(s, reverse=True))
    ):
        lines[at - 1 : at - 1] = data.draw(_LINES).split("\n")
    assert of_source("\n".join(lines) + "\n") == of_source(source)
