"""All that the detectors look for, taken from their own modules: the words of every list, and texts made along every
regular expression. A new list or expression is among them by being there.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from re import _constants as c
from re import _parser
from types import ModuleType

import detectors
from detectors.registry import registry
from detectors.resources import rules

_LEFT_OUT = ("detectors.training", "detectors.presidio")
_LONGEST = 40
"""Characters of a word; what is longer is a text."""


def modules() -> list[ModuleType]:
    """Every module of the detectors that takes part in an analysis."""
    names = [m.name for m in pkgutil.walk_packages(detectors.__path__, "detectors.")]
    return [importlib.import_module(name) for name in names if not name.startswith(_LEFT_OUT)]


@lru_cache(maxsize=1)
def words() -> Mapping[str, frozenset[str]]:
    """Word list → its words: the labels of every family, the word lists of every module and of the rule files."""
    found: dict[str, list[str]] = {}
    index = registry().labels
    for word, owners in zip(index.words, index.owners, strict=True):
        for family in owners:
            found.setdefault(f"label {family}", []).append(word)
    for module in modules():
        for name, value in vars(module).items():
            if not name.startswith("__") and (listed := list(_listed(value))):
                found[f"{module.__name__.removeprefix('detectors.')}.{name}"] = listed
    for file in ("sensitive", "names", "foreign_names"):
        found.update({f"{file} {name}": listed for name, listed in _of_rules(rules(file))})
    tidy = {name: tuple(dict.fromkeys(w for w in listed if 0 < len(w) <= _LONGEST)) for name, listed in found.items()}
    return {name: listed for listed, name in {frozenset(listed): name for name, listed in tidy.items()}.items()}


def _listed(value: object) -> Iterator[str]:
    """The words of a list, of a set, of the keys of a mapping, or of an alternation written as one string."""
    if isinstance(value, str):
        parts = value.split("|")
        if len(parts) > 2 and not re.search(r"[\\\[\](){}?*+^$]", value):
            yield from parts
    elif isinstance(value, (tuple, list, set, frozenset, dict)) and len(value) < 5000:
        yield from sorted(word for word in value if isinstance(word, str))


def _of_rules(table: Mapping[str, object], name: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _of_rules(value, f"{name}{key} ")
        elif isinstance(value, list):
            yield f"{name}{key}", value


@lru_cache(maxsize=1)
def expressions() -> Mapping[str, re.Pattern[str]]:
    """Every regular expression of the detectors, by where it stands."""
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(_patterns(value)):
                found[f"{module.__name__.removeprefix('detectors.')}.{name} {number}"] = pattern
    for spec in registry().specs:
        for field in ("pattern", "value", "hint", "joint"):
            if source := getattr(spec, field, ""):
                found[f"{spec.family}.{field}"] = re.compile(source, getattr(spec, "flags", 0))
    for category, rule in rules("sensitive")["category"].items():
        for field in ("fact", "word"):
            if rule.get(field):
                found[f"sensitive {category}.{field}"] = re.compile(rule[field])
    return found


def _patterns(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _patterns(inner)
    elif isinstance(value, (tuple, list)) and len(value) < 50:
        for inner in value:
            yield from _patterns(inner)


def example(pattern: re.Pattern[str], chance: random.Random, most: int = 3) -> str:
    """A text made along a regular expression; look-arounds are written out too, so it nearly always matches and, cut
    anywhere, nearly does. ``most``: repetitions at the most."""
    return _written(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), chance, most)


def _written(nodes: Iterable[tuple[object, object]], chance: random.Random, most: int) -> str:
    return "".join(_one(op, value, chance, most) for op, value in nodes)


def _one(op: object, value: object, chance: random.Random, most: int) -> str:  # the tree of sre has no types
    if op is c.LITERAL:
        return chr(value)
    if op is c.NOT_LITERAL:
        return "亜" if value != ord("亜") else "あ"
    if op is c.ANY:
        return chance.choice("亜あア1a ")
    if op is c.IN:
        return _of_class(value, chance)
    if op is c.BRANCH:
        return _written(chance.choice(value[1]), chance, most)
    if op is c.SUBPATTERN:
        return _written(value[-1], chance, most)
    if op is c.ATOMIC_GROUP:
        return _written(value, chance, most)
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        low, high, inner = value
        times = chance.randint(low, max(low, min(int(high), low + most)))
        return "".join(_written(inner, chance, most) for _ in range(times))
    if op is c.ASSERT:
        return "" if value[0] < 0 else _written(value[1], chance, most)
    return ""  # anchors, negative look-arounds, references


_ANY = "亜田中あのアー1Aa ・:-"


def _of_class(items: Sequence[tuple[object, object]], chance: random.Random) -> str:
    if items[0][0] is c.NEGATE:
        denied = re.compile("[" + "".join(_source(item) for item in items[1:]) + "]")
        return next((ch for ch in chance.sample(_ANY, len(_ANY)) if not denied.match(ch)), "亜")
    op, value = chance.choice(items)
    if op is c.LITERAL:
        return chr(value)
    if op is c.RANGE:
        return chr(chance.randint(*value))
    return {c.CATEGORY_SPACE: " ", c.CATEGORY_DIGIT: "7", c.CATEGORY_WORD: "w"}.get(value, "亜")


def _source(item: tuple[object, object]) -> str:
    op, value = item
    if op is c.LITERAL:
        return re.escape(chr(value))
    if op is c.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    kind = str(value).removeprefix("CATEGORY_")
    letter = {"SPACE": "s", "DIGIT": "d", "WORD": "w"}[kind.removeprefix("NOT_")]
    return "\\" + (letter.upper() if kind.startswith("NOT_") else letter)
