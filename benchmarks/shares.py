"""``make bench-shares``: a generated file share, scanned by one job, two jobs, two workers of a cluster, and again unchanged;
beside it, on a sample, markitdown with Presidio and ja_ginza. Ratios within one run; all contents are invented.

The mix is that of a real share: half Office, a third PDF, mail, archives, images; one file in twenty has much text.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.custody_office import HEADER, rows
from detectors.training.office import Office as OfficeTexts
from scanner.demo import formats
from tests.scanner.postgres import Instance

MIX = (("xlsx", 22), ("docx", 22), ("pptx", 6), ("pdf", 33), ("eml", 6), ("zip", 4), ("csv", 4), ("png", 3))


def _prose(chance: random.Random, chars: int) -> list[str]:
    made = OfficeTexts(chance.randrange(10**9))
    lines: list[str] = []
    length = 0
    while length < chars:
        for line in made.text().text.split("\n"):
            lines.append(line)
            length += len(line)
    return lines


def _file(kind: str, chance: random.Random, *, big: bool, pictures: bool) -> bytes:
    chars = chance.randint(300_000, 900_000) if big else int(min(60_000, chance.lognormvariate(8.0, 1.0)))
    count, seed = max(2, chars // 90), chance.randrange(10**6)
    if kind == "xlsx":
        office = formats.xlsx({"一覧": [HEADER, *rows(min(count, 8_000), seed)]})
        return _pictured(office, "xl", chance) if pictures else office
    if kind == "docx":
        office = formats.docx(_prose(chance, chars))
        return _pictured(office, "word", chance) if pictures else office
    if kind == "pptx":
        lines = _prose(chance, min(chars, 20_000))
        office = formats.pptx([lines[n : n + 8] for n in range(0, len(lines), 8)])
        return _pictured(office, "ppt", chance) if pictures else office
    if kind == "pdf":
        lines = [line[:60] for line in _prose(chance, min(chars, 40_000))]
        return formats.pdf([lines[n : n + 30] for n in range(0, len(lines), 30)])
    if kind == "eml":
        return formats.eml(
            "係",
            "連絡",
            "\n".join(_prose(chance, min(chars, 5_000))).encode("iso-2022-jp", "ignore").decode("iso-2022-jp"),
            {"名簿.csv": _csv(min(count, 200), seed)},
        )
    if kind == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(4):
                archive.writestr(f"{n}.csv", _csv(min(count, 300), seed + n))
        return buffer.getvalue()
    if kind == "csv":
        return _csv(count, seed)
    return chance.randbytes(200_000)


def _pictured(office: bytes, folder: str, chance: random.Random) -> bytes:
    """Half of the Office files of a share hold photographs, which make most of its bytes (300 KB a file over all)."""
    if chance.random() < 0.5:
        return office
    buffer = io.BytesIO(office)
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr(f"{folder}/media/image1.jpeg", b"\xff\xd8\xff\xe0" + chance.randbytes(1_000_000))
    return buffer.getvalue()


def _csv(count: int, seed: int) -> bytes:
    return formats.csv_text([HEADER, *rows(count, seed)]).encode("cp932", "replace")


def build(folder: Path, files: int, seed: int = 20261123, *, pictures: bool = True) -> dict[str, int]:
    """Write the share; returns the number of files of each kind. ``pictures``: photographs beside and inside the other files."""
    chance = random.Random(seed)
    kinds = [k for k, weight in MIX for _ in range(weight) if pictures or k != "png"]
    counts: dict[str, int] = {}
    for number in range(files):
        kind = chance.choice(kinds)
        path = folder / f"部{number % 13}/課{number % 7}/{number:06}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_file(kind, chance, big=chance.random() < 0.05, pictures=pictures))
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _sekisho(*words: object) -> tuple[float, dict[str, object]]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "scanner.cli.main", *map(str, words)], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(done.stderr)
    return time.perf_counter() - began, json.loads(done.stdout.splitlines()[-1])


def _peer(paths: list[Path]) -> float | None:
    """Seconds of markitdown with Presidio and ja_ginza on a sample; ``None`` where it is not installed."""
    try:
        from markitdown import MarkItDown
    except ImportError:
        return None
    from benchmarks.peers import presidio_ginza

    find, reader = presidio_ginza(), MarkItDown()
    find("準備")
    began = time.perf_counter()
    for path in paths:
        with contextlib.suppress(Exception):  # a file that the peer cannot read costs it nothing here
            find(reader.convert(str(path)).text_content)
    return time.perf_counter() - began


def _cluster(folder: Path, tree: Path, workers: int, *, pinned: bool) -> float:
    """Seconds of a scan by so many workers; ``pinned`` gives each of them one core, as hosts of one core would have: a
    worker alone otherwise uses a part of the second core, for its readers, and there is less left to gain from another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = folder / f"cluster{workers}{pinned}"
    names = [w for n in range(workers) for w in ("--worker", f"w{n}")]
    _plain("cluster", "init", "--address", f"127.0.0.1:{port}", *names, "-o", where)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    command = [sys.executable, "-m", "scanner.cli.main", "cluster"]
    server = Instance(where / "server", port)
    running = []
    cores = sorted(os.sched_getaffinity(0))
    for n in range(workers):
        running.append(subprocess.Popen([*command, "worker", str(where / f"w{n}")], **quiet))  # type: ignore[call-overload]
        if pinned:
            os.sched_setaffinity(running[-1].pid, {cores[n % len(cores)]})
    time.sleep(6)
    try:
        home = folder / f"hc{workers}{pinned}"
        return _sekisho("cluster", "scan", where / "coordinator", tree, "--home", home, "--format", "jsonl")[0]
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
        server.stop()


