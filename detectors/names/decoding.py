"""From probabilities of tags to spans: the likeliest sequence of tags that is one (B I E, S and O between them).

Most names are clear, every tag given nearly all of the probability: those are read off. The others are decoded (Viterbi),
so that a space never begins or ends a name and a name that begins also ends.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Span = tuple[int, int, float]
"""(start, end, mean probability of being in a name)"""

O, B, I, E, S = range(5)  # noqa: E741  # the tags as they are called everywhere
_BEFORE = {O: (O, E, S), B: (O, E, S), S: (O, E, S), I: (B, I), E: (B, I)}
"""Which tags may stand before each."""
_OPEN, _CLEAR = 0.1, 0.9
"""From which probability of a name on characters are decoded together; of one tag, above which nothing is in doubt."""
_IMPOSSIBLE = -1e9
_LEAST = 1e-6


def spans(tags: Floats, blank: npt.NDArray[np.bool_], threshold: float) -> list[Span]:
    """Names, in order. ``tags``: probabilities (n, 5); ``blank``: where a space stands; ``threshold``: least probability of
    the surest character of a name."""
    named = 1.0 - tags[:, O]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], named >= _OPEN, [False])).astype(np.int8)))
    if not len(edges):
        return []
    starts, ends = edges[::2], edges[1::2]
    likely = np.maximum.reduceat(named, starts) >= threshold if len(starts) else starts
    sums = np.concatenate(([0.0], np.cumsum(named, dtype=np.float64))).tolist()
    kinds = tags.argmax(axis=1).tolist()
    unclear = np.concatenate(([0], np.cumsum(tags.max(axis=1) < _CLEAR))).tolist()
    logs: Floats | None = None
    before = [0, *np.cumsum(ends - starts).tolist()]
    """So many characters of other runs stand before each."""
    found: list[Span] = []
    for run, (start, end, wanted) in enumerate(zip(starts.tolist(), ends.tolist(), likely.tolist(), strict=True)):
        if not wanted:
            continue
        path = kinds[start:end]
        if unclear[end] > unclear[start] or not _whole(path) or blank[start] or blank[end - 1]:
            if logs is None:
                of_runs = named >= _OPEN
                logs = _logs(tags[of_runs], blank[of_runs])
            path = _best(logs[before[run] : before[run + 1]].tolist())
        at = start
        for i, tag in enumerate(path, start):
            if tag in (B, S):
                at = i
            if tag in (E, S):
                found.append((at, i + 1, (sums[i + 1] - sums[at]) / (i + 1 - at)))
    return found


def _whole(path: list[int]) -> bool:
    """Whether a sequence of tags is one that names have."""
    before = O
    for tag in path:
        if before not in _BEFORE[tag]:
            return False
        before = tag
    return before in _BEFORE[O]


def _logs(tags: Floats, blank: npt.NDArray[np.bool_]) -> Floats:
    """Logarithms of the probabilities, of all runs at once: of a few at a time they cost more than the decoding."""
    rows: Floats = np.log(np.maximum(tags, _LEAST))
    for tag in (B, E, S):
        rows[blank, tag] = _IMPOSSIBLE
    return rows


def _best(logs: list[list[float]]) -> list[int]:
    """The likeliest sequence of tags, given the logarithms of their probabilities."""
    score = [logs[0][O], logs[0][B], _IMPOSSIBLE, _IMPOSSIBLE, logs[0][S]]
    steps: list[tuple[int, int]] = []
    for row in logs[1:]:
        free = max((O, E, S), key=score.__getitem__)  # what may stand before O, B and S
        open_ = B if score[B] >= score[I] else I  # … and before I and E
        steps.append((free, open_))
        a, b = score[free], score[open_]
        score = [a + row[O], a + row[B], b + row[I], b + row[E], a + row[S]]
    tag = max((O, E, S), key=score.__getitem__)
    path = [tag]
    for free, open_ in reversed(steps):
        tag = open_ if tag in (I, E) else free
        path.append(tag)
    path.reverse()
    return path
