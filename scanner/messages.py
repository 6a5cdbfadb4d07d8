"""All texts for people, Japanese and English, from one catalogue: ``config/messages/LANG.toml``."""

from __future__ import annotations

import ctypes
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import PurePath

from detectors.resources import config_dir
from scanner.printable import printable

LANGUAGES = ("ja", "en")
_JAPANESE = 0x11
_chosen: str | None = None
_spoken: ContextVar[str] = ContextVar("language", default="")
"""The language of one task among several in this process; empty for that of the process."""


def choose(language: str | None) -> None:
    """Set the language of this process; ``None`` follows the locale."""
    global _chosen
    _chosen = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Another language within, for this task alone: others in the same process keep theirs."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """``ja`` or ``en``: that of this task, the chosen one, else the locale's, else English."""
    if spoken := _spoken.get():
        return spoken
    if _chosen:
        return _chosen
    for name in ("SEKISHO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    if sys.platform == "win32":  # which has none of these; the low ten bits are the language without its country
        return "ja" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == _JAPANESE else "en"
    return "en"


@lru_cache(maxsize=4)
def _catalogue(name: str) -> dict[str, str]:
    table = tomllib.loads((config_dir() / "messages" / f"{name}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, entries in table.items() for key, text in entries.items()}


def t(name: str, /, **values: object) -> str:
    """The text ``name`` (``section.key``) in the language of this process; raises ``KeyError`` for an unknown key."""
    text = _catalogue(language())[name]
    return text.format(**{k: _shown(v) for k, v in values.items()}) if values else text


def _shown(value: object) -> object:
    """A name that fills a text may not steer the terminal or page that shows it."""
    if isinstance(value, (str, PurePath)):
        return printable(str(value))
    return value


def both(section: str) -> dict[str, list[str]]:
    """Every text of a section in all ``LANGUAGES``: for what goes to people whose language nobody knows."""
    start = f"{section}."
    names = [name for name in _catalogue(LANGUAGES[0]) if name.startswith(start)]
    return {name.removeprefix(start): [_catalogue(language)[name] for language in LANGUAGES] for name in names}


def t_or(key: str, fallback: str) -> str:
    """The text, or ``fallback`` where the catalogue has none (entities added by plug-ins)."""
    return _catalogue(language()).get(key, fallback)
