"""Exclusions: patterns as git's, counted and named, and of no avail in an agreed place without two signatures."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.inventory import coverage
from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal
from scanner.inventory.people import agreements
from scanner.model import Contents, FileRef
from scanner.pipeline import conclude
from scanner.policy.models import Budget as Rules
from scanner.sources.excluding import MOST_WILDCARDS, Exclusions, PatternError, Places, Why
from scanner.sources.walk import Unseen, WalkNotes, walk
from scanner.watch.budget import Budget
from scanner.watch.worker import Worker
from tests.conftest import Sekisho, needed
from tests.scanner.officer import Day
from tests.scanner.world import World, text


def _walked(root: Path, exclusions: Exclusions) -> tuple[set[str], dict[str, str]]:
    """(files met, what was left out → rule), relative to the root."""
    met, left = set(), {}
    for item in walk([os.fsencode(root)], WalkNotes(), exclusions=exclusions):
        name = Path(os.fsdecode(item.path)).relative_to(root.resolve()).as_posix()
        if isinstance(item, FileRef):
            met.add(name)
        else:
            left[name] = item.left_out
    return met, left


def _tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


FILES = (
    "a.iso",
    "keep.iso",
    "old/x.csv",
    "old/keep/y.csv",
    "sub/old/z.csv",
    "sub/b.iso",
    "sub/build/o.bin",
    "名簿/a b.csv",
    "q",
    "sub/q/q",
)
LINES = (
    "*.iso", "!keep.iso", "old/", "/old", "sub/*.iso", "**/old/**", "*", "!*/", "!*.csv", "old/*", "!old/keep", "名簿", "a\\ b.csv", "[a-k]*",
    "sub/**", "/*", "!/sub", "**/build", "**/", "*/", "?.iso", "build", "\\#x", "x*y",
    "**", "/**", "!/**", "!sub/b.iso", "!sub/build", "!sub/build/**", "!old/keep/y.csv", "!**/keep", "!sub/", "sub/*/z.csv", "**/o.bin", "!sub/**/", "old/**/",
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=4), st.lists(st.sampled_from(LINES), max_size=2))
def test_patterns_mean_what_git_means(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], below: list[str]
) -> None:
    git = needed("git")
    root = _tree(tmp_path_factory.mktemp("tree"), *FILES)
    for ending in (".gitignore", ".sekishoignore"):
        (root / ending).write_bytes("\n".join(top).encode())
        (root / "sub" / ending).write_bytes("\n".join(below).encode())
    run = {"cwd": root, "check": True, "capture_output": True}
    subprocess.run([git, "init", "-q", "."], **run)  # type: ignore[call-overload]
    listed = subprocess.run([git, "ls-files", "-z", "-o", "--exclude-standard"], **run).stdout  # type: ignore[call-overload]
    untracked = {n for n in listed.decode().split("\0") if n and "ignore" not in n}
    met, _ = _walked(root, Exclusions([os.fsencode(root)], files=True))
    assert {n for n in met if not n.startswith(".git/") and "ignore" not in n} == untracked


def test_a_folder_is_one_entry_and_nothing_below_it_is_listed(tmp_path: Path) -> None:
    root = _tree(tmp_path, *FILES)
    met, left = _walked(root, Exclusions([os.fsencode(root)], option=["old/", "*.iso", "!keep.iso"]))
    assert met == {"keep.iso", "q", "sub/build/o.bin", "sub/q/q", "名簿/a b.csv"}
    assert left == {
        "a.iso": "option:*.iso",
        "sub/b.iso": "option:*.iso",
        "old": "option:old/",
        "sub/old": "option:old/",
    }


def test_an_absolute_path_names_what_it_names(tmp_path: Path) -> None:
    root = _tree(tmp_path.resolve(), *FILES)
    for given_by in ({"option": [f"{root}/old/"]}, {"policy": [f"{root}/old"]}, {"agreed": [f"{root}/old/"]}):
        _, left = _walked(root, Exclusions([os.fsencode(root)], **given_by))  # type: ignore[arg-type]
        assert set(left) == {"old"}
    windows = Exclusions([], policy=["C:\\資料\\旧\\", "\\\\fs1\\share\\old", "*.ISO"])
    told = {
        b"C:\\" + "資料\\旧".encode(): True,
        b"c:\\" + "資料\\旧い".encode(): False,
        b"\\\\fs1\\share\\old": True,
        b"smb://fs1/share/old": True,
        b"\\\\fs1\\share\\older": False,
    }
    assert {path: windows.rule(path, folder=True) is not None for path in told} == told


def test_nobody_leaves_out_an_agreed_place(tmp_path: Path) -> None:
    root = _tree(tmp_path.resolve(), "srv/place/a.csv", "srv/place/.sekishoignore", "srv/other/b.csv")
    place = os.fsencode(root / "srv/place")
    places = Places(
        lambda path: path == place or path.startswith(place + os.sep.encode()),
        lambda folder: place.startswith(folder + os.sep.encode()),
    )
    (root / "srv/place/.sekishoignore").write_bytes(b"*\n")
    for pattern in ("srv", "*", "**/place/", "*.csv", "a.csv", str(root / "srv/place")):
        asked = Exclusions([os.fsencode(root)], option=[pattern], files=True, places=places)
        met, _ = _walked(root, asked)
        assert "srv/place/a.csv" in met, pattern
        assert (f"option:{pattern}", Why.PLACE) in asked.refused
        assert asked.refused["file:", Why.PLACE] == 1
    agreed = Exclusions([os.fsencode(root)], agreed=[str(root / "srv/place")], places=places)
    assert set(_walked(root, agreed)[1]) == {"srv/place"}


def test_a_file_that_a_worker_wrote_counts_where_it_is_allowed(tmp_path: Path) -> None:
    root = _tree(tmp_path.resolve(), "a.csv", "sub/b.csv")
    (root / "sub/.sekishoignore").write_bytes("*.csv\r\n# 注釈\r\n\r\n".encode())
    refused = Exclusions([os.fsencode(root)])
    assert _walked(root, refused)[0] == {"a.csv", "sub/b.csv", "sub/.sekishoignore"}
    assert refused.refused == {("file:", Why.NOT_ALLOWED): 1}
    assert _walked(root, Exclusions([os.fsencode(root)], files=True))[1] == {"sub/b.csv": "file:*.csv"}
    (root / "sub/.sekishoignore").write_bytes(b"*a" * (MOST_WILDCARDS + 1) + b"\n" + b"#" * 70_000)
    large = Exclusions([os.fsencode(root)], files=True)
    assert "sub/b.csv" in _walked(root, large)[0]
    assert large.refused == {("file:", Why.UNREADABLE): 1}
    (root / "sub/.sekishoignore").write_bytes(b"**/" + b"*a" * (MOST_WILDCARDS + 1) + b"\n!\nb.csv")
    both = Exclusions([os.fsencode(root)], files=True)
    assert "sub/b.csv" not in _walked(root, both)[0]
    assert {why for _, why in both.refused} == {Why.TOO_COMPLEX, Why.INVALID}


@pytest.mark.posix("symlink, mkfifo")
def test_a_link_or_a_pipe_is_no_list_of_patterns(tmp_path: Path) -> None:
    root = _tree(tmp_path.resolve() / "root", "a.csv", "sub/b.csv")
    _tree(tmp_path, "patterns")
    (tmp_path / "patterns").write_bytes(b"*.csv\n")
    (root / ".sekishoignore").symlink_to(tmp_path / "patterns")
    os.mkfifo(root / "sub/.sekishoignore")
    asked = Exclusions([os.fsencode(root)], files=True)
    assert _walked(root, asked)[0] == {"a.csv", "sub/b.csv"}
    assert asked.refused == {("file:", Why.UNREADABLE): 2}


@given(st.text(max_size=30), st.text(st.sampled_from("ab/*?[]!\\ ."), min_size=1, max_size=20))
def test_any_pattern_is_taken_or_refused(pattern: str, path: str) -> None:
    try:
        asked = Exclusions([b"/r"], option=[pattern], policy=[pattern])
    except PatternError:
        return
    asked.rule(b"/r/" + path.encode(), folder=False)


def test_a_single_file_is_asked_about_like_a_walk(tmp_path: Path) -> None:
    root = _tree(tmp_path.resolve(), *FILES)
    (root / "sub/.sekishoignore").write_bytes(b"build\n")
    roots = [os.fsencode(root)]
    given_by = {"policy": ["old/", "*.iso", "!keep.iso"], "files": True}
    met, _ = _walked(root, Exclusions(roots, **given_by))  # type: ignore[arg-type]
    for name in FILES:
        rule = Exclusions(roots, **given_by).through(os.fsencode(root / name), roots)  # type: ignore[arg-type]
        assert (rule is None) == (name in met), name


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path.resolve(), monkeypatch)


def test_what_is_left_out_is_neither_gone_nor_settled(world: World) -> None:
    world.put("desk/old/a.csv", text(12, 3))
    world.put("desk/b.csv", text(12, 4))
    world.scan()
    before = world.open()
    assert before["F03-OUTSIDE"] == 2
    world.policy["scan"] = {"exclude": ["old/", "b.csv"]}
    world.scan()
    assert world.open() == before
    db = world.db()
    assert db.execute("select count(*) from files where gone is not null").fetchone() == (0,)
    told = {e.pattern: (e.entries, e.known) for e in coverage.excluded(db)}
    assert told == {"old/": (1, 1), "b.csv": (1, 1)}
    assert coverage.of(db).reasons["excluded"].number == 3  # the folder, what is known behind it, and the file
    assert db.execute("select count(*) from ledger where kind = 'excluded'").fetchone() == (1,)
    world.policy["scan"] = {}
    world.scan()
    assert (world.open(), coverage.excluded(world.db())) == (before, [])
    assert "excluded" not in coverage.of(world.db()).reasons
    (world.root / "desk/b.csv").unlink()
    world.scan()
    assert world.open()["F03-OUTSIDE"] == 1


def test_the_watch_leaves_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _tree(tmp_path.resolve() / "desk", "a.txt", "old/b.txt", "sub/c.iso")
    (tmp_path / "policy.toml").write_bytes(b"[scan]\nexclude = ['old/', '*.iso']\n")
    home = Home(tmp_path / "home")
    prepare(home)
    monkeypatch.setattr(
        "scanner.watch.paths.scan_file",
        lambda ref, tools: conclude(ref, tools, Contents("text/plain"), b"k" * 16, None),
    )
    journal = Journal(home.path / "journal.db", clock=lambda: time.monotonic() + 1_000_000)
    journal.started([os.fsencode(folder)])
    rules = Rules(pause_on_battery=False, pause_when_busy=False, mb_per_second=0)
    worker = Worker(home, str(tmp_path / "policy.toml"), "quick", journal, Budget(rules, used=lambda: (0.0, 0.0)))

    def told() -> tuple[set[str], dict[str, int]]:
        while worker.turn() or journal.pending() != (0, 0):
            pass
        db = sqlite3.connect(home.database)
        read = db.execute("select path from files where left_out = '' and gone is null").fetchall()
        names_ = {Path(os.fsdecode(path)).name for (path,) in read}
        left = {e.pattern: e.entries for e in coverage.excluded(db)}
        db.close()
        return names_, left

    try:
        journal.touch({os.fsencode(folder / n): 0.0 for n in ("a.txt", "old/b.txt", "sub/c.iso")}, 30)
        assert told() == ({"a.txt"}, {"old/": 1, "*.iso": 1})  # single files, of which an event tells
        journal.enter_folders([os.fsencode(folder / "old"), os.fsencode(folder / "sub")])
        assert told() == ({"a.txt"}, {"old/": 1, "*.iso": 1})
        journal.rescan(os.fsencode(folder), "start")
        assert told() == ({"a.txt"}, {"old/": 1, "*.iso": 1})
    finally:
        worker.close()


@pytest.mark.slow
def test_two_people_leave_out_a_folder_of_an_agreed_place(sekisho: Sekisho, tmp_path: Path) -> None:
    day = Day(sekisho, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "store/build").mkdir()
    (tmp_path / "store/build/x.csv").write_bytes(text(12, 5))
    day.scan()
    day.begin()
    scan = ("scan", tmp_path / "store", "--depth", "quick", "--format", "jsonl")
    alone = day.run(*scan, "--exclude", "build/").summary()
    assert (alone["excluded"], alone["not_applied"][0]["why"]) == ([], "place")
    pattern = str(tmp_path / "store/build")
    made = day.run("exclusions", "propose", pattern, "--reason", "中間生成物", "--by", "W-1", *day.signs("W-1"))
    assert made.code == 0, made.err
    number = made.out.split()[1].rstrip(":")
    same = day.run("exclusions", "confirm", number, "--by", "W-1", *day.signs("W-1"))
    assert same.code != 0
    assert day.run("exclusions", "confirm", number, "--by", "W-2", *day.signs("W-2")).code == 0
    found = day.run(*scan)
    assert found.summary()["excluded"] == [{"source": "agreed", "pattern": pattern, "entries": 1, "known": 1}]
    proof = day.run("report", "9c", "--contract", "A", "-o", tmp_path / "9c.html")
    assert proof.code in (0, 1), proof.err
    assert f"{pattern}(二人の合意 1 件)" in (tmp_path / "9c.html").read_text(encoding="utf-8")
    assert "in force" in day.run("exclusions", "show").out
    packed = day.run("report", "pack", "--contract", "A", "-o", tmp_path / "pack.zip")
    assert packed.code == 0, packed.err
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert f"{pattern}(二人の合意 W-1・W-2" in pack.read("coverage.csv").decode("utf-8-sig")
    ended = day.run("exclusions", "end", number, "--reason", "終わり", "--by", "W-2", *day.signs("W-2"))
    assert ended.code == 0, ended.err
    assert agreements.patterns(day.db()) == ()


def test_unseen_of_a_file_keeps_what_it_is(tmp_path: Path) -> None:
    root = _tree(tmp_path.resolve(), "a.iso")
    (found,) = walk([os.fsencode(root)], WalkNotes(), exclusions=Exclusions([os.fsencode(root)], option=["*.iso"]))
    assert isinstance(found, Unseen)
    assert (found.hides, found.met.size) == (False, 1)
