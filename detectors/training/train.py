"""Trains the name tagger: ``python -m detectors.training.train SENTENCES.jsonl``.

``SENTENCES.jsonl`` holds one object a line with ``text`` and ``spans`` (``start``, ``end``, ``label``; names have the
label PERSON). Half of what the tagger sees are these sentences, also with their names exchanged for invented ones;
the other half are invented office texts, and documents written by hand about other persons every time (``--documents``).
Needs PyTorch, onnx and wordfreq (extra ``train``); twenty minutes on two cores.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from detectors.names.features import codes_of, flags
from detectors.names.tagger import ALPHABET, LAYERS, NETWORKS
from detectors.training import names
from detectors.training.export import export
from detectors.training.network import Form, Material, fit
from detectors.training.office import Office
from detectors.training.texts import alphabet, documents, sentences, stream
from detectors.training.words import nouns, persons, proper, system_dictionary

FORMS = (Form(64, 64, LAYERS[0], 0.25, 0.02, 30), Form(64, 128, LAYERS[1], 0.3, 0.04, 18))
"""The network that reads everything, and the one that is asked besides where the first sees a chance of a name."""
CALIBRATED = 100_000
"""Characters on which the whole-number networks are measured out."""


def train(
    path: Path, output: Path, *, forms: tuple[Form, ...], seed: int, office_texts: int, by_hand: Path | None = None
) -> None:
    """Train and write the alphabet and the networks into the folder ``output``."""
    open_texts, things = sentences(path)
    written = documents(by_hand, random.Random(seed)) if by_hand is not None else []
    dictionary = system_dictionary()
    things |= nouns(dictionary) | persons(dictionary) | proper(dictionary)
    first, _ = stream([*open_texts, *written, *(Office(seed, things).text() for _ in range(200))])
    listed = "".join(surname for surname, *_ in names._lists()[0]) * 2
    material = Material(
        open_texts, things, alphabet(np.concatenate([first, codes_of(listed)]), 2), office_texts, written
    )
    workers = min(len(forms), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        members = list(pool.map(fit, [material] * len(forms), forms, range(seed, seed + len(forms))))
    codes = material.epoch(seed, random.Random(seed))[0][:CALIBRATED]
    bits = np.unpackbits(np.ascontiguousarray(flags(codes).T), axis=1, bitorder="little")
    letters = material.letters()[np.where(codes < 0x10000, codes, 0x4E00)].astype(np.int32)
    np.savez_compressed(output / ALPHABET.name, alphabet=material.known)
    for arrays, network in zip(members, NETWORKS, strict=True):
        export(arrays, letters, bits, output / network.name)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the name tagger.")
    parser.add_argument("sentences", type=Path, help="open sentences, one JSON object a line")
    parser.add_argument("--documents", type=Path, help="documents with marked values (benchmarks/handwritten/dev.txt)")
    parser.add_argument("-o", "--output", type=Path, default=ALPHABET.parent, help="folder")
    parser.add_argument("--epochs", type=int, help="for a quick trial: as many for every network")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--office-texts", type=int, default=10000)
    arguments = parser.parse_args()
    train(
        arguments.sentences,
        arguments.output,
        forms=tuple(replace(f, epochs=arguments.epochs or f.epochs) for f in FORMS),
        seed=arguments.seed,
        office_texts=arguments.office_texts,
        by_hand=arguments.documents,
    )


if __name__ == "__main__":
    main()
