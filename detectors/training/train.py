"""Trains the name tagger: ``python -m detectors.training.train SENTENCES.jsonl``.

``SENTENCES.jsonl`` holds one object a line with ``text`` and ``spans`` (``start``, ``end``, ``label``; names have the
label PERSON). Half of what the tagger sees are these sentences, also with their names exchanged for invented ones;
the other half are invented office texts, and documents written by hand about other persons every time (``--documents``).
First some larger networks are fitted, then the one that ships, to the texts and to what those say of them. Needs PyTorch,
onnx and wordfreq (extra ``train``); minutes for every network on a graphics processor, hours on one core.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from detectors.names.features import codes_of, flags
from detectors.names.tagger import ALPHABET, NETWORK
from detectors.training import names
from detectors.training.export import export
from detectors.training.network import Form, Material, fit, weights
from detectors.training.office import Office
from detectors.training.texts import alphabet, documents, sentences, stream
from detectors.training.words import nouns, persons, proper, system_dictionary

FORM = Form(64, 64, 0.15, 0.02, 54)
ALONE = Form(64, 64, 0.25, 0.02, 30)
"""The form of a network without teachers."""
TEACHER, TEACHERS = Form(96, 128, 0.3, 0.02, 30, (2, 4, 8, 16)), 4
"""Form of the teachers and how many there are: too slow to ship, but what they agree on is easier to learn than the marks
alone (a point on documents by hand)."""
CALIBRATED = 100_000
"""Characters on which the whole-number network is measured out."""


def train(
    path: Path,
    output: Path,
    *,
    form: Form,
    seed: int,
    office_texts: int,
    by_hand: Path | None = None,
    teachers: Sequence[Form] = (),
) -> None:
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
    taught_by = [fit(material, teacher, seed + 1 + n) for n, teacher in enumerate(teachers)]
    arrays = weights(fit(material, form, seed, taught_by))
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
    parser.add_argument("--teachers", type=int, default=TEACHERS, help="0: in twenty minutes, a point worse")
    arguments = parser.parse_args()
    forms = [FORM if arguments.teachers else ALONE, *[TEACHER] * arguments.teachers]
    if arguments.epochs:
        forms = [replace(form, epochs=arguments.epochs) for form in forms]
    train(
        arguments.sentences,
        arguments.output,
        form=forms[0],
        seed=arguments.seed,
        office_texts=arguments.office_texts,
        by_hand=arguments.documents,
        teachers=forms[1:],
    )


if __name__ == "__main__":
    main()
