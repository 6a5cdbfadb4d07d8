"""Five hundred names that are values, and files of an office in which they are names of sheets, members, tables,
attachments and fields. Every one is invented."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import random
import sqlite3
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from scanner.demo import formats
from scanner.demo.people import my_number

CONTENT = "電話 03-5321-1111"
"""What stands in every member, so that there are findings with places."""
_ROW = [("電話",), ("03-5321-1111",)]
_SCRIPTS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩")
_TOWNS = (
    "宮城県仙台市青葉区国分町",
    "東京都杉並区阿佐谷南",
    "大阪府堺市北区百舌鳥梅町",
    "福岡市早良区百道浜",
    "札幌市厚別区大谷地東",
)
_SURNAMES = (
    "長谷川",
    "五十嵐",
    "佐々木",
    "小笠原",
    "勅使河原",
    "東海林",
    "日下部",
    "久保田",
    "大久保",
    "宇都宮",
    "鈴木",
    "高橋",
    "渡邉",
)
_GIVEN = ("一郎", "花子", "健太郎", "美咲", "さくら", "陽菜", "翔太", "由美子", "誠", "千代")
_FORMS = ("{0}", "{0}様", "{0} {1}", "{0}{1}", "{0}{1}様分", "{1}・{0}", "{0}{1}さんの名簿")


def values() -> list[str]:
    """All names; none holds what a sheet of Excel forbids, and none stands inside another's stem by chance."""
    made: dict[str, None] = {}
    sources = [_numbers(), _phones(), _mails(), _towns(), _accounts(), _persons()]
    for source, share in zip(sources, (110, 80, 70, 70, 60, 120), strict=True):
        for value in islice((v for v in source if v not in made), share):
            made[value] = None
    assert len(made) >= 500
    return list(made)


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("123456789") for _ in range(count))


def _numbers() -> Iterator[str]:
    chance = random.Random(1)
    while True:
        number = my_number(_digits(chance, 11))
        mark = chance.choice(["", "", "-", ".", " ", "・", "　"])
        text = mark.join((number[:4], number[4:8], number[8:]))
        yield chance.choice(["", "", "番号"]) + text.translate(str.maketrans(_SCRIPTS[0], chance.choice(_SCRIPTS)))


def _phones() -> Iterator[str]:
    chance = random.Random(2)
    while True:
        first, second, third = chance.choice(("090", "080", "0422")), _digits(chance, 4), _digits(chance, 4)
        text = chance.choice(("{0}({1}){2}", "{0}-{1}-{2}", "{0}{1}{2}", "{0}.{1}.{2}", "電話{0} {1} {2}"))
        yield text.format(first, second, third).translate(str.maketrans(_SCRIPTS[0], chance.choice(_SCRIPTS[:2])))


def _mails() -> Iterator[str]:
    chance = random.Random(3)
    while True:
        yield f"{chance.choice(('hanako', 'suzuki.ichiro', 'k-tanaka'))}{_digits(chance, 3)}@{chance.choice(('mail', 'home'))}.example.jp"


def _towns() -> Iterator[str]:
    chance = random.Random(4)
    while True:
        yield f"{chance.choice(_TOWNS)}{chance.randint(1, 9)}丁目{chance.randint(1, 30)}番{chance.randint(1, 30)}号"


def _accounts() -> Iterator[str]:
    chance = random.Random(5)
    while True:
        yield chance.choice(("口座番号{0}", "普通{0}", "口座 {0}", "ゆうちょ{0}")).format(_digits(chance, 7))


def _persons() -> Iterator[str]:
    chance = random.Random(6)
    while True:
        yield chance.choice(_FORMS).format(chance.choice(_SURNAMES), chance.choice(_GIVEN))


def write(tree: Path) -> list[str]:
    """Files with all the names; returns them."""
    tree.mkdir()
    names = values()
    random.Random(7).shuffle(names)
    rest = iter(names)
    for kind, (make, share) in _FILES.items():
        (tree / kind).write_bytes(make(list(islice(rest, share))))
    assert not list(rest)
    return names


def _workbook(names: list[str]) -> bytes:
    return formats.xlsx({name[:31]: _ROW for name in names})


