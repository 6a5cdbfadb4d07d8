"""Old binary formats as LibreOffice writes them: of every marker that survives its conversion four fifths are read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scanner.extract.viewing import Extractor
from tests.conftest import needed
from tests.scanner import canary
from tests.scanner.test_extract import read, text_of

pytestmark = pytest.mark.slow

BACK = {"doc": "docx", "xls": "xlsx", "ppt": "pptx"}


def convert(source: Path, kind: str, folder: Path) -> Path:
    """``source`` as ``kind`` in ``folder``; LibreOffice keeps its profile there too."""
    program = needed("soffice")
    folder.mkdir(exist_ok=True)
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            folder,
            source,
        ],
        capture_output=True,
        check=True,
        timeout=180,
    )
    return folder / f"{source.stem}.{kind}"


def _all(extractor: Extractor, path: Path) -> str:
    blocks, reason = read(extractor, path)
    assert reason is None
    return text_of(blocks) + "\n" + "\n".join({b.part for b in blocks})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("canary.docx", "doc"),
        ("canary.odt", "doc"),
        ("canary.xlsx", "xls"),
        ("canary.ods", "xls"),
        ("canary.pptx", "ppt"),
        ("canary.odp", "ppt"),
    ],
)
def test_old_formats(tmp_path: Path, name: str, kind: str) -> None:
    data, markers = canary.files()[name]
    (tmp_path / name).write_bytes(data)
    old = convert(tmp_path / name, kind, tmp_path / "old")
    again = convert(old, BACK[kind], tmp_path / "back")
    with Extractor() as extractor:
        ours, theirs = _all(extractor, old), _all(extractor, again)
    present = [feature for feature, shown in markers.items() if shown in ours or shown in theirs]
    missing = [feature for feature in present if markers[feature] not in ours]
    assert len(present) >= 8
    assert len(missing) <= len(present) * 0.2, missing
