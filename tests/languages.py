"""Which words of a text belong to the other language: for everything that the program says to people.

Taken out before are what is typed as it stands (commands with what follows them, options, files, settings, values in quotation marks) and the
words that ``docs/glossary.md`` lets stand in Latin letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module

from tests.test_glossary import JAPANESE, latin

_TYPED = re.compile(
    r"""
      (?<![A-Za-z])(?:sekisho|pip|chmod|make|initdb|cp|psql|pg_ctl|echo)\s[^。、|\n「」]*   # a command to be typed
    | SEKISHO_[A-Z_]+(?:=\S+)?
    | \[\[?[a-z_.]+\]?\]                               # a table of the policy
    | \[[a-z0-9|.\-]+\]                                # a choice among values
    | (?<![A-Za-z0-9])--?[A-Za-z][A-Za-z0-9-]*         # an option
    | [A-Za-z0-9+/=]{24,}                              # keys and signatures
    | [a-z]+://\S+
    | \b[0-9]*[A-Z]+[0-9]*-[A-Z0-9-]+\b                # codes, numbers of entries
    | \b[A-Z]{2,}(?:_[A-Z]+)+\b                        # names of entities
    | [A-Za-z0-9_.*~-]*[/\\][A-Za-z0-9_.*~/\\-]*       # paths
    | \b[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\b          # files, domains, tables
    | \b[A-Za-z]+_[a-z_]+\b                            # settings
    | \b[a-z_]+\s?=\s?(?:true|false|"[^"]*")           # a setting with its value
    | \{[A-Za-z0-9_:.]*\}                              # a field to be filled in
    | \b[A-Za-z]*[0-9][0-9A-Za-z,]*\b                 # numbers with their letters, forms, C2SP
    | (?<![A-Za-z0-9])\.[a-z]+\b                      # endings of names
    | %[A-Za-z]
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z]+")
_VALUES = frozenset(
    "quick balanced thorough text jsonl json csv sarif low normal ja en send publish dispose provided collected created one two true false"
    " table file point work storage server_room overview verifier pack match everyone backup temp".split()
)
"""Values that are typed as they stand."""


@lru_cache(maxsize=1)
def commands() -> frozenset[str]:
    """Names of all commands, which are typed as they stand."""
    from scanner.cli.main import COMMANDS

    names = set(COMMANDS)
    for module in COMMANDS.values():
        command = import_module(f"scanner.cli.{module}").command
        names |= set(getattr(command, "commands", {}))
    return frozenset(part for name in names for part in name.split("-"))


def english_in(text: str, allowed: Iterable[str] = ()) -> list[str]:
    """English words in Japanese text."""
    known = latin() | _VALUES | commands() | set(allowed)
    return [word for word in _WORD.findall(_TYPED.sub(" ", text)) if word not in known]


def japanese_in(text: str, allowed: Iterable[str] = ()) -> list[str]:
    """Japanese words in English text. ``allowed``: what comes from files and registers, and examples."""
    for known in sorted(allowed, key=len, reverse=True):
        text = text.replace(known, " ")
    return [found for found in re.findall(r"[^\s!-~]+", text) if JAPANESE.search(found)]
