"""Japanese texts use the words of ``docs/glossary.md``: one word for one thing, everywhere that people read."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
READ_BY_MACHINES = ("scanner/extract/", "scanner/custody/", "scanner/detect/", "scanner/demo/", "scanner/sandbox/")
"""Rooms whose Japanese is what is looked for in files, or what invented files hold."""


class Term(NamedTuple):
    """A row of the glossary."""

    term: str
    unwanted: tuple[str, ...]
    within: tuple[str, ...]


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    rows = [line.strip("|").split("|") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row] for row in rows[2:]]
    return tuple(Term(row[0], _words(row[2]), _words(row[3])) for row in cells)


def latin() -> frozenset[str]:
    """Words in Latin letters that may stand in Japanese text."""
    text = GLOSSARY.read_text(encoding="utf-8").partition("## Words in Latin letters")[2]
    return frozenset(re.findall(r"[A-Za-z][A-Za-z0-9]*", text.partition("\n\n")[2].partition("\n\n")[2]))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in cell.split("、"))))


def unwanted(text: str) -> list[str]:
    """Words that the glossary does not want, with what stands around them."""
    found = []
    for term in glossary():
        for word in term.unwanted:
            plain = text
            for within in sorted(term.within, key=len, reverse=True):
                plain = plain.replace(within, "\0")
            found += [
                f"{word} → {term.term}: …{plain[max(0, m.start() - 12) : m.end() + 12]}…"
                for m in re.finditer(re.escape(word), plain)
            ]
    return found


def texts(path: Path) -> Iterator[str]:
    """The Japanese texts of a file: of a program its strings, of others all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and JAPANESE.search(node.value):
                yield node.value
    elif path.suffix == ".toml":
        yield from _values(tomllib.loads(text))
        yield from (line for line in text.splitlines() if line.lstrip().startswith("#"))
    elif path.suffix == ".json":
        yield from _values(json.loads(text))
    else:
        yield text


def _values(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(inner)


def files() -> list[Path]:
    """Everything with Japanese for people in it."""
    found = [ROOT / "README.ja.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "config" / "messages").glob("*.toml")]
    found += [
        ROOT / "config" / "codes.toml",
        ROOT / "config" / "policy.example.toml",
        ROOT / "config" / "policy.schema.json",
    ]
    found += [*(ROOT / "config" / "forms").glob("*.html"), *(ROOT / "config" / "service").iterdir()]
    programs = [p for p in (ROOT / "scanner").rglob("*") if p.suffix in (".py", ".html", ".js")]
    found += [p for p in programs if not p.relative_to(ROOT).as_posix().startswith(READ_BY_MACHINES)]
    return [p for p in found if p.is_file() and p != GLOSSARY]


def test_the_glossary_contradicts_itself_nowhere() -> None:
    terms = glossary()
    assert len(terms) > 20
    for term in terms:
        assert term.unwanted
        assert not unwanted(term.term), term


@pytest.mark.parametrize("text", ["走査します", "対象族「合言葉」", "サーバの番地", "フォルダを開く"])
def test_unwanted_words_are_found(text: str) -> None:
    assert unwanted(text)


@pytest.mark.parametrize(
    "text",
    ["フォルダーを開く", "個人識別符号", "基幹サーバ室", "基幹サーバ室のサーバー", "office/共有フォルダ/一覧.xlsx"],
)
def test_words_within_wanted_ones_are_not(text: str) -> None:
    assert unwanted(text) == []


def test_japanese_texts_use_the_words_of_the_glossary() -> None:
    found = {f"{path.relative_to(ROOT)}: {told}" for path in files() for text in texts(path) for told in unwanted(text)}
    assert not found, "\n".join(sorted(found))
