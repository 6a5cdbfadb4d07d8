"""Builds ``words.npz``, the list bits of ordinary words and proper names, from the installed Sudachi dictionary.

``python -m detectors.training.words -o words.npz``. The dictionary (SudachiDict core, Apache-2.0) is read in its
binary form: header, part-of-speech table, connection matrix, trie, word parameters, word infos. Only which class a
word belongs to is kept, as bits of a hashed table; no word can be read back from it.
"""

from __future__ import annotations

import argparse
import mmap
import re
import struct
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from detectors.names.features import WORD_BITS, mix
from detectors.names.lexicon import lexicon

_HEADER = 272
_CLASSES: tuple[tuple[int, tuple[str, ...], int, int], ...] = (
    # bit, part of speech, longest word, highest cost (lower is commoner)
    (0, ("名詞", "固有名詞", "人名", "姓"), 5, 32000),
    (1, ("名詞", "固有名詞", "人名", "名"), 5, 32000),
    (2, ("名詞", "固有名詞", "人名", "一般"), 7, 32000),
    (3, ("名詞", "固有名詞", "地名"), 5, 11000),
    (4, ("名詞", "普通名詞"), 6, 32000),
    (5, ("動詞",), 4, 9000),
    (5, ("形容詞",), 4, 12000),
    (5, ("副詞",), 5, 32000),
    (5, ("形状詞",), 5, 32000),
    (6, ("名詞", "固有名詞", "一般"), 7, 32000),
    (7, ("接尾辞",), 4, 32000),
    (7, ("接頭辞",), 4, 32000),
    (7, ("助詞",), 4, 32000),
    (7, ("助動詞",), 4, 32000),
    (7, ("接続詞",), 5, 32000),
    (7, ("代名詞",), 4, 32000),
)