def _archive(names: list[str]) -> bytes:
    """Text, what is not read, what is broken, and a workbook inside, each under a name."""
    buffer = io.BytesIO()
    bodies = (
        ("txt", CONTENT.encode()),
        ("dwg", b"AC1032" + bytes(200)),
        ("pdf", b"%PDF-1.4 broken"),
        ("txt", CONTENT.encode("cp932")),
    )
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("名簿.xlsx", _workbook(names[:10]))
        for number, name in enumerate(names[10:]):
            ending, body = bodies[number % len(bodies)]
            archive.writestr(f"{name}/控え.{ending}" if number % 5 == 0 else f"{name}.{ending}", body)
        archive.writestr(f"x.{names[0]}", CONTENT)
    return buffer.getvalue()


def _tar(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in names:
            info = tarfile.TarInfo(f"{name}.csv")
            info.size = len(CONTENT.encode())
            archive.addfile(info, io.BytesIO(CONTENT.encode()))
    return buffer.getvalue()


def _mail(names: list[str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.jp", "b@city.example.jp", "名簿"
    mail.set_content(CONTENT)
    for name in names:
        mail.add_attachment(CONTENT.encode(), maintype="text", subtype="plain", filename=f"{name}.txt")
    return mail.as_bytes()


def _database(names: list[str]) -> bytes:
    base = sqlite3.connect(":memory:")
    for name, column in zip(names[::2], names[1::2], strict=True):
        quoted = column.replace('"', '""')
        base.execute(f'create table "{name}" ("{quoted}" text, 電話 text)')
        base.execute(f'insert into "{name}" values (?, ?)', ("x", "03-5321-1111"))
    base.commit()
    return base.serialize()


def _keys(names: list[str]) -> bytes:
    half = len(names) // 2
    return json.dumps(
        {
            **{n: {"電話": "03-5321-1111"} for n in names[:half]},
            **{n: [{"電話": "03-5321-1112"}] for n in names[half:]},
        },
        ensure_ascii=False,
    ).encode()


def _columns(names: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[*names, "電話"], [*("x" for _ in names), "03-5321-1111"]])
    return out.getvalue().encode()


def _sheets_of_calc(names: list[str]) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    tables = "".join(
        f'<table:table table:name="{html.escape(n)}"><table:table-row><table:table-cell><text:p>{CONTENT}</text:p></table:table-cell></table:table-row></table:table>'
        for n in names
    )
    body = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body)
    return buffer.getvalue()


def _document(names: list[str]) -> bytes:
    """A document with files under the names inside."""
    from docx import Document

    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph(CONTENT)
    document.save(buffer)
    with zipfile.ZipFile(buffer, "a") as archive:
        for number, name in enumerate(names):
            folder = "embeddings/" if number % 2 else "custom/"
            archive.writestr(
                f"word/{folder}{name}.{'txt' if number % 2 else 'xml'}", CONTENT if number % 2 else f"<v>{CONTENT}</v>"
            )
    return buffer.getvalue()


_FILES = {
    "a.xlsx": (_workbook, 70),
    "b.zip": (_archive, 130),
    "c.tar": (_tar, 50),
    "d.eml": (_mail, 60),
    "e.db": (_database, 60),
    "f.json": (_keys, 40),
    "g.csv": (_columns, 30),
    "h.ods": (_sheets_of_calc, 40),
    "i.docx": (_document, 30),
}


def needles(name: str) -> Iterator[bytes]:
    """The forms in which a name could stand in bytes: codecs, escapes of pages, of JSON, of addresses, and base64."""
    for form in ("NFC", "NFD", "NFKC"):
        text = unicodedata.normalize(form, name)
        for codec in ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "iso2022_jp", "utf-7"):
            try:
                body = text.encode(codec)
            except UnicodeEncodeError:
                continue
            yield body.removeprefix(b"\x1b$B").removesuffix(b"\x1b(B") if codec == "iso2022_jp" else body
        yield "".join(f"&#{ord(c)};" for c in text).encode()
        yield "".join(f"&#x{ord(c):x};" for c in text).encode()
        yield html.escape(text).encode()
        yield json.dumps(text)[1:-1].encode()
        yield json.dumps(text)[1:-1].upper().replace("\\U", "\\u").encode()
        yield quote(text).encode()
        yield quote(text, safe="").encode()
        for shift in range(3):  # base64 shows the same bytes in three ways; the ends depend on what stands beside
            whole = base64.b64encode(bytes(shift) + text.encode())
            yield whole[4 if shift else 0 : len(whole) - 4]
    plain = "".join(c for c in unicodedata.normalize("NFKC", name) if c.isdecimal())
    if len(plain) >= 10:
        yield "".join(str(unicodedata.decimal(c)) for c in plain).encode()
