"""``python -m benchmarks.yardstick``: our engine (or a peer) on the set; totals, the worst pairs, bands and whole persons."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable

from benchmarks.yardstick import documents
from benchmarks.yardstick.build import COUNT
from benchmarks.yardstick.tally import Found, Tally, wilson

Finder = Callable[[str], Iterable[Found]]
ENOUGH = 30
"""Values that a pair must hold to be shown: below it one miss moves the figure by more than it says."""


def ours(depth: str) -> Finder:
    """Our engine; what belongs to organisations and public offices is not counted as found."""
    from detectors.engine import Engine

    engine = Engine(depth)

    def find(text: str) -> Iterable[Found]:
        for m in engine.analyze(text).matches:
            if str(getattr(m, "about", "person")) not in ("organisation", "official"):
                yield Found(m.entity, m.start, m.end, m.score)

    return find


def peer(name: str) -> Finder:
    """A peer of ``benchmarks.peers``; it gives no scores."""
    from benchmarks.peers import PEERS, presidio_ginza

    finder = presidio_ginza() if name == "presidio+ja_ginza" else PEERS[name]()
    return lambda text: [Found(e, s, t, 1.0) for e, s, t in finder(text)]


def shown(tally: Tally, worst: int) -> Iterable[str]:
    """The figures as lines."""
    total = tally.total
    yield f"all: {total.f1(relaxed=True):.3f} (strict {total.f1():.3f}) over {total.gold} values"
    for entity, count in sorted(tally.entities.items(), key=lambda x: -x[1].gold):
        yield f"  {entity:26} {count.f1(relaxed=True):.3f} strict {count.f1():.3f}  values {count.gold} found {count.found}"
    yield f"about nobody: {tally.flagged} of {tally.clean} flagged"
    low, high = wilson(tally.whole, tally.persons)
    yield f"persons of whom nothing is missed: {tally.whole} of {tally.persons} ({low:.3f}-{high:.3f})"
    for axis, value in sorted(tally.values):
        count = tally.values[axis, value]
        yield f"  {axis}={value}: {count.f1(relaxed=True):.3f}"
    yield "scores:"
    for border, (right, found) in sorted(tally.bands.items()):
        low, high = wilson(right, found)
        yield f"  {border:.2f}-: {right / found:.3f} right ({low:.3f}-{high:.3f}) of {found}"
    pairs = [(c.f1(relaxed=True), c.gold, key) for key, c in tally.pairs.items() if c.gold >= ENOUGH]
    pairs.sort()
    below = sum(f < 0.85 for f, _, _ in pairs)
    yield f"pairs: {len(pairs)}, below .85: {below}; the worst:"
    for f, gold, (a, x, b, y) in pairs[:worst]:
        yield f"  {f:.3f} ({gold}) {a}={x} {b}={y}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", default="balanced", help="quick, balanced, thorough, presidio+ja_ginza or a peer")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--worst", type=int, default=30)
    options = parser.parse_args()
    find = ours(options.system) if options.system in ("quick", "balanced", "thorough") else peer(options.system)
    tally = Tally()
    began = time.process_time()
    for sample in documents(options.count):
        tally.add(sample, list(find(sample.text)))
    for line in shown(tally, options.worst):
        print(line)
    print(f"{time.process_time() - began:.0f} s CPU")


if __name__ == "__main__":
    main()
