"""What a scan holds of threads and memory."""

from __future__ import annotations

import threading
import time

import pytest

from detectors.interface import Check


def test_a_silent_medium_holds_few_threads() -> None:
    from scanner import patience
    from scanner.errors import FileFault

    hangs, hands = threading.Event(), patience._Hands()
    old, patience.SECONDS, patience.AGAIN_SECONDS = (patience.SECONDS, patience.AGAIN_SECONDS), 0.05, 0.02
    try:
        before = threading.active_count()
        for _ in range(30):
            with pytest.raises(FileFault):
                hands.run("medium", lambda _: hangs.wait(30), 0, None)
        assert threading.active_count() - before <= 3
        assert hands.run("another", lambda n: n, 5, None) == 5
        hangs.set()
        deadline = time.monotonic() + 20
        while hands._hanging["medium"] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert hands.run("medium", lambda n: n, 7, None) == 7
    finally:
        hangs.set()
        patience.SECONDS, patience.AGAIN_SECONDS = old


def test_many_rows_cost_little_memory() -> None:
    from detectors.interface import Match
    from scanner.detect.persons import Persons
    from scanner.model import Block, BlockKind

    persons = Persons()
    for row in range(1, 5_001):
        block = Block(BlockKind.ROW, "名簿", row)
        for entity in ("PERSON", "PHONE_NUMBER"):
            persons.add(block, Match(entity, 0, 2, 0.9, Check.NONE), f"人{row:05d}", "")
    assert len(persons._row) == 1
    assert persons.range(["PERSON"]) == (5_000, 5_000)
