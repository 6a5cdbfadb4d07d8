"""Trains the name tagger: ``python -m detectors.training.train SENTENCES.jsonl``.

``SENTENCES.jsonl`` holds one object a line with ``text`` and ``spans`` (``start``, ``end``, ``label``; names have the
label PERSON). Half of what the tagger sees are these sentences, also with their names exchanged for invented ones;
the other half are invented office texts, and documents written by hand about other persons every time (``--documents``).
Needs PyTorch, onnx and wordfreq (extra ``train``); twenty minutes on one core.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from detectors.names.features import codes_of, flags
from detectors.names.tagger import ALPHABET, NETWORK
from detectors.training import names
from detectors.training.export import export
from detectors.training.network import Form, Material, fit
from detectors.training.office import Office
from detectors.training.texts import alphabet, documents, sentences, stream
from detectors.training.words import nouns, persons, proper, system_dictionary

FORM = Form(64, 64, 0.25, 0.02, 30)
CALIBRATED = 100_000
"""Characters on which the whole-number network is measured out."""


def train(path: Path, output: Path, *, form: Form, seed: int, office_texts: int, by_hand: Path | None = None) -> None:
    """Train and write the alphabet and the network into the folder ``output``."""
    open_texts, things = sentences(path)
    written = documents(by_hand, random.Random(seed)) if by_hand is not None else []
    dictionary = system_dictionary()
    things |= nouns(dictionary) | persons(dictionary) | proper(dictionary)
    first, _ = stream([*open_texts, *written, *(Office(seed, things).text() for _ in range(200))])
    listed = "".join(surname for surname, *_ in names._lists()[0]) * 2
    material = Material(
        open_texts, things, alphabet(np.concatenate([first, codes_of(listed)]), 2), office_texts, written
    )
    arrays = fit(material, form, seed)
    codes = material.epoch(seed, random.Random(seed))[0][:CALIBRATED]
    bits = np.unpackbits(np.ascontiguousarray(flags(codes).T), axis=1, bitorder="little")
    letters = material.letters()[np.where(codes < 0x10000, codes, 0x4E00)].astype(np.int32)
    np.savez_compressed(output / ALPHABET.name, alphabet=material.known)
    export(arrays, letters, bits, output / NETWORK.name)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the name tagger.")
    parser.add_argument("sentences", type=Path, help="open sentences, one JSON object a line")
    parser.add_argument("--documents", type=Path, help="documents with marked values (benchmarks/handwritten/dev.txt)")
    parser.add_argument("-o", "--output", type=Path, default=ALPHABET.parent, help="folder")
    parser.add_argument("--epochs", type=int, help="for a quick trial")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--office-texts", type=int, default=10000)
    arguments = parser.parse_args()
    train(
        arguments.sentences,
        arguments.output,
        form=replace(FORM, epochs=arguments.epochs or FORM.epochs),
        seed=arguments.seed,
        office_texts=arguments.office_texts,
        by_hand=arguments.documents,
    )


if __name__ == "__main__":
    main()
