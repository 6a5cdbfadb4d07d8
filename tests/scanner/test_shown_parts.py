"""What stands in an attribute, an element or a part that nobody expects is read; what programs name by themselves is not."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.extract.telling import telling
from tests.scanner import shown_bytes
from tests.scanner import shown_parts as places
from tests.scanner.shown import NAME, NUMBER
from tests.scanner.test_text_kinds import looked


def _shows(text: str) -> bool:
    bare = "".join(unicodedata.normalize("NFKC", text).replace("-", "").split())
    return NAME in bare and NUMBER.replace("-", "") in bare


@pytest.mark.parametrize("name", sorted(places.READ))
def test_every_place_of_a_package_is_read(name: str) -> None:
    text, missed = looked(places.READ[name], name)
    assert _shows(text)
    assert not missed


@pytest.mark.parametrize("name", sorted(places.TOLD_AND_READ))
def test_what_stands_behind_damage_is_read_and_the_damage_told(name: str) -> None:
    text, missed = looked(places.TOLD_AND_READ[name], name)
    assert _shows(text)
    assert missed


@pytest.mark.parametrize("name", sorted(places.PLAIN))
def test_names_that_programs_give_are_no_text(name: str) -> None:
    text, missed = looked(places.PLAIN[name], f"{name}.{'odt' if name.startswith('empty') else 'docx'}")
    assert "明朝" not in text
    assert "ボックス" not in text
    assert not missed


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("鈴木", True),
        ("a.b@example.jp", True),
        ("03-1234-5678", True),
        ("09012345678", True),
        ("(03) 1234-5678", True),
        ("+81 90-1234-5678", True),
        ("00AB12CD", False),
        ("1234567890", False),
        ("2024-01-01T00:00:00Z", False),
        ("http://schemas.openxmlformats.org/2006/main", False),
        ("9525", False),
        ("b0901234567f0312345678ab", False),
        ("{12345678-0123-4567-8901-234567890123}", False),
        ("@", False),
    ],
)
def test_what_tells_a_person(text: str, tells: bool) -> None:
    assert telling(text) is tells


@pytest.mark.parametrize("name", sorted(shown_bytes.READ))
def test_every_place_of_other_files_is_read(name: str) -> None:
    text, missed = looked(shown_bytes.READ[name], name)
    assert _shows(text)
    assert not missed


@pytest.mark.parametrize("name", sorted(shown_bytes.READ_AND_TOLD))
def test_what_lies_in_clear_in_a_file_that_nobody_reads(name: str) -> None:
    text, missed = looked(shown_bytes.READ_AND_TOLD[name], name)
    assert _shows(text)
    assert missed


@pytest.mark.parametrize("name", sorted(shown_bytes.TOLD))
def test_what_only_recognition_reads_is_told(name: str) -> None:
    assert looked(shown_bytes.TOLD[name], name)[1]


@pytest.mark.parametrize("size", [64, 600, 60_000])
@pytest.mark.parametrize("name", ["a.bin", "a.docx", "a.pdf", "a.txt"])
def test_noise_is_told_and_gives_hardly_any_text(name: str, size: int) -> None:
    text, missed = looked(random.Random(size).randbytes(size), name)
    assert missed
    assert len(text) <= size / 1_000


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.xls", "a.rtf", "a.pdf", "a.jpg", "a.plist", "a.bin"]))
def test_any_bytes_behind_the_beginning_of_a_file(data: bytes, name: str) -> None:
    heads = {
        "a.rtf": b"{\\rtf1",
        "a.pdf": b"%PDF-1.4\n",
        "a.jpg": b"\xff\xd8\xff",
        "a.plist": b"bplist00",
        "a.xls": b"\x09\x08\x10\x00\x00\x06",
    }
    looked(heads.get(name, b"\0\1") + data, name)
