"""What reader and judge cannot do, tried from inside; what happens when they die, hang or cannot be started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from scanner.detect.judging import TextJudge
from scanner.errors import SandboxFault
from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader as Inventory
from scanner.limits import Limits
from scanner.model import Outcome, OutcomeKind, Reason, ref_of
from scanner.pipeline import examine
from scanner.policy.verdict import Judge
from scanner.sandbox import landlock, seccomp
from scanner.sandbox.child import Child
from scanner.scan import local
from scanner.scan.adapters import LocalTools
from scanner.scan.lane import Lane
from scanner.scan.local import Options, scan

linux = pytest.mark.posix("seccomp, Landlock, prctl")


_TRIES = """
import os, signal, socket, subprocess, sys, ctypes
from scanner.sandbox.confine import confine
mine = open(sys.argv[1], "rb")
parent = os.getppid()
powers = confine(1_500_000_000, address_space=False)
def tried(name, act):
    try:
        act()
        print(name, "done")
    except (OSError, RuntimeError) as error:
        print(name, "refused")
    except BaseException as error:
        print(name, type(error).__name__)
tried("other file", lambda: open(sys.argv[2], "rb").read())
tried("passwd", lambda: open("/etc/passwd").read())
tried("listing", lambda: os.listdir(os.path.dirname(sys.argv[2])))
tried("write", lambda: open(sys.argv[3], "w"))
tried("truncate", lambda: os.truncate(sys.argv[2], 0))
tried("chmod", lambda: os.chmod(sys.argv[2], 0))
tried("unlink", lambda: os.unlink(sys.argv[2]))
tried("socket", lambda: socket.socket())
tried("unix socket", lambda: socket.socket(socket.AF_UNIX))
tried("fork", lambda: os._exit(0) if os.fork() == 0 else None)
tried("program", lambda: subprocess.run(["/bin/true"]))
tried("kill", lambda: os.kill(parent, 0))
libc = ctypes.CDLL(None, use_errno=True)
def ptrace():
    if libc.ptrace(16, parent, 0, 0) != 0:
        raise OSError
tried("ptrace", ptrace)
import resource
def called(number, *arguments):
    if libc.syscall(number, *arguments) != 0:
        raise OSError
to_thread = {"x86_64": 234, "aarch64": 131}.get(os.uname().machine, 234)
tried("signal to a thread of another", lambda: called(to_thread, parent, parent, 0))
tried("limits of another", lambda: resource.prlimit(parent, resource.RLIMIT_CPU))
tried("own limits", lambda: resource.getrlimit(resource.RLIMIT_CPU))
tried("signal to itself", lambda: called(to_thread, os.getpid(), os.getpid(), 0))
import threading
def thread():
    t = threading.Thread(target=lambda: None); t.start(); t.join()
