"""``python -m benchmarks.references FOLDER…``: our text beside that of LibreOffice and of ``pdftotext``.

LibreOffice opens a document, workbook or presentation and saves it as one flat OpenDocument file; its paragraphs (body, headers,
notes, comments, cells as they are shown) are the reference. PDF: ``pdftotext``. A kana or kanji that the reference holds more often
than our text, after NFKC, is *missing*; ``--words`` compares whole words of any script instead. Readings (ruby) are left out.
Needs LibreOffice (Writer, Calc, Impress) and poppler-utils.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from scanner.extract.viewing import Extractor
from scanner.model import ref_of

_TARGETS = {
    "fodt": "doc dot docx docm dotx odt ott fodt rtf html htm xhtml".split(),
    "fods": "xls xlt xlsx xlsm xlsb ods ots fods".split(),
    "fodp": "ppt pps pptx pptm odp otp fodp".split(),
}
_TARGET = {extension: target for target, extensions in _TARGETS.items() for extension in extensions}
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_LEFT_OUT = frozenset(
    (f"{_TEXT}ruby-text", f"{_TEXT}page-number", "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}binary-data")
)
_AT_ONCE = 40
_SECONDS = 300
_MEMORY = 3_000_000_000
_JAPANESE = re.compile(r"[\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"\w{3,}")


class Compared(NamedTuple):
    """One file: characters (or words) of the reference, and those that ours lacks."""

    path: Path
    wanted: int
    missing: tuple[str, ...]
    said: str
    """Why a scan does not call the file examined."""


def kept(paths: list[Path], folder: Path) -> Iterator[tuple[Path, str]]:
    """As ``references``, with those that ``folder`` keeps from an earlier run; empty ones of files that are not opened."""
    names = {path: folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:24]}.txt" for path in paths}
    unknown = [path for path in paths if not names[path].exists()]
    for path, text in references(unknown, folder):
        names[path].write_text(text, "utf-8")
        yield path, text
    for path in unknown:
        if not names[path].exists():
            names[path].touch()
    for path in paths:
        if path not in unknown:
            yield path, names[path].read_text("utf-8")


def references(paths: list[Path], folder: Path) -> Iterator[tuple[Path, str]]:
    """(file, text of the reference) of those that the reference programs open."""
    for target in _TARGETS:
        chosen = [p for p in paths if _TARGET.get(_extension(p)) == target]
        for at in range(0, len(chosen), _AT_ONCE):
            yield from _office(chosen[at : at + _AT_ONCE], target, folder)
    for path in paths:
        if _extension(path) == "pdf":
            command = ["pdftotext", "-q", "-enc", "UTF-8", str(path), "-"]
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
            if done.returncode == 0:
                yield path, done.stdout.decode("utf-8", "replace")


def _extension(path: Path) -> str:
    return path.suffix[1:].lower()


def _office(paths: list[Path], target: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Where the program dies of a file or hangs on it, the others are tried again in smaller heaps."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        out = Path(temporary) / "out"
        well, made = _converted(paths, target, Path(temporary), folder / "profile")
        for path, name in made.items():
            if (out / name).exists():
                try:
                    yield path, flat_text(out / name)
                except ElementTree.ParseError:  # it was ended while it wrote
                    continue
        left = [path for path, name in made.items() if not (out / name).exists()]
    if not well and len(paths) > 1:
        half = (len(left) + 1) // 2
        for some in (left[:half], left[half:]):
            if some:
                yield from _office(some, target, folder)


def _converted(paths: list[Path], target: str, folder: Path, profile: Path) -> tuple[bool, dict[Path, str]]:
    """Whether the program ended well, and what the file made of each path is called; by number, since two may have one name."""
    links = {path: folder / f"{n}.{_extension(path)}" for n, path in enumerate(paths)}
    for path, link in links.items():
        link.symlink_to(path.resolve())
    command = [
        *(
            "prlimit",
            f"--data={_MEMORY}",
            "soffice",
            "--headless",
            f"-env:UserInstallation={profile.resolve().as_uri()}",
        ),
        *("--convert-to", target, "--outdir", str(folder / "out"), *map(str, links.values())),
    ]
    try:
        well = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        well = False
    return well, {path: f"{link.stem}.{target}" for path, link in links.items()}


def flat_text(path: Path) -> str:
    """Paragraphs of a flat OpenDocument file, one a line; no readings, no prompts of empty places on slides."""
    lines: list[str] = []
    open_: list[bool] = []
    left_out = 0
    for event, element in ElementTree.iterparse(path, ("start", "end")):
        hidden = element.tag in _LEFT_OUT or element.get(f"{_PRESENTATION}placeholder") == "true"
        paragraph = element.tag in (f"{_TEXT}p", f"{_TEXT}h")
        if event == "start":
            left_out += hidden
            open_.append(paragraph)
            continue
        open_.pop()
        left_out -= hidden
        if paragraph and not left_out and not any(open_):
            lines.append("".join(_shown(element)))
        if not any(open_):
            element.clear()
    return "\n".join(lines)


def _shown(element: ElementTree.Element) -> Iterator[str]:
    if element.tag in _LEFT_OUT:
        return
    if element.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
        yield " "
    yield element.text or ""
    for child in element:
        yield from _shown(child)
        yield child.tail or ""


def units(text: str, *, words: bool) -> Counter[str]:
    """Kana and kanji of a text with how often; or its words, once each."""
    text = unicodedata.normalize("NFKC", text)
    return Counter(set(_WORD.findall(text.casefold()))) if words else Counter(_JAPANESE.findall(text))


def ours(extractor: Extractor, path: Path) -> tuple[str, str]:
    """Our text of a file with the names of its parts, and what was said of it."""
    batches, reading = extractor.read(ref_of(bytes(path.resolve())))
    pieces: list[str] = []
    parts: set[str] = set()
    for block in (block for batch in batches for block in batch):
        pieces.append(block.text)
        pieces.extend(cell[1] for cell in block.cells)
        parts.add(block.part)
    said = sorted({*(r.value for r, _ in reading.partial), *([reading.reason.value] if reading.reason else [])})
    return "\n".join((*pieces, *parts)), ",".join(said)


def compare(paths: list[Path], keep: Path, *, words: bool) -> Iterator[Compared]:
    """Every file that a reference program opens and that holds what is compared."""
    with Extractor() as extractor:
        for path, reference in kept(paths, keep):
            wanted = units(reference, words=words)
            if wanted:
                text, said = ours(extractor, path)
                missing = wanted - units(text, words=words)
                if words:  # a word may be divided, or joined to the next, on one of the sides
                    whole = "".join(unicodedata.normalize("NFKC", text).casefold().split())
                    missing = Counter(word for word in missing if word not in whole)
                yield Compared(path, wanted.total(), tuple(missing.elements()), said)


def main() -> None:
    """A line for every file that lacks something, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--keep", type=Path, help="texts of the references, for the next run")
    given = parser.parse_args()
    paths = sorted(p for f in given.folders for p in (f.rglob("*") if f.is_dir() else [f]) if p.is_file())
    with tempfile.TemporaryDirectory() as temporary:
        keep = given.keep or Path(temporary)
        keep.mkdir(parents=True, exist_ok=True)
        report(
            compare([p for p in paths if _extension(p) in (*_TARGET, "pdf")], keep, words=given.words),
            words=given.words,
        )


def report(compared: Iterable[Compared], *, words: bool) -> None:
    """Print."""
    files = lacking = wanted = missing = 0
    for one in compared:
        files, wanted, missing = files + 1, wanted + one.wanted, missing + len(one.missing)
        if one.missing:
            lacking += 1
            shown = (" " if words else "").join(one.missing[:40])
            print(f"{one.path}\t{len(one.missing)}/{one.wanted}\t{one.said}\t{shown}", flush=True)
    print(f"{files} files with a reference; {lacking} lack something; {missing} of {wanted} missing")


if __name__ == "__main__":
    main()
