"""What the tagger sees of a text: one number a character and four bytes of list flags, computed for the whole text
at once with numpy.

List membership of all n-grams is one table look-up per n: the characters of an n-gram are mixed into an index
of a byte table in which each bit is a list. Strangers may share an index (under 1 % of the name table, 8 % of the word
table); the tagger has learned with that.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import chain
from operator import mul
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.names.lexicon import lexicon
from detectors.resources import rules

LISTS = ("surname", "given", "surname_kana", "given_kana", "place", "organisation", "title", "romaji")
LONGEST = 7
LIST_BITS = 22
WORD_BITS = 23
"""Size of the two tables as powers of two."""

WORDS = Path(__file__).with_name("words.npz")
CHANNELS = 8
"""Flag bytes a character: begin, inside, end, single of the name lists and the same of the word classes."""

_MULTIPLIERS = np.array(
    [
        0x9E3779B97F4A7C15,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x27D4EB2F165667C5,
        0x85EBCA77C2B2AE63,
        0xD6E8FEB86659FD93,
        0xA0761D6478BD642F,
    ],
    dtype=np.uint64,
)

_LENGTHS = np.uint64(0xBF58476D1CE4E5B9) + np.arange(2, 2 * LONGEST + 2, 2, dtype=np.uint64)
"""Factor of each length."""
_WHOLE = (np.arange(LONGEST)[:, None] + np.arange(LONGEST - 1) < LONGEST - 1).astype(np.uint8)
"""Which n-grams that begin at the last positions do not go over the end, shape (``LONGEST``, ``LONGEST`` - 1)."""
BLOCK = 16_384
"""Characters looked at together: all lengths of a long text at once would take 100 bytes a character."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]


