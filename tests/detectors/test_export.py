"""The whole-number network says what the trained floats say, and stands without the tools that wrote it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detectors.names.features import CHANNELS
from detectors.names.tagger import DILATIONS, LETTERS, MARKS, TAGS, _session
from detectors.training.export import _activations, export


def test_bytes_say_what_floats_say(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)

    def weights(*shape: int) -> np.ndarray:
        fan = int(np.prod(shape[:-1]))
        return np.asarray(chance.normal(size=shape) / np.sqrt(fan), dtype=np.float32)

    arrays = {
        "embedding": chance.normal(size=(50, 16)).astype(np.float32),
        "flags": weights(CHANNELS * 8, 16),
        "wide": weights(5, 16, 24),
        "wide_bias": weights(1, 24)[0],
        "out": weights(24, 5) * 4,
        "out_bias": weights(1, 5)[0],
    }
    for i in range(len(DILATIONS)):
        arrays[f"dilated{i}"], arrays[f"dilated_bias{i}"] = weights(3, 24, 24), weights(1, 24)[0]
    letters = chance.integers(0, 50, 3000).astype(np.int32)
    marks = (chance.random((3000, CHANNELS * 8)) < 0.1).astype(np.uint8)
    export(arrays, letters, marks, tmp_path / "network.onnx")
    (tags,) = _session(tmp_path / "network.onnx").run([TAGS], {LETTERS: letters[None], MARKS: marks[None]})
    logits = _activations(arrays, letters, marks)["logits"]
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert tags.shape == (1, 3000, 5)
    assert float(np.abs(tags[0] - expected).mean()) < 0.02
    assert float((tags[0].argmax(axis=1) == expected.argmax(axis=1)).mean()) > 0.95
