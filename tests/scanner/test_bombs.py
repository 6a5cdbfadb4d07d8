"""Small files that once cost minutes: each is read or named within what it may cost, and costs the next file nothing."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.extract.blocks import decode
from scanner.extract.deadline import Exhausted
from scanner.extract.dispatch import dispatch
from scanner.extract.formats.lzw import unlzw
from scanner.extract.formats.mail import header
from scanner.extract.formats.numberformat import render
from scanner.extract.formats.package import Package
from scanner.extract.formats.pdfbombs import defused
from scanner.extract.formats.salvage import salvage
from scanner.extract.formats.tagsoup import Scanner
from scanner.extract.interface import LONG_TEXT, ExtractError, Item, LimitReached, Sink, Source
from scanner.extract.viewing import Extractor
from scanner.limits import Limits, limits
from scanner.model import Block, BlockKind, Reason
from scanner.sandbox.wire import dumped, loaded
from tests.scanner import hostile
from tests.scanner.bombs import making, office, packed
from tests.scanner.bombs.making import zip_file
from tests.scanner.test_extract import read

GATE = Limits(
    seconds=60,
    cpu_seconds=8,
    read_seconds=1,
    first_bytes_per_second=1_000_000,
    memory_bytes=900_000_000,
    text_bytes=6_000_000,
    text_ratio=10,
    cells=100_000,
    ratio_floor_bytes=4_000_000,
    ratio=20,
)
"""A tenth of what a file may cost, so that hundreds of them fit into a test."""
EACH = 1 if os.environ.get("SEKISHO_ALL_BOMBS") else 8
ABORTS = frozenset({"forms.pdf", "brackets.pdf", "deep-array.pdf", "dictionaries.pdf"})
"""The library gives up its process; the child takes the blow."""


def sample(family: str) -> list[tuple[str, Callable[[], bytes]]]:
    """Every eighth file by the checksum of its name; all with ``SEKISHO_ALL_BOMBS``."""
    found = hostile.FAMILIES[family]().items()
    return [(name, make) for name, make in found if zlib.crc32(name.encode()) % EACH == 0]


@pytest.mark.parametrize("family", sorted(hostile.FAMILIES))
def test_bombs_cost_themselves_only(tmp_path: Path, family: str) -> None:
    good = tmp_path / "good.txt"
    good.write_text("無事", encoding="utf-8")
    with Extractor(GATE) as extractor:
        for name, make in sample(family):
            path = tmp_path / name
            path.write_bytes(make())
            _, reason = read(extractor, path)
            assert reason is not Reason.CRASHED or name in ABORTS, name
            assert read(extractor, good) == ([Block(BlockKind.LINE, "", 1, "無事")], None), name
            path.unlink()


def test_there_are_hundreds_of_them() -> None:
    assert len(hostile.every()) > 400


def sink_of(bounds: Limits | None = None) -> tuple[Sink, list[Block]]:
    """A sink and the blocks that come out on the other side."""
    blocks: list[Block] = []
    texts: dict[int, str] = {}

    def emit(items: list[Item]) -> None:
        blocks.extend(decode(loaded(dumped(items)), texts))

    return Sink(bounds or Limits(read_seconds=0), emit, dispatch), blocks


def test_a_long_text_is_sent_once() -> None:
    sent: list[Item] = []
    sink = Sink(Limits(), sent.extend, dispatch)
    long, other = "氏名" * LONG_TEXT, "x" * LONG_TEXT
    for row in range(1, 1_001):
        sink.row("表", row, [(1, long), (2, "山田"), (3, other)])
    sink.record("表", 1_001, [other, long])
    sink.flush()
    assert len(dumped(sent)) < 100_000
    blocks = decode(loaded(dumped(sent)))
    assert len(blocks) == 1_001
    assert all(b.cells == ((1, long), (2, "山田"), (3, other)) for b in blocks[:-1])
    assert blocks[-1].cells == ((1, other), (2, long))
    assert sink.total_chars < 40_000  # a reference counts as little


def test_long_texts_go_out_in_pieces_and_lose_nothing() -> None:
    sink, blocks = sink_of()
    text = "住所 " * 900_000
    sink.text(BlockKind.LINE, "", 1, text)
    sink.row("", 2, [(1, text), (2, "b")])
    sink.row("", 3, [(1, text), (2, "b")])
    sink.flush()
    assert "".join(b.text for b in blocks) == text
    for number in (2, 3):
        cells = [c for b in blocks if b.number == number for c in b.cells]
        assert "".join(t for c, t in cells if c == 1) == text
        assert cells[-1] == (2, "b")
    assert max(len(t) for b in blocks for t in (b.text, *(t for _, t in b.cells))) <= 1 << 20


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Limits(text_bytes=30_000, text_ratio=0, text_bytes_most=30_000), Reason.OUTPUT_LIMIT),
        (Limits(cells=100), Reason.OUTPUT_LIMIT),
        (Limits(members=3), Reason.MEMBER_LIMIT),
        (Limits(ratio_floor_bytes=1_000, ratio=1), Reason.RATIO_LIMIT),
    ],
)
def test_what_a_limit_cuts_is_partial_and_stays(bounds: Limits, reason: Reason) -> None:
    """Characters, cells, members and unpacked bytes count for the whole file, not for each part."""
    data = zip_file({f"{n}.txt": b"1\n" * 2_000 for n in range(20)})
    sink, blocks = sink_of(bounds)
    with pytest.raises(LimitReached) as caught:
        dispatch(Source("a.zip", io.BytesIO(data), len(data)), sink)
    sink.flush()
    assert caught.value.reason is reason
    assert blocks or reason is Reason.MEMBER_LIMIT  # which is seen before the directory is parsed


@pytest.mark.slow
def test_time_ends_a_reader_with_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.html.zip"
    path.write_bytes(making.stretched("a.html", b"<b>" * 100_000, 100, b"<html><p>1<p>"))
    with Extractor(Limits(read_seconds=1, cpu_seconds=60, seconds=120)) as extractor:
        blocks, reason = read(extractor, path)
        assert reason is Reason.TIME_LIMIT
        assert blocks


def test_nothing_that_catches_everything_catches_the_end_of_a_budget() -> None:
    assert not issubclass(Exhausted, Exception)


def test_limits_grow_with_the_file() -> None:
    bounds = limits()
    small, large = bounds.for_size(300_000), bounds.for_size(500_000_000)
    assert small.seconds < 30
    assert small.read_seconds < small.cpu_seconds < small.seconds
    assert large.seconds > 500
    assert large.text_bytes == 4 * 500_000_000
    assert large.cells > 500_000_000
    assert bounds.for_ocr().for_size(1_000_000).seconds > 100


def test_entries_that_share_their_bytes_are_read_once() -> None:
    data = making.overlapping("word/x%d.xml", b"<a>1</a>", 50)
    sink, _ = sink_of()
    package = Package(io.BytesIO(data), sink)
    opened = refused = 0
    for name in package.names:
        try:
            opened += len(package.read(name)) > 0
        except ExtractError:
            refused += 1
    assert (opened, refused) == (1, 49)


def test_of_parts_of_one_name_the_last_is_the_one_and_the_others_are_left_over() -> None:
    data = making.stored([("word/document.xml", b"<%d/>" % n) for n in range(3)])
    sink, _ = sink_of()
    package = Package(io.BytesIO(data), sink)
    assert package.read("word/document.xml") == b"<2/>"
    assert {package.read(name) for name in package.unopened()} == {b"<0/>", b"<1/>"}


def test_salvage_unpacks_no_byte_twice() -> None:
    """Headers whose packed data is all that follows: the work is counted in unpacked bytes."""
    kernel = making.deflated(b"a" * 50_000, 1)[0]
    data = packed.many_headers(200, kernel)
    sink, _ = sink_of(Limits(ratio_floor_bytes=200 * 50_000))
    parts = salvage(io.BytesIO(data), sink)
    assert len(parts) == 200
    assert sink.room() == 0


@pytest.mark.parametrize("text", ["<!--", "<a ", "<a b='>'", "<", "</", '<a b="', "<!", "<script>", "&#", "<a b=c d='"])
def test_html_floods_are_as_long_as_they_are(text: str) -> None:
    """Searches are counted: none of a page of n tags goes over the page n times."""

    class Counted(str):
        looked = 0

        def find(self, *arguments):  # type: ignore[no-untyped-def]
            found = super().find(*arguments)
            Counted.looked += (found if found >= 0 else len(self)) - arguments[1]
            return found

    page = Counted(text * 5_000)
    Scanner(lambda *_: None, lambda _: None, lambda _: None).scan(page)
    assert Counted.looked < 20 * len(page)


def test_open_ends_of_a_page_lose_nothing() -> None:
    for page in (
        "<p>山田<!-- 電話",
        "<script>山田 電話",
        "<a title='山田 電話",
        "<a title=山田 電話",
        "<ruby>漢<rt>かん</ruby>山田 電話",
    ):
        found = soup(page)
        assert "山田" in found
        assert "電話" in found


def soup(page: str) -> str:
    """Texts and values of attributes of a page."""
    out: list[str] = []
    Scanner(lambda _, a: out.extend(v for _, v in a), out.append, out.append).scan(page)
    return "".join(out)


@pytest.mark.parametrize("seed", range(20))
def test_number_formats_are_bounded(seed: int) -> None:
    for code in office.formats(seed):
        assert len(render("3141592653", code)) < 300


@pytest.mark.parametrize(
    ("code", "shown"),
    [("0000000000", "0312345678"), ("000-0000-0000", "003-1234-5678"), ("[<=999]000;0000", "312345678")],
)
def test_number_formats_of_people_are_shown(code: str, shown: str) -> None:
    assert render("312345678", code) == shown


def test_compress_in_pieces_of_its_own_output() -> None:
    bomb = packed.z_bomb(3_000)
    assert bytes(unlzw(bomb, lambda _: None)) == b"a" * (3_001 * 3_002 // 2)
    with pytest.raises(LimitReached):
        unlzw(packed.z_bomb(9_000), _refuse)


def _refuse(count: int) -> None:
    raise LimitReached(str(count))


def test_headers_of_mails_in_their_forms() -> None:
    assert header("=?utf-8?b?5bGx55Sw?= =?utf-8?b?5aSq6YOO?=") == "山田太郎"
    assert header("=?utf-8?q?a=5F?= b =?x") == "a_ b =?x"
    assert header("=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <a@b.jp>") == "山田 <a@b.jp>"
    assert "=?utf-8?q?" in header("=?utf-8?q?" * 100_000)


def test_bombs_in_a_pdf_are_blanked_where_they_stand() -> None:
    bomb = hostile.FAMILIES["binaries"]()["paths.pdf"]()
    changed, count = defused(bomb)
    assert count == 1
    assert len(changed) == len(bomb)
    fine = hostile.files()["cut.pdf"]()
    assert defused(fine) == (fine, 0)
