"""Formats, encodings and the sandbox, on files made here and on the real ones where they are at hand."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.demo import formats
from scanner.extract import encoding
from scanner.extract.formats.archive import decode_name
from scanner.extract.formats.mail import header
from scanner.extract.formats.numberformat import render
from scanner.extract.jis import JisDecoder
from scanner.extract.viewing import Extractor
from scanner.limits import Limits
from scanner.model import Block, BlockKind, FileRef, Reason


def ref(path: Path) -> FileRef:
    s = path.stat()
    return FileRef(os.fsencode(path), s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino, s.st_dev)


@pytest.fixture(scope="module")
def extractor():  # type: ignore[no-untyped-def]
    with Extractor() as made:
        yield made


def read(extractor: Extractor, path: Path) -> tuple[list[Block], Reason | None]:
    batches, reading = extractor.read(ref(path))
    blocks = [b for batch in batches for b in batch]
    return blocks, reading.reason or (reading.partial[0][0] if reading.partial else None)


def text_of(blocks: list[Block]) -> str:
    return "\n".join(b.text or "\t".join(t for _, t in b.cells) for b in blocks)


SAMPLE = "氏名:髙橋 一郎㈱①\n住所:東京都港区芝１−２−３〜\nﾔﾏﾀﾞ ﾊﾅｺ\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
def test_encodings(extractor: Extractor, tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.txt"
    text = SAMPLE.replace("−", "-").replace("〜", "")
    path.write_bytes(text.encode(codec))
    blocks, reason = read(extractor, path)
    assert reason is None
    assert text_of(blocks) == text.strip("\n")
    assert [b.number for b in blocks] == [1, 2, 3]


@pytest.mark.parametrize("codec", ["euc_jp", "iso2022_jp"])
def test_old_encodings(extractor: Extractor, tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.txt"
    text = "氏名 山田太郎、住所は東京都港区です。\n電話番号もあります。\n" * 3
    path.write_bytes(text.encode(codec))
    assert text_of(read(extractor, path)[0]) == text.strip("\n")


@pytest.mark.parametrize("text", ["100000\n", "A0B0C0D0\n", "00100030\r\n0020\r\n", "0" * 500])
def test_digits_are_not_utf_16(text: str) -> None:
    assert encoding.detect(io.BytesIO(text.encode())) == "utf-8"


def test_nec_row_in_iso_2022_jp() -> None:
    euc = "㈱山田①".encode("euc_jis_2004")
    jis = b"\x1b$B" + bytes(b & 0x7F for b in euc) + b"\x1b(B"
    assert JisDecoder().decode(jis) == "㈱山田①"


def test_late_japanese_after_much_ascii(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "late.log"
    path.write_bytes(b"INFO nothing here\n" * 30_000 + "担当 山田太郎\n".encode("cp932"))
    blocks, _ = read(extractor, path)
    assert blocks[-1].text == "担当 山田太郎"
    assert blocks[-1].number == 30_001


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_have_an_encoding_and_decode(data: bytes) -> None:
    file = io.BytesIO(data)
    list(encoding.lines(file, encoding.detect(file)))


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="あいうえおアイウ漢字氏名住所東京都、。abc 123\n", min_size=12, max_size=300),
    st.sampled_from(["utf-8", "cp932"]),
)
def test_japanese_text_round_trips(text: str, codec: str) -> None:
    file = io.BytesIO(text.encode(codec))
    found = "\n".join(encoding.lines(file, encoding.detect(file)))
    assert found.rstrip("\n") == text.rstrip("\n")


def test_csv_keeps_cells_and_records(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('氏名,備考\r\n"山田, 太郎","一行目\n二行目"\r\n佐藤,="0123"\r\n'.encode("cp932"))
    blocks, _ = read(extractor, path)
    assert [b.cells for b in blocks] == [
        ((1, "氏名"), (2, "備考")),
        ((1, "山田, 太郎"), (2, "一行目\n二行目")),
        ((1, "佐藤"), (2, "0123")),
    ]
    assert [b.number for b in blocks] == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("123456789018", "General", "123456789018"),
        ("1.23456789018E11", "General", "123456789018"),
        ("9012345678", "000\\-0000\\-0000", "090-1234-5678"),
        ("1000001", "[<=999]000;[<=9999]000\\-00;000\\-0000", "100-0001"),
        ("23456789013", "000000000000", "023456789013"),
        ("29312", "yyyy/m/d", "1980/4/1"),
        ("29312", '[$-411]ggge"年"m"月"d"日"', "昭和55年4月1日"),
        ("29312", "[$-411]ge.m.d", "S55.4.1"),
        ("0.5", "0.00%", "0.5"),
        ("1234567", "#,##0", "1234567"),
        ("12.0", "General", "12"),
    ],
)
def test_number_formats(value: str, code: str, shown: str) -> None:
    assert render(value, code) == shown


@given(st.text(max_size=30), st.text(max_size=40))
def test_number_format_never_fails(value: str, code: str) -> None:
    render(value, code)


def test_xlsx_hidden_sheets_and_formats(extractor: Extractor, tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.active
    sheet["A1"] = 123456789018
    sheet["B2"] = 9012345678
    sheet["B2"].number_format = "000-0000-0000"
    sheet["C3"].comment = Comment("コメント内の山田太郎", "記入者名")
    hidden = book.create_sheet("隠し")
    hidden["A1"] = "隠れた名前"
    hidden.sheet_state = "veryHidden"
    book.properties.creator = "作成者名"
    sheet.oddHeader.center.text = "ヘッダー文字"
    book.save(tmp_path / "a.xlsx")
    text = text_of(read(extractor, tmp_path / "a.xlsx")[0])
    for marker in (
        "123456789018",
        "090-1234-5678",
        "コメント内の山田太郎",
        "隠れた名前",
        "作成者名",
        "ヘッダー文字",
        "記入者名",
    ):
        assert marker in text


def test_docx_parts(extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(formats.docx(["本文の段落"], [("左", "右"), ("a", "b")], header="ヘッダーの文字"))
    blocks, reason = read(extractor, path)
    assert reason is None
    assert ("header", "ヘッダーの文字") in [(b.part, b.text) for b in blocks]
    assert [b.cells for b in blocks if b.kind is BlockKind.ROW] == [((1, "左"), (2, "右")), ((1, "a"), (2, "b"))]


def test_ruby_does_not_split_a_name(extractor: Extractor, tmp_path: Path) -> None:
    body = "<w:p><w:r><w:ruby><w:rt><w:r><w:t>やまだ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>山田</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>花子</w:t></w:r></w:p>"
    data = io.BytesIO(formats.docx(["X"]))
    out = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, text.replace('<w:p><w:r><w:t xml:space="preserve">X</w:t></w:r></w:p>', body))
    (tmp_path / "a.docx").write_bytes(out.getvalue())
    blocks = read(extractor, tmp_path / "a.docx")[0]
    assert [b.text for b in blocks if b.kind is BlockKind.PARAGRAPH] == ["山田花子"]
    assert [b.text for b in blocks if b.part.endswith("reading")] == ["やまだ"]


@pytest.mark.parametrize("raw", ["表計算.txt", "一覧表.xlsx", "能登ソ十.csv", "資料.txt"])
def test_member_names(raw: str) -> None:
    assert decode_name(raw.encode("cp932")) == raw
    assert decode_name(raw.encode("utf-8")) == raw


def test_nested_archives_and_their_limit(extractor: Extractor, tmp_path: Path) -> None:
    data = "個人番号 123456789018".encode()
    name = "深い.txt"
    for level in range(14):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, data)
        data, name = buffer.getvalue(), f"{level}.zip"
        (tmp_path / f"{level}.zip").write_bytes(data)
    blocks, reason = read(extractor, tmp_path / "2.zip")
    assert reason is None
    assert blocks[-1] == Block(BlockKind.LINE, "1.zip!0.zip!member 1", 1, "個人番号 123456789018")
    assert blocks[0].text == "1.zip"  # the name of a member is text too
    assert read(extractor, tmp_path / "13.zip")[1] is Reason.DEPTH_LIMIT


def _zip_of(name: str, payload: bytes, *extra: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, text in extra:
            archive.writestr(other, text)
        archive.writestr(name, payload)
    return buffer.getvalue()


def test_worker_that_hangs_or_dies_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("一行", encoding="utf-8")
    with Extractor(Limits(seconds=1)) as extractor:
        assert read(extractor, path)[1] is None
        psutil.Process(_process(extractor).pid).suspend()  # it will not answer
        assert read(extractor, path)[1] is Reason.TIME_LIMIT
        assert read(extractor, path)[1] is None
        _process(extractor).kill()
        _process(extractor).wait()
        assert read(extractor, path) == (
            [Block(BlockKind.LINE, "", 1, "一行")],
            None,
        )  # one that died idle costs no file


def _process(extractor: Extractor) -> subprocess.Popen[bytes]:
    child = extractor._reader._child._process
    assert child is not None
    return child


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_header_decodes(data: bytes) -> None:
    header(data.decode("ascii", "surrogateescape"))


def _odf(kind: str, body: str) -> bytes:
    names = "office text table draw svg xlink dc meta".split()
    spaces = " ".join(f'xmlns:{n}="{n}"' for n in names)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml", f"<office:document-styles {spaces}><text:p>ヘッダー文字</text:p></office:document-styles>"
        )
        archive.writestr(
            "meta.xml", f"<office:document-meta {spaces}><dc:creator>作成者名</dc:creator></office:document-meta>"
        )
    return buffer.getvalue()


def test_opendocument(extractor: Extractor, tmp_path: Path) -> None:
    ruby = "<text:ruby><text:ruby-base>山田</text:ruby-base><text:ruby-text>やまだ</text:ruby-text></text:ruby>花子"
    note = "<text:note><text:note-body><text:p>脚注の文</text:p></text:note-body></text:note>"
    (tmp_path / "a.odt").write_bytes(_odf("text", f"<text:p>氏名:{ruby}</text:p><text:p>本文{note}続き</text:p>"))
    text = text_of(read(extractor, tmp_path / "a.odt")[0])
    for marker in ("氏名:山田花子", "本文続き", "脚注の文", "ヘッダー文字", "作成者名"):
        assert marker in text
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    gap = '<table:table-cell table:number-columns-repeated="2"/>'
    rows = f"<table:table-row>{cell.format('氏名')}{gap}{cell.format('電話')}</table:table-row>"
    rows += (
        '<table:table-row table:number-rows-repeated="1048570"/>'
        + f"<table:table-row>{cell.format('山田')}</table:table-row>"
    )
    (tmp_path / "a.ods").write_bytes(_odf("spreadsheet", f'<table:table table:name="名簿">{rows}</table:table>'))
    blocks = [b for b in read(extractor, tmp_path / "a.ods")[0] if b.kind is BlockKind.ROW]
    assert [(b.part, b.number, b.cells) for b in blocks] == [
        ("名簿", 1, ((1, "氏名"), (4, "電話"))),
        ("名簿", 1048572, ((1, "山田"),)),
    ]


def test_rtf_in_cp932_and_unicode(extractor: Extractor, tmp_path: Path) -> None:
    escaped = "".join(f"\\'{b:02x}" for b in "表計算の氏名".encode("cp932"))
    unicode = "".join(f"\\u{ord(c)}?" for c in "山田太郎")
    body = f"{{\\rtf1\\ansi\\ansicpg932{{\\fonttbl{{\\f0\\fcharset128 MS Mincho;}}}}{{\\info{{\\author {escaped}}}}}{{\\header {unicode}\\par}}\\f0 {escaped}\\par {unicode}\\par}}"
    (tmp_path / "a.rtf").write_bytes(body.encode("ascii"))
    blocks = read(extractor, tmp_path / "a.rtf")[0]
    assert [b.text for b in blocks if not b.part] == ["表計算の氏名", "山田太郎"]
    assert {b.part for b in blocks if b.part} == {"info:author", "header"}


def test_packed_files(extractor: Extractor, tmp_path: Path) -> None:
    import gzip
    import tarfile

    plain = "氏名:山田太郎".encode("cp932")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("名簿/一覧.txt")
        info.size = len(plain)
        archive.addfile(info, io.BytesIO(plain))
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress("氏名,電話\n山田,03-1234-5678\n".encode()))
    assert "氏名:山田太郎" in text_of(read(extractor, tmp_path / "a.tar.gz")[0])
    rows = [b for b in read(extractor, tmp_path / "b.csv.gz")[0] if b.kind is BlockKind.ROW]
    assert rows[1].part == "b.csv"
    assert rows[1].cells == ((1, "山田"), (2, "03-1234-5678"))
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(300_000_000)))
    assert read(extractor, tmp_path / "bomb.gz")[1] is Reason.RATIO_LIMIT


def test_sqlite_and_vcard(extractor: Extractor, tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute('create table "名簿" (氏名 text, 電話 text)')
    connection.execute('insert into "名簿" values (?, ?)', ("山田太郎", "03-1234-5678"))
    connection.commit()
    connection.close()
    rows = read(extractor, tmp_path / "a.db")[0]
    assert [(b.part, b.cells) for b in rows] == [
        ("名簿", ((1, "氏名"), (2, "電話"))),
        ("名簿", ((1, "山田太郎"), (2, "03-1234-5678"))),
    ]
    assert not list(tmp_path.glob("a.db-*"))
    (tmp_path / "a.vcf").write_bytes(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN;CHARSET=SHIFT_JIS:山田太郎\r\nTEL:03-1234-5678\r\nEND:VCARD\r\n".encode(
            "cp932"
        )
    )
    assert "氏名: 山田太郎" in text_of(read(extractor, tmp_path / "a.vcf")[0])


def test_job_object_limits_are_those_of_the_configuration() -> None:
    """All that can be checked without Windows: the structure holds the limits in the units Windows wants."""
    from scanner.sandbox import job_object

    wanted = job_object.wanted(Limits(memory_bytes=5, cpu_seconds=2, files_per_worker=3))
    assert wanted.ProcessMemoryLimit == 5
    assert wanted.BasicLimitInformation.PerProcessUserTimeLimit == 60_000_000


@pytest.mark.parametrize("text", ["MZ世代の調査", "BMI,身長\n22,170\n", "ID3は木の名前", "BZhは略称"])
def test_text_that_begins_like_a_format_is_text(extractor: Extractor, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    blocks, reason = read(extractor, tmp_path / "a.txt")
    assert reason is None
    assert text_of(blocks) == text.strip()
