"""Rows of numbers that may be templates of faces, voices or fingers: personal data of their own kind, told by a note wherever they stand.

Models give a vector of a few hundred numbers for a face (128 of dlib and FaceNet, 512 of ArcFace and its kin, and powers of two
between), each small: vectors are brought to the length of one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from scanner.extract.interface import Sink

NOTE = "rows of numbers that may be templates of faces"
DIMENSIONS = frozenset((64, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024))
_MOST = 16.0
"""The greatest number of a vector that was not brought to the length of one."""


def like_a_face(data: bytes) -> bool:
    """Whether a binary value is a vector of floats, of four or eight bytes each, of the dimension of a template."""
    for width, letter in ((4, "f"), (8, "d")):
        count, rest = divmod(len(data), width)
        if not rest and count in DIMENSIONS and small(struct.unpack(f"<{count}{letter}", data)):
            return True
    return False


def small(numbers: Sequence[float]) -> bool:
    """Whether numbers are such a vector: all of them small, hardly any of them nothing."""
    if len(numbers) not in DIMENSIONS or any(not math.isfinite(n) or abs(n) > _MOST for n in numbers):
        return False
    return sum(1 for n in numbers if abs(n) > 1e-9) > len(numbers) / 2


def told(sink: Sink) -> None:
    """Tell it once."""
    if NOTE not in sink.notes:
        sink.note(NOTE)
