"""``make bench-extract``: reading of large and of many files beside markitdown and kreuzberg, in one run.

Every system reads the same generated files, each in a process of its own; CPU seconds of that process and its children,
peak memory of the largest of them, and the share of the planted markers that its text holds. What counts is the ratio
to markitdown of the same run. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scanner.demo import formats

SYSTEMS = ("sekisho", "markitdown", "kreuzberg")
LIMIT = 300
"""Seconds after which a system is stopped and said to be so."""


def _rows(count: int) -> list[list[str]]:
    chance = random.Random(7)
    return [
        [
            f"標本{n}",
            "東京都千代田区丸の内1-1-1",
            f"03-{chance.randrange(10**4):04}-{n % 10000:04}",
            str(n),
            "備考なし",
            "可",
        ]
        for n in range(count)
    ]


def workbook(path: Path, rows: int = 100_000) -> list[str]:
    """600,000 cells, strings shared as Excel does."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名簿")
    sheet.append(["氏名", "住所", "電話", "番号", "備考", "可否"])
    for row in _rows(rows):
        sheet.append([*row[:3], int(row[3]), *row[4:]])
    book.save(path)
    return [f"標本{n}" for n in (0, rows // 2, rows - 1)]


def table(path: Path, size: int = 200_000_000) -> list[str]:
    """A csv file of 200 MB in CP932 whose last row is marked."""
    block = "\r\n".join(",".join(row) for row in _rows(20_000)).encode("cp932") + b"\r\n"
    with path.open("wb") as file:
        file.write("氏名,住所,電話,番号,備考,可否\r\n".encode("cp932"))
        while file.tell() < size:
            file.write(block)
        file.write("最後標本,,,,,\r\n".encode("cp932"))
    return ["標本19999", "最後標本"]


def book(path: Path) -> list[str]:
    """A PDF of 150 pages."""
    pages = [[f"第{n}頁 標本{n} 電話 03-1234-{n:04}", *(["本文の行が続きます。"] * 30)] for n in range(150)]
    path.write_bytes(formats.pdf(pages))
    return ["03-1234-0000", "03-1234-0149"]


def many(path: Path, count: int = 1_000) -> list[str]:
    """A folder of small files of five kinds."""
    path.mkdir()
    for n in range(count):
        mark = f"標本{n}"
        data, ending = (
            (formats.docx([mark, "本文です。"] * 5), "docx"),
            (formats.xlsx({"一": [["氏名"], [mark]]}), "xlsx"),
            (f"氏名:{mark}\n".encode("cp932"), "txt"),
            (formats.pptx([[mark]]), "pptx"),
            (f"<html><body><p>{mark}</p></body></html>".encode(), "html"),
        )[n % 5]
        (path / f"{n:04}.{ending}").write_bytes(data)
    return [f"標本{n}" for n in range(0, count, 37)]


CORPORA: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "xlsx, 600,000 cells": ("a.xlsx", workbook),
    "csv, 200 MB CP932": ("a.csv", table),
    "pdf, 150 pages": ("a.pdf", book),
    "1,000 small files": ("files", many),
}


def _sekisho(paths: list[Path]) -> Iterator[str]:
    from scanner.extract.viewing import Extractor
    from scanner.model import FileRef

    with Extractor() as extractor:
        for path in paths:
            s = path.stat()
            ref = FileRef(os.fsencode(path), s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino, s.st_dev)
            batches, reading = extractor.read(ref)
            for batch in batches:
                yield "\n".join([b.text or "\t".join([t for _, t in b.cells]) for b in batch])
            if reading.reason is not None:
                raise SystemExit(f"{path.name}: {reading.reason}")


def _markitdown(paths: list[Path]) -> Iterator[str]:
    from markitdown import MarkItDown

    reader = MarkItDown()
    return (reader.convert(str(path)).text_content for path in paths)


def _kreuzberg(paths: list[Path]) -> Iterator[str]:
    from kreuzberg import ExtractionConfig, extract_file_sync

    config = ExtractionConfig(use_cache=False)
    return (extract_file_sync(str(path), config=config).content for path in paths)


READERS = {"sekisho": _sekisho, "markitdown": _markitdown, "kreuzberg": _kreuzberg}


def measure(system: str, path: Path, markers: list[str]) -> dict[str, float]:
    """CPU seconds, peak memory and recall of one system on one corpus."""
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    texts = READERS[system](paths)
    missing = set(markers)
    began = time.process_time()
    for text in texts:
        missing -= {marker for marker in missing if marker in text}
    own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.process_time() - began + child.ru_utime + child.ru_stime,
        "peak_mb": max(own.ru_maxrss, child.ru_maxrss) / 1024,
        "recall": 1 - len(missing) / len(markers),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Reading of files beside the peers.")
    parser.add_argument("--only", nargs=3, metavar=("SYSTEM", "PATH", "MARKERS"), help="one measurement (own process)")
    arguments = parser.parse_args()
    if arguments.only:
        system, path, markers = arguments.only
        print(json.dumps(measure(system, Path(path), json.loads(markers))))
        return
    print(f"{'':<24}" + "".join(f"{s:>34}" for s in SYSTEMS))
    print(f"{'':<24}" + f"{'CPU s   × markitdown   MB  recall':>34}" * len(SYSTEMS))
    with tempfile.TemporaryDirectory() as folder:
        for label, (name, make) in CORPORA.items():
            path = Path(folder) / name
            markers = make(path)
            found = {system: _measured(system, path, markers) for system in SYSTEMS}
            base = found["markitdown"]
            cells = []
            for result in found.values():
                if isinstance(result, str):
                    cells.append(f"{result:>34}")
                    continue
                ratio = f"{base['seconds'] / result['seconds']:.1f}" if isinstance(base, dict) else "–"
                cells.append(f"{result['seconds']:>10.2f}{ratio:>9}{result['peak_mb']:>8.0f}{result['recall']:>7.2f}")
            print(f"{label:<24}" + "".join(cells), flush=True)


def _measured(system: str, path: Path, markers: list[str]) -> dict[str, float] | str:
    command = [sys.executable, "-m", "benchmarks.extract", "--only", system, str(path), json.dumps(markers)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return f"stopped after {LIMIT} s"
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"ended with {done.returncode}"
        return last[:33]
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
