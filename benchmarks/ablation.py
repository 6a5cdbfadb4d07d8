"""What each piece of evidence about names is worth: ``python -m benchmarks.ablation``, part of ``make bench-detect``.

On the unread documents by hand every feature is left out in turn: each candidate gets the median of all instead of its own
value, and the same trees weigh it. Trees fitted without the feature would make up for some of that: ``make rescorer`` with
``--ablation`` fits them.
"""

from __future__ import annotations

import numpy as np

from benchmarks.handwritten import handwritten
from detectors.evidence import rescorer
from detectors.interface import Depth
from detectors.training.examples import examples
from detectors.training.marked import Text
from detectors.training.rescore import figures


def worth(part: str = "test") -> list[tuple[str, float, int]]:
    """(feature, change of F1 without it, change of texts about nobody that are flagged), what costs most first."""
    weights = rescorer.load(rescorer.BALANCED)
    texts = [
        Text(d.text, tuple((start, end) for entity, start, end in d.spans if entity == "PERSON"))
        for d in handwritten(part)
    ]
    seen = examples(texts, {Depth.BALANCED: weights.features})[Depth.BALANCED]
    values = np.ascontiguousarray(seen.values.T)
    _, _, whole, flagged, _ = figures(seen, weights.weigh(values))
    found = []
    for row, one in enumerate(weights.features):
        less = values.copy()
        less[row] = np.median(values[row])
        _, _, f1, more, _ = figures(seen, weights.weigh(less))
        found.append((one.name, f1 - whole, more - flagged))
    return sorted(found, key=lambda line: line[1])


def main() -> None:
    """Command line."""
    print("\nnames, documents by hand: F1 and flagged texts about nobody without each piece of evidence")
    for name, change, flagged in worth():
        print(f"  {name:<20}{change:>+9.4f}{flagged:>+5}")


if __name__ == "__main__":
    main()
