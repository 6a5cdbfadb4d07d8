"""``python -m benchmarks.ecosystem``: what a change of the readers changes, file by file.

The corpus is made here (documents of odd places, one of every format, canaries, old files, 500 documents like those of the sample
office); any folder of real files can be added. A line holds a file's digest of text, its characters, blocks, and what was missed.
``--ends`` counts how the files ended.
``--write`` makes the committed snapshot of the generated part anew (``tests/scanner/extracted.tsv``); ``--against FILE`` compares two
listings, of this or of an earlier state.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner.demo import formats
from scanner.demo.people import people
from scanner.extract.viewing import Extractor
from scanner.model import ref_of
from tests.scanner import canary, old_office, shown, shown_bytes, shown_parts
from tests.scanner.test_formats import samples

SNAPSHOT = Path(__file__).resolve().parents[1] / "tests/scanner/extracted.tsv"
OFFICE = 500


def generated(office: int = OFFICE) -> Iterator[tuple[str, bytes]]:
    """(name, contents) of the corpus that is made here."""
    odd = {**shown_bytes.READ, **shown_bytes.READ_AND_TOLD, **shown_bytes.TOLD, **shown_parts.READ}
    for folder, files in (
        ("shown", shown.READ | shown.TOLD),
        ("odd", odd),
        ("samples", samples()),
        ("old", old_office.files()),
    ):
        for name, data in sorted(files.items()):
            yield f"{folder}/{name}", data
    for name, (data, _) in sorted(canary.files().items()):
        yield f"canary/{name}", data
    for number in range(office):
        yield _document(number)


def _document(number: int) -> tuple[str, bytes]:
    chance = random.Random(number)
    shown_here = people(chance.randrange(1, 9), number)
    rows = [["氏名", "電話", "住所"], *([p.name, p.phone, p.address] for p in shown_here)]
    lines = [f"{p.name} 様 {p.phone}" for p in shown_here]
    kind = ("xlsx", "docx", "pptx", "csv", "txt", "pdf")[number % 6]
    made = {
        "xlsx": lambda: formats.xlsx({"名簿": rows, "備考": [["会議", "三階"]]}),
        "docx": lambda: formats.docx(lines, rows, "関係者限り"),
        "pptx": lambda: formats.pptx([lines[:3], lines[3:]]),
        "csv": lambda: "\r\n".join(",".join(row) for row in rows).encode("cp932", "replace"),
        "txt": lambda: "\n".join(lines).encode(chance.choice(("utf-8", "cp932", "euc_jp")), "replace"),
        "pdf": lambda: formats.pdf([lines]),
    }
    return f"office/{number:03}.{kind}", made[kind]()


def listed(files: Iterable[tuple[str, bytes]], *, ocr: bool = False) -> Iterator[str]:
    """One line a file: name, digest of the text, characters, blocks, what was missed."""
    with tempfile.TemporaryDirectory() as folder, Extractor(ocr=ocr) as extractor:
        for name, data in files:
            path = Path(folder) / name.rpartition("/")[2]
            path.write_bytes(data)
            digest, chars, blocks = hashlib.sha256(), 0, 0
            batches, reading = extractor.read(ref_of(bytes(path)))
            for block in (block for batch in batches for block in batch):
                text = f"{block.part}\t{block.number}\t{block.text}\t{block.cells}"
                digest.update(text.encode("utf-8", "surrogatepass"))
                chars += len(block.text) + sum(len(cell[1]) for cell in block.cells)
                blocks += 1
            missed = sorted(
                {*(r.value for r, _ in reading.partial), *([reading.reason.value] if reading.reason else [])}
            )
            yield "\t".join((name, digest.hexdigest()[:16], str(chars), str(blocks), ",".join(missed)))
            path.unlink()


def differences(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """What is new, gone or different, in both states."""
    old, new = ({line.split("\t")[0]: line for line in lines if line} for lines in (before, after))
    return [
        f"{old.get(name, '-')}\n    {new.get(name, '-')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def ends(lines: Iterable[str]) -> Iterator[str]:
    """How many files of each folder of the listing are examined wholly, and what the others miss."""
    counted: dict[str, Counter[str]] = {}
    for line in lines:
        name, _, chars, _, missed = line.split("\t")
        end = missed or ("examined" if int(chars) else "no_text")
        counted.setdefault(name.partition("/")[0], Counter())[end] += 1
    for folder, found in counted.items():
        yield f"{folder}: {found['examined']} of {found.total()} examined; {dict(found.most_common())}"


def main() -> None:
    """List, write, count or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="real files, beside what is made here")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--against", type=Path)
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--ends", action="store_true", help="count instead of listing")
    given = parser.parse_args()
    if given.write:
        SNAPSHOT.write_text("\n".join(listed(generated())) + "\n", encoding="utf-8")
        return
    real = (
        (f"{f.name}/{p.relative_to(f)}", p.read_bytes())
        for f in given.folders
        for p in sorted(f.rglob("*"))
        if p.is_file()
    )
    lines = [*listed(generated()), *listed(real, ocr=given.ocr)]
    if given.ends:
        print("\n".join(ends(lines)))
        return
    if given.against is None:
        print("\n".join(lines))
        return
    for line in differences(given.against.read_text(encoding="utf-8").splitlines(), lines):
        print(line)


if __name__ == "__main__":
    main()
