"""A short form of ``benchmarks.hub_chaos``: whatever happens to hub and terminals, afterwards the hub is what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.hub import proxy
from benchmarks.hub_chaos import World


@pytest.mark.slow
def test_whatever_happens_the_hub_is_what_the_terminals_are(tmp_path: Path) -> None:
    world = World(tmp_path / "world", 1, seed=5, haste=0.4)
    try:
        for act in (world.older_hub, world.killed, world.network, world.killed, world.room, world.older_hub):
            world.pause(1.0, 4.0)
            world.look()
            act()
        batches, _ = world.end()
    finally:
        world.close()
    assert batches
    assert world.proxy.mood == proxy.OPEN
