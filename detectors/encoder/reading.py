"""Reads a text with the encoder: probabilities of the five tags for every character, as the small tagger gives them.

A text is read in parts of ``CORE`` characters, each with ``AROUND`` more on both sides that only help. One thread, no
connection; 15,000 to 25,000 characters a second.
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

from detectors.encoder.table import Table, load
from detectors.names.features import Codes, codes_of, flags
from detectors.names.tagger import KINDS, char_kinds

NETWORK, PIECES = Path(__file__).with_name("encoder.onnx"), Path(__file__).with_name("pieces.npz")
WORDS, OWNERS, LETTERS, MARKS, TAGS = "words", "owners", "letters", "marks", "tags"
"""Inputs and output of the network."""
CORE, AROUND = 390, 45
"""Characters of a part, and those on each side of it that are read along. With 300 and 90 the same was found in 17 % more time."""
DOUBT = 0.05
"""What the small tagger must give one character of a core for it to be read. Of 796 names in documents that no network had seen two
stood in cores that are left out so, one of 139 in single sentences; of texts about nobody an eighth is left out, of single
sentences a third. With .2 one name more was lost, two fifths were left out."""
SHARE, _LEAST = 0.75, 1e-7
"""What the encoder's logarithm of a probability counts beside that of the small tagger; least probability of which one is taken."""

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Encoder:
    """``letters``: code point (of the BMP) → row of the character embedding."""

    table: Table
    network: Any
    letters: npt.NDArray[np.int64]

    def tags(self, codes: Codes, wanted: Bools | None = None) -> Floats:
        """Probabilities of no name, begin, inside, end and single of a name for every character, (characters, 5). Cores without
        a ``wanted`` character are not read: no name there."""
        size = len(codes)
        result = np.zeros((size, 5), dtype=np.float32)
        result[:, 0] = 1.0
        if not size:
            return result
        cut = self.table.vocabulary.cut(codes.tobytes().decode("utf-32-le", "surrogatepass"))
        letters = self.letters[np.where(codes < 0x10000, codes, 0x4E00)]
        marks = flags(codes).T
        core = size if size <= CORE + 2 * AROUND else CORE
        for at in range(0, size, core):
            end = min(size, at + core)
            if wanted is not None and not wanted[at:end].any():
                continue
            a, b = max(0, at - AROUND), min(size, end + AROUND)
            low, high = cut.owners[a], cut.owners[b - 1] + 1
            part = self._part(cut.pieces[low:high], cut.owners[a:b] - low, letters[a:b], marks[a:b])
            result[at:end] = part[at - a : end - a]
        return result

    def _part(self, pieces: Any, owners: Any, letters: Any, marks: Any) -> Floats:
        """One part, a line end before and behind it as in training."""
        line = self.letters[10]
        bits = np.zeros((len(letters) + 2, marks.shape[1] * 8), dtype=np.uint8)
        bits[1:-1] = np.unpackbits(np.ascontiguousarray(marks), axis=1, bitorder="little")
        (tags,) = self.network.run(
            [TAGS],
            {
                WORDS: self.table.rows(pieces)[None],
                OWNERS: np.concatenate(([0], owners + 1, [len(pieces) + 1])),
                LETTERS: np.concatenate(([line], letters, [line])),
                MARKS: bits,
            },
        )
        part: Floats = tags[1:-1]
        return part


def probabilities(text: str, before: Floats, *, leave: Sequence[tuple[int, int]] = ()) -> Floats:
    """Probabilities of the five tags, (characters, 5), from what the encoder says and what the small tagger said ``before``; read
    is only where that leaves a doubt. ``text``: folded. ``leave``: spans that hold no name: they are read as what stands around
    others."""
    said = encoder().tags(codes_of(text), before[:, 0] <= 1 - DOUBT)
    logs = SHARE * np.log(np.maximum(said, _LEAST)) + (1 - SHARE) * np.log(np.maximum(before, _LEAST))
    tags: Floats = np.exp(logs)
    tags /= tags.sum(axis=1, keepdims=True)
    for start, end in leave:
        tags[start:end] = (1.0, 0.0, 0.0, 0.0, 0.0)
    return tags


@lru_cache(maxsize=1)
def encoder(network: Path = NETWORK, pieces: Path = PIECES) -> Encoder:
    """The encoder that ships with the package; loaded when a text is first read with it."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    table = load(pieces)
    letters = char_kinds().astype(np.int64)
    letters[table.known] = np.arange(len(table.known)) + KINDS
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])
    return Encoder(table, session, letters)
