"""What a worker of a cluster tells is an answer for the files that were handed to it, whatever bytes it says they have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest

from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind

KEY = b"k" * 16
FOUND = Contents("text/csv", (Finding("PERSON", 9, 0.9, "none", ("line 1",), "漢字4"),), 9, 9)
NOTHING = Contents("text/csv")


def told(
    path: str, contents: Contents, by: str, kind: OutcomeKind = OutcomeKind.EXAMINED, row: object = None
) -> Outcome:
    ref = FileRef(path.encode(), 10, 1, 1, hash(path) % 1000, 1)
    return Outcome(ref, kind, Verdict(VerdictKind.NO_POLICY, Ground.FIXED), contents, KEY, row=row, told_by=by)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "i.db")) as made:
        begun(made)
        yield made


def begun(store: Store, *, replaces: bool = False) -> None:
    store.begin(Run("t", "rules", "quick", ("/share",), replaces=replaces))


def people(store: Store) -> dict[str, int]:
    store.commit()
    rows = store.connection.execute(
        "select f.path, c.persons_min from files f join contents c on c.id = f.content_id where f.gone is null"
    )
    return {bytes(path).decode(): count for path, count in rows}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("order", list(permutations(["", "w1", "w2"])))
def test_a_lie_about_bytes_stays_with_the_files_of_who_lies(order: tuple[str, ...], full: bool, store: Store) -> None:
    for by in order:
        begun(store, replaces=full)
        store.put(told(f"/share/{by or 'own'}.csv", NOTHING if by == "w1" else FOUND, by), 2**62)
    assert people(store) == {"/share/own.csv": 9, "/share/w1.csv": 0, "/share/w2.csv": 9}
    known = store.known_content(KEY)
    assert known is not None
    assert known.persons_min == 9


def test_what_only_others_told_is_no_answer_here(store: Store) -> None:
    store.put(told("/share/a.csv", NOTHING, "w1"), 2**62)
    assert store.known_content(KEY) is None  # before it is written
    store.commit()
    assert store.known_content(KEY) is None
    begun(store)
    file = told("/share/a.csv", NOTHING, "w1").ref
    known = store.known(file)
    assert known is not None  # that file is as it was when it was handed out
    store.put(told("/share/a.csv", known.contents, "", OutcomeKind.UNCHANGED, known.row), 2**62)
    store.commit()
    assert store.known_content(KEY) is None
    assert store.connection.execute("select rule_set from contents").fetchall() == [("rules told by w1",)]


def test_a_file_that_moved_is_known_by_its_bytes_whoever_tells(store: Store) -> None:
    store.put(told("/share/a.csv", FOUND, "w1"), 2**62)
    store.commit()
    begun(store)
    store.put(told("/share/b.csv", FOUND, "w2"), 2**62)
    store.commit()
    with store.transaction() as db:
        db.execute("update files set first_seen = '9999' where path = ?", (b"/share/b.csv",))
    store.vanish(b"/share/a.csv")
    kinds = [k for (k,) in store.connection.execute("select kind from ledger order by seq")]
    assert kinds[-2:] == ["copied", "renamed"]
