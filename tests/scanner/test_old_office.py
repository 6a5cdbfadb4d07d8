"""Old binary formats and old encodings, from files that are written here byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scanner.extract.formats import clear
from scanner.extract.viewing import Extractor
from scanner.model import BlockKind, Reason
from tests.scanner import old_office, pages
from tests.scanner.test_extract import read, text_of


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as made:
        yield made


def _written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("name", "data"), old_office.files().items(), ids=lambda v: v if isinstance(v, str) else "")
def test_every_old_kind_is_read(extractor: Extractor, tmp_path: Path, name: str, data: bytes) -> None:
    blocks, reason = read(extractor, _written(tmp_path, name, data))
    assert reason is None
    assert "山田太郎" in text_of(blocks)
    assert "03-1234-5678" in text_of(blocks) or name == "a.ole"


def test_stories_of_a_document(extractor: Extractor, tmp_path: Path) -> None:
    ruby = "\x13EQ \\* jc2 \\o\\ad(\\s\\up 9(やまだ),山田)\x15花子"
    body = f"氏名:{ruby}\r氏名\x07電話\x07\x07山田\x0703-1234-5678\x07\x07\r"
    data = old_office.doc(body, "脚注の文\r", "見出しの文\r", "", "コメントの文\r", author="書いた人")
    blocks, reason = read(extractor, _written(tmp_path, "a.doc", data))
    assert reason is None
    parts = {b.part: b.text for b in blocks if b.kind is BlockKind.PARAGRAPH}
    assert "氏名:山田花子" in text_of(blocks)
    assert {"footnote": "脚注の文", "header": "見出しの文", "comment": "コメントの文"}.items() <= parts.items()
    assert any(b.cells[:1] == ((1, "氏名"),) for b in blocks)
    assert "書いた人" in text_of(blocks)


def test_a_document_in_several_pieces(extractor: Extractor, tmp_path: Path) -> None:
    data = old_office.doc("一二三四五六七八九十abcdef\r", pieces=3)
    blocks, _ = read(extractor, _written(tmp_path, "a.doc", data))
    assert [b.text for b in blocks] == ["一二三四五六七八九十abcdef"]


def test_many_rows_of_an_old_workbook(extractor: Extractor, tmp_path: Path) -> None:
    rows: list[Sequence[str | tuple[float, str]]] = [("氏名", "番号")]
    rows += [(f"山田{n}", (float(n), "000000")) for n in range(150)]
    blocks, reason = read(extractor, _written(tmp_path, "a.xls", old_office.xls(rows)))
    assert reason is None
    assert [b.cells for b in blocks][-1] == ((1, "山田149"), (2, "000149"))


@pytest.mark.parametrize("ansi", [False, True], ids=["unicode", "ansi"])
def test_messages_of_outlook(extractor: Extractor, tmp_path: Path, ansi: bool) -> None:
    data = old_office.msg(
        "お知らせ", "送信者名", "本文の行\r\n次の行", ("添付.csv", "氏名\n山田\n".encode()), ansi=ansi
    )
    blocks, reason = read(extractor, _written(tmp_path, "a.msg", data))
    assert reason is None
    for marker in ("お知らせ", "送信者名", "次の行", "添付.csv", "山田"):
        assert marker in text_of(blocks)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.doc", old_office.doc("x", encrypted=True)),
        ("a.xls", old_office.xls([["x"]], locked=True)),
        ("a.ppt", old_office.ppt(["x"], encrypted=True)),
        ("a.pdf", pages.locked("secret page", "himitsu")),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_locked_files_are_declared(extractor: Extractor, tmp_path: Path, name: str, data: bytes) -> None:
    assert read(extractor, _written(tmp_path, name, data)) == ([], Reason.ENCRYPTED)


@pytest.mark.parametrize(
    ("cmap", "codec"),
    [("90ms-RKSJ-H", "cp932"), ("EUC-H", "euc_jp"), ("UniJIS-UCS2-H", "utf-16-be")],
)
def test_pages_without_their_font(extractor: Extractor, tmp_path: Path, cmap: str, codec: str) -> None:
    data = pages.japanese("氏名山田太郎", cmap, codec)
    blocks, _ = read(extractor, _written(tmp_path, "a.pdf", data))
    assert "氏名山田太郎" in text_of(blocks).replace("\n", "")


@pytest.mark.parametrize("codec", ["iso-2022-jp", "shift_jis", "euc-jp", "utf-8"])
def test_mail_in_the_encodings_of_japan(extractor: Extractor, tmp_path: Path, codec: str) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.jp", "b@example.jp", "名簿の件"
    mail.set_content("氏名 山田太郎\n電話 03-1234-5678\n", charset=codec)
    mail.add_attachment("佐藤花子".encode("cp932"), maintype="text", subtype="plain", filename="添付の名簿.txt")
    blocks, reason = read(extractor, _written(tmp_path, "a.eml", mail.as_bytes()))
    assert reason is None
    for marker in ("名簿の件", "氏名 山田太郎", "佐藤花子"):
        assert marker in text_of(blocks)
    assert any("添付の名簿.txt" in b.part for b in blocks)


def test_strings_of_one_byte_are_no_kanji() -> None:
    """``Internet`` at an even place reads as four kanji; a name in UTF-16 does not read as Latin letters."""
    from tests.scanner.test_bombs import sink_of

    for text in ("Internet Explorer", "C:\\Documents\\book_sheet.xls", "Sheet1", "http://example.jp/a"):
        for shift in (b"", b"\x01"):
            sink, blocks = sink_of()
            clear.wide(shift + text.encode() + b"\x00", "a", sink)
            sink.flush()
            assert [b.text for b in blocks] == []
    sink, blocks = sink_of()
    clear.wide(b"\x02\x00" + "鈴木一郎と佐藤花子".encode("utf-16-le"), "a", sink)
    sink.flush()
    assert "鈴木一郎" in blocks[0].text


@pytest.mark.parametrize("name", ["BOOK", "Workbook", "workbook"])
def test_streams_are_found_in_any_case(extractor: Extractor, tmp_path: Path, name: str) -> None:
    import olefile

    from tests.scanner.compound import compound

    data = old_office.files()["a.xls"]
    if data.startswith(b"\xd0\xcf"):
        with olefile.OleFileIO(data) as found:
            data = found.openstream("Workbook").read()
    blocks, reason = read(extractor, _written(tmp_path, "a.xls", compound({name: data})))
    assert reason is None
    assert "山田太郎" in text_of(blocks)


@pytest.mark.parametrize("stated", [1 << 20, 1 << 28, 0xFFFFFFF0])
def test_a_chain_of_sectors_in_a_circle_gives_no_more_than_the_file(stated: int) -> None:
    import olefile

    from scanner.extract.formats import ole as ole_files
    from tests.scanner.compound import compound
    from tests.scanner.test_bombs import sink_of

    data = bytearray(compound({"Large": b"x" * 5000, "Small": b"y" * 100}))
    with olefile.OleFileIO(bytes(data)) as found:
        start = found.direntries[found._find("Large")].isectStart
    table = 512 + 512 * int.from_bytes(data[76:80], "little")
    struct.pack_into("<I", data, table + 4 * start, start)
    entry = data.index("Large".encode("utf-16-le"))
    struct.pack_into("<I", data, entry + 120, stated)
    with olefile.OleFileIO(bytes(data)) as circle:
        assert 5000 <= len(ole_files.stream(circle, "Large", sink_of()[0])) <= len(data)
        assert ole_files.stream(circle, "Small", sink_of()[0]) == b"y" * 100
