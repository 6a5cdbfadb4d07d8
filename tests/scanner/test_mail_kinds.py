"""Mails, pages, address books and data as programs really write them: what a person sees of them is read. All is invented."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.extract.formats import lzfu
from scanner.model import Reason
from tests.scanner import archives
from tests.scanner.compound import compound
from tests.scanner.test_text_kinds import PERSON, looked

HEAD = b"From: a@example.jp\nTo: b@example.jp\nSubject: x\nMIME-Version: 1.0\n"
MULTI = HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n"
PACKED = base64.encodebytes(PERSON.encode())
_LETTERS = base64.b64encode(PERSON.encode() * 4)


def seen(data: bytes, name: str = "a.eml") -> str:
    text, missed = looked(data, name)
    assert not missed
    return text


MAILS = {
    "around": MULTI + PERSON.encode() + b"\n--B\nContent-Type: text/plain\n\nx\n--B--\n",
    "behind": MULTI + b"--B\nContent-Type: text/plain\n\nx\n--B--\n" + PERSON.encode() + b"\n",
    "rfc822 in base64": MULTI
    + b"--B\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + PERSON.encode())
    + b"--B--\n",
    "partial": HEAD
    + b"Content-Type: message/partial; id=1; number=1; total=2\n\nFrom: c@example.jp\n\n"
    + PERSON.encode(),
    "report": MULTI
    + f"--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {PERSON} <m@example.jp>\n\n--B--\n".encode(),
    "headers of a report": MULTI + f"--B\nContent-Type: text/rfc822-headers\n\nSubject: {PERSON}\n--B--\n".encode(),
    "other header": HEAD + f"X-Forwarded-For-Person: {PERSON} <m@example.jp>\n\nx\n".encode(),
    "resent": HEAD + b"Resent-To: =?utf-8?B?" + base64.b64encode(PERSON.encode()) + b"?= <m@example.jp>\n\nx\n",
    "rtf": HEAD
    + b"Content-Type: text/rtf\n\n{\\rtf1\\ansi\\ansicpg932 "
    + b"".join(b"\\'%02x" % b for b in PERSON.encode("cp932"))
    + b"}",
    "calendar": HEAD + f"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:{PERSON}\nEND:VCALENDAR\n".encode(),
    "flowed": HEAD
    + "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n氏名 高 \n梨 美穂 電話 090- \n4455-6677\n".encode(),
    "blank lines first": b"\n\n" + HEAD + b"Content-Transfer-Encoding: base64\n\n" + PACKED,
    "html": HEAD + f"Content-Type: text/html; charset=utf-8\n\n<p>{PERSON}</p>".encode(),
    "raw name": MULTI
    + b'--B\nContent-Type: application/octet-stream; name="'
    + f"{PERSON}.txt".encode("cp932")
    + b'"\n\nx y z text\n--B--\n',
    "footer behind base64": HEAD
    + b"Content-Transfer-Encoding: base64\n\n"
    + base64.b64encode("会議室".encode() + b"a")
    + f"\n\n-- \n{PERSON}\n".encode(),
    "base64 in two pieces": HEAD
    + b"Content-Transfer-Encoding: base64\n\n"
    + base64.b64encode(b"a\n")
    + b"\n"
    + base64.b64encode(PERSON.encode()),
    "base64 in lines of 75": HEAD
    + b"Content-Transfer-Encoding: base64\n\n"
    + base64.b64encode(b"ab")
    + b"\n"
    + b"\n".join(_LETTERS[at : at + 75] for at in range(0, len(_LETTERS), 75)),
    "description": MULTI
    + b"--B\nContent-Description: =?utf-8?B?"
    + base64.b64encode(PERSON.encode())
    + b"?=\n\nx\n--B--\n",
    "header of machines": HEAD + b"X-MS-Sender: =?utf-8?B?" + base64.b64encode(PERSON.encode()) + b"?=\n\nx\n",
    "trace": HEAD + f"Received: from x ({PERSON}) by y\n\nx\n".encode(),
    "winmail": MULTI
    + b"--B\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(archives.tnef("件名", PERSON, {}))
    + b"--B--\n",
}


@pytest.mark.parametrize("name", sorted(MAILS))
def test_every_part_of_a_mail(name: str) -> None:
    text = seen(MAILS[name])
    assert "高梨 美穂" in text
    assert "090-4455-6677" in text


def test_headers_alone_make_a_mail_whatever_its_name() -> None:
    assert PERSON in seen(
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\nSubject: x\n\n" + PACKED, "a.txt"
    )


LABELS = ("utf-8", "shift_jis", "iso-2022-jp", "euc-jp", "iso-8859-1", "us-ascii", "windows-1252", "x-unknown", "")


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
def test_labels_lie(label: str, codec: str) -> None:
    body = f"{PERSON}、どうぞよろしくお願いします。"
    kind = f"; charset={label}" if label else ""
    assert body in seen(
        HEAD + f"Content-Type: text/plain{kind}\nContent-Transfer-Encoding: 8bit\n\n".encode() + body.encode(codec)
    )
    page = f"<meta charset='{label}'>" if label else ""
    assert body in seen(f"<html>{page}<p>".encode() + body.encode(codec) + b"</p></html>", "a.html")


def test_western_letters_stay_western() -> None:
    mail = HEAD + b"Content-Type: text/plain; charset=iso-8859-1\n\nM\xfcller, Stra\xdfe 5\n"
    assert "Müller, Straße 5" in seen(mail)


def _msg(extra: dict[str, bytes], codepage: int = 0) -> bytes:
    fixed = bytes(32) + (struct.pack("<HHIII", 3, 0x3FFD, 6, codepage, 0) if codepage else b"")
    return compound({"__properties_version1.0": fixed, "__substg1.0_0037001F": "件名".encode("utf-16-le"), **extra})


def _stored(rtf: bytes) -> bytes:
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


RTF = b"{\\rtf1\\ansi\\ansicpg932 " + b"".join(b"\\'%02x" % b for b in PERSON.encode("cp932")) + b"}"


@pytest.mark.parametrize(
    "extra",
    [
        {"__substg1.0_10130102": f"<html><meta charset=utf-8><p>{PERSON}</p>".encode()},
        {"__substg1.0_1013001F": f"<html><p>{PERSON}</p>".encode("utf-16-le")},
        {"__substg1.0_10090102": _stored(RTF)},
        {
            "__attach_version1.0_#00000000/__properties_version1.0": bytes(8),
            "__attach_version1.0_#00000000/__substg1.0_3701000D/__properties_version1.0": bytes(24),
            "__attach_version1.0_#00000000/__substg1.0_3701000D/__substg1.0_1000001F": PERSON.encode("utf-16-le"),
        },
        {"__recip_version1.0_#00000000/__substg1.0_3001001F": PERSON.encode("utf-16-le")},
        {"__substg1.0_8005001F": PERSON.encode("utf-16-le")},
    ],
    ids=["html", "html wide", "rtf", "mail inside", "recipient", "named"],
)
def test_outlook_messages(extra: dict[str, bytes]) -> None:
    assert PERSON in seen(_msg(extra), "a.msg")


@pytest.mark.parametrize(
    ("codepage", "codec"),
    [
        (932, "cp932"),
        (0, "cp932"),
        (0, "utf-8"),
        (1252, "cp932"),
        (50220, "iso2022_jp"),
        (65001, "utf-8"),
        (51932, "euc_jp"),
    ],
)
def test_code_pages_of_outlook(codepage: int, codec: str) -> None:
    assert PERSON in seen(_msg({"__substg1.0_1000001E": PERSON.encode(codec)}, codepage), "a.msg")
    if codepage in (932, 65001, 50220):
        assert PERSON in seen(archives.tnef(PERSON, "x", {"a.txt": b"x y z"}, codepage), "winmail.dat")


def test_compressed_rtf_of_the_specification() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert lzfu.unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


PAGES = {
    "no end tags": "<table><tr><td>高梨<td>090-4455-6677",
    "ruby": "<p><ruby>漢<rt>かん</ruby>字<p>高梨 090-4455-6677",
    "reading": "<p><ruby>漢<rt>高梨</rt></ruby> 090-4455-6677",
    "comment": "<!-- 高梨 090-4455-6677 --><p>x",
    "conditional": "<!--[if mso]><p>高梨 090-4455-6677</p><![endif]-->",
    "srcdoc": "<iframe srcdoc='<p>高梨 090-4455-6677</p>'></iframe>",
    "option": "<select><optgroup label='高梨'><option label='090-4455-6677'></select>",
    "script": '<script>var d=[{"n":"\\u9ad8\\u68a8","t":"090-4455-6677"}]</script>',
    "json": '<script type="application/json">{"n":"高梨",\n"t":"09044556677", "u":"090-4455-6677"}</script>',
    "style": "<style>p:after{content:'\\9ad8\\68a8 090-4455-6677'}</style>",
    "textarea": "<textarea>高梨 090-4455-6677</textarea>",
    "entities": "<p>&#39640;&#x68a8; 090-4455-6677",
    "data": "<a href='data:text/plain;base64," + base64.b64encode("高梨 090-4455-6677".encode()).decode() + "'>x</a>",
    "links": "<a href='tel:090-4455-6677'>x</a><a href='mailto:?subject=%E9%AB%98%E6%A2%A8'>y</a>",
    "attribute": "<div data-person='高梨' data-tel='090-4455-6677'>x</div>",
    "between cells": "<table><tr><td>a</td>高梨 090-4455-6677<td>b</td></tr></table>",
    "nested": "<table><tr><td>高梨<table><tr><td>x</td></tr></table>090-4455-6677</td></tr></table>",
    "after a script": "<script>if (a < b) {}</script><p>高梨 090-4455-6677",
    "twice": "<p>" + "".join(f"&amp;#{ord(c)};" for c in "高梨") + " 090-4455-6677",
    "codes": "<script>f(String.fromCharCode(" + ",".join(str(ord(c)) for c in "高梨 090-4455-6677") + "))</script>",
    "packed in a script": "<script>atob('" + base64.b64encode("高梨 090-4455-6677".encode()).decode() + "')</script>",
    "literals": "<script>f('高'+'梨'+\" 090-44\" + \"55-6677\")</script>",
    "page in an address": "<iframe src='data:text/html," + quote("<p>高梨 090-4455-6677") + "'></iframe>",
    "address in shift_jis": "<a href='data:text/plain;charset=shift_jis,"
    + quote("高梨 090-4455-6677".encode("cp932"))
    + "'>x</a>",
    "drawing in a style": "<style>p{background:url(data:image/svg+xml;utf8,"
    + quote("<svg><text>高梨 090-4455-6677</text></svg>")
    + ")}</style>",
    "style of an element": "<p style=\"content:'高梨 090-4455-6677'\">",
    "names": "<p id='高梨'><img src='%E9%AB%98%E6%A2%A8_090-4455-6677.jpg'>",
    "open quote": "<p title='高梨 090-4455-6677>x",
    "soft hyphens": "高&shy;梨\u200b 090-44&shy;55-6677",
    "cut": "<p>高梨 090-4455-6677 <a href=",
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages(name: str) -> None:
    text = seen(f"<html><head><meta charset=utf-8></head><body>{PAGES[name]}".encode(), "a.html")
    assert "高梨" in text
    assert "090-4455-6677" in text


@pytest.mark.parametrize("between", ["", "\n", "\n  ", " <!-- x --> "])
@pytest.mark.parametrize("ends", [True, False])
def test_columns_do_not_move(between: str, ends: bool) -> None:
    """White space between rows and cells is no cell, an empty cell is one."""
    td, tr = ("</td>", "</tr>") if ends else ("", "")
    rows = between.join(
        f"<tr>{between}<td>{a}{td}{between}<td>{td}{between}<td>{b}{td}{between}{tr}"
        for a, b in (("氏名", "電話"), ("高梨", "03"))
    )
    text = seen(f"<html><table>{between}{rows}{between}</table></html>".encode(), "a.html")
    assert [line.split("\t") for line in text.split("\n")] == [["氏名", "電話"], ["高梨", "03"]]


CARDS = {
    "sort-as": 'BEGIN:VCARD\nN;SORT-AS="高梨,美穂":T;M\nTEL:090-4455-6677\nEND:VCARD\n',
    "name with the beginning of another": "BEGIN:VCARD\nLOGOTEXT:高梨\nKEY-NAME:090-4455-6677\nEND:VCARD\n",
    "picture as text": "BEGIN:VCARD\nPHOTO;VALUE=TEXT:高梨 090-4455-6677\nEND:VCARD\n",
    "attendee": 'BEGIN:VCALENDAR\nATTENDEE;CN="高梨: 様":tel:090-4455-6677\nEND:VCALENDAR\n',
    "attachment": "BEGIN:VCALENDAR\nATTACH;ENCODING=BASE64;VALUE=BINARY:"
    + base64.b64encode("高梨 090-4455-6677".encode()).decode()
    + "\nEND:VCALENDAR\n",
    "folded": "BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E9=AB=98=\n=E6=A2=A8\nTEL:090-4455-66\n 77\nEND:VCARD\n",
}


@pytest.mark.parametrize("name", sorted(CARDS))
def test_cards_and_calendars(name: str) -> None:
    text = seen(CARDS[name].encode(), "a.vcf")
    assert "高梨" in text
    assert "090-4455-6677" in text


def test_address_book_of_a_directory() -> None:
    person = base64.b64encode("高梨 美穂".encode()).decode()
    text = seen(
        f"dn: cn=x\ncn:: {person[:8]}\n {person[8:]}\nmobile:: {base64.b64encode(b'090-4455-6677').decode()}\n".encode(),
        "a.ldif",
    )
    assert "氏名: 高梨 美穂" in text
    assert "電話: 090-4455-6677" in text


DATA: dict[str, object] = {
    "key": {"x": {"高梨 090-4455-6677": {"age": 5}}},
    "key of nothing": [{"高梨 090-4455-6677": {}}, {"a": "b"}],
    "key of null": {"高梨 090-4455-6677": None, "b": True},
    "key with a dot": {"高梨.090-4455-6677": "x"},
    "inside": {"a": json.dumps({"n": "高梨", "t": "090-4455-6677"})},
    "inside a row": [{"a": json.dumps({"n": "高梨", "t": "090-4455-6677"})}, {"a": "x"}],
    "packed": {"a": base64.b64encode("高梨 090-4455-6677 高梨".encode()).decode()},
    "percent": {"a": "n=%E9%AB%98%E6%A2%A8&t=090-4455-6677"},
    "html": {"a": "<b>高</b>梨<br>090-<i>4455</i>-6677"},
    "rtf": {
        "a": "{\\rtf1\\ansi\\ansicpg932 " + "".join(f"\\'{b:02x}" for b in "高梨".encode("cp932")) + " 090-4455-6677}"
    },
    "octets": {"type": "Buffer", "data": list("高梨 090-4455-6677".encode())},
}


@pytest.mark.parametrize("name", sorted(DATA))
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json(name: str, ascii_only: bool) -> None:
    text = seen(json.dumps(DATA[name], ensure_ascii=ascii_only).encode(), "a.json")
    assert ("高梨" in text, "090-4455-6677" in text) == (True, True)


def test_json_with_a_key_twice() -> None:
    text = seen('{"a":"高梨","a":"吉岡","b":[{"c":"090-4455-6677","c":"1"}]}'.encode(), "a.json")
    assert all(value in text for value in ("高梨", "吉岡", "090-4455-6677"))


_RAW = zlib.compressobj(9, zlib.DEFLATED, -15)
_DIAGRAM = (
    _RAW.compress(quote("<mxGraphModel><mxCell value='高梨 090-4455-6677'/></mxGraphModel>").encode()) + _RAW.flush()
)
MARKUP = {
    "comment": "<a><!-- 高梨 090-4455-6677 -->x</a>",
    "instruction": "<a><?person name='高梨' tel='090-4455-6677'?>x</a>",
    "packed": "<a><b>" + base64.b64encode("高梨 090-4455-6677 様".encode() * 3).decode() + "</b></a>",
    "runs": "<?mso-application progid='Word.Document'?><p><r><t>高</t></r><r><t>梨 090-44</t></r><r><t>55-6677</t></r></p>",
    "damaged": "<a><b>x</b> a & b <c>高梨</c><c>090-4455-6677</c></a>",
    "shift_jis in name only": "<a><b>&#39640;梨</b> 090-4455-6677</a>",
    "html inside": "<a><![CDATA[<b>高</b>梨<br/>090-4455-6677]]></a>",
    "diagram": "<mxfile><diagram>" + base64.b64encode(_DIAGRAM).decode() + "</diagram></mxfile>",
    "spans": "<svg xmlns='http://www.w3.org/2000/svg'><text>高<tspan>梨</tspan> 090-4455-6677</text></svg>",
}


@pytest.mark.parametrize("name", sorted(MARKUP))
def test_xml(name: str) -> None:
    text, missed = looked(("<?xml version='1.0'?>" + MARKUP[name]).encode(), "a.xml")
    assert bool(missed) is (name == "damaged")
    assert "高梨" in text
    assert "090-4455-6677" in text


def test_secret_mail_is_declared() -> None:
    noise = base64.encodebytes(random.Random(4).randbytes(600))
    body = (
        b"--B\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\n"
        + noise
        + b"-----END PGP MESSAGE-----\n--B--\n"
    )
    assert Reason.ENCRYPTED in looked(MULTI + body, "a.eml")[1]


def _der(tag: int, body: bytes) -> bytes:
    size = len(body)
    return bytes((tag,)) + (bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")) + body


@pytest.mark.parametrize("pieces", [1, 3])
def test_signed_mail_is_read_and_enveloped_mail_declared(pieces: int) -> None:
    inner = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + PERSON.encode()
    step = -(-len(inner) // pieces)
    octets = b"".join(_der(4, inner[at : at + step]) for at in range(0, len(inner), step))
    octets = octets if pieces == 1 else b"\x24\x80" + octets + b"\0\0"
    oid = bytes.fromhex("06092a864886f70d0107")
    content = _der(0x30, oid + b"\x01" + (_der(0xA0, octets) if pieces == 1 else b"\xa0\x80" + octets + b"\0\0"))
    signed = _der(0x30, oid + b"\x02" + _der(0xA0, _der(0x30, b"\x02\x01\x01\x31\x00" + content)))
    kind = b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
    assert PERSON in seen(HEAD + kind + base64.encodebytes(signed))
    enveloped = signed.replace(oid + b"\x02", oid + b"\x03")
    assert Reason.ENCRYPTED in looked(HEAD + kind + base64.encodebytes(enveloped), "a.eml")[1]


def test_mail_of_the_library() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "高梨 美穂 <m@example.jp>", "件名"
    mail.set_content(PERSON)
    mail.add_alternative(f"<p>{PERSON}</p>", subtype="html")
    mail.add_attachment(PERSON.encode("cp932"), maintype="text", subtype="csv", filename="名簿.csv")
    assert seen(mail.as_bytes()).count("090-4455-6677") == 3


def _mutants(data: bytes, count: int = 60) -> list[bytes]:
    chance = random.Random(len(data))
    found = []
    for number in range(count):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 5, 30))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        found.append(bytes(changed[: chance.randrange(len(changed))] if number % 3 == 0 else changed))
    return found


@pytest.mark.parametrize("name", ["a.eml", "a.msg", "winmail.dat", "a.html", "a.vcf", "a.ldif", "a.json", "a.xml"])
def test_damage_never_stops_a_reader(name: str) -> None:
    bases = {
        "a.eml": MAILS["winmail"],
        "a.msg": _msg({"__substg1.0_10090102": _stored(RTF), "__substg1.0_1000001E": PERSON.encode("cp932")}),
        "winmail.dat": archives.tnef("件名", PERSON, {"a.txt": PERSON.encode()}),
        "a.html": "".join(PAGES.values()).encode(),
        "a.vcf": "".join(CARDS.values()).encode(),
        "a.ldif": b"dn: cn=x\ncn:: 5bGx55Sw\n",
        "a.json": json.dumps(DATA).encode(),
        "a.xml": MARKUP["runs"].encode(),
    }
    for mutant in _mutants(bases[name]):
        try:
            looked(mutant, name)
        except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError):
            if name != "a.msg":  # the library of compound files; the worker names what it raises
                raise


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="<>/=!-'\" trdablesptoinxcum&;高\n", max_size=160))
def test_any_page(text: str) -> None:
    looked(f"<html>{text}".encode(), "a.html")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_compressed_rtf(data: bytes) -> None:
    lzfu.unpacked(struct.pack("<II4sI", len(data), 1000, b"LZFu", 0) + data)
