"""What the encoder begins with: a row of numbers for each piece, kept in four bits, and one for each place in a part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.encoder.pieces import Vocabulary

GROUP = 32
"""Weights under one scale."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """``halves`` (pieces + 2, columns / 2): two weights a byte, in groups of ``GROUP``, the first half of a group in the low bits;
    ``scales`` (pieces + 2, columns / GROUP). The last two rows begin and end a part. ``places`` (longest part, columns).
    ``known``: the code points that have a letter of their own."""

    vocabulary: Vocabulary
    halves: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.float16]
    places: npt.NDArray[np.float16]
    known: npt.NDArray[np.uint16]

    def rows(self, pieces: Ints) -> Floats:
        """What is read of a part, (pieces + 2, columns): its pieces between begin and end, each at its place."""
        size = len(self.halves)
        numbers = np.concatenate(([size - 2], pieces, [size - 1]))
        scales = self.scales[numbers]
        groups = self.halves[numbers].reshape(*scales.shape, GROUP // 2)
        whole = np.concatenate([groups & 15, groups >> 4], axis=2).astype(np.float32) - 8
        whole *= scales[:, :, None]
        result: Floats = whole.reshape(len(numbers), -1)
        result += self.places[: len(numbers)]
        return result

    def save(self, path: Path) -> None:
        """Write the table; the text of the pieces with a line end between them would part their own: lengths are kept."""
        text = "".join(self.vocabulary.pieces).encode()
        np.savez_compressed(
            path,
            text=np.frombuffer(text, dtype=np.uint8),
            lengths=np.array([len(piece) for piece in self.vocabulary.pieces], dtype=np.uint8),
            scores=np.array(self.vocabulary.scores, dtype=np.float32),
            halves=self.halves,
            scales=self.scales,
            places=self.places,
            known=self.known,
        )


def load(path: Path) -> Table:
    """The table as ``save`` wrote it."""
    with np.load(path) as data:
        text = data["text"].tobytes().decode()
        ends = np.cumsum(data["lengths"], dtype=np.int64).tolist()
        pieces = [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        vocabulary = Vocabulary(pieces, data["scores"].tolist())
        return Table(vocabulary, data["halves"], data["scales"], data["places"], data["known"])
