"""The local scan in this process: unchanged files, known contents, vanished files, interruption, several jobs."""

from __future__ import annotations

import os
import shutil
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader
from scanner.inventory.recall import LOOKED_FOR
from scanner.inventory.store import Run, Store
from scanner.model import Outcome, OutcomeKind
from scanner.policy.load import load
from scanner.policy.verdict import Judge
from scanner.report.summary import Summary
from scanner.scan import adapters, lane
from scanner.scan.local import Options, scan
from tests import moments
from tests.conftest import Sekisho


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    return made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"氏名:山田太郎\n{number}", encoding="utf-8")
    return folder


def run(home: Home, *roots: Path, **options: Any) -> tuple[Summary, list[Outcome]]:
    outcomes: list[Outcome] = []
    summary = scan(
        Options(tuple(os.fsencode(r) for r in roots), depth="quick", **options), home, Judge(None), outcomes.append
    )
    return summary, outcomes


def _settle() -> None:
    """The change time cannot be set back, and entries younger than two seconds are not trusted: go three seconds on."""
    clock.source = moments.Moved(clock.now(), ahead=3)


def test_second_scan_opens_no_file(home: Home, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _settle()
    first, before = run(home, tree)
    assert first.counts == {"examined": 5}

    def refuse(*_: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr("scanner.scan.lane.open_once", refuse)
    second, after = run(home, tree)
    assert second.counts == {"unchanged": 5}
    assert [o.contents.findings for o in after] == [o.contents.findings for o in before]


def test_files_are_looked_up_together_and_each_gets_its_own_findings(home: Home, tmp_path: Path) -> None:
    """More files than one look takes, in several folders, one of them changed and one new."""
    for number in range(LOOKED_FOR + 30):
        folder = tmp_path / "share" / str(number % 7)
        folder.mkdir(parents=True, exist_ok=True)
        rows = "\n".join(f"090-1234-{number:04d}" for _ in range(1 + number % 5))
        (folder / f"{number}.csv").write_text(f"電話番号\n{rows}\n", encoding="utf-8")
    _settle()
    _, before = run(home, tmp_path / "share")
    changed, new = tmp_path / "share/3/3.csv", tmp_path / "share/4/新.csv"
    changed.write_text("電話番号\n090-1234-9999\n", encoding="utf-8")
    new.write_text("電話番号\n090-1234-9998\n", encoding="utf-8")
    again, after = run(home, tmp_path / "share")
    assert again.counts == {"unchanged": LOOKED_FOR + 29, "examined": 2}
    found = {o.ref.path: o.contents.findings for o in after if o.kind is OutcomeKind.UNCHANGED}
    assert found == {o.ref.path: o.contents.findings for o in before if o.ref.path != os.fsencode(changed)}


def test_unchanged_findings_get_their_points_when_the_contract_changes(home: Home, tree: Path, tmp_path: Path) -> None:
    def judge(path: Path) -> Judge:
        file = tmp_path / "policy.toml"
        place = f'[[contract.place]]\nid = "p"\nkind = "storage"\npath = "{path.as_posix()}"\n'
        file.write_text(f'[[contract]]\nid = "c"\ntitle = "t"\n{place}', encoding="utf-8")
        return Judge(load(file), today=date(2026, 6, 1), path=str(file))

    def examined(judge: Judge) -> tuple[Summary, set[tuple[int, int]]]:
        summary = scan(Options((os.fsencode(tree),), depth="quick"), home, judge, lambda _: None)
        rows = Reader(home.database).rows("select run_id, (select max(id) from runs) last from files")
        return summary, {(row["run_id"], row["last"]) for row in rows}

    _settle()
    examined(judge(tree))
    inside, seen = examined(judge(tree))
    assert inside.counts == {"unchanged": 5}
    assert not inside.points
    assert all(mine == last for mine, last in seen)
    outside, seen = examined(judge(tmp_path / "elsewhere"))
    assert outside.counts == {"unchanged": 5}
    assert outside.points == {"F03-OUTSIDE": 5}
    again, seen = examined(judge(tmp_path / "elsewhere"))
    assert again.points == {"F03-OUTSIDE": 5}
    assert all(mine == last for mine, last in seen)
    back, _ = examined(judge(tree))
    assert not back.points
    assert not Reader(home.database).rows("select 1 from points where state = 'open'")


def test_fresh_entries_are_not_trusted(home: Home, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = max(p.stat().st_ctime_ns for p in tree.iterdir())
    monkeypatch.setattr("scanner.clock.stat_ns", lambda: written + 1_900_000_000)
    run(home, tree)
    assert run(home, tree)[0].counts == {"examined": 5}


def test_same_content_elsewhere_is_not_read_again(home: Home, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(home, tree)
    shutil.copy(tree / "0.txt", tree / "copy.txt")

    def refuse(*_: object) -> None:
        raise AssertionError("the content was extracted again")

    monkeypatch.setattr(lane.HeldFile, "read", refuse)
    _, outcomes = run(home, tree)
    copy = next(o for o in outcomes if o.ref.name == "copy.txt")
    assert copy.contents.findings[0].entity == "PERSON"


def test_changed_file_is_examined_again_and_gone_file_is_closed(home: Home, tree: Path) -> None:
    _settle()
    run(home, tree)
    (tree / "1.txt").write_text("中身を消しました", encoding="utf-8")
    (tree / "2.txt").unlink()
    summary, outcomes = run(home, tree)
    assert summary.counts == {"examined": 1, "unchanged": 3}
    assert summary.gone == 1
    assert next(o for o in outcomes if o.ref.name == "1.txt").contents.findings == ()
    reader = Reader(home.database)
    assert reader.rows("select count(*) as n from files where gone is not null")[0]["n"] == 1


def test_full_reads_everything_again(home: Home, tree: Path) -> None:
    _settle()
    run(home, tree)
    assert run(home, tree, full=True)[0].counts == {"examined": 5}


def test_other_depth_is_another_rule_set(home: Home, tree: Path) -> None:
    _settle()
    run(home, tree)
    outcomes: list[Outcome] = []
    summary = scan(Options((os.fsencode(tree),), depth="balanced"), home, Judge(None), outcomes.append)
    assert summary.counts == {"examined": 5}


def test_two_jobs_find_the_same(home: Home, tree: Path, tmp_path: Path) -> None:
    _, one = run(home, tree)
    other = Home(tmp_path / "other")
    prepare(other)
    _, two = run(other, tree, jobs=2)
    key = lambda o: (o.ref.path, o.kind, o.contents)  # noqa: E731
    assert sorted(map(key, one), key=lambda k: k[0]) == sorted(map(key, two), key=lambda k: k[0])


def test_no_store_leaves_no_inventory(home: Home, tree: Path) -> None:
    run(home, tree, store=False)
    assert not home.database.exists()


def test_ctrl_c_keeps_what_was_examined(home: Home, tree: Path) -> None:
    seen: list[Outcome] = []

    def observe(outcome: Outcome) -> None:
        seen.append(outcome)
        if len(seen) == 2:
            signal.raise_signal(signal.SIGINT)

    summary = scan(Options((os.fsencode(tree),), depth="quick"), home, Judge(None), observe)
    assert summary.interrupted
    assert 2 <= summary.walked < 5
    reader = Reader(home.database)
    assert reader.rows("select state from runs")[0]["state"] == "interrupted"
    assert reader.rows("select count(*) as n from files")[0]["n"] == summary.walked
    assert run(home, tree)[0].walked == 5


def test_file_that_vanishes_between_walk_and_reading(home: Home, tree: Path) -> None:
    def observe(outcome: Outcome) -> None:
        (tree / "4.txt").unlink(missing_ok=True)

    outcomes: list[Outcome] = []

    def both(outcome: Outcome) -> None:
        outcomes.append(outcome)
        observe(outcome)

    summary = scan(Options((os.fsencode(tree),), depth="quick"), home, Judge(None), both)
    assert summary.reasons == {"vanished": 1}
    assert summary.counts == {"examined": 4, "not_examined": 1}


def test_full_disk_is_one_clear_error_and_loses_nothing(home: Home, tree: Path) -> None:
    run(home, tree)
    before = Reader(home.database).rows("select count(*) as n from files")[0]["n"]
    store = Store(home.database)
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count = {pages}")
    run_record = Run("t", "r", "quick", ("x" * 100_000,))
    with pytest.raises(InventoryError) as caught:
        store.begin(run_record)
    assert caught.value.code == "disk_full"
    store.close()
    assert Reader(home.database).rows("select count(*) as n from files")[0]["n"] == before


def test_atime_is_left_alone(home: Home, tree: Path) -> None:
    path = tree / "0.txt"
    os.utime(path, (1_500_000_000, 1_500_000_000))
    run(home, tree)
    assert path.stat().st_atime == 1_500_000_000


def test_file_that_goes_during_the_scan_is_no_ghost(home: Home, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = adapters.LocalTools.hold

    def gone_first(self: adapters.LocalTools, ref):  # type: ignore[no-untyped-def]
        if ref.name == "3.txt":
            os.unlink(ref.path)
        return original(self, ref)

    monkeypatch.setattr(adapters.LocalTools, "hold", gone_first)
    summary, _ = run(home, tree)
    assert summary.reasons == {"vanished": 1}
    assert summary.gone == 1
    rows = Reader(home.database).rows("select path from files where gone is null")
    assert sorted(os.path.basename(r["path"]) for r in rows) == [b"0.txt", b"1.txt", b"2.txt", b"4.txt"]


def test_file_on_a_medium_is_recorded_with_its_serial_number(
    home: Home, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json
    import sqlite3

    from scanner.model import Ground
    from scanner.sources.volumes import Volume

    monkeypatch.setattr(adapters, "ground_of", lambda _: Ground.REMOVABLE)
    judge = Judge(None, volume=lambda _: Volume("1234-ABCD"))
    scan(Options((os.fsencode(tree / "1.txt"),), depth="quick"), home, judge, lambda _: None)
    rows = sqlite3.connect(home.database).execute("select details from ledger where kind = 'carried_to_medium'")
    assert [json.loads(r[0])["medium"] for r in rows] == ["1234-ABCD"]


def test_pace_keeps_rate_and_hours() -> None:
    from scanner.scan.pace import Pace

    with moments.at("2026-11-23T12:00:00+09:00") as frozen:
        pace = Pace(2.0)
        for _ in range(10):
            pace.spend(4_000_000)
            pace.wait(lambda: False)
        assert 18 <= frozen.passed <= 20  # forty megabytes at two a second
    with moments.at("2026-11-23T12:00:00+09:00") as frozen:  # office hours are those of the policy's zone
        Pace(0.0, "19:00-07:00").wait(lambda: True)  # stopped: no waiting
        assert frozen.passed == 0
        Pace(0.0, "19:00-07:00").wait(lambda: False)
        assert frozen.passed == 7 * 3600


def test_windows_that_are_none_are_told(sekisho: Sekisho, tmp_path: Path) -> None:
    done = sekisho("scan", tmp_path, "--window", "morning")
    assert done.code == 2
    assert "19:00-07:00" in done.err
