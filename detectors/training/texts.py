"""Open sentences and invented texts as one sequence of characters and tags."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np

from detectors.fold import fold
from detectors.names.features import classes, codes_of
from detectors.names.lexicon import lexicon
from detectors.training import names
from detectors.training.marked import Text

_THINGS = {
    "org": ("ORGANIZATION", "ORG"),
    "place": ("LOCATION", "GPE", "LOC", "FACILITY", "FAC"),
    "work": ("PRODUCT", "WORK_OF_ART"),
    "event": ("EVENT",),
}


def sentences(path: Path) -> tuple[list[Text], dict[str, list[str]]]:
    """Open sentences with their PERSON spans, and the names of other things in them."""
    texts: list[Text] = []
    things: dict[str, list[str]] = {k: [] for k in _THINGS}
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        spans = [(s["start"], s["end"]) for s in item["spans"] if s["label"] == "PERSON"]
        texts.append(Text(item["text"], tuple(spans)))
        for kind, labels in _THINGS.items():
            things[kind] += [
                item["text"][s["start"] : s["end"]]
                for s in item["spans"]
                if s["label"] in labels and s["end"] - s["start"] <= 16
            ]
    return texts, things


def exchanged(text: Text, chance: random.Random) -> Text:
    """The same sentence about somebody else: each name replaced by an invented one of the same form."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    at = last = 0
    mapping: dict[str, str] = {}
    for start, end in sorted(text.spans):
        if start < last:
            continue
        old = text.text[start:end]
        if old not in mapping:
            mapping[old] = _like(old, chance) if chance.random() < 0.85 else old
        out.append(text.text[last:start])
        at += start - last
        spans.append((at, at + len(mapping[old])))
        out.append(mapping[old])
        at += len(mapping[old])
        last = end
    out.append(text.text[last:])
    return Text("".join(out), tuple(spans))


_ROMAJI = re.compile(r"(?P<a>[A-Za-z][a-z]+|[A-Z]{2,})(?P<gap>,? )(?P<b>[A-Z][a-z]+|[A-Z]{2,})")
_KANA = re.compile(r"(?P<a>[ァ-ヶー]+)(?P<gap>[ 　]?)(?P<b>[ァ-ヶー]*)")
_PAIR = re.compile(r"(?P<a>[一-龥々ヶ﨑髙]+)(?P<gap>[ 　])(?P<b>[一-龥々ぁ-んァ-ヶー]+)")


def _like(old: str, chance: random.Random) -> str:
    """An invented name of the same form: as long a part of it, in the same script, with the same gap."""
    n = names.varied(chance)
    japanese = n.kind not in ("foreign", "mixed")
    if "・" in old and all("ァ" <= c <= "ー" or c in "・= " for c in old):
        return f"{chance.choice(names.KATAKANA_GIVEN)}・{chance.choice(names.KATAKANA_FAMILY)}"
    if (kana := _KANA.fullmatch(old)) is not None:
        if kana["gap"] and japanese and n.family_kana:
            return n.family_kana + kana["gap"] + n.given_kana
        return chance.choice(names.KATAKANA_GIVEN + names.KATAKANA_FAMILY) if chance.random() < 0.7 else old
    if (pair := _PAIR.fullmatch(old)) is not None:
        return n.family + pair["gap"] + n.given if japanese else old
    if (romaji := _ROMAJI.fullmatch(old)) is not None:
        a, b = n.family_romaji, n.given_romaji
        a, b = (b, a) if chance.random() < 0.5 else (a, b)
        return (a.upper() if romaji["a"].isupper() else a) + romaji["gap"] + (b.upper() if romaji["b"].isupper() else b)
    if all("ぁ" <= c <= "ん" for c in old) or not all(ord(c) > 0x3000 for c in old) or not japanese:
        return old
    if old in lexicon().given and old not in lexicon().surnames:
        return n.given
    if len(old) <= 2 or old in lexicon().surnames or _rare(old):
        return n.family if chance.random() < 0.8 or len(old) > 2 else n.given
    return n.family + n.given


def _rare(name: str) -> bool:
    """Whether the dictionary knows a word as a surname and as no common noun (貝塚, 鮎川)."""
    return classes(name) & 0b0001_0001 == 1


_MARK = re.compile(r"\{([A-Z])(?::([^}]*))?\}")


def documents(path: Path, chance: random.Random, *, samples: bool = False) -> list[Text]:
    """Documents with their values marked, as in ``benchmarks/handwritten``: ``=== title``, ``{P:山田}`` for a person. Those with
    names of samples only where ``samples`` are asked for."""
    texts: list[Text] = []
    for piece in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
        body = piece.partition("\n")[2]
        text, spans, at = "", [], 0
        for mark in _MARK.finditer(body):
            text += body[at : mark.start()]
            value = mark[2] if mark[2] is not None else "".join(chance.choice("0123456789") for _ in range(12))
            if mark[1] == "P":
                spans.append((len(text), len(text) + len(value)))
            text, at = text + value, mark.end()
        if samples or _SAMPLE.search(_MARK.sub("", body)) is None:
            texts.append(Text(text + body[at:], tuple(spans)))
    return texts


_SAMPLE = re.compile(r"太郎|花子|山田[ 　]")
"""Names of samples and of school books that are nobody in a document: the network would learn that nobody is called so."""


def encode(text: Text) -> tuple[Any, Any]:
    """Folded code points and tags (0 O, 1 B, 2 I, 3 E, 4 S) of a text."""
    folded = fold(text.text)
    codes = codes_of(folded.text)
    tags = np.zeros(len(codes), dtype=np.int64)
    for start, end in text.spans:
        if folded.starts is not None:
            inside = [i for i, s in enumerate(folded.starts) if start <= s < end]
            if not inside:
                continue
            start, end = inside[0], inside[-1] + 1
        if end - start == 1:
            tags[start] = 4
        elif end > start:
            tags[start:end] = 2
            tags[start], tags[end - 1] = 1, 3
    return codes, tags


def stream(texts: list[Text]) -> tuple[Any, Any]:
    """All texts as one sequence with line ends between them."""
    codes, tags = [], []
    for text in texts:
        c, t = encode(text)
        codes += [c, np.array([10, 10], dtype=np.uint32)]
        tags += [t, np.zeros(2, dtype=np.int64)]
    return np.concatenate(codes), np.concatenate(tags)


def alphabet(codes: Any, least: int = 4) -> Any:
    """Code points that training saw at least ``least`` times, sorted."""
    values, counts = np.unique(codes[codes < 0x10000], return_counts=True)
    return values[counts >= least].astype(np.uint16)
