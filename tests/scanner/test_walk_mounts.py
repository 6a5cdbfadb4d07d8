"""What is mounted where: special file systems, and the same one twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.model import Reason
from scanner.sources import walk as walking
from scanner.sources.mounting import Mount, Mounted, parsed
from scanner.sources.walk import Unseen, WalkNotes, walk
from tests.conftest import Sekisho, lacking
from tests.scanner.walked import whole

# --- what is mounted


def table(*mounts: tuple[Path, str, int, str]) -> Mounted:
    return Mounted(lambda: tuple(Mount(str(p), kind, "none", device, root) for p, kind, device, root in mounts))


def _known(status: object) -> os.stat_result:
    assert isinstance(status, os.stat_result)
    return status


class Devices:
    """Gives folders device numbers of their own, as mounts do."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, numbers: dict[Path, int]) -> None:
        self.numbers = {os.lstat(p).st_ino: n for p, n in numbers.items()}
        for name in ("lstat", "fstat"):
            real = getattr(os, name)
            monkeypatch.setattr(os, name, lambda target, real=real: self.of(real(target)))
        look = walking._look
        monkeypatch.setattr(walking, "_look", lambda entry: self.of(_known(look(entry))))

    def of(self, status: os.stat_result) -> os.stat_result:
        device = self.numbers.get(status.st_ino, 1)
        return os.stat_result((*status[:2], device, *status[3:10]), {n: getattr(status, n) for n in _NS})


_NS = ("st_mtime_ns", "st_ctime_ns", "st_atime_ns", "st_blocks", "st_blksize", "st_rdev")


