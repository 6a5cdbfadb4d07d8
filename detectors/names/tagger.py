"""The tagger of our own: a small convolutional network over characters, run with numpy.

Embedding of the character plus embeddings of its list flags, one convolution of width 5 and three dilated ones of
width 3 with residual connections, then five tags (O and begin, inside, end, single of a name). About 83,000
multiplications a character. Trained by ``detectors.training``; the model card is ``docs/model-card.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.names.features import CHANNELS, Codes, codes_of, flags

WEIGHTS = Path(__file__).with_name("weights.npz")
BLOCK = 4096
"""Characters of one pass: the activations stay in the cache."""

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
        letters, floats["embedding"], tuple(floats[f"flags{i}"] for i in range(CHANNELS)), floats["wide"], floats["wide_bias"],
        tuple(floats[f"dilated{i}"] for i in range(3)), tuple(floats[f"dilated_bias{i}"] for i in range(3)), floats["out"], floats["out_bias"],
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


def probabilities(text: str, model: Model | None = None) -> Floats:
    """Probabilities of the five tags for every character, shape (characters, 5)."""
    model = model or load()
    codes = codes_of(text)
    result = np.empty((len(codes), 5), dtype=np.float32)
    if not len(codes):
        return result
    inputs = _embed(codes, model)
    for at in range(0, len(codes), BLOCK):
        low, high = max(0, at - REACH), min(len(codes), at + BLOCK + REACH)
        part = _network(inputs[low:high], model)
        result[at : at + BLOCK] = part[at - low : at - low + BLOCK]
    return result


def _embed(codes: Codes, model: Model) -> Floats:
    narrow = np.where(codes < 0x10000, codes, 0x4E00)  # beyond the BMP: nearly always a rare kanji
    x = model.embedding[model.letters[narrow]]
    for array, lookup in zip(flags(codes), model.flag_tables, strict=True):
        used = np.flatnonzero(array)
        if len(used) * 3 > len(array):
            x += lookup[array]
        else:
            x[used] += lookup[array[used]]
    return x


def _network(x: Floats, model: Model) -> Floats:
    h = _convolve(x, model.wide, model.wide_bias, 1)
    np.maximum(h, 0, out=h)
    for weights, bias, dilation in zip(model.dilated, model.dilated_bias, DILATIONS, strict=True):
        step = _convolve(h, weights, bias, dilation)
        np.maximum(step, 0, out=step)
        h += step
    logits = h @ model.out + model.out_bias
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits


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


def spans(text: str, threshold: float = 0.5, model: Model | None = None) -> list[tuple[int, int, float]]:
    """(start, end, score) of the names in ``text``. ``threshold``: least probability that a character is in a name."""
    tags = probabilities(text, model)
    named = 1.0 - tags[:, 0]
    inside = named >= threshold
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    found: list[tuple[int, int, float]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        kinds = tags[start:end, 1:].argmax(axis=1) + 1  # B, I, E, S
        at = start
        for i in range(start, end):
            opens = kinds[i - start] in (1, 4)
            closed_before = i > start and kinds[i - start - 1] in (3, 4)
            if i > at and (opens and kinds[i - start - 1] != 1 or closed_before):
                found.append((at, i, float(named[at:i].mean())))
                at = i
        found.append((at, end, float(named[at:end].mean())))
    return found
