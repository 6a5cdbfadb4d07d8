"""``make fuzz MINUTES=30``: mutated files of every format against the readers, as confined as in a scan.

Each format has its minutes in turn. A mutant is a good file (or one that was kept) with bytes changed, cut, repeated, spliced with
another file of its format, lengths made extreme. Packed formats are also mutated inside: a part of the package is changed and
packed again. Kept are mutants that made a reader say something new (another reason, note or count of parts), in ``--seeds``: the
next run goes on from them. Reported, and kept in ``--found``: a reader that died, one that ran into its time, and a mutant that was
examined without a word although its text is gone (silence).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import struct
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from scanner.extract.sniff import sniff
from scanner.extract.viewing import Extractor
from scanner.limits import Limits
from scanner.model import Reason, ref_of
from tests.scanner import shown
from tests.scanner.test_formats import samples

BOUNDS = Limits(
    seconds=20, cpu_seconds=10, memory_bytes=900_000_000, part_bytes=50_000_000, ratio_floor_bytes=20_000_000
)
_EXTREMES = (
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x01",
    b"\xff",
    b"\0" * 16,
)
_TOKENS = (
    b"<",
    b">",
    b"&#0;",
    b"]]>",
    b"{",
    b"}",
    b"\\u-1?",
    b"\\bin9999999 ",
    b"obj\n",
    b"endstream",
    b"=?utf-8?B?",
    b"\r\n\r\n",
    b'"',
    b"PK\x03\x04",
)
_BAD = frozenset((Reason.CRASHED, Reason.TIME_LIMIT, Reason.MEMORY_LIMIT))


def bases() -> dict[str, list[tuple[str, bytes]]]:
    """Format → good files of it."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for name, data in (samples() | shown.READ | shown.TOLD).items():
        found.setdefault(sniff(io.BytesIO(data), name).format, []).append((name, data))
    return found


def mutate(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One mutant."""
    if data[:4] == b"PK\x03\x04" and chance.random() < 0.7:
        inner = _inside(data, chance)
        if inner is not None:
            return inner
    return _bytes(data, other, chance)


def _bytes(data: bytes, other: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if not changed:
            break
        at = chance.randrange(len(changed))
        kind = chance.randrange(7)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            value = chance.choice(_EXTREMES)
            changed[at : at + len(value)] = value
        elif kind == 2:
            del changed[at : at + chance.choice((1, 4, 64, 4096))]
        elif kind == 3:
            changed[at:at] = changed[at : at + chance.choice((4, 64, 1024))] * chance.choice((1, 2, 50))
        elif kind == 4:
            changed[at:at] = chance.choice(_TOKENS)
        elif kind == 5 and other:
            cut = chance.randrange(len(other))
            changed[at : at + 256] = other[cut : cut + 256]
        else:
            del changed[at + chance.randrange(1, 4096) :]
    return bytes(changed[:4_000_000])


def _inside(data: bytes, chance: random.Random) -> bytes | None:
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            names = old.namelist()
            chosen = chance.choice(names)
            for name in names:
                body = old.read(name)
                new.writestr(name, _bytes(body, b"", chance) if name == chosen else body)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, RuntimeError, EOFError, LookupError):
        return None
    return out.getvalue()


def _kept(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    if folder is not None and folder.is_dir():
        for path in sorted(folder.iterdir()):
            yield path.name, path.read_bytes()


def run(
    format_: str,
    files: list[tuple[str, bytes]],
    seconds: float,
    seed: int,
    seeds: Path | None,
    found: Path,
    say: Callable[[str], None],
) -> int:
    """Mutate the files of one format for so long; returns how many mutants went wrong."""
    chance = random.Random(f"{format_} {seed}")
    pool = [*files, *_kept(seeds / format_ if seeds else None)]
    seen: set[tuple[object, ...]] = set()
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, Extractor(BOUNDS) as extractor:
        while time.monotonic() < end:
            name, data = chance.choice(pool)
            mutant = mutate(data, chance.choice(pool)[1], chance)
            path = Path(folder) / f"mutant{Path(name).suffix}"
            path.write_bytes(mutant)
            batches, reading = extractor.read(ref_of(bytes(path)))
            chars = sum(len(b.text) + sum(len(c[1]) for c in b.cells) for batch in batches for b in batch)
            counts["mutants"] += 1
            wrong = reading.reason in _BAD
            if not chars and reading.reason is None and not reading.partial and mutant.strip(b"\0 \r\n\t"):
                counts["without text"] += 1  # told by the pipeline as no_text
            look = (
                reading.reason,
                tuple(sorted({r for r, _ in reading.partial})),
                tuple(reading.notes),
                chars.bit_length(),
            )
            if wrong or look not in seen:
                seen.add(look)
                digest = hashlib.sha256(mutant).hexdigest()[:12]
                target = found if wrong else seeds / format_ if seeds else None
                if target is not None and (wrong or len(mutant) < 200_000):
                    target.mkdir(parents=True, exist_ok=True)
                    (target / f"{digest}{Path(name).suffix}").write_bytes(mutant)
                if wrong:
                    counts[str(reading.reason)] += 1
                    say(f"{format_}: {reading.reason} {digest}")
                elif len(pool) < 400:
                    pool.append((name, mutant))
    say(f"{format_}: {dict(counts)}")
    return sum(counts[str(reason)] for reason in _BAD)


def main() -> None:
    """Every format in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="of each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=Path, default=Path("fuzz-seeds"))
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"))
    parser.add_argument("formats", nargs="*")
    given = parser.parse_args()
    wrong = 0
    for format_, files in sorted(bases().items()):
        if not given.formats or format_ in given.formats:
            wrong += run(
                format_,
                files,
                given.minutes * 60,
                given.seed,
                given.seeds,
                given.found,
                lambda line: print(line, flush=True),
            )
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
