"""Which copy is set against which consent: a largest possible assignment, found in an order that can be redone by hand.

Copies come one after the other, in the order given; each takes the first of its consents that has room. Where none has, one of
the copies before it moves to another of its own consents that has room, if that makes room. So a copy goes without only if no
assignment whatever covers it together with all that came before it, and what came earlier is never put out by what came later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence


def assign(fitting: Sequence[tuple[int, tuple[str, ...]]], room: Mapping[str, int | None]) -> dict[int, str]:
    """Copies, each with its consents in the order it prefers them, and how many copies each consent permits (``None``: any
    number) → consent of every copy that is covered."""
    taken: dict[int, str] = {}
    holders: dict[str, dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    left = dict(room)
    hopeless: set[tuple[str, ...]] = set()

    def seat(copy: int, wants: tuple[str, ...], consent: str) -> None:
        taken[copy] = consent
        holders[consent][wants].append(copy)

    def make_room(wants: tuple[str, ...], seen: set[str]) -> str:
        """A consent among ``wants`` with one more place, after moving others; empty where there is none."""
        free = next((c for c in wants if left[c] != 0), "")
        if free:
            remaining = left[free]
            left[free] = None if remaining is None else remaining - 1
            return free
        for consent in wants:
            if consent in seen:
                continue
            seen.add(consent)
            for others, copies in list(holders[consent].items()):
                if not copies or set(others) <= seen:
                    continue
                found = make_room(tuple(c for c in others if c != consent), seen)
                if found:
                    moved = copies.pop()
                    seat(moved, others, found)
                    return consent
        return ""

    for copy, wants in fitting:
        if wants in hopeless:
            continue
        consent = make_room(wants, set()) if wants else ""
        if consent:
            seat(copy, wants, consent)
        else:
            hopeless.add(wants)
    return taken
