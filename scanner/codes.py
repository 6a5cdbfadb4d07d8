"""Every finding code, once: its article, its name, what it means, what to do first (``config/codes.toml`` and plug-ins).

The words of points, their order, the lines of the articles and ``docs/articles/`` are made of this table. What raises a code stands
in ``scanner/duties/``, ``scanner/custody/arithmetic.py`` and ``scanner/policy/verdict.py``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from detectors.plugins import PluginBroken, loaded, plugins, refuse_taken
from detectors.resources import config_dir
from scanner.messages import LANGUAGES, language

LEVELS = ("now", "soon", "due", "register")
"""How urgent a code is, most urgent first: what may be an incident and must be told at once (第14の1: 直ちに), then data where it must
not be, then copies and deadlines, then what only the registers lack."""
ARTICLES = range(1, 20)


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of open point. Raises ``ValueError`` for a level or an article that there is not."""

    name: str
    """``F07-UNDECLARED``: the article in its name is for the eye, ``article`` counts."""
    ja: str
    en: str
    """In a word or two."""
    means: tuple[str, str]
    """What it means, in Japanese and English; the first sentence is the fact, what follows is what is to be done."""
    todo: tuple[str, str]
    """The one thing to do first."""
    article: int = 0
    """0: of no article of the annex."""
    urgency: str = LEVELS[-1]
    incident: bool = False
    """Whether a person has to judge if it is an incident (第14)."""

    def __post_init__(self) -> None:
        if self.urgency not in LEVELS or (self.article and self.article not in ARTICLES):
            raise ValueError(self.name)
        for text in (self.means, self.todo):
            if len(text) != len(LANGUAGES) or not all(text):
                raise ValueError(self.name)

    @property
    def short(self) -> str:
        """Its name in the language of this process."""
        return self.ja if language() == "ja" else self.en

    def told(self, text: tuple[str, str]) -> str:
        """``means`` or ``todo`` in the language of this process."""
        return text[LANGUAGES.index(language())]


def code(name: str, told: Mapping[str, Any]) -> Code:
    """An entry of the table; raises ``TypeError`` for a key that it does not have and ``ValueError`` as ``Code`` does."""
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
    return Code(name, **given)


def ours() -> dict[str, Code]:
    """Those of the file, in its order."""
    table = tomllib.loads((config_dir() / "codes.toml").read_text(encoding="utf-8"))
    return {name: code(name, told) for name, told in table.items()}


@lru_cache(maxsize=1)
def codes() -> dict[str, Code]:
    """Name → code: ours, then those of plug-ins (``CODES`` of their modules)."""
    found = ours()
    added = [module.CODES for module in loaded("duties")]
    refuse_taken("duties", added, found)
    for plugin, more in zip(plugins("duties"), added, strict=True):
        try:
            found |= {name: code(name, told) for name, told in more.items()}
        except (
            AttributeError,
            TypeError,
            ValueError,
        ) as error:  # no mapping, a key that there is not, or none that must be
            raise PluginBroken(plugin, type(error).__name__) from None
    return found


def article(name: str) -> int:
    """The article of a code; 0 for none, and for a code of a plug-in that is there no more."""
    known = codes().get(name)
    return known.article if known else 0


def of_article(number: int) -> list[str]:
    """Codes of an article, in order."""
    return [name for name, known in codes().items() if known.article == number]
