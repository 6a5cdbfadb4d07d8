"""Moves and erasures of single files: whatever stops them, wherever, no byte is lost and nothing foreign is touched.

A death is the real one where the system can fork: the process is killed between two steps, and another one goes on from what is on the
disk.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.acts.correction import steps
from scanner.acts.correction.folders import Folder
from scanner.acts.correction.stopping import Stopped
from scanner.extract.content import digest_of
from scanner.paths import system
from scanner.paths.entries import identity

DATA = bytes(range(256)) * 9_000
"""Two pieces of a MiB, and a part of one."""
FORK = pytest.mark.posix("fork, kill")


def key(digest: bytes) -> bytes:
    return digest


class Case:
    """A file, a place, and a journal on the disk."""

    def __init__(self, root: Path, name: bytes = "名簿.xlsx".encode(), data: bytes = DATA) -> None:
        real = Path(os.fsdecode(system.real(os.fsencode(root))))
        self.here, self.there = real / "机", real / "保管"
        for folder in (self.here, self.there):
            folder.mkdir(parents=True)
        self.name, self.data, self.journal = name, data, real / "journal.json"
        self.source, self.target = (os.path.join(os.fsencode(f), name) for f in (self.here, self.there))
        with open(self.source, "wb") as file:
            file.write(data)

    def job(self, *, move: bool = True, overwrite: bool = True) -> steps.Job:
        known = identity(system.look(self.source)) if system.exists(self.source) else tuple(self.kept()["known"])
        self.journal.write_text(json.dumps({"step": "", "placed": None, "known": known}), encoding="utf-8")
        return self.made(move, overwrite)

    def made(self, move: bool, overwrite: bool = True) -> steps.Job:
        target = (os.fsencode(self.there), self.name) if move else None
        source = (os.fsencode(self.here), self.name)
        known: Any = tuple(self.kept()["known"])
        return steps.Job(source, target, known, digest_of(self.data), b".s-1.part", b".s-1.out", overwrite)

    def kept(self) -> dict[str, Any]:
        return dict(json.loads(self.journal.read_text(encoding="utf-8")))

    def writing(self) -> steps.Journal:
        placed = self.kept()["placed"]

        def note(step: steps.Step, number: tuple[int, int] | None) -> None:
            self.journal.write_text(json.dumps({**self.kept(), "step": step, "placed": number}), encoding="utf-8")

        return steps.Journal(note, tuple(placed) if placed else None)

    def recover(self, *, move: bool) -> bool:
        step = self.kept()["step"]
        return bool(step) and steps.recover(self.made(move), key, self.writing(), step)

    def read(self, path: bytes) -> bytes | None:
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def names(self) -> tuple[set[bytes], set[bytes]]:
        return set(os.listdir(os.fsencode(self.here))), set(os.listdir(os.fsencode(self.there)))


def dying(monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    monkeypatch.setattr(steps, "checkpoint", lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == at else None)


def in_a_child(work: Callable[[], object]) -> int:
    """The signal that ended it; 0 where it came to its end."""
    child = os.fork() if sys.platform != "win32" else 0
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


MOVING = ("copying", "made", "written", "copied", "named", "placed", "taken", "aside", "removing", "removed", "done")
ERASING = ("taking", "taken", "aside", "emptying", "emptied", "removed", "done")
NAMES = ("名簿.xlsx".encode(), "名簿.xlsx".encode("cp932"), b"\xff\xfe a\nb", b"-rf *", "か\u3099.txt".encode())


@pytest.mark.posix("names that are no text")
@pytest.mark.parametrize("name", NAMES)
def test_a_move_keeps_bytes_times_and_rights(tmp_path: Path, name: bytes) -> None:
    case = Case(tmp_path, name)
    os.chmod(case.source, 0o640)
    os.utime(case.source, ns=(1_700_000_000_123_456_789, 1_600_000_000_123_456_789))
    steps.move(case.job(), key, case.writing())
    assert (case.read(case.source), case.read(case.target)) == (None, DATA)
    status = os.stat(case.target)
    assert (status.st_mtime_ns, status.st_mode & 0o777) == (1_600_000_000_123_456_789, 0o640)
    assert case.names() == (set(), {name})


def test_moves_and_erasures_of_plain_names(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"a", DATA)):
        case = Case(tmp_path / str(number), data=data)
        steps.move(case.job(), key, case.writing())
        assert (case.read(case.source), case.read(case.target), case.kept()["step"]) == (None, data, "done")
        gone = Case(tmp_path / f"e{number}", data=data)
        steps.erase(gone.job(move=False), key, gone.writing())
        assert gone.names() == (set(), set())


@FORK
@pytest.mark.parametrize("at", MOVING)
def test_a_move_killed_anywhere_is_resumed_or_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    case = Case(tmp_path)
    job = case.job()
    with monkeypatch.context() as patched:
        dying(patched, at)
        assert in_a_child(lambda: steps.move(job, key, case.writing())) == -signal.SIGKILL
    assert DATA in [case.read(os.path.join(os.fsencode(f), n)) for f in (case.here, case.there) for n in os.listdir(os.fsencode(f))]  # fmt: skip
    done = case.recover(move=True)
    assert (case.read(case.source), case.read(case.target)) == ((None, DATA) if done else (DATA, None))
    assert done is (at not in ("copying", "made", "written", "copied"))
    assert case.names() == ((set(), {case.name}) if done else ({case.name}, set()))
    assert case.recover(move=True) is done  # a second start finds nothing to do


@FORK
@pytest.mark.parametrize("second", MOVING[3:-1])
def test_a_move_killed_again_while_it_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    case = Case(tmp_path)
    job = case.job()
    with monkeypatch.context() as patched:
        dying(patched, "named")
        assert in_a_child(lambda: steps.move(job, key, case.writing())) == -signal.SIGKILL
        dying(patched, second)
        in_a_child(lambda: case.recover(move=True))
    assert case.recover(move=True)
    assert (case.read(case.source), case.read(case.target)) == (None, DATA)


@FORK
@pytest.mark.parametrize("at", ERASING)
def test_an_erasure_killed_anywhere_is_ended_or_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    case = Case(tmp_path)
    job = case.job(move=False)
    with monkeypatch.context() as patched:
        dying(patched, at)
        assert in_a_child(lambda: steps.erase(job, key, case.writing())) == -signal.SIGKILL
    done = case.recover(move=False)
    assert done is (at not in ("taking", "taken", "aside"))
    assert case.names() == (set() if done else {case.name}, set())
    assert case.read(case.source) == (None if done else DATA)


@FORK
@pytest.mark.parametrize("at", ["named", "placed", "taken", "aside"])
def test_a_file_system_that_has_another_number_after_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    case = Case(tmp_path)
    job = case.job()
    with monkeypatch.context() as patched:
        dying(patched, at)
        assert in_a_child(lambda: steps.move(job, key, case.writing())) == -signal.SIGKILL
    kept = case.kept()
    kept["known"][4] += 1
    kept["placed"][1] += 1
    case.journal.write_text(json.dumps(kept), encoding="utf-8")
    assert case.recover(move=True)
    assert (case.read(case.source), case.read(case.target), case.names()) == (None, DATA, (set(), {case.name}))


def changed(case: Case) -> None:
    with open(case.source, "r+b") as file:
        file.write(b"!")


def replaced(case: Case) -> None:
    os.unlink(case.source)
    with open(case.source, "wb") as file:
        file.write(b"another")


def taken(case: Case) -> None:
    with open(case.target, "wb") as file:
        file.write(b"somebody else's")


@pytest.mark.parametrize("at", ["copying", "written", "copied", "named", "placed"])
@pytest.mark.parametrize("happening", [changed, replaced])
def test_what_happens_to_the_source_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, happening: Callable[[Case], None]
) -> None:
    case = Case(tmp_path)
    if sys.platform == "win32" and happening is replaced and at not in ("named", "placed"):
        return  # what is open cannot be replaced there
    job = case.job()
    monkeypatch.setattr(steps, "checkpoint", lambda name: happening(case) if name == at else None)
    with pytest.raises(Stopped):
        steps.move(job, key, case.writing())
    expected = b"another" if happening is replaced else b"!" + DATA[1:]
    assert case.read(case.source) == expected
    assert case.names() == ({case.name}, set())
    assert steps.clean(case.made(True), None)


@pytest.mark.parametrize("at", ["", "copying", "copied"])
def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    case = Case(tmp_path)
    job = case.job()
    if at:
        monkeypatch.setattr(steps, "checkpoint", lambda name: taken(case) if name == at else None)
    else:
        taken(case)
    with pytest.raises(Stopped) as stopped:
        steps.move(job, key, case.writing())
    assert stopped.value.code == "target_exists"
    assert (case.read(case.source), case.read(case.target)) == (DATA, b"somebody else's")
    assert case.names() == ({case.name}, {case.name})


@pytest.mark.parametrize("at", ["taking", "taken", "aside"])
def test_an_erasure_that_is_not_begun_gives_the_file_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """The name is another's by then: both files are kept, and it is told under which name."""
    case = Case(tmp_path)
    job = case.job(move=False)

    def stop(name: str) -> None:
        if name == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(steps, "checkpoint", stop)
    with pytest.raises(KeyboardInterrupt):
        steps.erase(job, key, case.writing())
    if at != "taking":
        with open(case.source, "wb") as file:
            file.write(b"new")
        with pytest.raises(Stopped) as stopped:
            case.recover(move=False)
        assert (stopped.value.code, case.read(case.source)) == ("name_taken", b"new")
        assert case.read(os.path.join(os.fsencode(case.here), b".s-1.out")) == DATA
        os.unlink(case.source)
    assert not case.recover(move=False)
    assert (case.read(case.source), case.names()) == (DATA, ({case.name}, set()))


