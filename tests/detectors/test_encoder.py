"""The encoder at run time, with a network of chance weights: what the written file computes, and how long texts are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detectors.encoder import reading
from detectors.encoder.pieces import SPACE, UNKNOWN, Vocabulary
from detectors.encoder.reading import AROUND, CORE, Encoder
from detectors.encoder.table import GROUP, Table, load
from detectors.names.features import CHANNELS, codes_of, flags
from detectors.training.encoder.export import export
from detectors.training.encoder.network import DILATIONS, EMBEDDING, HIDDEN, INNER, WIDTH, Form

_HEADS = 12
_PIECES = [*"山田太郎花子は会議に出た。様", "山田", "太郎", "会議", SPACE, "\n", UNKNOWN]
Weights = dict[str, Any]


def _weights(chance: np.random.Generator) -> Weights:
    def some(*shape: int) -> Any:
        return (chance.normal(size=shape) * 0.08).astype(np.float32)

    weights: Weights = {"ln.weight": 1 + some(WIDTH), "ln.bias": some(WIDTH)}
    for part in ("q", "k", "v", "ao"):
        weights |= {f"layers.0.{part}.weight": some(WIDTH, WIDTH), f"layers.0.{part}.bias": some(WIDTH)}
    weights |= {"layers.0.fi.weight": some(INNER, WIDTH), "layers.0.fi.bias": some(INNER)}
    weights |= {"layers.0.fo.weight": some(WIDTH, INNER), "layers.0.fo.bias": some(WIDTH)}
    for norm in ("aln", "oln"):
        weights |= {f"layers.0.{norm}.weight": 1 + some(WIDTH), f"layers.0.{norm}.bias": some(WIDTH)}
    weights |= {"to_embedding.weight": some(EMBEDDING, WIDTH), "to_embedding.bias": some(EMBEDDING)}
    weights |= {"to_hidden.weight": some(HIDDEN, WIDTH), "to_hidden.bias": some(HIDDEN)}
    weights |= {"letters.weight": some(40, EMBEDDING), "flags.weight": some(EMBEDDING, CHANNELS * 8)}
    weights |= {"wide.weight": some(HIDDEN, EMBEDDING, 5), "wide.bias": some(HIDDEN)}
    for i in range(len(DILATIONS)):
        weights |= {f"dilated.{i}.weight": some(HIDDEN, HIDDEN, 3), f"dilated.{i}.bias": some(HIDDEN)}
    return weights | {"out.weight": some(5, HIDDEN) / 4, "out.bias": some(5)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Encoder, Weights]]:
    """A written encoder of one layer, read back as at run time."""
    chance = np.random.default_rng(1)
    weights = _weights(chance)
    rows = len(_PIECES) + 2
    table = Table(
        Vocabulary(_PIECES, [-5.0 + len(piece) for piece in _PIECES]),
        chance.integers(0, 256, (rows, WIDTH // 2)).astype(np.uint8),
        np.full((rows, WIDTH // GROUP), 0.05, dtype=np.float16),
        (chance.normal(size=(512, WIDTH)) * 0.1).astype(np.float16),
        np.array([ord(c) for c in "山田太郎花子"], dtype=np.uint16),
    )
    folder = tmp_path_factory.mktemp("encoder")
    export(weights, Form(layers=1), _HEADS, table, folder)
    reading.encoder.cache_clear()
    yield reading.encoder(folder / "encoder.onnx", folder / "pieces.npz"), weights
    reading.encoder.cache_clear()


def _norm(x: Any, w: Weights, name: str) -> Any:
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True)) * w[f"{name}.weight"] + w[f"{name}.bias"]


def _dense(x: Any, w: Weights, name: str) -> Any:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def _convolved(x: Any, w: Weights, name: str, dilation: int) -> Any:
    kernel = w[f"{name}.weight"]
    half = kernel.shape[2] // 2 * dilation
    padded = np.pad(x, ((half, half), (0, 0)))
    parts = [padded[k * dilation :][: len(x)] @ kernel[:, :, k].T for k in range(kernel.shape[2])]
    return np.sum(parts, axis=0) + w[f"{name}.bias"]


def _computed(encoder: Encoder, w: Weights, text: str) -> Any:
    """What the network should give, in floats and step by step."""
    from math import erf

    cut = encoder.table.vocabulary.cut(text)
    x = _norm(encoder.table.rows(cut.pieces), w, "ln")
    q, k, v = (_dense(x, w, f"layers.0.{p}").reshape(len(x), _HEADS, -1).transpose(1, 0, 2) for p in "qkv")
    scores = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(WIDTH / _HEADS))
    seen = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(x), -1)
    x = _norm(x + _dense(seen, w, "layers.0.ao"), w, "layers.0.aln")
    inner = _dense(x, w, "layers.0.fi")
    inner = inner * 0.5 * (1 + np.vectorize(erf)(inner / np.sqrt(2)))
    x = _norm(x + _dense(inner, w, "layers.0.fo"), w, "layers.0.oln")
    owners = np.concatenate(([0], cut.owners + 1, [len(cut.pieces) + 1]))
    codes = codes_of(f"\n{text}\n")
    marks = flags(codes_of(text)).T
    bits = np.zeros((len(codes), CHANNELS * 8))
    bits[1:-1] = np.unpackbits(np.ascontiguousarray(marks), axis=1, bitorder="little")
    letters = encoder.letters[np.where(codes < 0x10000, codes, 0x4E00)]
    c = w["letters.weight"][letters] + bits @ w["flags.weight"].T
    c = c + _dense(x, w, "to_embedding")[owners]
    h = np.maximum(_convolved(c, w, "wide", 1) + _dense(x, w, "to_hidden")[owners], 0)
    for i, dilation in enumerate(DILATIONS):
        h = h + np.maximum(_convolved(h, w, f"dilated.{i}", dilation), 0)
    logits = np.exp(_dense(h, w, "out"))
    return (logits / logits.sum(-1, keepdims=True))[1:-1]


@pytest.mark.parametrize("text", ["山田太郎は会議に出た。", "花子様", "山田\n\n太郎   は", "x𠮷子"])
def test_the_written_network_computes_the_form(made: tuple[Encoder, Weights], text: str) -> None:
    encoder, weights = made
    expected = _computed(encoder, weights, text)
    assert np.abs(encoder.tags(codes_of(text)) - expected).max() < 0.05
    assert expected.std() > 0.05  # the weights of chance do say something


def test_a_table_is_read_as_it_was_written(made: tuple[Encoder, Weights], tmp_path: Path) -> None:
    table = made[0].table
    table.save(tmp_path / "again.npz")
    again = load(tmp_path / "again.npz")
    assert list(again.vocabulary.pieces) == _PIECES
    assert np.array_equal(again.rows(np.arange(5)), table.rows(np.arange(5)))


@pytest.mark.parametrize("text", ["", " ", "\n", "\t" * 50, " " * 5000, "𠮷" * 700, "\ufdd0\uffff\x00"])
def test_any_text_gets_probabilities(made: tuple[Encoder, Weights], text: str) -> None:
    tags = made[0].tags(codes_of(text))
    assert tags.shape == (len(text), 5)
    assert np.allclose(tags.sum(axis=1), 1, atol=1e-3)


def test_the_parts_of_a_long_text_are_read_with_what_stands_around(made: tuple[Encoder, Weights]) -> None:
    encoder, _ = made
    text = "".join(np.random.default_rng(2).choice(list("山田太郎花子は会議に出た。\n"), CORE * 3))
    tags = encoder.tags(codes_of(text))
    alone = encoder.tags(codes_of(text[CORE - AROUND : 2 * CORE + AROUND]))
    inner = slice(CORE, 2 * CORE)
    assert np.abs(tags[inner] - alone[AROUND:-AROUND]).mean() < 0.02  # but for a piece cut at the border


def test_only_what_is_wanted_is_read(made: tuple[Encoder, Weights]) -> None:
    encoder, _ = made
    codes = codes_of("山田太郎は会議に出た。" * 100)
    wanted = np.zeros(len(codes), dtype=bool)
    wanted[CORE + 5] = True
    tags = encoder.tags(codes, wanted)
    assert (tags[:CORE, 0] == 1).all()
    assert (tags[CORE : 2 * CORE, 0] < 1).all()
    assert (tags[2 * CORE :, 0] == 1).all()


def test_only_what_the_small_tagger_doubts_is_read_and_never_what_is_left_out(
    made: tuple[Encoder, Weights], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "encoder", lambda: made[0])
    text = "山田太郎は会議に出た。" * 100
    before = np.zeros((len(text), 5), dtype=np.float32)
    before[:, 0] = 1
    assert (reading.probabilities(text, before)[:, 0] > 0.999).all()
    before[CORE + 5] = (0.9, 0.1, 0, 0, 0)
    tags = reading.probabilities(text, before, leave=[(CORE + 4, CORE + 7)])
    assert (tags[:CORE, 0] > 0.999).all()
    assert (tags[CORE + 4 : CORE + 7, 0] == 1).all()
    assert (tags[CORE + 7 : 2 * CORE, 0] < 1).all()
