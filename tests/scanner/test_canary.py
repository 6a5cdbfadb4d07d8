"""How much of what an Office file can hold is read: every feature of the canary files has a marker of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.extract.viewing import Extractor
from tests.scanner import canary
from tests.scanner.test_extract import read, text_of

FILES = canary.files()


@pytest.fixture(scope="module")
def extractor():  # type: ignore[no-untyped-def]
    with Extractor() as made:
        yield made


@pytest.mark.parametrize("name", FILES)
def test_every_feature_is_read(extractor: Extractor, tmp_path: Path, name: str) -> None:
    data, markers = FILES[name]
    (tmp_path / name).write_bytes(data)
    blocks, reason = read(extractor, tmp_path / name)
    text = text_of(blocks) + "\n" + "\n".join({b.part for b in blocks})
    missing = [feature for feature, shown in markers.items() if shown not in text]
    assert reason is None
    assert not missing, f"{len(missing)} of {len(markers)}"
    assert text.count("標本文字枠印") <= 1, "counted twice"