@pytest.mark.posix("symlink")
def test_links_are_never_followed(tmp_path: Path) -> None:
    case = Case(tmp_path)
    job = case.job()
    other = tmp_path / "foreign.bin"
    os.rename(case.source, other)
    os.symlink(other, case.source)
    for act in (steps.move, steps.erase):
        with pytest.raises(Stopped):
            act(job if act is steps.move else case.made(False), key, case.writing())
    assert other.read_bytes() == DATA
    os.unlink(case.source)
    os.rename(other, case.source)
    away = case.there.rename(case.there.with_name("elsewhere"))
    os.symlink(away, case.there)
    with pytest.raises(Stopped) as stopped:
        steps.move(case.job(), key, case.writing())
    assert (stopped.value.code, case.read(case.source), os.listdir(away)) == ("link", DATA, [])


@pytest.mark.posix("hard links")
def test_other_names_of_a_content_stay(tmp_path: Path) -> None:
    case = Case(tmp_path)
    twin = tmp_path / "twin"
    os.link(case.source, twin)
    steps.erase(case.job(move=False), key, case.writing())
    assert (case.read(case.source), twin.read_bytes()) == (None, DATA)


@pytest.mark.posix("leases of Linux")
def test_a_file_that_is_written_is_left(tmp_path: Path) -> None:
    case = Case(tmp_path)
    job = case.job()
    with open(case.source, "r+b"), pytest.raises(Stopped) as stopped:
        steps.move(job, key, case.writing())
    assert (stopped.value.code, case.read(case.source), case.names()[1]) == ("in_use", DATA, set())


