"""What each piece of evidence about names is worth: ``python -m benchmarks.ablation``, part of ``make bench-detect``.

On unread documents (by hand, our own office set, the yardstick) every feature is left out in turn: each candidate gets the
median of all instead of its own value, and the same trees weigh it. Trees fitted without the feature would make up for some
of that: ``make rescorer`` with ``--ablation`` fits them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks import office_set
from benchmarks.handwritten import handwritten
from benchmarks.yardstick.build import documents as yardstick
from detectors.evidence import rescorer
from detectors.interface import Depth
from detectors.training.examples import examples
from detectors.training.marked import Text
from detectors.training.rescore import figures

_Spans = Iterable[tuple[str, int, int]]


def _text(text: str, spans: _Spans) -> Text:
    return Text(text, tuple((start, end) for entity, start, end in spans if entity == "PERSON"))


def sets() -> dict[str, list[Text]]:
    """The unread documents, by set."""
    return {
        "by hand": [_text(d.text, d.spans) for d in handwritten("test")],
        "office": [_text(d.text, d.spans) for d in office_set.documents("test")],
        "yardstick": [_text(s.text, [(g.entity, g.start, g.end) for g in s.gold]) for s in yardstick()],
    }


def worth(texts: list[Text]) -> dict[str, tuple[float, int]]:
    """Feature → (change of F1 without it, change of texts about nobody that are flagged)."""
    weights = rescorer.load(rescorer.BALANCED)
    seen = examples(texts, {Depth.BALANCED: weights.features})[Depth.BALANCED]
    values = np.ascontiguousarray(seen.values.T)
    _, _, whole, flagged, _ = figures(seen, weights.weigh(values, seen.agreeing))
    found = {}
    for row, one in enumerate(weights.features):
        less = values.copy()
        less[row] = np.median(values[row])
        _, _, f1, more, _ = figures(seen, weights.weigh(less, seen.agreeing))
        found[one.name] = f1 - whole, more - flagged
    return found


def main() -> None:
    """Command line."""
    found = {name: worth(texts) for name, texts in sets().items()}
    print("\nnames: F1 and flagged texts about nobody without each piece of evidence")
    print(f"  {'':<20}" + "".join(f"{name:>16}" for name in found))
    for feature in sorted(found["by hand"], key=lambda one: min(of[one][0] for of in found.values())):
        cells = "".join(f"{of[feature][0]:>+10.4f}{of[feature][1]:>+6}" for of in found.values())
        print(f"  {feature:<20}{cells}")


if __name__ == "__main__":
    main()
