"""The contract of every extractor: a hostile or broken file costs itself, is named with its reason, and nothing else."""

from __future__ import annotations

import os
import plistlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.extract.kinds import READERS
from scanner.extract.sniff import sniff
from scanner.extract.viewing import Extractor
from scanner.limits import Limits
from scanner.model import Block, BlockKind, Reason
from tests.scanner import canary, hostile
from tests.scanner.test_extract import read, text_of
from tests.scanner.test_formats import samples

SMALL = Limits(
    seconds=20, cpu_seconds=15, memory_bytes=700_000_000, part_bytes=100_000_000, ratio_floor_bytes=10_000_000
)
HOSTILE = hostile.files()
MUTATIONS = 120


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_cost_themselves_only(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name]())
    good = tmp_path / "good.txt"
    good.write_text("無事", encoding="utf-8")
    with Extractor(SMALL) as extractor:
        blocks, reason = read(extractor, tmp_path / name)
        if name not in hostile.READ_WHOLLY:
            assert reason is not None or not blocks  # no text of a file that is not empty is a reason of its own
            assert reason is not Reason.CRASHED or name == "bomb.pdf"  # the library aborts; the child takes the blow
        assert "root:" not in text_of(blocks)
        assert read(extractor, good) == ([Block(BlockKind.LINE, "", 1, "無事")], None)


def test_hostile_files_each_have_one_row_in_the_coverage(tmp_path: Path, sekisho) -> None:  # type: ignore[no-untyped-def]
    names = [n for n in HOSTILE if not n.startswith(("huge", "bomb", "long", "deep.zip"))]
    office = tmp_path / "office"
    office.mkdir()
    for name in names:
        (office / name).write_bytes(HOSTILE[name]())
    result = sekisho("scan", str(office), "--format", "jsonl", "--depth", "quick")
    assert sorted(result.files()) == sorted(names)
    rows = result.files()
    assert all(rows[n]["reason"] for n in names if n not in hostile.READ_WHOLLY)
    summary = result.summary()
    assert summary["walked"] == len(names) == summary["examined"] + summary["partial"] + summary["not_examined"]


_EVERY = """
import io, signal, sys
from importlib import import_module
from pathlib import Path
from scanner.extract.deadline import Exhausted
from scanner.extract.dispatch import dispatch
from scanner.extract.kinds import READERS
from scanner.extract.interface import Sink, Source
from scanner.limits import Limits
from scanner.sandbox.confine import confine
bounds = Limits(memory_bytes=900_000_000, part_bytes=50_000_000, ratio_floor_bytes=5_000_000)
module, _, function = READERS[sys.argv[1]].partition(":")
extract = getattr(import_module("scanner.extract.formats." + module), function)
files = [(path.name, path.read_bytes()) for path in sorted(Path(sys.argv[2]).iterdir())]
confine(bounds.memory_bytes)
alarm = getattr(signal, "alarm", lambda seconds: None)  # Windows has none: there the whole process has its time
for name, data in files:
    alarm(20)
    sink = Sink(bounds, lambda items: None, dispatch)
    try:
        with sink.deadline.running():
            extract(Source(name, io.BytesIO(data), len(data)), sink)
    except (Exception, Exhausted) as error:
        assert "root:" not in str(error)
    alarm(0)
print("all", len(files))
"""


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in HOSTILE.items():
        if not name.startswith(("bomb", "long", "deep.zip")):
            (folder / name).write_bytes(make())
    for name, data in samples().items():
        (folder / f"good-{name}").write_bytes(data)
    return folder


