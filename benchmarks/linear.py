"""``python -m benchmarks.linear``: whether every detector is linear, over repetitions of all they look for.

Every word list and every regular expression in several shapes, soups of them, and all that once was dear, at a size and
a fourth of it; what is not linear or dear is measured again at sizes up to that of a piece that the scanner hands over.
"""

from __future__ import annotations

import argparse

from benchmarks.costly import known
from benchmarks.repeated import ORDINARY, Case, Verdict, cost, judged, of_expressions, of_words, soups
from detectors.engine import Engine

PIECE = 400_000
"""Characters that the scanner analyzes at once."""


def cases(seeds: int) -> list[Case]:
    """What is tried: ``seeds`` shapes of every list and expression, as many soups as that times ten, and what is known."""
    found = known()
    for seed in range(seeds):
        found += of_words(seed) + of_expressions(seed) + soups(seed, 10)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Whether every detector is linear.")
    parser.add_argument("--depth", choices=("quick", "balanced"), default="balanced")
    parser.add_argument("--seeds", type=int, default=4, help="shapes tried of each list and expression")
    parser.add_argument("--size", type=int, default=20_000, help="characters of each text")
    parser.add_argument(
        "--worst", type=int, default=20, help="so many of the dearest are measured at the size of a piece"
    )
    arguments = parser.parse_args()
    engine = Engine(arguments.depth)
    engine.warm()
    tried = cases(arguments.seeds)
    verdicts = [(judged(engine, case, arguments.size, attempts=3), case) for case in tried]
    unfair = [verdict for verdict, _ in verdicts if not verdict.fair]
    print(f"{arguments.depth}: {len(verdicts)} texts, {len(unfair)} not linear or out of proportion")
    print(f"what people write: {cost(engine, ORDINARY, PIECE):.2f} CPU s for {PIECE:,} characters\n")
    print(f"{'CPU s':>8}{'growth':>8}{'ordinary':>10}  text (the dearest, {PIECE:,} characters)")
    verdicts.sort(key=lambda pair: -pair[0].seconds / pair[0].size)
    for _, case in verdicts[: arguments.worst]:
        _print(judged(engine, case, PIECE))
    for verdict in unfair:
        _print(verdict)
    raise SystemExit(1 if unfair else 0)


def _print(verdict: Verdict) -> None:
    mark = "" if verdict.fair else "  <- unfair"
    print(
        f"{verdict.seconds:>8.2f}{verdict.growth:>8.1f}{verdict.ordinary:>10.1f}  {verdict.name[:90]}{mark}", flush=True
    )


if __name__ == "__main__":
    main()
