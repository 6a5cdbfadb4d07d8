"""The tagger of our own: a small convolutional network over characters, run with ONNX Runtime in whole numbers.

Embedding of the character plus embeddings of its list flags, one convolution of width 5 and dilated ones of width 3
with residual connections, then five tags (O and begin, inside, end, single of a name). Trained and written by
``detectors.training``; the model card is ``docs/model-card.md``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.names.decoding import Floats, spans
from detectors.names.features import Bytes, Codes, codes_of, flags

ALPHABET = Path(__file__).with_name("alphabet.npz")
NETWORK = Path(__file__).with_name("network.onnx")
LETTERS, MARKS, TAGS = "letters", "marks", "tags"
"""Inputs and output of the network."""

HALF, CLEAR = 0.3, 0.9
"""Least probability of every character of a run that is half likely to be a name, and their mean from which nothing is in doubt."""
LEANING = 0.6
"""Share of the probability of no name that is left to it."""

BLOCK = 4096
"""Characters of one pass."""

DILATIONS = (2, 4, 8)
REACH = 2 + sum(DILATIONS)
"""Characters on each side that a tag may depend on."""

Letters = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Model:
    """The loaded tagger: ``letters`` maps a code point to a row of the embeddings."""

    letters: Letters
    network: Any
    """Session of ONNX Runtime: letters (1, n) and bits of the flags (1, n, CHANNELS * 8) in, tags (1, n, 5) out."""


@lru_cache(maxsize=1)
def load(alphabet: Path = ALPHABET, network: Path = NETWORK) -> Model:
    """The model that ships with the package."""
    with np.load(alphabet) as data:
        known = data["alphabet"]
    letters = char_kinds().astype(np.int32)
    letters[known] = np.arange(len(known)) + KINDS
    return Model(letters, _session(network))


def _session(network: Path) -> Any:
    """One thread: the scan runs as many processes as it is allowed, and the network is too small to share."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])


KINDS = 10


def char_kinds() -> npt.NDArray[np.uint8]:
    """Kind (of ``KINDS``) of every code point of the BMP, for characters that training never saw: 0 other, 1 kanji, 2 hiragana,
    3 katakana, 4 digit, 5 Latin capital, 6 Latin small, 7 punctuation, 8 space, 9 line end."""
    kinds = np.zeros(0x10000, dtype=np.uint8)
    kinds[0x3000:0x3040] = 7
    kinds[0x21:0x7F] = 7
    kinds[0x3400:0xA000] = kinds[0xF900:0xFB00] = 1
    kinds[0x3005] = kinds[0x3006] = 1
    kinds[0x3041:0x30A0] = 2
    kinds[0x30A0:0x3100] = 3
    kinds[0x30:0x3A] = 4
    kinds[0x41:0x5B] = 5
    kinds[0x61:0x7B] = 6
    kinds[0x20] = kinds[0x09] = kinds[0x3000] = 8
    kinds[0x0A] = 9
    return kinds


@dataclass(frozen=True)
class Seen:
    """What the tagger made of a text."""

    spans: list[tuple[int, int, float]]
    """(start, end, mean probability of being in a name)"""
    named: Floats
    """Probability of being in a name, per character; 0 where the text was not read."""
    weak: list[tuple[int, int]] = field(default_factory=list)
    """Runs of characters that are half likely to be in a name and no more."""


def read(
    text: str,
    threshold: float = 0.5,
    model: Model | None = None,
    *,
    leave: Sequence[tuple[int, int]] = (),
    change: Callable[[Floats], Floats] | None = None,
) -> Seen:
    """Names in ``text``. ``threshold``: least probability that a character is in a name. ``leave``: spans that hold no
    name (addresses, cells of other columns) and are not read. ``change``: what another network makes of the probabilities of
    the whole text, (characters, 5)."""
    model = model or load()
    whole = codes_of(text)
    codes = codes_of(text)
    named = np.zeros(len(codes), dtype=np.float32)
    kept = _nameable(codes, leave)
    if not len(kept):
        return Seen([], named)
    if len(kept) < len(codes):
        codes = codes[kept]
    letters = model.letters[np.where(codes < 0x10000, codes, 0x4E00)]  # beyond the BMP: nearly always a rare kanji
    tags = _leaning(_run(letters, flags(codes), model.network))
    if change is not None:
        before = np.zeros((len(whole), 5), dtype=np.float32)
        before[:, 0] = 1.0
        before[kept] = tags
        tags = change(before)[kept]
    named[kept] = 1.0 - tags[:, 0]
    found = [
        (int(kept[a]), int(kept[b - 1]) + 1, p)
        for a, b, p in spans(tags, _BLANK[np.minimum(codes, 0x3001)], threshold)
        if kept[b - 1] - kept[a] == b - 1 - a  # not across a gap
    ]
    return Seen(_whole_words(text, found, named, threshold), named, _weak(named))