tried("thread", thread)
tried("own file", mine.read)
tried("library", lambda: __import__("pypdfium2") and None)
print("powers", powers.files, powers.calls)
"""


@linux
def test_what_is_refused_inside_and_what_is_not(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.write_text("a")
    other.write_text("b")
    command = [sys.executable, "-c", _TRIES, str(mine), str(other), str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    told = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines() if not line.startswith("powers"))
    assert {told[n] for n in ("thread", "own file", "library", "own limits", "signal to itself")} == {"done"}
    if landlock.abi():
        assert {told[n] for n in ("other file", "passwd", "listing", "write")} == {"refused"}
        assert not (tmp_path / "new").exists()
    if seccomp.program(os.uname().machine, 1):
        names: tuple[str, ...] = (
            "truncate",
            "chmod",
            "unlink",
            "socket",
            "unix socket",
            "fork",
            "program",
            "kill",
            "ptrace",
        )
        names += ("signal to a thread of another", "limits of another")
        assert {n: told[n] for n in names} == dict.fromkeys(names, "refused")
    assert other.read_text() == "b"


def test_the_filter_has_no_jump_out_of_itself() -> None:
    for machine in ("x86_64", "aarch64"):
        steps = seccomp.program(machine, 1)
        assert 10 < len(steps) < 4096
        for at, (code, yes, no, _) in enumerate(steps):
            if code in (0x15, 0x35, 0x45):
                assert at + 1 + max(yes, no) < len(steps)
        assert steps[-1][0] == 0x06
    assert seccomp.program("vax", 1) == []


def _office(tmp_path: Path, count: int = 4) -> tuple[Path, Home]:
    tree, home = tmp_path / "tree", Home(tmp_path / "home")
    tree.mkdir()
    prepare(home)
    for n in range(count):
        (tree / f"{n}.txt").write_text(f"担当 山田太郎 電話 03-1234-567{n}\n", encoding="utf-8")
    return tree, home


def _killed_at(monkeypatch: pytest.MonkeyPatch, name: str, victim: str) -> None:
    """The reader or the judge is killed by the system when the file ``name`` is to be read."""
    original = Lane.hold

    def hold(self: Lane, ref: Any, opened: Any = None) -> Any:
        held = original(self, ref, opened)
        if ref.name == name:
            begin = self.judge.begin

            def begun(*arguments: Any, **more: Any) -> None:
                begin(*arguments, **more)
                child: Child = self.judge._child if victim == "judge" else self.reader._child
                assert child._process is not None
                child._process.kill()

            monkeypatch.setattr(self.judge, "begin", begun)
        return held

    monkeypatch.setattr(Lane, "hold", hold)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["reader", "judge"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_process_that_is_killed_costs_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str, jobs: int
) -> None:
    """As by the system when memory runs out: that file is told as crashed, is not remembered, and is read the next time."""
    tree, home = _office(tmp_path)
    with monkeypatch.context() as patch:
        _killed_at(patch, "2.txt", victim)
        seen: list[Outcome] = []
        summary = scan(Options((os.fsencode(tree),), depth="quick", jobs=jobs), home, Judge(None), seen.append)
    assert summary.walked == 4
    if victim == "judge":  # later files of the same lane meet the killer again
        assert summary.reasons["crashed"] >= 1
    bad = next(o for o in seen if o.ref.name == "2.txt")
    assert bad.contents.reason is Reason.CRASHED
    assert bad.content_key is None
    again = scan(Options((os.fsencode(tree),), depth="quick", full=True), home, Judge(None), lambda _: None)
    assert again.counts == {"examined": 4}


def test_a_sandbox_that_cannot_start_is_no_fault_of_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried once more alone, then the scan stops with advice; no file is told as unread because of it."""
    tree, home = _office(tmp_path)
    starts: list[str] = []

    def refuse(self: Child) -> None:
        starts.append(self._module)
        raise SandboxFault("cannot_start", process="judge", kind="OSError")

    monkeypatch.setattr(Child, "start", refuse)
    for jobs in (1, 2):
        starts.clear()
        seen: list[Outcome] = []
        with pytest.raises(SandboxFault):
            scan(Options((os.fsencode(tree),), depth="quick", jobs=jobs), home, Judge(None), seen.append)
        assert seen == []
        assert len(starts) >= 2
    rows = Inventory(home.database).rows("select count(*) as n from files")
    assert rows[0]["n"] == 0
    states = Inventory(home.database).rows("select state from runs")
    assert {r["state"] for r in states} == {"interrupted"}


def test_a_sandbox_that_fails_once_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, home = _office(tmp_path)
    original, failures = Child.start, [0]

    def once(self: Child) -> None:
        if not failures[0]:
            failures[0] = 1
            raise SandboxFault("cannot_start", process="reader", kind="OSError")
        original(self)

    monkeypatch.setattr(Child, "start", once)
    for jobs in (1, 2):
        failures[0] = 0
        options = Options((os.fsencode(tree),), depth="quick", jobs=jobs, full=True)
        assert scan(options, home, Judge(None), lambda _: None).counts == {"examined": 4}


def test_detectors_that_cannot_be_loaded_stop_the_scan() -> None:
    judge = TextJudge("no such depth", (), b"")
    source, sink = os.pipe()
    os.write(sink, b'[["line","",1,"a"]]\n')
    os.close(sink)
    judge.begin(10, source, prints=False)
    os.close(source)
    with pytest.raises(SandboxFault) as caught:
        judge.end()
    assert caught.value.code == "no_detectors"
    judge.close()


@pytest.mark.slow
def test_judge_ends_by_itself_when_the_time_of_a_file_is_up(tmp_path: Path) -> None:
    """What it has found until then is kept; the file is partial, and says how much was judged."""
    path = tmp_path / "long.txt"
    line = "担当 山田太郎 電話 03-1234-5678 生年月日 昭和55年3月4日\n"
    path.write_text("".join(f"{n} {line}" for n in range(60_000)), encoding="utf-8")
    bounds = Limits(judge_cpu_seconds=2, judge_bytes_per_second=10**9)
    with Lane("balanced", b"", bounds=bounds) as lane:
        done = examine(ref_of(os.fsencode(path)), LocalTools(lane, b"k"))
        assert done.contents.reason is Reason.TIME_LIMIT
        assert done.key is None
        judged, came = next(n for n in done.contents.notes if n.startswith("judged: ")).split()[1].split("/")
        assert int(judged) < int(came)
        short = tmp_path / "short.txt"
        short.write_text("電話 03-1234-5678\n", encoding="utf-8")
        after = examine(ref_of(os.fsencode(short)), LocalTools(lane, b"k"))
        assert after.contents.reason is None
        assert [f.entity for f in after.contents.findings] == ["PHONE_NUMBER"]


def _children(of: int) -> list[int]:
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == of:
            found.append(int(path.parent.name))
    return found


