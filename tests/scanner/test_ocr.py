"""Pictures, and pages of scanned paper that lie askew."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.demo import formats
from scanner.extract.viewing import Extractor
from scanner.model import Reason
from tests.conftest import lacking
from tests.scanner.test_extract import read, text_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pictures")]


@pytest.fixture(scope="module", autouse=True)
def _japanese_font() -> None:
    """The pages that are read here are drawn first: without a Japanese font they are empty."""
    import pypdfium2

    page = pypdfium2.PdfDocument(formats.pdf([["漢字"]]))[0]
    if page.render().to_pil().convert("L").getextrema()[0] > 128:
        lacking("Japanese font")


def test_pictures_are_read_only_when_asked(tmp_path: Path) -> None:
    import pypdfium2

    page = pypdfium2.PdfDocument(formats.pdf([["氏名 山田 太郎 様", "電話 03-1234-5678"]]))[0]
    page.render(scale=2.5).to_pil().save(tmp_path / "scan.png")
    with Extractor() as plain:
        assert read(plain, tmp_path / "scan.png")[1] is Reason.PICTURE
    with Extractor(ocr=True) as reader:
        blocks, reason = read(reader, tmp_path / "scan.png")
    assert reason is None
    assert "03-1234-5678" in text_of(blocks)
    assert "山田" in text_of(blocks)


@pytest.mark.parametrize(("turned", "noise"), [(3, 0.0), (90, 0.0), (180, 0.0), (0, 0.005)])
def test_scans_that_lie_askew_are_read(tmp_path: Path, turned: int, noise: float) -> None:
    import numpy as np
    import pypdfium2
    from PIL import Image

    page = pypdfium2.PdfDocument(formats.pdf([["氏名 山田 太郎 様", "電話 03-1234-5678", "住所 東京都港区芝公園"]]))[0]
    picture = page.render(scale=2.5).to_pil().convert("L").rotate(turned, expand=True, fillcolor=255)
    pixels = np.asarray(picture).copy()
    pixels[np.random.default_rng(1).random(pixels.shape) < noise] = 0
    Image.fromarray(pixels).save(tmp_path / "scan.png")
    with Extractor(ocr=True) as reader:
        blocks, reason = read(reader, tmp_path / "scan.png")
    assert reason is None
    assert "1234-5678" in text_of(blocks)  # of the lines, not of every character: this is recognition
