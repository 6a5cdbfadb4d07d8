"""Patterns of decisions over paths of every system, generated: what a folder's pattern covers is what lies inside the folder."""

from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import given

from scanner.acts import bounds
from scanner.model import display
from scanner.paths import names
from scanner.paths.names import Flavour
from scanner.paths.patterns import matches, names_folder
from tests.scanner.test_paths import path_of, trees

Tree = tuple[bytes, tuple[bytes, ...]]


def literal(text: str) -> str:
    """A pattern that stands for exactly this text."""
    escaped = re.sub(r"([*?\[])", r"[\1]", text).replace("\\\\[?]\\", "\\\\?\\")
    return re.sub(r"(?<=//)\[\[\]", "[", escaped, count=1)  # an address is none


@given(trees(), trees())
def test_a_folder_covers_what_lies_in_it(tree: Tree, other: Tree) -> None:
    anchor, steps = tree
    path = path_of(anchor, steps)
    for length in range(len(steps)):
        folder = path_of(anchor, steps[:length])
        pattern = literal(display(names.front(folder))) + "*"
        assert matches(display(path), pattern)
        elsewhere = path_of(*other)
        if names.flavour(folder) is names.flavour(elsewhere) is Flavour.POSIX:
            inside = display(elsewhere).startswith(display(names.front(folder)))
            assert matches(display(elsewhere), pattern) is inside


@given(trees())
def test_slashes_and_case_are_those_of_the_system(tree: Tree) -> None:
    path = display(path_of(*tree))
    pattern = literal(path)
    if names.flavour(tree[0]) is Flavour.POSIX:
        assert matches(path, pattern)
        changed = path.swapcase()
        assert matches(changed, pattern) is fnmatch.fnmatchcase(display(changed.encode()), pattern)
    else:
        assert matches(path, pattern)
        assert matches(path, pattern.replace("SMB:", "smb:"))
    if names.flavour(tree[0]) is Flavour.WINDOWS:
        assert matches(path, pattern.replace("\\", "/"))
        assert matches(path.replace("\\", "/"), pattern)


@given(trees())
def test_a_pattern_names_a_folder_below_the_root_the_drive_or_the_share(tree: Tree) -> None:
    anchor, steps = tree
    for length in range(len(steps)):
        fixed = literal(display(names.front(path_of(anchor, steps[:length]))))
        if "[" not in fixed.replace("[fe80::1]", ""):
            assert names_folder(fixed + "*") is (length > 0)


@pytest.mark.parametrize(
    ("pattern", "path", "problem"),
    [
        ("C:\\案件\\*.csv", "C:\\案件\\名簿.csv", ""),
        ("c:/案件/*.CSV", "C:\\案件\\名簿.csv", ""),
        ("C:\\*", "C:\\案件\\名簿.csv", "pattern_no_folder"),
        ("C:*", "C:\\案件\\名簿.csv", "pattern_no_folder"),
        ("*.csv", "C:\\案件\\名簿.csv", "pattern_no_folder"),
        ("C:\\他\\*", "C:\\案件\\名簿.csv", "pattern_not_this"),
        ("\\\\fs1\\共有\\案件\\*", "\\\\FS1\\共有\\案件\\a\\名簿.csv", ""),
        ("smb://fs1/共有/案件/*", "\\\\fs1\\共有\\案件\\名簿.csv", ""),
        ("\\\\fs1\\共有\\*", "\\\\fs1\\共有\\案件\\名簿.csv", "pattern_no_folder"),
        ("\\\\?\\C:\\案件\\*", "C:\\案件\\名簿.csv", ""),
        ("\\\\?\\UNC\\fs1\\共有\\案件\\*", "\\\\fs1\\共有\\案件\\名簿.csv", ""),
        ("/srv/案件/*", "/srv/案件/名簿.csv", ""),
        ("/srv/案件/*", "/SRV/案件/名簿.csv", "pattern_not_this"),
    ],
)
def test_what_a_decision_may_cover(pattern: str, path: str, problem: str) -> None:
    assert bounds.problem(pattern, 1, path.encode()) == problem
