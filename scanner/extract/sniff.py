"""The type of a file by its content; the extension is a hint. Recognises what is encrypted or not read here too."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import IO

from scanner.extract.formats.cms import looks_like_cms
from scanner.extract.formats.dbf import looks_like_dbf
from scanner.extract.formats.ebcdic import looks_like_host
from scanner.extract.formats.iso import looks_like_iso
from scanner.extract.formats.zipdir import entries, part_name
from scanner.extract.interface import Encrypted
from scanner.extract.kinds import BY_NAME, MAGICS, MEDIA_TYPES, TEXTUAL
from scanner.extract.mixed import appended

_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\x1a\x1b")
_LEAST = 16
_HEAD = 8_192
_MANY = 200_000
_ODF = (
    (b"opendocument.text", "odt"),
    (b"opendocument.spreadsheet", "ods"),
    (b"opendocument.presentation", "odp"),
    (b"opendocument.graphics", "odp"),
    (b"vnd.sun.xml.writer", "odt"),
    (b"vnd.sun.xml.calc", "ods"),
    (b"vnd.sun.xml.impress", "odp"),
    (b"vnd.sun.xml.draw", "odp"),
    *((b"opendocument." + mark, "odg") for mark in (b"chart", b"formula", b"image", b"base")),
    (b"vnd.sun.xml.", "odg"),
)
"""Media type as the package states it at its beginning; those of OpenOffice 1 have the same parts."""
_OOXML = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))


@dataclass(frozen=True)
class Kind:
    """What a file is (``format`` is a key of the extractor table) and a note if its name says otherwise."""

    format: str
    media_type: str


def sniff(file: IO[bytes], name: str) -> Kind:
    """The kind of ``file``, which is rewound. Raises ``Encrypted`` for protected Office files."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    extension = name.lower().rpartition(".")[2]
    found = _format(file, head, extension)
    file.seek(0)
    return Kind(found, MEDIA_TYPES.get(found, f"application/x-{found}" if found else "application/octet-stream"))


