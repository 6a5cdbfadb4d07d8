"""Every format, once: how it is recognised, who reads it, what of it is read and what is told as not read.

The type test (``sniff``), the choice of the reader (``dispatch``), the remark that a name does not fit the content and
``docs/formats.md`` are all made of this table. A new format is one line here and a module in ``formats/``.
"""

from __future__ import annotations

from detectors.plugins import loaded, refuse_taken
from scanner.extract.format import Family, Format

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_PACKAGE = "parts in an unknown format, pictures without --ocr, a data model"
_OLD = "pictures without --ocr, objects of unknown applications"
_MEMBERS = "members by their own formats, names"
_LIBARCHIVE, _LACKING = " (extra archives and the system's libarchive)", "; the whole archive without them"
_T, _P, _D, _W, _S, _A, _X = (
    Family.TEXT, Family.PICTURE, Family.DOCUMENT, Family.WORKBOOK, Family.SLIDES, Family.ARCHIVE, Family.DATA,
)  # fmt: skip

_OURS: tuple[Format, ...] = (
    Format("text", "text:extract", _T, "txt text log md tab ini cfg conf sql py js css properties srt tex", media_type="text/plain",
           read="each line in its own encoding; what it carries in base64, uuencode, yEnc", told="damaged lines, ciphertext"),
    Format("csv", "delimited:extract", _T, "csv tsv", media_type="text/csv", read="rows under their columns", told="damaged lines"),
    Format("json", "structured:extract", _T, "json jsonl ndjson geojson ipynb", media_type="application/json", read="keys and values"),
    Format("ebcdic", "ebcdic:extract", _T, "", read="exports of hosts (CP930, CP939, KEIS, JEF)"),
    Format("html", "html:extract", _T, "html htm xhtml", media_type="text/html", read="text, tables, comments, scripts, attributes", told="pictures without --ocr"),
    Format("xml", "markup:extract", _T, "xml svg mm rdf kml gpx xsl xsd", media_type="application/xml", read="text, attributes, comments, instructions", told="pictures without --ocr"),
    Format("spreadsheetml", "spreadsheetml:extract", _W, "", read="rows of Excel 2003 XML"),
    Format("eml", "mail:extract", _T, "eml mht mhtml", media_type="message/rfc822", read="headers, bodies, attachments, reports", told="enciphered parts"),
    Format("mbox", "mailbox:extract", _T, "mbox mbx", read="every mail"),
    Format("vcf", "vcard:extract", _T, "vcf ics", read="cards and calendars with their parameters", told="pictures without --ocr"),
    Format("ldif", "ldif:extract", _T, "ldif ldi", read="entries, base64 too"),
    Format("rtf", "rtf:extract", _D, "rtf", (b"{\\rtf",), "application/rtf", "paragraphs, tables, objects, metafiles", _OLD, textual=True),
    Format("pdf", "pdf:extract", Family.PDF, "pdf", (b"%PDF-",), "application/pdf",
           "pages, annotations, fields, bookmarks, attachments, metadata", "scanned pages and pictures without --ocr, pages without text", textual=True, labelled=True),
    Format("docx", "docx:extract", _D, "docx docm dotx dotm", (), _OOXML + "wordprocessingml.document",
           "all stories, tracked changes, fields, macros, objects, metafiles", _PACKAGE, labelled=True),
    Format("xlsx", "xlsx:extract", _W, "xlsx xlsm xltx xltm", (), _OOXML + "spreadsheetml.sheet",
           "cells as shown, formulas never calculated, comments, pivots, macros", _PACKAGE, labelled=True),
    Format("xlsb", "xlsb:extract", _W, "xlsb", read="cells, comments, tables, pivots", told=_PACKAGE, labelled=True),
    Format("pptx", "pptx:extract", _S, "pptx pptm potx ppsx", (), _OOXML + "presentationml.presentation", "slides, notes, comments, charts, objects", _PACKAGE, labelled=True),
    Format("opc", "opc:extract", Family.OTHER, "vsdx vsdm xps oxps", read="Visio, XPS and any package of that kind", told=_PACKAGE, labelled=True),
    Format("odt", "odf:extract", _D, "odt ott odm oth sxw stw", (), _ODF + "text", "text, tables, comments, changes, macros", _PACKAGE),
    Format("ods", "odf:extract", _W, "ods ots sxc stc", (), _ODF + "spreadsheet", "cells, comments, names", _PACKAGE),
    Format("odp", "odf:extract", _S, "odp otp odg otg sxi sti sxd std", (), _ODF + "presentation", "slides, notes", _PACKAGE),
    Format("odg", "odf:extract", Family.OTHER, "odc odb odi sxm", media_type=_ODF + "graphics", read="charts, formulas, databases of LibreOffice", told=_PACKAGE),
    Format("fodf", "odf:extract_flat", _D, "fodt fods fodp", read="OpenDocument in one file", told="pictures without --ocr"),
    Format("doc", "word97:extract_doc", _D, "doc dot", (), "application/msword", "all stories, authors, objects, macros; Word 6 as runs of text", _OLD, by_name=True, labelled=True),
    Format("xls", "xls:extract", _W, "xls xlt", (b"\x09\x08\x10\x00\x00\x06",), "application/vnd.ms-excel", "cells as shown, comments, text boxes, macros", _OLD, by_name=True, labelled=True),
    Format("ppt", "word97:extract_ppt", _S, "ppt pps", (), "application/vnd.ms-powerpoint", "slides, notes, objects", _OLD, by_name=True, labelled=True),
    Format("ole", "ole:extract", media_type="application/x-ole-storage", read="what is packed in it, macros, texts in clear", told="everything else"),
    Format("jtd", "ichitaro:extract", _D, "jtd jtt jtdc jttc", read="text of Ichitaro 8 and later", by_name=True),
    Format("jaw", "ichitaro:extract_old", _D, "jaw jbw", (b"DOC\x00\x00\x00\x00\x00        ",), read="runs of text of Ichitaro 5 and 6"),
    Format("msg", "outlook:extract_msg", Family.OTHER, "msg", read="properties, bodies, recipients, attachments", by_name=True),
    Format("pst", "outlook:extract_store", Family.OTHER, "pst ost", (b"!BDN",), read="folders and mails (extra pst)"),
    Format("tnef", "tnef:extract", Family.OTHER, "tnef", (b"\x78\x9f\x3e\x22",), read="winmail.dat: body, attachments"),
    Format("cms", "cms:extract", Family.OTHER, "p7m p7s", read="signed mails", told="enciphered mails"),
    Format("zip", "archive:extract", _A, "zip jar", (), "application/zip", _MEMBERS + ", comments, further volumes beside it", "encrypted members"),
    Format("epub", "archive:extract", _A, "epub", read=_MEMBERS),
    Format("tar", "tar:extract", _A, "tar", read=_MEMBERS + ", also behind a bad header"),
    Format("7z", "sevenzip:extract", _A, "7z", (b"7z\xbc\xaf\x27\x1c",), "application/x-7z-compressed", _MEMBERS + ", further volumes beside it", "encrypted archives"),
    Format("lzh", "lha:extract", _A, "lzh lha", read=_MEMBERS),
    Format("cab", "cab:extract", _A, "cab", (b"MSCF",), read=_MEMBERS, told="Quantum; LZX without the extra archives"),
    Format("cpio", "cpio:extract", _A, "cpio", (b"070707", b"070701", b"070702", b"\xc7\x71", b"\x71\xc7"), read=_MEMBERS),
    Format("iso", "iso:extract", _A, "iso", read=_MEMBERS),
    Format("gz", "streams:extract", _A, "gz tgz", (b"\x1f\x8b",), read="every stream in it"),
    Format("bz2", "streams:extract", _A, "bz2", (b"BZh",), read="every stream in it"),
    Format("xz", "streams:extract", _A, "xz", (b"\xfd7zXZ\x00",), read="every stream in it"),
    Format("lzma", "streams:extract", Family.OTHER, "lzma", read="every stream in it"),
    Format("zst", "streams:extract", Family.OTHER, "zst", (b"\x28\xb5\x2f\xfd",), read="every stream in it"),
    Format("br", "streams:extract", Family.OTHER, "br", read="every stream in it"),
    Format("z", "streams:extract", Family.OTHER, "z", (b"\x1f\x9d",), read="every stream in it"),
    Format("rar", "zoo:extract", _A, "rar", (b"Rar!\x1a\x07",), read=_MEMBERS + ", further volumes beside it" + _LIBARCHIVE, told="encrypted archives" + _LACKING),
    *(Format(name, "zoo:extract", _A, f"{name} {more}".strip(), magics, read=_MEMBERS + _LIBARCHIVE, told="the whole archive" + _LACKING) for name, more, magics in (
        ("ar", "a deb", (b"!<arch>\n",)), ("rpm", "", (b"\xed\xab\xee\xdb",)), ("xar", "pkg", (b"xar!",)), ("lz4", "", (b"\x04\x22\x4d\x18",)), ("lz", "", (b"LZIP",)), ("lzo", "", (b"\x89LZO\0\r\n",)))),
    Format("wim", "opaque:extract", Family.OTHER, "wim esd", (b"MSWIM\0\0\0",), read="texts in clear", told="the whole archive"),
    Format("sqlite", "database:extract", _X, "sqlite sqlite3 db", (b"SQLite format 3\x00",), "application/vnd.sqlite3", "tables, views, texts in blobs, with the write-ahead log beside it", "other blobs"),
    Format("sqlite-log", "writeahead:extract", _X, "", (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"), read="rows in write-ahead logs and journals, through the database beside them"),
    Format("mdb", "access:extract", _X, "mdb", (b"\x00\x01\x00\x00Standard Jet DB",), read="tables of Access to 2003"),
    Format("accdb", "", _X, "accdb", (b"\x00\x01\x00\x00Standard ACE DB",), told="Access 2007 and later", by_name=True),
    Format("dbf", "dbf:extract", _X, "dbf", read="rows under their columns"),
    Format("png", "pictures:extract", _P, "png", (b"\x89PNG\r\n",), "image/png", "texts beside the pixels; the picture with --ocr", "the picture without --ocr"),
    Format("jpeg", "pictures:extract", _P, "jpg jpeg", (b"\xff\xd8\xff",), "image/jpeg", "as png, EXIF, XMP, IPTC", "the picture without --ocr"),
    Format("gif", "pictures:extract", _P, "gif", (b"GIF8",), "image/gif", "as png, all frames", "the picture without --ocr"),
    Format("tiff", "pictures:extract", _P, "tif tiff", (b"II*\x00", b"MM\x00*"), "image/tiff", "as png, all pages", "the picture without --ocr"),
    Format("bmp", "pictures:extract", _P, "bmp", read="as png", told="the picture without --ocr"),
    Format("webp", "pictures:extract", _P, "webp", (), "image/webp", "as png", "the picture without --ocr"),
    Format("emf", "metafile:extract", _P, "emf", (), "image/emf", "drawn texts", "bitmaps without --ocr"),
    Format("wmf", "metafile:extract", _P, "wmf", (b"\xd7\xcd\xc6\x9a",), "image/wmf", "drawn texts", "bitmaps without --ocr"),
    Format("one", "opaque:extract", Family.OTHER, "one", (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",), read="texts and files in clear of OneNote", told="the rest", by_name=True),
    Format("xdw", "opaque:extract", Family.OTHER, "xdw", (b"\x60\x0e\x82",), read="texts in clear of DocuWorks", told="the rest", by_name=True),
    *(Format(name, "opaque:extract", Family.OTHER, name, read="texts in clear", told="the rest", by_name=True) for name in ("xbd", "vsd", "mpp", "pub")),
    *(Format(name, "opaque:extract", Family.OTHER, name, magics, read="texts in clear", told="the rest") for name, magics in (
        ("wri", (b"1\xbe\0\0", b"2\xbe\0\0")), ("wk1", (b"\0\0\2\0\x06\x04", b"\0\0\2\0\x04\x04", b"\0\0\x1a\0")), ("lnk", (b"L\0\0\0\x01\x14\x02\0",)), ("dbt", ()), ("fpt", ()))),
    *(Format(name, "columnar:extract", _X, name, magics, read="rows under their columns (extra columnar), else texts in clear", told="without the extra, the rest") for name, magics in (
        ("parquet", (b"PAR1",)), ("feather", (b"ARROW1", b"FEA1")), ("orc", (b"ORC",)), ("avro", (b"Obj\1",)))),
    Format("vectors", "opaque:extract_vectors", Family.OTHER, "npy npz pkl pickle joblib", (b"\x93NUMPY",), read="texts in clear", told="arrays and pickles; what may be templates of faces by a note of its own"),
    Format("bplist", "bplist:extract", Family.OTHER, "plist webarchive", (b"bplist00",), read="keys and values, files in it", told="other binary values"),
    Format("dwg", "opaque:extract", Family.OTHER, "dwg", (b"AC10",), read="texts in clear", told="the rest", by_name=True),
    *(Format(name, "opaque:extract", Family.OTHER, name, read="texts in clear", told="the rest", by_name=True) for name in ("jsd", "jfw", "dxf", "jww", "sfc", "p21", "indd", "ai", "psd")),
    Format("exe", "", Family.OTHER, "exe dll", (b"MZ",), told="the whole file"),
    Format("elf", "", Family.OTHER, "so", (b"\x7fELF",), told="the whole file"),
    Format("class", "", Family.OTHER, "class", (b"\xca\xfe\xba\xbe",), told="the whole file"),
    Format("audio", "opaque:extract", Family.OTHER, "mp3 ogg flac wav", (b"ID3", b"OggS", b"fLaC"), read="titles and comments in clear", told="the sound"),
    Format("video", "opaque:extract", Family.OTHER, "mp4 mpg mkv webm avi mov", (b"\x00\x00\x01\xba", b"\x1aE\xdf\xa3"), read="titles and comments in clear", told="picture and sound"),
    Format("font", "", Family.OTHER, "ttf otf woff woff2", (b"wOFF", b"wOF2", b"\x00\x01\x00\x00\x00", b"OTTO"), told="the whole file"),
    Format("binary", "opaque:extract", media_type="application/octet-stream", read="texts in clear of files of no known kind", told="the rest"),
    Format("encrypted-office", "", media_type="application/x-ole-storage", told="without its password (--passwords)"),
)  # fmt: skip
refuse_taken("formats", ((f.name,) for f in loaded("formats")), (f.name for f in _OURS))
FORMATS: tuple[Format, ...] = (*loaded("formats"), *_OURS)
"""Those of plug-ins before ours."""

READERS = {f.name: f.reader for f in FORMATS if f.reader}
MEDIA_TYPES = {f.name: f.media for f in FORMATS}
TEXTUAL = frozenset(f.name for f in FORMATS if f.textual)
MAGICS = tuple(sorted(((magic, f.name) for f in FORMATS for magic in f.magics), key=lambda pair: -len(pair[0])))
BY_NAME = frozenset(extension for f in FORMATS if f.by_name for extension in f.extensions.split())
_FAMILY_OF_NAME = {extension: f.family for f in FORMATS for extension in f.extensions.split()}
_FAMILY = {f.name: f.family for f in FORMATS}
_EXPORTED = frozenset(("xls", "doc"))
"""Programs write text and html under these names so that Office opens them."""


def misnamed(format_: str, extension: str) -> bool:
    """Whether an extension announces another kind than the content has: a zip that calls itself .txt."""
    announced = _FAMILY_OF_NAME.get(extension, Family.OTHER)
    if announced in (Family.OTHER, Family.DATA):
        return False
    found = _FAMILY.get(format_, Family.OTHER)
    if found is Family.TEXT or format_ == "spreadsheetml":
        return announced is not Family.TEXT and extension not in _EXPORTED
    return found is not announced


def table() -> str:
    """``docs/formats.md``."""
    lines = [
        "# Formats",
        "",
        "Made of the table in `scanner/extract/kinds.py` (`make formats`). A file is recognised by its content; its extension is a",
        "hint. What stands under *told* makes the file partial, with the part and the reason named; nothing is left out in silence.",
        "",
        "| format | names | read | told as not read |",
        "|---|---|---|---|",
    ]
    for f in _OURS:
        names = " ".join(f".{e}" for e in f.extensions.split())
        lines.append(f"| {f.name} | {names} | {f.read or '–'} | {f.told or '–'} |")
    lines += [
        "",
        "A picture inside a document is *decoration*, and neither read nor told, where it is smaller than "
        "`DECORATION_SIDE` or `DECORATION_AREA` of `scanner/extract/formats/pictures.py` or stands on three or more parts of it.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(), end="")
