"""The order in which files go to several workers. Paths and sizes are invented."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from scanner.cluster.jobs import LEAST, MOST, batches
from scanner.model import FileRef
from scanner.scan.order import Dealt, large_first


def refs(sizes: list[int]) -> list[FileRef]:
    return [FileRef(f"/share/{n:05}".encode(), size, 0, 0, n, 1) for n, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 10**9), max_size=200), st.integers(1, 50), st.integers(1, 60))
def test_every_file_is_handed_out_once(sizes: list[int], hand: int, window: int) -> None:
    given = refs(sizes)
    for order in (Dealt(iter(given), hand, window), large_first(iter(given), window)):
        assert sorted(r.path for r in order) == [r.path for r in given]  # type: ignore[union-attr]


def test_hands_are_of_like_weight() -> None:
    sizes = [int(random.Random(7).lognormvariate(11, 1.5)) for _ in range(400)]
    out = [r.size for r in Dealt(iter(refs(sizes)), 20)]  # type: ignore[union-attr]
    hands = [sum(out[n : n + 20]) for n in range(0, 400, 20)]
    assert all(out[n] == max(out[n : n + 20]) for n in range(0, 200, 20))
    assert max(hands) < 3 * sorted(hands)[len(hands) // 2]


def test_leases_have_twenty_to_a_hundred_files_and_fewer_at_the_end() -> None:
    order = Dealt(iter(refs([300_000] * 400)), LEAST)
    leases: list[int] = []
    batch: list[FileRef] = []
    for ref in order:
        batch.append(ref)  # type: ignore[arg-type]
        if order.left == 0 or batches(batch, order.left, 2):
            leases.append(len(batch))
            batch = []
    assert sum(leases) == 400
    assert all(LEAST <= size <= MOST for size in leases[:12])
    assert leases[-1] <= 4
    assert batches(refs([10] * MOST), None, 2)
    assert not batches(refs([10] * (MOST - 1)), None, 2)
