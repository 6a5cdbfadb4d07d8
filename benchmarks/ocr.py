"""``python -m benchmarks.ocr``: recall of names and telephone numbers on pages that are pictures, by how they were taken.

Ten pages each: clean at 200 dpi, skewed by 2 degrees, 150 dpi, a fax (204 x 98 dpi, black and white, with specks), turned by 90 degrees,
turned by 180. Every page holds twelve persons in a table of the demo office. Needs the extra ``ocr`` and Noto Sans CJK.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from scanner.demo.people import people
from scanner.extract.viewing import Extractor
from scanner.model import ref_of

_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_INCH = (8.27, 11.69)
_POINTS = 10.5
PERSONS = 12


def _page(seed: int, dpi: int) -> tuple[Any, list[tuple[str, str]]]:
    """A page in shades of grey, and the (name, telephone number) of its persons."""
    shown = people(PERSONS, seed)
    image = Image.new("L", (int(_INCH[0] * dpi), int(_INCH[1] * dpi)), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(_FONT, int(_POINTS / 72 * dpi))
    line = int(_POINTS / 72 * dpi * 2.2)
    columns = [int(x * dpi) for x in (0.8, 2.4, 4.2)]
    for column, title in zip(columns, ("氏名", "電話番号", "住所"), strict=True):
        draw.text((column, line * 2), title, font=font, fill=0)
    found = []
    for number, person in enumerate(shown):
        y = line * (3 + number)
        for column, text in zip(columns, (person.name, person.phone, person.address[:18]), strict=True):
            draw.text((column, y), text, font=font, fill=0)
        draw.line((columns[0], y - 4, int(7.5 * dpi), y - 4), fill=120)
        found.append((person.name, person.phone))
    return image, found


def _fax(image: Any, chance: random.Random) -> Any:
    small = image.resize((int(_INCH[0] * 204), int(_INCH[1] * 98))).point(lambda v: 255 if v > 150 else 0, "1")
    for _ in range(400):
        small.putpixel((chance.randrange(small.width), chance.randrange(small.height)), 0)
    return small.convert("L").resize((int(_INCH[0] * 204), int(_INCH[1] * 196)))


KINDS: dict[str, tuple[int, Callable[[Any, random.Random], Any]]] = {
    "clean, 200 dpi": (200, lambda image, _: image),
    "skewed by 2 degrees": (200, lambda image, _: image.rotate(2, fillcolor=255, expand=True)),
    "150 dpi": (150, lambda image, _: image),
    "fax": (204, _fax),
    "turned by 90 degrees": (200, lambda image, _: image.rotate(90, expand=True)),
    "turned by 180 degrees": (200, lambda image, _: image.rotate(180)),
}


def main() -> None:
    """Print a line a kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10)
    pages = parser.parse_args().pages
    print("| pages | names | telephone numbers | seconds a page |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, Extractor(ocr=True) as extractor:
        for kind, (dpi, change) in KINDS.items():
            names = phones = total = 0
            begun = time.perf_counter()
            for seed in range(pages):
                image, found = _page(900 + seed, dpi)
                path = Path(folder) / "page.png"
                out = io.BytesIO()
                change(image, random.Random(seed)).save(out, "PNG")
                path.write_bytes(out.getvalue())
                batches, _ = extractor.read(ref_of(bytes(path)))
                text = "".join(block.text for batch in batches for block in batch)
                text = "".join(unicodedata.normalize("NFKC", text).split())
                names += sum("".join(name.split()) in text for name, _ in found)
                phones += sum(phone in text for _, phone in found)
                total += len(found)
            seconds = (time.perf_counter() - begun) / pages
            print(f"| {kind} | {names / total:.3f} | {phones / total:.3f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