def _plain(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "scanner.cli.main", *map(str, words)], capture_output=True, check=True)


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--sample", type=int, default=12, help="files of the sample that the peer reads")
    parser.add_argument("--small", type=int, default=100_000, help="nearly empty files for the rescan and the memory")
    parser.add_argument("--no-cluster", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = folder / "share"
        counts = build(tree, chosen.files)
        size = sum(p.stat().st_size for p in tree.rglob("*") if p.is_file())
        print(f"share: {chosen.files} files, {size / 1e6:,.0f} MB, {counts}")
        one, summary = _sekisho("scan", tree, "--home", folder / "h1", "--format", "jsonl")
        print(f"one job: {chosen.files / one:.1f} files/s ({summary['examined']} examined)")
        two, _ = _sekisho("scan", tree, "--home", folder / "h2", "--jobs", 2, "--format", "jsonl")
        print(f"two jobs: {chosen.files / two:.1f} files/s, {one / two:.2f} x one job")
        again, _ = _sekisho("scan", tree, "--home", folder / "h1", "--format", "jsonl")
        print(f"again: {again:.1f} s")
        sample = random.Random(1).sample(
            sorted(p for p in tree.rglob("*") if p.is_file()), min(chosen.sample, chosen.files)
        )
        seconds = _peer(sample)
        if seconds is None:
            print("markitdown + Presidio + ja_ginza: markitdown is not installed")
        else:
            small = folder / "sample"
            small.mkdir()
            for path in sample:
                (small / path.name).write_bytes(path.read_bytes())
            ours, _ = _sekisho("scan", small, "--home", folder / "h3", "--format", "jsonl")
            print(
                f"markitdown + Presidio + ja_ginza: {len(sample) / seconds:.2f} files/s on a sample of {len(sample)}; we, start included, {seconds / ours:.1f} x"
            )
        if not chosen.no_cluster:
            for pinned, hosts in ((True, "workers of one core each"), (False, "workers")):
                times = [_cluster(folder, tree, n, pinned=pinned) for n in (1, 2)]
                print(f"two {hosts}: {times[0] / times[1]:.2f} x one")
        _small(folder, chosen.small)


def _small(folder: Path, files: int) -> None:
    tree = folder / "small"
    for number in range(files):
        path = tree / f"d{number // 500}" / f"{number}.txt"
        if number % 500 == 0:
            path.parent.mkdir(parents=True)
        path.write_text(f"資料 {number}\n", encoding="utf-8")
    words = ("scan", tree, "--home", folder / "hs", "--depth", "quick", "--format", "jsonl", "-o", os.devnull)
    times = []
    time.sleep(2.5)
    for _ in range(2):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "scanner.cli.main", *map(str, words)], check=False)
        times.append(time.perf_counter() - began)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{files} small files: {files / times[0]:,.0f} files/s, again {files / times[1]:,.0f} files/s, at most {most:.0f} MB a process"
    )


if __name__ == "__main__":
    main()
