"""The tagger of our own: a small convolutional network over characters, run with ONNX Runtime in whole numbers.

Embedding of the character plus embeddings of its list flags, one convolution of width 5 and dilated ones of width 3
with residual connections, then five tags (O and begin, inside, end, single of a name). Trained and written by
``detectors.training``; the model card is ``docs/model-card.md``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.names.features import Bytes, Codes, Floats, codes_of, edges, flags

ALPHABET = Path(__file__).with_name("alphabet.npz")
NETWORK = Path(__file__).with_name("network.onnx")
LETTERS, MARKS, TAGS = "letters", "marks", "tags"
"""Inputs and output of the network."""

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


def probabilities(text: str, model: Model | None = None, *, leave: Sequence[tuple[int, int]] = ()) -> Floats:
    """Probabilities of the five tags, shape (characters, 5). ``leave``: spans that hold no name (addresses, cells of other
    columns): they are not read, and no name stands there."""
    model = model or load()
    codes = codes_of(text)
    tags = np.zeros((len(codes), 5), dtype=np.float32)
    tags[:, 0] = 1.0
    kept = _nameable(codes, leave)
    if len(kept):
        read = codes[kept]
        letters = model.letters[np.where(read < 0x10000, read, 0x4E00)]  # beyond the BMP: nearly always a rare kanji
        tags[kept] = _leaning(_run(letters, flags(read), model.network))
    return tags


def _nameable(codes: Codes, leave: Sequence[tuple[int, int]]) -> npt.NDArray[np.intp]:
    """Positions of the pieces (cells, clauses) in which some letter stands that names are written in."""
    written = WRITTEN[np.minimum(codes, 0xFFFF)]
    left = _inside(leave, len(codes))
    written &= ~left
    ends = ENDS[np.minimum(codes, 0x3003)].nonzero()[0] + 1
    starts = np.concatenate(([0], ends[ends < len(codes)]))
    if not len(codes):
        return starts[:0]
    lengths = np.diff(np.concatenate((starts, [len(codes)])))
    return (np.repeat(np.logical_or.reduceat(written, starts), lengths) & ~left).nonzero()[0]


def _inside(spans: Sequence[tuple[int, int]], size: int) -> npt.NDArray[np.bool_]:
    """Which of ``size`` characters stand in some of the spans."""
    if not spans:
        return np.zeros(size, dtype=bool)
    lows, highs = edges(spans).T
    opened = np.bincount(lows, minlength=size + 1) - np.bincount(highs, minlength=size + 1)
    return opened[:size].cumsum() > 0


ENDS = np.zeros(0x3004, dtype=bool)
ENDS[[0x09, 0x0A, 0x2C, 0x7C, 0x3002]] = True
"""What ends a piece: tab, line end, comma, bar, full stop."""

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
