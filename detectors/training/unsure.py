"""Makes the tagger as unsure about texts that it was fitted to as it is about others.

It has learnt the documents written by hand by heart: there it gives nine names in ten .84 and more, in unseen ones .42, and
two words in a hundred of which it is sure are no names, in unseen ones eleven. A rescorer fitted to what it says of them
would believe it too much and everything else too little. So its probabilities are shaken: each run of characters in which
it sees a name at all, the whole text, and the borders.
"""

from __future__ import annotations

import numpy as np

from detectors.names.features import Floats

RUN, TEXT, BORDER, SHRUNK = 1.8, 0.8, 0.5, 0.83
"""Spread of what is added to the logarithms, for each run, each text and each tag, and what is left of them. Chosen so that
the quantiles of unseen documents come out."""
_LEAST = 0.003
"""What a character must be given to stand in a run."""


def shaken(tags: Floats, chance: np.random.Generator) -> Floats:
    """The probabilities of a text, shape (characters, 5), made less sure."""
    on = np.concatenate(([False], tags[:, 0] <= 1 - _LEAST, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(on))
    logs = np.log(np.maximum(tags, 1e-6)).astype(np.float64) * SHRUNK
    shift = np.full(len(tags), chance.normal(0, TEXT))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        shift[start:end] += chance.normal(0, RUN)
    logs[:, 0] += shift
    logs[:, 1:] += chance.normal(0, BORDER, size=(len(tags), 4))
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    result = tags.copy()
    kept = on[1:-1] > 0
    result[kept] = likely[kept]
    return result
