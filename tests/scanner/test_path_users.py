"""Whoever uses paths, with paths of every system: what is below a folder is below it for all of them, and for nobody else's."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.custody.applying import in_place
from scanner.custody.locations import Location
from scanner.inventory import leaving
from scanner.inventory.journal import Journal
from scanner.model import Copy, Ground, VerdictKind, display
from scanner.paths import names
from scanner.paths.comparing import comparable
from scanner.paths.names import Flavour
from scanner.policy.models import Contract, Policy
from scanner.policy.verdict import Judge
from tests.scanner.test_paths import path_of, trees

Tree = tuple[bytes, tuple[bytes, ...]]
DAY = date(2026, 6, 1)


def policy(place: str) -> Policy:
    one = {"id": "p", "kind": "storage", "path": place, "consent": "k"}
    contract = {"id": "A", "title": "a", "place": [one]}
    return Policy.model_validate({"contract": [contract]})


def known(paths: set[bytes]) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute(
        "create table files (id integer primary key, path blob, gone text, host text default '', run_id int, reason text)"
    )
    db.executemany("insert into files (path, run_id) values (?, 1)", ((p,) for p in sorted(paths)))
    return db


@given(st.lists(trees(), min_size=2, max_size=8), st.data())
def test_a_sweep_takes_what_lay_below_and_was_not_met(found: list[Tree], data: st.DataObject) -> None:
    paths = {path_of(*tree) for tree in found}
    anchor, steps = data.draw(st.sampled_from(found))
    root = path_of(anchor, steps[: data.draw(st.integers(0, len(steps)))])
    blocked = [path_of(a, s[:-1]) for a, s in found if data.draw(st.booleans())]
    with closing(known(paths)) as db:
        lost = {path for _, path in leaving.not_met(db, root, 2, blocked)}
    assert lost == {p for p in paths if names.within(p, root) and not any(names.within(p, b) for b in blocked)}


@given(st.lists(trees(), min_size=2, max_size=8), st.data())
def test_a_folder_that_goes_takes_what_lay_in_it(found: list[Tree], data: st.DataObject) -> None:
    paths = {path_of(*tree) for tree in found}
    anchor, steps = data.draw(st.sampled_from(found))
    folder = path_of(anchor, steps[: data.draw(st.integers(1, len(steps)))])
    with closing(known(paths)) as db:
        lost = {path for _, path in leaving.below(db, folder)}
    assert lost == {p for p in paths if names.within(p, folder)}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    made = Journal(Path(tmp_path_factory.mktemp("journal")) / "journal.db")
    yield made
    made.close()


@given(batches=st.lists(st.lists(trees(), min_size=1, max_size=5), min_size=1, max_size=3))
def test_folders_that_wait_cover_all_that_were_told_and_each_other_never(
    journal: Journal, batches: list[list[Tree]]
) -> None:
    told: set[bytes] = set()
    for batch in batches:
        folders = {path_of(*tree) for tree in batch}
        told |= folders
        journal.enter_folders(folders)
    waiting = journal.take_folders(1_000)
    journal.walked(waiting)
    assert set(waiting) <= told
    assert all(any(names.within(folder, w) for w in waiting) for folder in told)
    assert not any(names.inside(a, b) for a in waiting for b in waiting)


@given(trees(), trees())
def test_a_place_and_a_register_hold_what_lies_below_them(tree: Tree, other: Tree) -> None:
    anchor, steps = tree
    if names.flavour(anchor) is Flavour.POSIX or len(steps) < 2:
        return  # those are places of this machine: their links and case are asked of its disk (test_naming)
    if sys.platform == "win32" and any(step.endswith((b".", b" ")) for step in (*steps, *other[1])):
        return  # Windows takes these marks off the end of a name, so no file there has it
    place = display(path_of(anchor, steps[:-1]))
    rules = policy(place)
    judge = Judge(rules, today=DAY)
    kind = judge.verdict(path_of(*tree), Ground.NETWORK).kind
    assert kind is VerdictKind.IN_PLACE
    written = place.replace("\\", "/") if names.flavour(anchor) is Flavour.WINDOWS else place
    for path in (tree, other, (anchor, (*steps[:-1], b"x"))):
        raw = path_of(*path)
        location = Location(1, raw.decode("utf-8", "surrogateescape"), "", VerdictKind.OUTSIDE, Ground.NETWORK, "", "", "", "2026-01-01T00:00:00Z", Copy(1, 1, 1, 1, 0, 0, 0))  # fmt: skip
        inside = in_place(written, Contract.model_validate({"id": "B", "title": "b"}), location)
        verdict = judge.verdict(raw, Ground.NETWORK).kind is VerdictKind.IN_PLACE
        itself = comparable(display(raw)) == comparable(place)
        assert verdict is (inside or itself)


@given(trees(), st.sampled_from(["市役所", "a b", "○○会社"]))
def test_who_gets_what_lies_in_the_outbox(tree: Tree, recipient: str) -> None:
    outbox = path_of(*tree)
    path = names.join(names.join(outbox, recipient.encode()), "名簿.csv".encode())
    assert names.below(path, outbox)[0].decode() == recipient
    assert names.below(names.join(outbox, b"x"), outbox) == (b"x",)
    assert names.below(outbox + b"2", outbox) == ()
