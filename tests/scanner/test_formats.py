"""Formats beyond Office: archives of the eighties, mailboxes, tables, binary workbooks. Everything is invented."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import py7zr
import pytest

from scanner.extract.kinds import misnamed
from scanner.extract.viewing import Extractor
from scanner.model import Reason
from tests.conftest import ROOT
from tests.scanner import archives, drawn, old_office, shown
from tests.scanner.test_extract import read, ref, text_of

MEMBERS = {"顧客/表計算.txt": "氏名 山田 太郎\n".encode("cp932"), "ソート能.txt": "電話 03-1234-5678\n".encode()}


@pytest.fixture(scope="module")
def extractor():  # type: ignore[no-untyped-def]
    with Extractor() as made:
        yield made


def _sevenzip(password: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=password, header_encryption=password is not None) as archive:
        for name, body in MEMBERS.items():
            archive.writestr(body, name)
    return buffer.getvalue()


def samples() -> dict[str, bytes]:
    """A small good file of every format that is made here."""
    import bz2
    import gzip
    import lzma
    import sqlite3
    import struct
    import tarfile

    import brotli
    from backports import zstd

    from scanner.demo import formats

    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        parts = archives.xlsb_parts(["氏名", "山田太郎"], [(9012345678.0, "000\\-0000\\-0000")], "名簿")
        for name, body in parts.items():
            archive.writestr(name, body)
    epub = io.BytesIO()
    with zipfile.ZipFile(epub, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("1.xhtml", "<html><body><p>氏名 山田</p></body></html>")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as packed:
        info = tarfile.TarInfo("名簿.txt")
        info.size = 6
        packed.addfile(info, io.BytesIO("山田".encode()))
    plain = "氏名,電話\n山田太郎,03-1234-5678\n" * 5
    connection = sqlite3.connect(":memory:")
    connection.executescript("create table t (氏名 text); insert into t values ('山田太郎');")
    mail = "From: a@example.jp\nTo: b@example.jp\nSubject: 件名\nMIME-Version: 1.0\n\n氏名 山田太郎\n"
    workbook = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
        "<Row><Cell><Data>山田</Data></Cell></Row></Table></Worksheet></Workbook>"
    )
    return {
        **{f"a.{form.lower()}": drawn.picture(form) for form in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")},
        "a.emf": drawn.emf("氏名 山田太郎", bitmap=True),
        "a.wmf": drawn.wmf("氏名 山田太郎"),
        "a.fodt": shown.flat("氏名 山田太郎"),
        "a.docm": shown.READ["macros.docm"],
        **{
            f"a.{ending}": b"\x07\0\x01" * 9 + "氏名 山田太郎".encode("cp932")
            for ending in ("xbd", "vsd", "mpp", "pub")
        },
        **{name: shown.READ[name] for name in ("scan.xdw", "note.one", "drawing.vsdx", "printed.xps")},
        "rows.npy": shown.TOLD["rows.npy"],
        "a.txt": plain.encode("cp932"),
        "a.csv": plain.encode("cp932"),
        "a.json": b'{"name": "\\u5c71\\u7530", "tel": ["03-1234-5678"]}',
        "a.html": "<html><body><table><tr><td>氏名</td><td>山田</td></tr></table></body></html>".encode(),
        "a.xml": "<?xml version='1.0'?><r><n>山田</n></r>".encode(),
        "b.xml": workbook.encode(),
        "a.pdf": formats.pdf([["氏名 山田 太郎"]]),
        "a.eml": mail.encode(),
        "a.mbox": f"From a@example.jp Mon Nov 23 10:00:00 2026\n{mail}".encode(),
        "a.vcf": "BEGIN:VCARD\r\nFN:山田太郎\r\nEND:VCARD\r\n".encode(),
        "a.zip": _zipped(),
        "a.tar": tar.getvalue(),
        "a.gz": gzip.compress(plain.encode(), mtime=0),
        "a.bz2": bz2.compress(plain.encode()),
        "a.db": connection.serialize(),
        "a.dbf": archives.dbf(["氏名"], [["山田太郎"], ["佐藤"]]),
        "a.lzh": archives.lzh(MEMBERS),
        "a.cab": archives.cab(MEMBERS),
        "a.cpio": archives.cpio(MEMBERS),
        "a.7z": _sevenzip(),
        "a.Z": archives.compress("氏名 山田 太郎".encode("cp932")),
        "a.xlsb": book.getvalue(),
        "a.epub": epub.getvalue(),
        "a.db-wal": b"\x37\x7f\x06\x82"
        + struct.pack(">7I", 3007000, 4096, 0, 0, 0, 0, 0)
        + bytes(24)
        + connection.serialize()[4096:8192],
        "a.lzma": lzma.compress(plain.encode(), format=lzma.FORMAT_ALONE),
        "a.csv.zst": zstd.compress(plain.encode()),
        "a.csv.br": brotli.compress(plain.encode()),
        "a.iso": archives.iso(MEMBERS, wide=True),
        "a.p7m": bytes.fromhex("303006092a864886f70d010702a0233021020101310030")
        + bytes.fromhex("1a06092a864886f70d010701a00d040b")
        + "氏名 山田".encode()[:11],
        "a.ldif": b"dn: cn=x\ncn:: 5bGx55Sw\ntelephoneNumber: 03-1234-5678\n",
        "winmail.dat": archives.tnef("件名", "氏名 山田 太郎", {"名簿.txt": "氏名 佐藤".encode()}),
        "a.host": (b"\xf0\xf0\xf1\x40\xe2\xe4\xe9\xe4\xd2\xc9\x40\x0e\x45\x66\x45\x67\x0f\x40\x15" * 20),
        **old_office.files(),
    }


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in MEMBERS.items():
            archive.writestr(name, body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.lzh", archives.lzh(MEMBERS)),
        ("a.cab", archives.cab(MEMBERS)),
        ("b.cab", archives.cab(MEMBERS, 0)),
        ("a.cpio", archives.cpio(MEMBERS)),
        ("b.cpio", archives.cpio(MEMBERS, "euc_jp")),
        ("a.7z", _sevenzip()),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_archives_with_japanese_names(extractor: Extractor, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    blocks, reason = read(extractor, path)
    assert reason is None
    assert {b.part for b in blocks if "太郎" in b.text} == {"顧客/表計算.txt"}
    assert "03-1234-5678" in text_of(blocks)
    assert "ソート能.txt" in text_of(blocks)


def test_cabinet_with_a_compression_that_is_not_read_names_its_members(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.cab").write_bytes(archives.cab(MEMBERS, 2))
    blocks, reason = read(extractor, tmp_path / "a.cab")
    assert reason is Reason.UNSUPPORTED
    assert "顧客/表計算.txt" in text_of(blocks)


def test_encrypted_7z_is_declared_and_opened_with_its_password(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.7z").write_bytes(_sevenzip("ひみつ"))
    assert read(extractor, tmp_path / "a.7z") == ([], Reason.ENCRYPTED)
    with Extractor(passwords=("ちがう", "ひみつ")) as knowing:
        blocks, reason = read(knowing, tmp_path / "a.7z")
    assert reason is None
    assert "氏名 山田 太郎" in text_of(blocks)


@pytest.mark.parametrize("aes", [True, False])
def test_zip_with_a_password(extractor: Extractor, tmp_path: Path, aes: bool) -> None:
    import pyzipper

    with pyzipper.AESZipFile(tmp_path / "a.zip", "w", compression=zipfile.ZIP_DEFLATED) as archive:
        if aes:
            archive.setpassword("ひみつ".encode("cp932"))
            archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr("名簿.txt", "氏名 山田 太郎")
    blocks, reason = read(extractor, tmp_path / "a.zip")
    assert (reason is Reason.ENCRYPTED) == aes
    assert ("山田" in text_of(blocks)) != aes
    with Extractor(passwords=("ちがう", "ひみつ")) as knowing:
        blocks, reason = read(knowing, tmp_path / "a.zip")
    assert reason is None
    assert "山田 太郎" in text_of(blocks)


def test_compress(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.txt.Z").write_bytes(archives.compress("氏名 山田 太郎".encode("cp932")))
    assert text_of(read(extractor, tmp_path / "a.txt.Z")[0]) == "氏名 山田 太郎"


def test_mailbox(extractor: Extractor, tmp_path: Path) -> None:
    mails = [
        f"From a@example.jp Mon Nov 23 10:00:0{i} 2026\nFrom: a@example.jp\nSubject: {i}\n\n本文{i} 山田\n>From here\n"
        for i in range(3)
    ]
    (tmp_path / "sent").write_bytes("\n".join(mails).encode())
    blocks, reason = read(extractor, tmp_path / "sent")
    assert reason is None
    assert [b.part for b in blocks if b.text.startswith("本文")] == [f"mail {i}.eml!body" for i in (1, 2, 3)]
    assert text_of(blocks).count("From here") == 3


def test_saved_web_page(extractor: Extractor, tmp_path: Path) -> None:
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
    part = '--x\r\nContent-Type: text/html; charset="shift_jis"\r\n\r\n<p>氏名 髙橋</p>\r\n--x--\r\n'
    (tmp_path / "a.mht").write_bytes((head + part).encode("cp932"))
    assert "氏名 髙橋" in text_of(read(extractor, tmp_path / "a.mht")[0])


def test_dbase_table(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.dbf").write_bytes(archives.dbf(["氏名", "TEL"], [["山田　太郎", "03-1234-5678"], ["佐藤", "0"]]))
    blocks, reason = read(extractor, tmp_path / "a.dbf")
    assert reason is None
    assert [b.cells for b in blocks] == [
        ((1, "氏名"), (2, "TEL")),
        ((1, "山田　太郎"), (2, "03-1234-5678")),
        ((1, "佐藤"), (2, "0")),
    ]


def test_database_with_a_write_ahead_log(extractor: Extractor, tmp_path: Path) -> None:
    """What browsers and most programs of today leave behind; closed, all of it is in one file."""
    import sqlite3

    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table people (name text)")
    connection.execute("insert into people values ('山田 太郎')")
    connection.commit()
    connection.close()
    blocks, reason = read(extractor, tmp_path / "a.db")
    assert reason is None
    assert "山田 太郎" in text_of(blocks)


def test_binary_workbook(extractor: Extractor, tmp_path: Path) -> None:
    parts = archives.xlsb_parts(
        ["氏名", "山田太郎"], [(9012345678.0, "000\\-0000\\-0000"), (29312.0, "ge.m.d")], "名簿"
    )
    with zipfile.ZipFile(tmp_path / "a.xlsb", "w") as book:
        for name, body in parts.items():
            book.writestr(name, body)
    batches, reading = extractor.read(ref(tmp_path / "a.xlsb"))
    blocks = [b for batch in batches for b in batch]
    assert reading.reason is None
    assert [(b.part, b.number, b.cells) for b in blocks if b.cells] == [
        ("名簿", 1, ((1, "氏名"), (2, "山田太郎"))),
        ("名簿", 2, ((1, "090-1234-5678"), (2, "S55.4.1"))),
    ]
    assert "コメントの文" in text_of(blocks)
    assert reading.notes == ("sheet veryHidden",)


def test_spreadsheet_as_xml(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="名簿"><Table>'
        '<Row><Cell><Data ss:Type="String">氏名</Data></Cell></Row><Row ss:Index="5"><Cell ss:Index="3">'
        '<Data ss:Type="Number">1.23456789018E11</Data><Comment ss:Author="係"><Data>注記</Data></Comment></Cell></Row>'
        "</Table></Worksheet></Workbook>",
        encoding="utf-8",
    )
    blocks, _ = read(extractor, tmp_path / "a.xml")
    assert [(b.part, b.number, b.cells) for b in blocks if b.cells] == [
        ("名簿", 1, ((1, "氏名"),)),
        ("名簿", 5, ((3, "123456789018"),)),
    ]
    assert "注記" in text_of(blocks)


def test_book(extractor: Extractor, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("OEBPS/1.xhtml", "<html><body><p>氏名 山田</p></body></html>")
    assert "氏名 山田" in text_of(read(extractor, tmp_path / "a.epub")[0])


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.mdb", b"\x00\x01\x00\x00Standard Jet DB\x00\x01\x00\x00\x00"),
        ("a.pst", b"!BDN" + b"\x00" * 8),
    ],
)
def test_broken_stores_cost_themselves(extractor: Extractor, tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head + b"\x07" * 9_000)
    blocks, reason = read(extractor, tmp_path / name)
    assert not blocks
    assert reason in (Reason.CORRUPT, Reason.UNSUPPORTED, Reason.TRUNCATED)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [("a.xdw", b"\x60\x0e\x82\x00", "xdw"), ("a.accdb", b"\x00\x01\x00\x00Standard ACE DB\x00", "accdb")],
)
def test_what_is_not_read_is_declared(extractor: Extractor, tmp_path: Path, name: str, head: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(head + b"\x00\x01\x02" * 3_000)
    batches, reading = extractor.read(ref(tmp_path / name))
    assert not list(batches)
    assert reading.reason is Reason.UNSUPPORTED
    assert reading.media_type.endswith(kind)


@pytest.mark.parametrize(
    ("content", "extension", "noted"),
    [
        ("zip", "txt", True),
        ("pdf", "docx", True),
        ("docx", "doc", False),
        ("html", "xls", False),
        ("csv", "jpg", True),
        ("text", "bak", False),
        ("text", "", False),
        ("xlsx", "zip", True),
    ],
)
def test_names_that_hide_a_type(content: str, extension: str, noted: bool) -> None:
    assert misnamed(content, extension) is noted


def test_lonely_cells_are_rows_and_lonely_fields_are_lines(extractor: Extractor, tmp_path: Path) -> None:
    from scanner.demo import formats
    from scanner.model import BlockKind

    (tmp_path / "a.xlsx").write_bytes(formats.xlsx({"一": [["標題"], ["氏名", "電話"]]}))
    kinds = [(b.kind, b.number) for b in read(extractor, tmp_path / "a.xlsx")[0] if b.cells]
    assert kinds == [(BlockKind.ROW, 1), (BlockKind.ROW, 2)]
    (tmp_path / "a.csv").write_text("氏名,電話\n山田,1\n\n以上\n佐藤,2\n,\n鈴木,3\n", encoding="utf-8")
    found = [(b.kind, b.number) for b in read(extractor, tmp_path / "a.csv")[0] if b.cells or b.text]
    row, line = BlockKind.ROW, BlockKind.LINE
    assert found == [(row, 1), (row, 2), (line, 4), (row, 5), (row, 7)]


def test_the_page_of_formats_is_made_of_the_table() -> None:
    from scanner.extract import kinds

    assert (ROOT / "docs/formats.md").read_text(encoding="utf-8") == kinds.table(), "make formats"


def test_the_table_of_formats_is_whole() -> None:
    """Every reader exists, no format stands twice, no beginning belongs to two, and each says what is read or told."""
    from importlib import import_module

    from scanner.extract import kinds

    names = [f.name for f in kinds.FORMATS]
    assert len(names) == len(set(names))
    magics = [magic for magic, _ in kinds.MAGICS]
    assert len(magics) == len(set(magics))
    extensions = [e for f in kinds.FORMATS for e in f.extensions.split()]
    assert len(extensions) == len(set(extensions))
    for f in kinds.FORMATS:
        assert f.read or f.told
        assert bool(f.reader) == bool(f.read), f.name
        if f.reader:
            module, _, function = f.reader.partition(":")
            assert callable(getattr(import_module(f"scanner.extract.formats.{module}"), function))