@lru_cache(maxsize=1)
def table() -> Bytes:
    """The byte table of list bits, built once a process from the name and place lists."""
    from detectors.addresses.gazetteer import PREFECTURES, cities

    names, learnt = lexicon(), rules("names")["tagger"]
    places = set(PREFECTURES) | {p[:-1] for p in PREFECTURES if len(p) > 2} | set(cities())
    places |= {c[:-1] for c in cities() if len(c) > 2}
    groups = (
        names.surnames,
        names.given,
        names.surname_kana,
        names.given_kana,
        places,
        learnt["organisations"],
        learnt["titles"],
        {w for r in (names.surname_romaji, names.given_romaji) for w in r if len(w) > 2},
    )
    bits = np.zeros(1 << LIST_BITS, dtype=np.uint8)
    for bit, words in enumerate(groups):
        by_length: dict[int, list[str]] = {}
        for word in words:
            if 1 <= len(word) <= LONGEST:
                by_length.setdefault(len(word), []).append(word)
        for length, group in by_length.items():
            codes = np.frombuffer("".join(group).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            keys = mix(codes, length, LIST_BITS)[::length]
            bits[keys] |= np.uint8(1 << bit)
    return bits


Hashes = npt.NDArray[np.uint64]


def mix(codes: Codes, n: int, bits: int) -> Hashes:
    """Table index of the n-gram at every position; the last n - 1 positions are missing."""
    reach = max(0, len(codes) - n + 1)
    wide = codes.astype(np.uint64)
    total = np.zeros(reach, dtype=np.uint64)
    for at, factor in enumerate(_MULTIPLIERS[:n]):
        total += wide[at : at + reach] * factor
    total ^= total >> np.uint64(29)
    total *= _LENGTHS[n - 1]
    return total >> np.uint64(64 - bits)


def _mixed(codes: Codes) -> Hashes:
    """The same for all lengths at once before it is cut to the bits of a table, shape (``LONGEST``, characters); what would go over the
    end is of no meaning. A few calls for all, because most texts are short and a call costs more than its work."""
    size = len(codes)
    terms = codes.astype(np.uint64) * _MULTIPLIERS[:, None]
    for n in range(1, min(LONGEST, size)):
        terms[n, : size - n] = terms[n, n:] + terms[n - 1, : size - n]
    mixed = terms >> np.uint64(29)
    mixed ^= terms
    mixed *= _LENGTHS[:, None]
    return mixed


def _listed(table: Bytes, mixed: Hashes, bits: int) -> Bytes:
    """Bits of the lists that have the n-gram which begins at each position, shape (``LONGEST``, characters)."""
    found = table.take((mixed >> np.uint64(64 - bits)).view(np.int64), mode="wrap")
    last = min(LONGEST - 1, found.shape[1])
    found[:, found.shape[1] - last :] *= _WHOLE[:, LONGEST - 1 - last :]
    return found


_FACTORS = [int(m) for m in _MULTIPLIERS]
_WIDE = (1 << 64) - 1


def slot(word: str, bits: int) -> int:
    """Table index of one whole word: what ``mix`` gives, without the cost of arrays for a few characters."""
    total: int = sum(map(mul, map(ord, word), _FACTORS)) & _WIDE
    mixed = (total ^ (total >> 29)) * (0xBF58476D1CE4E5B9 + 2 * len(word)) & _WIDE
    return mixed >> (64 - bits)


@lru_cache(maxsize=1)
def words() -> Bytes:
    """The byte table of word classes that ships with the package."""
    with np.load(WORDS) as data:
        return np.asarray(data["bits"], dtype=np.uint8)


def edges(spans: Collection[tuple[int, int]]) -> npt.NDArray[np.intp]:
    """Where spans start and end, shape (spans, 2); quicker than making an array of tuples."""
    return np.fromiter(chain.from_iterable(spans), dtype=np.intp, count=2 * len(spans)).reshape(-1, 2)


def codes_of(text: str) -> Codes:
    """Code points of ``text``."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def flags(codes: Codes) -> Bytes:
    """Flag bytes of every character, shape (CHANNELS, characters). Channels 0 to 3 are where a listed name of two and
    more characters begins, goes on, ends, and single characters that are a name; 4 to 7 the same for word classes."""
    size, beside = len(codes), LONGEST - 1
    result = np.empty((CHANNELS, size), dtype=np.uint8)
    for at in range(0, size, BLOCK):
        low, high = max(0, at - beside), min(size, at + BLOCK + beside)
        result[:, at : at + BLOCK] = _flags(codes[low:high])[:, at - low : at - low + BLOCK]
    return result


def _flags(codes: Codes) -> Bytes:
    result = np.zeros((CHANNELS, len(codes)), dtype=np.uint8)
    mixed = _mixed(codes)
    _mark(result[:4], _listed(table(), mixed, LIST_BITS))
    _mark(result[4:], _listed(words(), mixed, WORD_BITS))
    capital = (codes >= 65) & (codes <= 90)
    if capital.any():
        letters = (capital | ((codes >= 97) & (codes <= 122))).nonzero()[0]
        listed = _listed(table(), _mixed(codes[letters] | np.uint32(32)), LIST_BITS) & np.uint8(128)
        listed[:2] = 0
        for n in range(3, min(LONGEST, len(letters)) + 1):
            listed[n - 1, : len(letters) - n + 1] *= letters[n - 1 :] - letters[: len(letters) - n + 1] == n - 1
        romaji = result[:4, letters]
        _mark(romaji, listed)
        result[:4, letters] = romaji
    return result


def _mark(channels: Bytes, found: Bytes) -> None:
    """Enter the bits of all n-grams, shape (``LONGEST``, characters), in four channels: where they begin, go on and end; single
    characters have a channel of their own."""
    begin, inside, end, single = channels
    single |= found[0]
    longer = found[LONGEST - 1].copy()
    for k in range(min(LONGEST, len(begin)) - 1, 0, -1):  # n-grams of k + 1 characters; ``longer`` has those of more
        end[k:] |= found[k, :-k]
        if k < LONGEST - 1:
            inside[k:] |= longer[:-k]
            longer |= found[k]
    begin |= longer


@lru_cache(maxsize=16_384)
def classes(word: str) -> int:
    """Word-class bits of a whole word (bit 4 common noun, 5 verb and the like, 7 affix …); 0 for longer or unknown ones."""
    return _classes()[slot(word, WORD_BITS)] if 1 <= len(word) <= LONGEST else 0


@lru_cache(maxsize=1)
def _classes() -> memoryview:
    """The same table for single look-ups: numpy would make an object of each."""
    return words().data