def dictionary_words(path: Path) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """(headword, part of speech, cost) of every entry of a Sudachi system dictionary."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:

        def string(at: int) -> tuple[str, int]:
            length = data[at]
            at += 1
            if length >= 128:
                length, at = ((length & 0x7F) << 8) | data[at], at + 1
            return data[at : at + 2 * length].decode("utf-16-le"), at + 2 * length

        (count,) = struct.unpack_from("<H", data, _HEADER)
        at = _HEADER + 2
        speech: list[tuple[str, ...]] = []
        for _ in range(count):
            parts = []
            for _ in range(6):
                part, at = string(at)
                parts.append(part)
            speech.append(tuple(parts))
        left, right = struct.unpack_from("<HH", data, at)
        at += 4 + 2 * left * right
        for size in (4, 1):  # the trie in words of four bytes, then the word id table in bytes
            (length,) = struct.unpack_from("<I", data, at)
            at += 4 + size * length
        (entries,) = struct.unpack_from("<I", data, at)
        costs = np.frombuffer(data[at + 4 : at + 4 + 6 * entries], dtype="<i2").reshape(entries, 3)[:, 2]
        at += 4 + 6 * entries
        offsets = np.frombuffer(data[at : at + 4 * entries], dtype="<u4")
        for number in range(entries):
            word, place = string(int(offsets[number]))
            place += 1 if data[place] < 128 else 2
            (kind,) = struct.unpack_from("<h", data, place)
            yield word, speech[kind], int(costs[number])


def build(path: Path) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """The byte table: bit = class, index = hash of the word."""
    groups: dict[tuple[int, int], set[str]] = {}
    for word, speech, cost in dictionary_words(path):
        for bit, wanted, longest, most in _CLASSES:
            if speech[: len(wanted)] == wanted and len(word) <= longest and cost <= most:
                groups.setdefault((bit, len(word)), set()).add(word)
    bits = np.zeros(1 << WORD_BITS, dtype=np.uint8)
    for (bit, length), words in groups.items():
        codes = np.frombuffer("".join(sorted(words)).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        if len(codes) == length * len(words):
            bits[mix(codes, length, WORD_BITS)[::length]] |= np.uint8(1 << bit)
        print(f"class {bit}, {length} characters: {len(words):,} words")
    return bits


def system_dictionary() -> Path:
    """The installed SudachiDict core."""
    spec = find_spec("sudachidict_core")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "resources" / "system.dic"


_KATAKANA, _KANJI = re.compile(r"[ァ-ヴー]{3,10}"), re.compile(r"[一-龥々]{2,4}")
_OFTEN = 5
"""How often a noun stands in the list besides that is met in texts."""
_COMMON = 14000
"""Highest cost of a noun that counts as common."""


def nouns(path: Path) -> dict[str, list[str]]:
    """Common nouns that are on no list of names, for texts about nobody: ``loan`` in katakana, ``deed`` that can be done
    (点検), ``noun`` in kanji. Those that are met in texts stand there several times: the dictionary is mostly words that are not."""
    from wordfreq import get_frequency_dict

    names, met = lexicon(), get_frequency_dict("ja")
    found: dict[str, set[str]] = {"loan": set(), "deed": set(), "noun": set()}
    for word, speech, cost in dictionary_words(path):
        if speech[:2] != ("名詞", "普通名詞") or cost > _COMMON:
            continue
        if word in names.surnames or word in names.surname_kana or word in names.given_kana:
            continue
        if _KATAKANA.fullmatch(word):
            found["loan"].add(word)
        elif _KANJI.fullmatch(word) and word not in names.given:
            found["deed" if speech[2] == "サ変可能" else "noun"].add(word)
    return {kind: sorted(words) + _OFTEN * sorted(words & met.keys()) for kind, words in found.items()}


_PERSONAL = {"姓": "surname", "名": "given"}
_WRITTEN = {"surname": re.compile(r"[一-龥々ヶ]{1,4}"), "given": re.compile(r"[一-龥々]{1,3}|[ぁ-ん]{2,4}")}


def persons(path: Path) -> dict[str, list[str]]:
    """Surnames and given names of the dictionary that are on no list, for invented persons."""
    names = lexicon()
    found: dict[str, set[str]] = {"surname": set(), "given": set()}
    for word, speech, _ in dictionary_words(path):
        kind = _PERSONAL.get(speech[3]) if speech[:3] == ("名詞", "固有名詞", "人名") else None
        if kind and _WRITTEN[kind].fullmatch(word) and word not in names.surnames and word not in names.given:
            found[kind].add(word)
    return {kind: sorted(words) for kind, words in found.items()}


_TOWN, _ABROAD = re.compile(r"(?:(?![都道府県市区町村郡])[一-龥々ヶ]){2,4}"), re.compile(r"[ァ-ヴー]{2,8}")
_WARE = re.compile(r"[一-龥々ぁ-んァ-ヴー]{2,8}")


def proper(path: Path) -> dict[str, list[str]]:
    """Proper nouns of the dictionary: ``town`` (places without what kind of place they are), ``ware`` (brands, works, stations,
    firms), ``abroad`` (names of persons in katakana)."""
    found: dict[str, set[str]] = {"town": set(), "ware": set(), "abroad": set()}
    for word, speech, _ in dictionary_words(path):
        if speech[:3] == ("名詞", "固有名詞", "地名") and _TOWN.fullmatch(word):
            found["town"].add(word)
        elif speech[:3] == ("名詞", "固有名詞", "一般") and _WARE.fullmatch(word):
            found["ware"].add(word)
        elif speech[:4] == ("名詞", "固有名詞", "人名", "一般") and _ABROAD.fullmatch(word):
            found["abroad"].add(word)
    return {kind: sorted(words) for kind, words in found.items()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the word table of the name tagger.")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent.parent / "names" / "words.npz")
    arguments = parser.parse_args()
    np.savez_compressed(arguments.output, bits=build(system_dictionary()))


if __name__ == "__main__":
    main()