def _weak(named: Floats) -> list[tuple[int, int]]:
    """(start, end) of the runs that are half likely and no more."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], named >= HALF, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    sums = np.concatenate(([0.0], np.cumsum(named, dtype=np.float64)))
    unsure = sums[ends] - sums[starts] < CLEAR * (ends - starts)
    return list(zip(starts[unsure].tolist(), ends[unsure].tolist(), strict=True))


def _nameable(codes: Codes, leave: Sequence[tuple[int, int]]) -> npt.NDArray[np.intp]:
    """Positions of the pieces (cells, clauses) in which some letter stands that names are written in."""
    written = WRITTEN[np.minimum(codes, 0xFFFF)]
    for start, end in leave:
        written[start:end] = False
    ends = np.flatnonzero(ENDS[np.minimum(codes, 0x3003)]) + 1
    starts = np.concatenate(([0], ends[ends < len(codes)]))
    if not len(codes):
        return starts[:0]
    lengths = np.diff(np.concatenate((starts, [len(codes)])))
    kept = np.repeat(np.logical_or.reduceat(written, starts), lengths)
    for start, end in leave:
        kept[start:end] = False
    return np.flatnonzero(kept)


_KATAKANA = re.compile(r"[ァ-ヴー]+(?:[・=][ァ-ヴー]+)*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'\-]*")


def _whole_words(
    text: str, found: list[tuple[int, int, float]], named: Floats, threshold: float
) -> list[tuple[int, int, float]]:
    """Katakana and Latin words are names as a whole or not at all: their mean decides, not single characters."""
    result: list[tuple[int, int, float]] = []
    done = -1
    for start, end, probability in found:
        if start < done:
            continue
        pattern = (
            _KATAKANA
            if _is_katakana(text[start]) or _is_katakana(text[end - 1])
            else _LATIN
            if text[start].isascii()
            else None
        )
        if pattern is None:
            result.append((start, end, probability))
            continue
        low, high = start, end
        while (low > 0 and pattern.fullmatch(text, low - 1, low)) or (
            low > 0 and text[low - 1] in "・=" and pattern is _KATAKANA
        ):
            low -= 1
        while high < len(text) and (
            pattern.fullmatch(text, high, high + 1) or (text[high] in "・=" and pattern is _KATAKANA)
        ):
            high += 1
        while low < start and text[low] in "・=":
            low += 1
        while high > end and text[high - 1] in "・=":
            high -= 1
        mean = float(named[low:high].mean())
        done = high
        if mean >= threshold - 0.05:
            result.append((low, high, mean))
    return result


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヴ" or char in "ー・"


ENDS = np.zeros(0x3004, dtype=bool)
ENDS[[0x09, 0x0A, 0x2C, 0x7C, 0x3002]] = True
"""What ends a piece: tab, line end, comma, bar, full stop."""

_BLANK = np.zeros(0x3002, dtype=bool)
_BLANK[[0x09, 0x0A, 0x0D, 0x20, 0x3000]] = True

WRITTEN = np.isin(char_kinds(), (1, 2, 3, 5))
WRITTEN[0xFFFF] = True
"""What names are written in: kanji, kana and Latin capitals; what is beyond the BMP counts as kanji."""


def _leaning(tags: Floats) -> Floats:
    """The probabilities with that of no name made less: what is found by mistake is held back afterwards, what is not found
    is lost."""
    tags[:, 0] *= LEANING
    tags /= tags.sum(axis=1, keepdims=True)
    return tags


def _run(letters: Letters, marks: Bytes, network: Any) -> Floats:
    """Probabilities of the five tags, block by block: the bits of a long text would take 64 bytes a character."""
    size = len(letters)
    result = np.empty((size, 5), dtype=np.float32)
    for at in range(0, size, BLOCK):
        low, high = max(0, at - REACH), min(size, at + BLOCK + REACH)
        bits = np.unpackbits(np.ascontiguousarray(marks[:, low:high].T), axis=1, bitorder="little")
        (part,) = network.run([TAGS], {LETTERS: letters[None, low:high], MARKS: bits[None]})
        result[at : at + BLOCK] = part[0, at - low : at - low + BLOCK]
    return result