def test_a_file_that_office_has_open_is_left(tmp_path: Path) -> None:
    case = Case(tmp_path)
    job = case.job()
    (case.here / "~$.xlsx").write_bytes(b"")
    with pytest.raises(Stopped) as stopped:
        steps.move(job, key, case.writing())
    assert (stopped.value.code, case.read(case.source)) == ("in_use", DATA)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_or_broken_disk_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    case = Case(tmp_path)
    job = case.job()
    true, count = getattr(os, call), [0]

    def failing(fd: int, *rest: Any) -> Any:
        count[0] += 1
        if count[0] == (2 if call == "write" else 1):
            raise OSError(number, "no")
        return true(fd, *rest)

    monkeypatch.setattr(os, call, failing)
    with pytest.raises(Stopped) as stopped:
        steps.move(job, key, case.writing())
    assert stopped.value.code == ("full" if number == errno.ENOSPC else "not_permitted")
    assert (case.read(case.source), case.names()) == (DATA, ({case.name}, set()))


def test_a_copy_that_is_not_what_was_read_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(tmp_path)
    job = case.job()

    def rotten(name: str) -> None:
        if name == "written":
            with open(case.there / ".s-1.part", "r+b") as file:
                file.write(b"?")

    monkeypatch.setattr(steps, "checkpoint", rotten)
    with pytest.raises(Stopped) as stopped:
        steps.move(job, key, case.writing())
    assert (stopped.value.code, case.read(case.source), case.names()[1]) == ("copy_differs", DATA, set())


@pytest.mark.posix("renameat2")
def test_without_a_call_that_does_not_overwrite_links_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.acts.correction.folders._library", lambda: None)
    case = Case(tmp_path)
    steps.move(case.job(), key, case.writing())
    assert (case.read(case.source), case.read(case.target)) == (None, DATA)
    folder = Folder(os.fsencode(case.there))
    (case.there / "b").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        folder.rename(case.name, folder, b"b")
    folder.close()


def test_a_copy_that_somebody_altered_before_the_source_went_is_told(tmp_path: Path) -> None:
    case = Case(tmp_path)
    job = case.job()
    stop = pytest.MonkeyPatch()

    def broken_off(name: str) -> None:
        if name == "placed":
            raise KeyboardInterrupt

    stop.setattr(steps, "checkpoint", broken_off)
    with pytest.raises(KeyboardInterrupt):
        steps.move(job, key, case.writing())
    stop.undo()
    with open(case.target, "r+b") as file:
        file.write(b"??")
    with pytest.raises(Stopped) as stopped:
        case.recover(move=True)
    assert (stopped.value.code, case.read(case.source)) == ("target_gone", DATA)
