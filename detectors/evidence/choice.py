"""Which of the candidates that overlap each other stands for all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

BORDERS = 0.3
"""What the best of several candidates must have by itself: below that its borders are a guess."""
SUREST = 0.99


def chosen(spans: Sequence[tuple[int, int]], scores: Sequence[float], least: float) -> Iterator[tuple[int, float]]:
    """(number, score) of candidates of which none overlap, best first in each place, down to ``least``. ``spans`` are in order.

    Overlapping candidates exclude each other, so how likely a name stands there at all is the sum of what they have: a name
    whose end is in doubt (Nguyen Van | An) is a name.
    """
    at = 0
    while at < len(spans):
        end, reach = at + 1, spans[at][1]
        while end < len(spans) and spans[end][0] < reach:
            reach = max(reach, spans[end][1])
            end += 1
        if end == at + 1:
            if scores[at] >= least:
                yield at, min(scores[at], SUREST)
        else:
            yield from _of_cluster(range(at, end), spans, scores, least)
        at = end


def _of_cluster(
    numbers: range, spans: Sequence[tuple[int, int]], scores: Sequence[float], least: float
) -> Iterator[tuple[int, float]]:
    first, starts = spans[numbers[0]][0], [spans[n][0] for n in numbers]
    longest = max(spans[n][1] - spans[n][0] for n in numbers)
    taken = bytearray(max(spans[n][1] for n in numbers) - first)
    for best in sorted(numbers, key=lambda n: (-scores[n], spans[n][0] - spans[n][1])):
        if scores[best] < min(BORDERS, least):
            return
        low, high = spans[best]
        if taken.find(1, low - first, high - first) >= 0:
            continue
        taken[low - first : high - first] = b"\1" * (high - low)
        whole = scores[best]
        if whole >= BORDERS:
            near = numbers[bisect_left(starts, low - longest) : bisect_left(starts, high)]
            whole = sum(scores[n] for n in near if low < spans[n][1])
        if whole >= least:
            yield best, min(whole, SUREST)
