"""The tagger of our own: a small convolutional network over characters, run with numpy.

Embedding of the character plus embeddings of its list flags, one convolution of width 5 and three dilated ones of
width 3 with residual connections, then five tags (O and begin, inside, end, single of a name). About 83,000
multiplications a character. Trained by ``detectors.training``; the model card is ``docs/model-card.md``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.names.features import CHANNELS, Bytes, Codes, codes_of, flags

WEIGHTS = Path(__file__).with_name("weights.npz")
BLOCK = 1024
"""Characters of one pass: the activations stay in the second-level cache (measured: 1.6 times 4096)."""

DILATIONS = (2, 4, 8)
REACH = 2 + sum(DILATIONS)
"""Characters on each side that a tag may depend on."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights as stored: ``letters`` maps a code point to a row of ``embedding``."""

    letters: npt.NDArray[np.uint16]
    embedding: Floats
    flag_tables: tuple[Floats, ...]
    wide: Floats
    """(5, in, hidden)"""
    wide_bias: Floats
    dilated: tuple[Floats, ...]
    """each (3, hidden, hidden)"""
    dilated_bias: tuple[Floats, ...]
    out: Floats
    out_bias: Floats
    gate_letters: Floats
    """(letters, width): votes of a character for the positions around it"""
    gate_flags: tuple[Floats, ...]
    gate_bias: float


@lru_cache(maxsize=1)
def load() -> Model:
    """The weights that ship with the package."""
    with np.load(WEIGHTS) as data:
        arrays = {k: data[k] for k in data.files}
    floats = {k: v.astype(np.float32) for k, v in arrays.items() if v.dtype == np.float16}
    letters = np.zeros(0x10000, dtype=np.uint16)
    letters[:] = arrays["kind_of"][arrays["kinds"]]
    letters[arrays["alphabet"]] = np.arange(len(arrays["alphabet"])) + len(arrays["kind_of"])
    return Model(
        letters=letters,
        embedding=floats["embedding"],
        flag_tables=tuple(floats[f"flags{i}"] for i in range(CHANNELS)),
        wide=floats["wide"],
        wide_bias=floats["wide_bias"],
        dilated=tuple(floats[f"dilated{i}"] for i in range(len(DILATIONS))),
        dilated_bias=tuple(floats[f"dilated_bias{i}"] for i in range(len(DILATIONS))),
        out=floats["out"],
        out_bias=floats["out_bias"],
        gate_letters=floats["gate_letters"],
        gate_flags=tuple(floats[f"gate_flags{i}"] for i in range(CHANNELS)),
        gate_bias=float(floats["gate_bias"][0]),
    )