@pytest.mark.parametrize("format_", sorted(READERS))
def test_every_extractor_on_every_hostile_file(hostile_folder: Path, format_: str) -> None:
    """Also on files of other formats: whatever the type test lets through, an extractor ends by itself, in time."""
    done = subprocess.run(
        [sys.executable, "-c", _EVERY, format_, str(hostile_folder)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    assert done.stdout.startswith("all ")


def _bases() -> dict[str, tuple[str, bytes]]:
    """Format → (name, contents) of one good file of it."""
    found: dict[str, tuple[str, bytes]] = {}
    made = {name: data for name, (data, _) in canary.files().items()} | samples()
    made["a.plist"] = plistlib.dumps({"氏名": ["山田太郎", 3]}, fmt=plistlib.FMT_BINARY)
    made["a.dxf"] = "  0\r\nTEXT\r\n  1\r\n山田太郎 090-3141-5926\r\n".encode("cp932")
    for name, data in made.items():
        import io

        found.setdefault(sniff(io.BytesIO(data), name).format, (name, data))
    return found


BASES = _bases()


def test_every_reader_whose_format_can_be_made_here_is_mutated() -> None:
    """Those that cannot: stores of Outlook and Access, and what extras read (``make fuzz`` mutates these)."""
    unmade = set(READERS.values()) - {READERS[format_] for format_ in BASES}
    assert unmade <= {"outlook:extract_store", "access:extract", "columnar:extract", "zoo:extract"}


def _mutants(data: bytes, seed: str, count: int):  # type: ignore[no-untyped-def]
    chance = random.Random(seed)
    for number in range(count):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 8, 40))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        if number % 4 == 3:
            changed = changed[: chance.randrange(1, len(changed))]
        yield number, bytes(changed)


@pytest.mark.parametrize("format_", sorted(BASES))
def test_mutated_files_cost_themselves_only(tmp_path: Path, format_: str) -> None:
    """120 seeded mutations of each format: each is read or named, and no child dies of one."""
    name, data = BASES[format_]
    path = tmp_path / f"mutant{Path(name).suffix}"
    with Extractor(SMALL) as extractor:
        for number, mutant in _mutants(data, format_, MUTATIONS):
            path.write_bytes(mutant)
            _, reason = read(extractor, path)
            assert reason not in (Reason.CRASHED, Reason.TIME_LIMIT), number


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """After a run no file is new outside the state folder, no access time has changed and no process of ours is left."""
    office, state, temp, home = (tmp_path / n for n in ("office", "state", "temp", "user"))
    for folder in (office, temp, home):
        folder.mkdir()
    for name, data in samples().items():
        (office / name).write_bytes(data)
    (office / "a.zip").write_bytes(hostile.zip_of("表.txt", "氏名 山田".encode()))
    (office / "bomb.xz").write_bytes(HOSTILE["bomb.xz"]())
    for path in office.iterdir():
        os.utime(path, ns=(10**18, 10**18))
    environment = {**os.environ, "SEKISHO_HOME": str(state), "TMPDIR": str(temp), "HOME": str(home)}
    environment |= {f"XDG_{n}_HOME": str(home / n) for n in ("CACHE", "CONFIG", "DATA", "STATE")}
    mark = f"--name={tmp_path}"
    before = sorted(p.name for p in office.iterdir())
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "scanner.cli.main",
            "scan",
            str(office),
            "--format",
            "json",
            "-o",
            str(state / "out.json"),
        ],
        env={**environment, "SEKISHO_MARK": mark},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.returncode in (0, 1, 3), result.stderr
    assert sorted(p.name for p in office.iterdir()) == before
    assert list(temp.iterdir()) == []
    assert [p for p in home.rglob("*") if p.is_file()] == []
    assert all(p.stat().st_atime_ns == 10**18 for p in office.iterdir())
    if sys.platform == "linux":
        alive = []
        for process in Path("/proc").glob("[0-9]*/environ"):
            try:
                alive += [process] if mark.encode() in process.read_bytes() else []
            except OSError:
                continue
        assert not alive


def test_reader_cannot_reach_the_network_or_write(tmp_path: Path) -> None:
    """The confinement itself, tried from inside a confined process."""
    script = (
        "import socket, sys\n"
        "from scanner.sandbox.confine import confine\n"
        "print(confine(1_500_000_000))\n"
        "try: socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except PermissionError: print('no network')\n"
        f"try: f = open({str(tmp_path / 'x')!r}, 'w'); f.write('x'); f.flush()\n"
        "except OSError: print('no writing')\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "no network" in result.stdout
    if os.name == "posix":
        assert "no writing" in result.stdout
        assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0
