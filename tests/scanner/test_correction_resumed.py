"""Signed orders, killed between any two steps, with the inventory as their journal: the next start goes on or takes back."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scanner import clock
from scanner.acts.correction import orders, running, steps
from scanner.acts.signing import Rules
from scanner.cli import common
from scanner.inventory.home import Home
from tests.conftest import Sekisho
from tests.scanner.officer import PASSPHRASES, Day
from tests.scanner.test_correct import rules as write_rules
from tests.scanner.test_correction_steps import ERASING, MOVING, dying, in_a_child
from tests.scanner.world import text

pytestmark = [pytest.mark.slow, pytest.mark.posix("fork, kill")]
ACTS = [*(("move", step) for step in MOVING), *(("erase", step) for step in ERASING)]


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resumed") / "made"


@pytest.fixture
def office(sekisho: Sekisho, _folder: Path) -> tuple[Home, Rules]:
    """A list of its own for each act lies outside the place; scanned, signed and enabled once."""

    def make(day: Day) -> None:
        write_rules(day)
        for number, _ in enumerate(ACTS):
            (_folder / f"elsewhere/{number}.csv").write_bytes(text(6, 100 + number))
        day.scan()
        day.may_correct()

    Day.kept(sekisho, _folder, make)
    policy, digest = common.load_policy(_folder / "policy.toml")
    return Home(_folder / "home"), Rules(policy, digest, str(_folder / "policy.toml"))


@pytest.mark.parametrize(("number", "act"), list(enumerate(ACTS)))
def test_killed_and_started_again(
    office: tuple[Home, Rules], monkeypatch: pytest.MonkeyPatch, number: int, act: tuple[str, str]
) -> None:
    home, rules = office
    kind, step = act
    source = home.path.parent / f"elsewhere/{number}.csv"
    target, data = home.path.parent / f"store/{number}.csv", source.read_bytes()
    with closing(sqlite3.connect(home.database)) as db, db:
        (point,) = db.execute(
            "select p.id from points p join files f on f.id = p.file_id where f.path = ? and p.code = 'F03-OUTSIDE'",
            (os.fsencode(source),),
        ).fetchone()
    db.close()
    wish = orders.Wish(
        kind, "指示-2" if kind == "erase" else "指示-1", "W-1", clock.today(), "store" * (kind == "move")
    )
    (order,) = orders.prepare(home, rules, [point], wish)
    for worker in ("W-1", "W-2"):
        orders.sign(home, rules, order, worker, PASSPHRASES.__getitem__)
    with monkeypatch.context() as patched:
        dying(patched, step)
        assert in_a_child(lambda: running.run(home, rules, order)) == -signal.SIGKILL
    found = running.resume(home, rules.policy.correct)
    done = step not in (("copying", "made", "written", "copied") if kind == "move" else ("taking", "taken", "aside"))
    assert found == [(order, "done" if done else "taken_back")]
    assert running.resume(home, rules.policy.correct) == []
    if not done:
        assert (source.read_bytes(), target.exists()) == (data, False)
        running.run(home, rules, order)  # the signatures still stand
    assert not source.exists()
    assert target.exists() == (kind == "move")
    assert not [p.name for f in (source.parent, target.parent) for p in f.iterdir() if p.name.startswith(".sekisho")]
    assert not target.exists() or target.read_bytes() == data
    steps.checkpoint("")