_SPLIT = (b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")
"""How the first volume of a split zip file begins, and one that could have been split."""


def _format(file: IO[bytes], head: bytes, extension: str) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", *_SPLIT)):
        return _zip_kind(file, head, extension)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(file)
    binary = _binary(head)
    for magic, kind in MAGICS:
        if head.startswith(magic) and (binary or kind in TEXTUAL or not magic.isascii()):
            return kind
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return "bmp"
    if head[2:7] in (b"-lh0-", b"-lh1-", b"-lh4-", b"-lh5-", b"-lh6-", b"-lh7-", b"-lhd-", b"-lz4-", b"-lz5-"):
        return "lzh"
    if head[257:262] == b"ustar" or (extension == "tar" and _tar_checksum(head)):
        return "tar"
    if head[40:44] == b" EMF" or (binary and extension == "emf"):
        return "emf"
    if head.startswith(b"\xd7\xcd\xc6\x9a") or (binary and extension == "wmf"):
        return "wmf"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" or head[:4] == b"RIFF":
        return "video"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if binary and looks_like_dbf(head, file.seek(0, 2)):
        return "dbf"
    if binary and b"\n=ybegin line=" in b"\n" + head:
        return "text"
    if binary and looks_like_cms(head):
        return "cms"
    if binary and len(head) == _HEAD and looks_like_iso(file):
        return "iso"
    if binary and (extension == "br" or (extension == "lzma" and head.startswith(b"\x5d\0\0"))):
        return extension
    if looks_like_host(head):
        return "ebcdic"
    if binary and extension in ("pkl", "pickle", "npz", "joblib") and head[:1] == b"\x80":
        return "vectors"
    if binary and not _padded(head):
        return extension if extension in BY_NAME else "binary"
    return _text_kind(head, extension)


def _tar_checksum(head: bytes) -> bool:
    """The oldest tar files have no mark, but the sum of their first header."""
    try:
        stated = int(head[148:156].strip(b"\0 ") or b"0", 8)
    except ValueError:
        return False
    return len(head) >= 512 and stated == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def _zip_kind(file: IO[bytes], head: bytes, extension: str) -> str:
    try:
        if entries(file) > _MANY:
            return "zip"  # more than any Office file has; the archive reader will say so
        names = [part_name(name) for name in zipfile.ZipFile(file).namelist()]
    except Exception:
        names = re.findall(r"(?:word|ppt|xl)/[\w./]+|\[Content_Types\]", head.decode("latin-1"))
        if not names and extension in ("docx", "xlsx", "pptx", "docm", "xlsm", "pptm"):
            names = [{"d": "word/", "x": "xl/", "p": "ppt/"}[extension[0]]]
    if "mimetype" in names:
        for stated, kind in _ODF:
            if stated in head[:200]:
                return kind
        if b"epub" in head[:200]:
            return "epub"
    folded = [name.lower() for name in names]  # parts are the same in upper and lower case (ECMA-376 part 2, 6.2.2.3)
    if any(n.startswith("visio/") or n.endswith((".fpage", ".fdseq")) for n in folded):
        return "opc"
    if any(n.startswith("xl/worksheets/") and n.endswith(".bin") for n in folded):
        return "xlsb"
    for folder, kind in _OOXML:
        if any(n.startswith(folder) for n in folded):
            return kind
    return "opc" if "[content_types].xml" in folded else "zip"


def _ole_kind(file: IO[bytes]) -> str:
    import olefile

    try:
        with olefile.OleFileIO(file) as ole:
            streams = {"/".join(entry).lower() for entry in ole.listdir(streams=True, storages=True)}
    except Exception:
        return "ole-broken"
    if streams & {"encryptedpackage", "\x06dataspaces", "\tdrmcontent"}:
        raise Encrypted("office")
    for stream, kind in (
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("PowerPoint Document", "ppt"),
        ("DocumentText", "jtd"),
        ("__properties_version1.0", "msg"),
    ):
        if stream.lower() in streams:
            return kind
    return "ole"


def _binary(head: bytes) -> bool:
    if not head:
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    if b"\x00" in head:
        from scanner.extract.encoding import wide_without_mark

        if wide_without_mark(head[:4096]) is not None:
            return False
        while (wide := appended(head)) is not None:  # another program appended to a text in its own encoding
            head = head[: wide.start()] + head[wide.end() :]
        head = head.rstrip(b"\0")
        if len(head) < 16 or b"\0" in head:
            return True
    control = sum(1 for b in head if b < 32 and b not in (9, 10, 12, 13, 27, 26))
    return control / len(head) > 0.05


def _padded(head: bytes) -> bool:
    """Whether bytes are a text between whose records and fields stand zeros, as programs write that keep them at one length."""
    from scanner.extract.inletters import legible

    bare = re.sub(rb"\0+", b"\n", head)
    return len(bare) >= _LEAST and len(bare.translate(None, _CONTROLS)) == len(bare) and legible(bare)


_MAIL_HEADER = re.compile(
    rb"(?im)^(?:received|return-path|message-id|mime-version|from|to|cc|reply-to|subject|date|delivered-to|x-[a-z-]+|"
    rb"content-type|content-transfer-encoding|content-disposition):[ \t]"
)
_MAIL_ONLY = re.compile(
    rb"(?im)^(?:received|return-path|message-id|mime-version|delivered-to|content-type|content-transfer-encoding):[ \t]|^from:[^\r\n]*@"
)


_MBOX = re.compile(rb"From \S+ +[^\r\n]*[0-9]{2}:[0-9]{2}[^\r\n]*\r?\n[A-Za-z-]+:[ \t]")


def _text_kind(head: bytes, extension: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\xff\xfe\x00")[:512].lower()
    if extension in ("csv", "tsv", "tab"):
        return "csv"
    if extension in ("mbox", "mbx") or _MBOX.match(head):
        return "mbox"
    if extension in ("eml", "mht", "mhtml") or (
        len(_MAIL_HEADER.findall(head[:2048])) >= 3
        and _MAIL_ONLY.search(head[:2048])
        and re.match(rb"(?:\xef\xbb\xbf)?\s*(?:[A-Za-z-]+:[ \t]|From )", head)
    ):
        return "eml"
    if extension in ("json", "jsonl", "ndjson", "geojson", "ipynb", "har", "jsonc", "topojson", "webmanifest"):
        return "json"
    if (
        start.startswith((b"<!doctype html", b"<html"))
        or (extension in ("html", "htm", "xhtml") and b"<" in start)
        or b"<html" in start
    ):
        return "html"
    if extension in ("ldif", "ldi") or re.match(rb"(?:version: ?1\s+)?dn::? ", start):
        return "ldif"
    if start.startswith((b"begin:vcard", b"begin:vcalendar")):
        return "vcf"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head[:2048] and b"<workbook" in head[:2048].lower():
        return "spreadsheetml"
    if b"<office:document" in head and b"urn:oasis:names:tc:opendocument" in head:
        return "fodf"
    if start.startswith((b"<?xml", b"<svg")) or (
        extension in ("xml", "mm", "rdf", "kml", "gpx", "svg", "xsl", "xsd", "plist") and start.startswith(b"<")
    ):
        return "xml"
    return "text"
