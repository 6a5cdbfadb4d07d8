"""The words of ``config/rules/about.toml``, compiled when first asked."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.resources import rules

CLASSES = (
    "private",
    "asked",
    "office",
    "maker",
    "past",
    "elected",
    "thing",
    "ware",
    "contact",
    "head",
    "place",
    "body",
)
"""Classes of column headings, in the order in which a heading is asked for them."""


@lru_cache(maxsize=1)
def _headings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = rules("about")["headings"]
    return tuple((name, re.compile("|".join(table[name]), re.IGNORECASE)) for name in CLASSES)


@lru_cache(maxsize=4096)
def heading_class(text: str) -> str:
    """The class of a (folded) column heading, empty where it says nothing: 生年月日 → private, 施設名 → body."""
    for name, pattern in _headings():
        if pattern.search(text) is not None:
            return name
    return ""


@lru_cache(maxsize=1)
def of_bodies() -> re.Pattern[str]:
    """Searched in a whole value: whether it is the name of a body, a place or a thing (○○株式会社, 中央公園)."""
    table = rules("about")["bodies"]
    return re.compile(f"{'|'.join(table['marks'])}|(?:{'|'.join(table['endings'])})(?=$|[ (・　])", re.IGNORECASE)


@lru_cache(maxsize=1)
def of_one_word() -> re.Pattern[str]:
    """Matched right behind a name: the rest of a word that is the name of a body (松原+こども園), by its longer endings; no
    particle stands between the two (山田太郎が入院した病院)."""
    endings = [word for word in rules("about")["bodies"]["endings"] if len(word) > 1 and "[" not in word]
    return re.compile(
        rf"[^\s、。,:;|/()「」『』<>\"'・ぁ-ん]{{0,8}}?(?:{'|'.join(endings)})(?![^\s、。,:;|/()「」『』<>\"'・])"
    )


@lru_cache(maxsize=1)
def bodies_in_text() -> re.Pattern[str]:
    """Bodies and places in running text."""
    return re.compile(rules("about")["bodies"]["prose"])


@lru_cache(maxsize=1)
def of_groups() -> re.Pattern[str]:
    """Searched in a whole value: whether it is a body without an office (自治会, サークル)."""
    return re.compile(rules("about")["bodies"]["groups"], re.IGNORECASE)


@lru_cache(maxsize=1)
def of_account_holders() -> re.Pattern[str]:
    """Firms as they stand in the name of an account."""
    return re.compile(rules("about")["bodies"]["holders"])


@lru_cache(maxsize=8)
def labels(name: str) -> re.Pattern[str]:
    """Words right before a value (``private``, ``office`` …), searched in the text before it."""
    table = rules("about")["labels"]
    return re.compile(table[name].replace("GAP", table["gap"]), re.IGNORECASE)


@lru_cache(maxsize=1)
def _mail() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    table = rules("about")["mail"]
    public, parts, private = (re.compile(table[name]) for name in ("public", "parts", "private"))
    return frozenset(table["roles"]), public, parts, private


def role_mailbox(address: str) -> bool:
    """Whether a mail address belongs to a post: ``soumu@city.example.jp``, ``info@example.co.jp``; not ``sato.k@…``."""
    local, _, domain = address.lower().partition("@")
    roles, public, parts, private = _mail()
    pieces = [p for p in re.split(r"[._0-9-]+", local.partition("+")[0]) if p]
    said = [piece in roles for piece in pieces]
    if private.search(domain) is not None:  # yamada.pr@ of a provider is a person's
        return bool(said) and all(said)
    if any(said):
        return True
    return bool(pieces) and public.search(domain) is not None and parts.search(pieces[-1]) is not None


@lru_cache(maxsize=1)
def offices() -> re.Pattern[str]:
    """Public offices."""
    return re.compile(rules("about")["offices"]["behind"])


def names_office(value: str) -> bool:
    """Whether a cell names a public office: 教育長, 市議会議員 (会派); 市長公室 is none."""
    return len(value) <= _OFFICE and any(
        h.end() == len(value) or value[h.end()] in " (" for h in offices().finditer(value)
    )


_OFFICE = 12
"""Characters of the longest cell that names an office."""


_ANONYMOUS = re.compile(r"[者人員][甲乙丙丁A-Z]")


def anonymous(name: str) -> bool:
    """Whether what looks like a name stands for somebody who is not named: 確認者甲, 被害者B."""
    return _ANONYMOUS.fullmatch(name, max(0, len(name) - 2)) is not None


def opened(pattern: str) -> str:
    """The same expression without groups at the beginning of its alternatives (``(?:a|b)c|d`` → ``ac|bc|d``): where each begins with a
    character the engine skips to those, five times as fast."""
    found: list[str] = []
    for part in _alternatives(pattern):
        end = part.find(")")
        if part.startswith("(?:") and "(" not in part[3:end]:
            found += [inner + part[end + 1 :] for inner in part[3:end].split("|")]
        else:
            found.append(part)
    return "|".join(found)


def _alternatives(pattern: str) -> list[str]:
    parts, depth = [""], 0
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


@lru_cache(maxsize=1)
def _texts() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str], float, int], ...]:
    return tuple(
        (name, re.compile(opened(r["pattern"])), re.compile(r.get("needs", "")), r["per_thousand"], r["least"])
        for name, r in rules("about")["texts"].items()
    )


def kind_of_text(text: str) -> str:
    """``law``, ``history`` or ``survey`` where the words of such a text stand densely enough, else empty."""
    for name, pattern, needs, dense, least in _texts():
        if needs.search(text) is None:
            continue
        count = sum(1 for _ in pattern.finditer(text))
        if count >= least and count * 1000 >= dense * len(text):
            return name
    return ""