@pytest.mark.posix("/proc/self/mountinfo")
def test_special_file_systems_are_named_and_ordinary_ones_inside_are_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("proc/1", "dev/shm/work", "dev/pts", "dev/shm/cgroup"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("file", "proc/1/environ", "dev/kmsg", "dev/shm/work/名簿.csv", "dev/pts/0", "dev/shm/cgroup/tasks"):
        (tmp_path / name).write_text("x")
    places = {"proc": ("proc", 2), "dev": ("devtmpfs", 3), "dev/shm": ("tmpfs", 4), "dev/pts": ("devpts", 5)}
    places["dev/shm/cgroup"] = ("cgroup2", 6)
    numbers = {tmp_path / p: n for p, (_, n) in places.items()}
    numbers |= {tmp_path / "dev/shm/work": 4, tmp_path / "dev/shm/work/名簿.csv": 4}
    Devices(monkeypatch, numbers)
    mounted = table((Path("/"), "ext4", 1, "/"), *((tmp_path / p, kind, n, "/") for p, (kind, n) in places.items()))
    notes = WalkNotes()
    found = list(walk([os.fsencode(tmp_path)], notes, mounted=mounted))
    assert [i.path for i in found] == [os.fsencode(tmp_path / n) for n in ("file", "dev/shm/work/名簿.csv")]
    assert sorted(notes.systems) == [
        (os.fsencode(tmp_path / p), places[p][0]) for p in ("dev", "dev/pts", "dev/shm/cgroup", "proc")
    ]
    assert whole(notes, len(found), 0)
    notes = WalkNotes()
    asked = list(walk([os.fsencode(tmp_path / "proc/1"), os.fsencode(tmp_path / "proc")], notes, mounted=table()))
    assert len(asked) == 1  # a system that does not tell: as before
    numbers[tmp_path / "proc/1"] = numbers[tmp_path / "proc/1/environ"] = 2
    Devices(monkeypatch, numbers)
    for root in ("proc", "proc/1", "proc/1/environ"):
        notes = WalkNotes()
        asked = list(walk([os.fsencode(tmp_path / root)], notes, mounted=mounted))
        assert asked == [Unseen(os.fsencode(tmp_path / root), Reason.SPECIAL_SYSTEM)]
        assert notes.systems == [(os.fsencode(tmp_path / root), "proc")]


@pytest.mark.posix("/proc/self/mountinfo")
@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_mounted_twice_is_walked_once_by_its_first_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    """``a-bind`` comes before ``store`` by name, but it is the second name of ``store/inner``."""
    (tmp_path / "store/inner").mkdir(parents=True)
    (tmp_path / "store/inner/f").write_text("x")
    (tmp_path / "a-bind").mkdir()
    shown = {os.lstat(tmp_path / "a-bind").st_ino: tmp_path / "store/inner"}

    def through(status: os.stat_result) -> os.stat_result:
        return os.stat(shown[status.st_ino]) if status.st_ino in shown else status

    real_open, lstat, look = os.open, os.lstat, walking._look
    monkeypatch.setattr(walking, "look", lambda p: through(lstat(p)))
    monkeypatch.setattr(walking, "_look", lambda e: through(_known(look(e))))
    bind = os.fsencode(tmp_path / "a-bind")
    monkeypatch.setattr(
        os, "open", lambda p, f: real_open(os.fsencode(tmp_path / "store/inner") if p == bind else p, f)
    )
    device = lstat(tmp_path).st_dev
    mounted = table((Path("/"), "ext4", device, "/"), (tmp_path / "a-bind", "ext4", device, "/x/store/inner"))
    roots = [os.fsencode(tmp_path)]
    if backwards:
        roots = [os.fsencode(tmp_path / "a-bind"), os.fsencode(tmp_path / "store")]
    notes = WalkNotes()
    found = list(walk(roots, notes, mounted=mounted))
    assert [i.path for i in found] == [os.fsencode(tmp_path / "store/inner/f")]
    assert notes.again == [os.fsencode(tmp_path / "a-bind")]
    assert whole(notes, 1, 0)
    notes = WalkNotes()
    alone = list(walk([bind], notes, mounted=mounted))
    assert [i.path for i in alone] == [bind + b"/f"]  # its first name is not asked for


@pytest.mark.posix("os.makedev")
def test_a_table_of_mounts_is_read_whatever_stands_in_it() -> None:
    lines = [
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
        r"23 22 0:20 /日本 /mnt/a\040b\134c rw - fuse.sshfs user@h:/x\011y rw,x - y",
        "24 22 x:y / /mnt/odd rw - odd none rw",
        "25 22",
        "",
        " - ",
    ]
    found = parsed(lines)
    assert [(m.point, m.kind, m.source, m.root) for m in found] == [
        ("/", "ext4", "/dev/sda1", "/"),
        ("/mnt/a b\\c", "fuse.sshfs", "user@h:/x\ty", "/日本"),
        ("/mnt/odd", "odd", "none", "/"),
    ]
    assert (found[0].device, found[2].device) == (os.makedev(8, 1), 0)


@pytest.mark.posix("/proc")
def test_special_file_systems_of_this_machine(sekisho: Sekisho) -> None:
    done = sekisho("scan", "/proc/self", "--depth", "quick", "--format", "jsonl")
    assert done.code == 3
    (row,) = [o for o in done.lines() if o["type"] == "file"]
    assert (row["outcome"], row["reason"]) == ("not_examined", "special_system")
    assert done.summary()["special_systems"] == [{"path": row["path"], "type": "proc"}]
    assert "proc" in sekisho("scan", "/proc", "--depth", "quick").out
    assert sekisho("scan", "/proc", "--depth", "quick", "--allow-gaps").code == 0


MOUNTING = """
import ctypes, os, subprocess, sys
from scanner.sources.walk import FileRef, WalkNotes, walk
base = os.fsencode(sys.argv[1])
def at(name, data=None):
    os.makedirs(os.path.join(base, name) if data is None else os.path.dirname(os.path.join(base, name)), exist_ok=True)
    if data is not None:
        open(os.path.join(base, name), "wb").write(data)
    return os.path.join(base, name)
at(b"store/inner/f", b"x"), at(b"g", b"y")
for kind, source, name in (("--bind", at(b"store/inner"), b"a-bind"), ("proc", b"proc", b"p"), ("tmpfs", b"none", b"ram")):
    how = ["--bind"] if kind == "--bind" else ["-t", kind]
    subprocess.run(["mount", *how, source, at(name)], check=True)
at(b"ram/z", b"z")
if os.path.exists("/dev/fuse"):  # a server that has gone
    server = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
    assert ctypes.CDLL(None).mount(b"gone", at(b"gone"), b"fuse", 0, options) == 0
    os.close(server)
notes = WalkNotes()
found = list(walk([base], notes))
for item in found:
    print(os.fsdecode(os.path.relpath(item.path, base)), getattr(item, "reason", "file"))
print([os.fsdecode(os.path.relpath(p, base)) for p in notes.again], [(os.fsdecode(os.path.relpath(p, base)), k) for p, k in notes.systems])
"""


@pytest.mark.slow
def test_real_mounts(tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        lacking("right to mount", "mount namespaces")
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", MOUNTING, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        timeout=60,
    )
    if "mount" in done.stderr and "permission denied" in done.stderr:
        lacking("right to mount")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    gone = ["gone not_connected"] if Path("/dev/fuse").exists() else []
    assert sorted(lines[:-1]) == sorted(["g file", *gone, "ram/z file", "store/inner/f file"])
    assert lines[-1] == "['a-bind'] [('p', 'proc')]"