def char_kinds() -> npt.NDArray[np.uint8]:
    """Kind of every code point of the BMP, for characters that training never saw: 0 other, 1 kanji, 2 hiragana,
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
    """Probability of being in a name, per character; 0 where the gate did not let the text through."""
    passed: int
    """Characters that the gate let through."""


def read(
    text: str,
    threshold: float = 0.5,
    model: Model | None = None,
    *,
    gated: bool = True,
    leave: Sequence[tuple[int, int]] = (),
) -> Seen:
    """Names in ``text``. ``threshold``: least probability that a character is in a name. ``leave``: spans in order that
    hold no name (addresses, cells of other columns) and are not read."""
    model = model or load()
    codes = codes_of(text)
    named = np.zeros(len(codes), dtype=np.float32)
    if not len(codes):
        return Seen([], named, 0)
    letters = model.letters[np.where(codes < 0x10000, codes, 0x4E00)]  # beyond the BMP: nearly always a rare kanji
    marks = flags(codes)
    kept = _gate(codes, letters, marks, model) if gated else np.arange(len(codes))
    if leave and len(kept):
        wanted = np.ones(len(codes), dtype=bool)
        for start, end in leave:
            wanted[start:end] = False
        kept = kept[wanted[kept]]
    if not len(kept):
        return Seen([], named, 0)
    tags = _tags(letters[kept], marks[:, kept], model)
    named[kept] = 1.0 - tags[:, 0]
    found = [
        (int(kept[a]), int(kept[b - 1]) + 1, p)
        for a, b, p in _spans(tags, threshold)
        if kept[b - 1] - kept[a] == b - 1 - a  # not across a gap
    ]
    return Seen(_whole_words(text, found, named, threshold), named, len(kept))


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
"""What ends a piece for the gate: tab, line end, comma, bar, full stop. Cells of a table are judged one by one."""


def _gate(codes: Codes, letters: npt.NDArray[np.uint16], marks: Bytes, model: Model) -> npt.NDArray[np.intp]:
    """Positions of the sentences and lines in which a cheap linear look at the flags sees a chance of a name."""
    votes = model.gate_letters[letters]
    for array, lookup in zip(marks, model.gate_flags, strict=True):
        _add_flags(votes, array, lookup)
    width = votes.shape[1]
    half = width // 2
    size = len(codes)
    score = np.full(size, model.gate_bias, dtype=np.float32)
    for k in range(width):
        shift = k - half
        low, high = max(0, -shift), min(size, size - shift)
        if low < high:
            score[low:high] += votes[low + shift : high + shift, k]
    ends = np.flatnonzero(ENDS[np.minimum(codes, 0x3003)]) + 1
    starts = np.concatenate(([0], ends[ends < size]))
    best = np.maximum.reduceat(score, starts)
    lengths = np.diff(np.concatenate((starts, [size])))
    return np.flatnonzero(np.repeat(best > 0.0, lengths))


def _tags(letters: npt.NDArray[np.uint16], marks: Bytes, model: Model) -> Floats:
    """Probabilities of the five tags, block by block."""
    size = len(letters)
    result = np.empty((size, 5), dtype=np.float32)
    for at in range(0, size, BLOCK):
        low, high = max(0, at - REACH), min(size, at + BLOCK + REACH)
        part = _network(_embed(letters[low:high], marks[:, low:high], model), model)
        result[at : at + BLOCK] = part[at - low : at - low + BLOCK]
    return result


def _embed(letters: npt.NDArray[np.uint16], marks: Bytes, model: Model) -> Floats:
    x = model.embedding[letters]
    for array, lookup in zip(marks, model.flag_tables, strict=True):
        _add_flags(x, array, lookup)
    return x


def _add_flags(into: Floats, array: Bytes, lookup: Floats) -> None:
    """Add the rows of a table by flag byte; most bytes are zero, and row zero is."""
    used = np.flatnonzero(array)
    if len(used) * 3 > len(array):
        into += lookup[array]
    else:
        into[used] += lookup[array[used]]


def _network(x: Floats, model: Model) -> Floats:
    h = _convolve(x, model.wide, model.wide_bias, 1)
    np.maximum(h, 0, out=h)
    for weights, bias, dilation in zip(model.dilated, model.dilated_bias, DILATIONS, strict=True):
        step = _convolve(h, weights, bias, dilation)
        np.maximum(step, 0, out=step)
        h += step
    logits = model.out.T @ h.T  # five rows: what follows runs along them instead of across
    logits += model.out_bias[:, None]
    logits -= logits.max(axis=0)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=0)
    return logits.T


def _convolve(x: Floats, weights: Floats, bias: Floats, dilation: int) -> Floats:
    """Same-length convolution with zeros outside; one matrix product over the shifted copies side by side."""
    width, size, _ = weights.shape
    half = width // 2 * dilation
    padded = np.zeros((len(x) + 2 * half, size), dtype=np.float32)
    padded[half : half + len(x)] = x
    columns = np.empty((len(x), width * size), dtype=np.float32)
    for k in range(width):
        columns[:, k * size : (k + 1) * size] = padded[k * dilation : k * dilation + len(x)]
    out: Floats = columns @ weights.reshape(width * size, -1)
    out += bias
    return out


def _spans(tags: Floats, threshold: float) -> list[tuple[int, int, float]]:
    named = 1.0 - tags[:, 0]
    inside = named >= threshold
    sums = np.concatenate(([0.0], np.cumsum(named, dtype=np.float64))).tolist()
    kind_of = (tags[:, 1:].argmax(axis=1) + 1).tolist()  # 1 begin, 2 inside, 3 end, 4 single
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    found: list[tuple[int, int, float]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        at = start
        for i in range(start + 1, end):
            before, here = kind_of[i - 1], kind_of[i]
            if (here in (1, 4) and before != 1) or before in (3, 4):
                found.append((at, i, (sums[i] - sums[at]) / (i - at)))
                at = i
        found.append((at, end, (sums[end] - sums[at]) / (end - at)))
    return found