@linux
@pytest.mark.parametrize(
    ("jobs", "sent"), [(jobs, sent) for sent in (getattr(signal, "SIGKILL", 9), signal.SIGINT) for jobs in (1, 2)]
)
@pytest.mark.slow
def test_nothing_outlives_the_program(tmp_path: Path, command: list[str], jobs: int, sent: int) -> None:
    """Killed or interrupted in the middle of long files: it ends, its readers and judges end, what was finished is kept."""
    tree, home = _office(tmp_path)
    line = "担当 山田太郎 電話 03-1234-5678 生年月日 昭和55年3月4日\n"
    for n in range(4):
        (tree / f"long{n}.txt").write_text("".join(f"{m} {line}" for m in range(60_000)), encoding="utf-8")
    words = ["scan", "--home", str(home.path), "--jobs", str(jobs), "--format", "json", str(tree)]
    program = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while len(_children(program.pid)) < 2 * jobs and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)  # the judges are at work
    children = _children(program.pid)
    assert len(children) == 2 * jobs
    program.send_signal(sent)
    out, err = program.communicate(timeout=60)
    if sent == signal.SIGINT:
        assert program.returncode == 130, err
        assert b'"interrupted":true' in out.replace(b" ", b"")
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


@pytest.mark.posix("os.kill with SIGINT: Windows ends the process")
def test_a_walk_that_hangs_holds_up_nobody_who_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A medium that does not answer: the listing never comes back, and Ctrl-C ends the scan all the same."""
    tree, home = _office(tmp_path)
    hangs = threading.Event()

    def walk(roots: Any, notes: Any, skip: Any, **_: Any) -> Any:
        yield ref_of(os.fsencode(tree / "0.txt"))
        hangs.wait(60)

    monkeypatch.setattr(local, "walk", walk)
    seen: list[Outcome] = []
    threading.Timer(3.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    summary = scan(Options((os.fsencode(tree),), depth="quick"), home, Judge(None), seen.append)
    hangs.set()
    assert summary.interrupted
    assert [o.kind for o in seen] in ([OutcomeKind.EXAMINED], [])


def test_a_broken_sandbox_is_found_out_at_the_first_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once a file of the whole walk."""
    tree, home = _office(tmp_path, 60)
    starts: list[str] = []

    def refuse(self: Child) -> None:
        starts.append(self._module)
        raise SandboxFault("cannot_start", process="judge", kind="OSError")

    monkeypatch.setattr(Child, "start", refuse)
    with pytest.raises(SandboxFault):
        scan(Options((os.fsencode(tree),), depth="quick", jobs=2), home, Judge(None), lambda _: None)
    assert len(starts) < 12


@pytest.mark.parametrize("end", [b'[["line","",2,"\xe9\x9b\xbb', b"[[", b'[["line","",2,"x"]]'])
def test_half_a_line_of_a_reader_that_died_costs_that_line_only(end: bytes) -> None:
    """What came before stays, the judge lives, and no fault of a detector is made of it."""
    judge = TextJudge("quick", (), b"")
    for _ in range(2):
        source, sink = os.pipe()
        judge.begin(100, source, prints=False)
        os.close(source)
        os.write(sink, '[["line","",1,"電話 03-1234-5678"]]\n'.encode() + end)
        os.close(sink)
        found = judge.end()
        assert [f.entity for f in found.findings] == ["PHONE_NUMBER"]
        assert found.unread == {}
    judge.close()


@pytest.mark.parametrize(
    "answer", [b"{}\n", b"[]\n", b"null\n", b'{"end": {}}\n', b"\xff\n", b'{"found": [1], "again": 0}\n', b"half"]
)
def test_an_answer_that_is_none_costs_the_file(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has been taken over may say anything."""
    import queue

    from scanner.errors import FileFault
    from scanner.extract.reader import Reader

    def told(child: Child) -> None:
        child._answers = queue.SimpleQueue()
        child._answers.put(answer)
        monkeypatch.setattr(child, "send", lambda *_: None)

    monkeypatch.setattr(Child, "start", told)
    judge = TextJudge("quick", (), b"")
    judge.begin(1, 0, prints=False)
    assert judge.end().unread == {"crashed": 1}
    reader = Reader()
    with pytest.raises(FileFault) as caught:
        reader.begin("a.txt", 1, 1, 0, 1)
    assert caught.value.reason is Reason.CRASHED
    told(reader._child)
    assert reader.end(1).reason is Reason.CRASHED


@linux
def test_no_descriptor_is_left_behind(tmp_path: Path) -> None:
    tree, _ = _office(tmp_path, 3)
    (tree / "broken.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    refs = [ref_of(os.fsencode(p)) for p in sorted(tree.iterdir())]
    with Lane("quick", b"", prints=True) as lane:
        tools = LocalTools(lane, b"k")
        for ref in refs:
            examine(ref, tools)
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            for ref in refs:
                examine(ref, tools)
                lane.hold(ref).close()
        assert len(os.listdir("/proc/self/fd")) == before
