"""Fits the rescorer: ``python -m detectors.training.rescore SENTENCES.jsonl --documents DEV.txt --nobody FOLDER``.

Minutes on one core, no graphics processor: the evidence about all candidates of the same material that the tagger is fitted
to, of tables and forms in which the place decides (``headed.py``), of texts in which one line tells what the others are
(``daily.py``), and of real texts about nobody (a folder of text files),
weighed by boosted trees. What can only speak for a name, or only against one, may only do that (``Feature.rises``).
Documents that the tagger was not fitted to show how good it is: each is weighed by trees that were not fitted to it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from detectors.evidence.choice import chosen
from detectors.evidence.feature import Feature
from detectors.evidence.features import ALL
from detectors.evidence.features import QUICK as WITHOUT_TAGGER
from detectors.evidence.rescorer import FOLDER, WEIGHTS
from detectors.interface import Depth
from detectors.training.daily import Daily
from detectors.training.examples import Examples, examples
from detectors.training.headed import Headed
from detectors.training.marked import Text
from detectors.training.office import Office
from detectors.training.texts import documents, exchanged, sentences
from detectors.training.trees import Fitted, calibrated, calibration, fit, save
from detectors.training.unsure import shaken
from detectors.training.words import nouns, persons, proper, system_dictionary

FEATURES: dict[Depth, tuple[Feature, ...]] = {Depth.BALANCED: ALL, Depth.QUICK: WITHOUT_TAGGER}
"""``thorough`` weighs as ``balanced`` does: fitted to what the encoder says of texts that it has mostly seen, it did worse on others (GSD
.801 for .833, our own office set .990 for .994)."""
UNSEEN = 2191
"""So many of the documents by hand the shipped tagger was fitted to; those behind them it has not seen."""
MADE, DAILY = 600, 1500
"""Texts of each generator of lines, and of the one of whole texts."""
OTHERS = 2
"""How often a document by hand is shown about other persons besides."""
FOLDS = 4
SHARE = 5
"""One open sentence in so many: the others say the same."""


@dataclass(frozen=True)
class Part:
    """Examples and what each counts."""

    name: str
    weight: float
    examples: Examples

    def only(self, features: list[int]) -> Part:
        """The same with some of the features."""
        return replace(self, examples=replace(self.examples, values=self.examples.values[:, features]))


def parts(path: Path, by_hand: Path, nobody: Path | None) -> dict[Depth, list[Part]]:
    """The material; the documents that the tagger has not seen come first."""
    chance = np.random.default_rng(1)
    unsure: dict[Depth, Any] = {Depth.BALANCED: lambda tags: shaken(tags, chance)}

    open_texts, things = sentences(path)
    dictionary = system_dictionary()
    things |= nouns(dictionary) | persons(dictionary) | proper(dictionary)
    written = documents(by_hand, random.Random(1), samples=True)
    office, headed, daily = Office(4242, things), Headed(11, things), Daily(77, things)
    seen, unseen = written[:UNSEEN] * (1 + OTHERS), written[UNSEEN:] * (1 + OTHERS)
    seen[UNSEEN:] = [exchanged(text, random.Random(n)) for n, text in enumerate(seen[UNSEEN:])]
    first = len(written) - UNSEEN
    unseen[first:] = [exchanged(text, random.Random(n)) for n, text in enumerate(unseen[first:])]
    real = [] if nobody is None else [Text(file.read_text("utf-8", "replace"), ()) for file in sorted(nobody.iterdir())]
    material: list[tuple[str, float, list[Text], Any]] = [
        ("by hand, unseen", 2.0, unseen, None),
        ("by hand", 0.7, seen, unsure),
        ("open sentences", 1.0, open_texts[::SHARE], unsure),
        ("office", 0.4, [office.text() for _ in range(MADE)], unsure),
        ("headed", 0.8, [headed.text() for _ in range(MADE)], None),
        ("daily", 1.0, [daily.text() for _ in range(DAILY)], None),
        ("nobody", 1.0, real, None),
    ]
    result: dict[Depth, list[Part]] = {depth: [] for depth in FEATURES}
    for name, weight, texts, change in material:
        for depth, found in examples(texts, FEATURES, change).items():
            named = int(found.named.sum())
            print(
                f"{name}, {depth}: {len(texts):,} texts, {len(found.named):,} candidates, {named:,} names", flush=True
            )
            result[depth].append(Part(name, weight, found))
    return result


def fitted(given: Sequence[Part], features: tuple[Feature, ...], without: Any = None) -> Fitted:
    """Trees for these parts. ``without``: examples of the first part to leave out."""
    kept = [np.ones(len(part.examples.named), dtype=bool) for part in given]
    if without is not None:
        kept[0] = ~without
    return fit(
        np.concatenate([part.examples.values[keep] for part, keep in zip(given, kept, strict=True)]),
        np.concatenate([part.examples.named[keep] for part, keep in zip(given, kept, strict=True)]),
        np.concatenate([np.full(int(keep.sum()), part.weight) for part, keep in zip(given, kept, strict=True)]),
        features,
    )


def crossed(given: Sequence[Part], features: tuple[Feature, ...]) -> Any:
    """How likely each candidate of the first part is a name, by trees that its text was left out of."""
    first = given[0].examples
    documents = len(first.spans) // (1 + OTHERS)  # a document about other persons is the same document
    texts = np.tile(np.random.default_rng(0).integers(0, FOLDS, size=documents), 1 + OTHERS)
    scores = np.zeros(len(first.named))
    for fold in range(FOLDS):
        held = texts[first.text] == fold
        scores[held] = fitted(given, features, held).predict(first.values[held])
    return scores


def figures(of: Examples, scores: Any, least: float = 0.5) -> tuple[float, float, float, int, int]:
    """Strict precision, recall, F1 of the best candidates that do not overlap; texts about nobody in which one is, and all."""
    hits = found = flagged = nobody = at = 0
    best: list[int]
    for spans, marked in zip(of.spans, of.marked, strict=True):
        values, named = scores[at : at + len(spans)], of.named[at : at + len(spans)]
        at += len(spans)
        best = [n for n, _ in chosen(spans, values.tolist(), least)]
        hits, found = hits + int(named[best].sum()), found + len(best)
        if not marked:
            nobody, flagged = nobody + 1, flagged + bool(best)
    precision, recall = hits / max(1, found), hits / max(1, sum(of.marked))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall), flagged, nobody


def show(title: str, of: Examples, scores: Any) -> float:
    """Print the figures; gives F1."""
    precision, recall, f1, flagged, nobody = figures(of, scores)
    print(
        f"{title}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.4f}, {flagged} of {nobody} about nobody flagged",
        flush=True,
    )
    return f1


def reliability(of: Examples, scores: Any) -> None:
    """Print how many of the candidates between two tenths are names."""
    for low in np.arange(0, 1, 0.1):
        inside = (scores >= low) & (scores < low + 0.1)
        if inside.any():
            print(f"  scored {low:.1f} to {low + 0.1:.1f}: {of.named[inside].mean():.3f} of {inside.sum()} are names")


WORTH = 0.00002
"""Least share of all that the trees gain for a feature to stay."""


def useful(given: Sequence[Part], features: tuple[Feature, ...]) -> tuple[list[Part], tuple[Feature, ...]]:
    """The parts with the features that the trees gain something from, and those."""
    gains = fitted(given, features).gains()
    kept = [n for n in range(len(features)) if gains[n] >= WORTH]
    return [part.only(kept) for part in given], tuple(features[n] for n in kept)


def ablation(given: Sequence[Part], features: tuple[Feature, ...], all_of_them: float) -> None:
    """Print what is lost on the unseen documents without each feature."""
    for left_out in range(len(features)):
        kept = [n for n in range(len(features)) if n != left_out]
        less = [part.only(kept) for part in given]
        fewer = tuple(features[n] for n in kept)
        f1 = figures(less[0].examples, crossed(less, fewer))[2]
        print(f"without {features[left_out].name}: {f1 - all_of_them:+.4f}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Fit the rescorer of names.")
    parser.add_argument("sentences", type=Path, help="open sentences, one JSON object a line")
    parser.add_argument("--documents", type=Path, required=True, help="documents with marked values")
    parser.add_argument("--nobody", type=Path, help="folder of real texts about nobody (UTF-8)")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER, help="folder")
    parser.add_argument("--ablation", action="store_true", help="also print what each feature is worth (an hour)")
    parser.add_argument(
        "--depth", type=Depth, nargs="*", default=list(FEATURES), help="depths to fit; all of them without"
    )
    arguments = parser.parse_args()
    for depth, given in parts(arguments.sentences, arguments.documents, arguments.nobody).items():
        given, features = useful(given, FEATURES[depth])
        print(f"{depth}, {len(features)} features: {' '.join(one.name for one in features)}")
        raw = crossed(given, features)
        scale = calibration(raw, given[0].examples.named)
        scores = calibrated(raw, scale)
        show("before it is calibrated", given[0].examples, raw)
        f1 = show(f"{depth}, documents that neither tagger nor trees had seen", given[0].examples, scores)
        reliability(given[0].examples, scores)
        if arguments.ablation:
            ablation(given, features, f1)
        save(fitted(given, features), features, scale, arguments.output / WEIGHTS[depth])


if __name__ == "__main__":
    main()
