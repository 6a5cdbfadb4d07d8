"""Texts as hosts, mail programs, scripts and several programs at once write them: read, or said not to be. All is invented."""

from __future__ import annotations

import base64
import binascii
import io
import random
import shutil
import subprocess
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.extract import encoding, mixed
from scanner.extract.dispatch import dispatch
from scanner.extract.escapes import resolved
from scanner.extract.formats import ebcdic
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.limits import limits
from scanner.model import Reason
from tests.conftest import lacking
from tests.scanner import make_ebcdic

PERSON = "氏名 高梨 美穂 電話 090-4455-6677"


def looked(data: bytes, name: str) -> tuple[str, list[Reason]]:
    """(all text, why something was not read) of a file, in this process."""
    out: list[str] = []

    def emit(items) -> None:  # type: ignore[no-untyped-def]
        for item in items:
            body = item[3]
            rows = body if item[0] == "rows" else [body]
            out.extend(
                row if isinstance(row, str) else "\t".join(c if isinstance(c, str) else str(c[1]) for c in row)
                for row in rows
            )

    sink = Sink(limits(), emit, dispatch)
    reasons: list[Reason] = []
    try:
        dispatch(Source(name, io.BytesIO(data), len(data)), sink)
    except ExtractError as error:
        reasons.append(error.reason)
    sink.flush()
    return "\n".join(out), [*reasons, *(reason for reason, _ in sink.partial)]


CODECS = {
    "utf-16-le": PERSON.encode("utf-16-le") * 3,
    "utf-32-le": PERSON.encode("utf-32-le"),
    "utf-32-be": PERSON.encode("utf-32-be"),
    "utf-7": PERSON.encode("utf-7"),
    "hz": "姓名 高梨 090-4455-6677".encode("hz"),
    "gb18030": ("客户名单 高梨 美穂 090-4455-6677 联系电话\n" * 4).encode("gb18030"),
    "cesu-8": (PERSON + " ").encode() + "𠮷".encode("utf-16-le").decode("utf-16-le", "surrogatepass").encode("utf-8"),
}


@pytest.mark.parametrize("name", sorted(CODECS))
def test_text_without_a_mark(name: str) -> None:
    text, missed = looked(CODECS[name], "a.txt")
    assert "高梨" in text
    assert "090-4455-6677" in text
    assert not missed


LINES = {c: f"{PERSON}、よろしくお願いします。".encode(c) for c in ("utf-8", "cp932", "euc_jp", "iso2022_jp")}


@pytest.mark.parametrize("first", sorted(LINES))
@pytest.mark.parametrize("second", sorted(LINES))
@pytest.mark.parametrize("name", ["a.log", "a.csv"])
def test_lines_of_two_encodings(first: str, second: str, name: str) -> None:
    head = "番号,備考を書く列です".encode(first) + b"\n"
    text, missed = looked(
        head + (LINES[first].replace(b" ", b",") + b"\n") * 9 + LINES[second].replace(b" ", b","), name
    )
    assert text.count("高梨") == 10
    assert not missed


@pytest.mark.parametrize("codec", ["utf-8", "cp932"])
def test_lines_that_powershell_appends(codec: str) -> None:
    head = (PERSON + "\r\n").encode(codec) * 3
    wide = "2026-11-30 高梨 美穂 090-4455-6677\r\n".encode("utf-16-le") * 3
    for data in (head + wide, head + wide + head, head * 200 + wide):
        text, missed = looked(data, "a.log")
        assert text.count("090-4455-6677") == text.count("高梨 美穂") == (data.count(head) * 3 + 3)
        assert not missed


def test_cells_of_two_encodings_in_one_line() -> None:
    line = b",".join((PERSON.encode("cp932"), "備考なし".encode(), "電話番号".encode("cp932")))
    text, missed = looked((line + b"\n") * 3, "a.log")
    assert text.count("高梨 美穂") == text.count("備考なし") == text.count("電話番号") == 3
    assert not missed


def test_half_width_names_are_not_taken_for_euc() -> None:
    for word in ("ﾀｶﾅｼ ﾐﾎ", "ｽｽﾞｷ ｲﾁﾛｳ", "ｻﾄｳ", "ﾔﾏｼﾀ ｼﾞｭﾝ"):
        assert word in looked(f"{word} 090-4455-6677\n".encode("cp932"), "a.txt")[0]


def test_characters_selected_by_nec() -> None:
    code = bytes((0x7C, 0x62))  # what Outlook and mail gateways send for 髙
    assert encoding.decode(b"\x1b$B" + code + b"\x1b(B", "iso2022_jp") == "髙"
    assert "髙" in encoding.decode("氏名 ".encode("euc_jp") + bytes((0xFC, 0xE2)), "euc_jis_2004")


def test_bytes_of_no_encoding_are_counted() -> None:
    text, missed = looked(PERSON.encode() + b"\nabc \xff\xfe\xfd def\n" + PERSON.encode(), "a.txt")
    assert text.count("高梨") == 2
    assert missed == [Reason.UNDECODABLE]
    noise = random.Random(1).randbytes(20_000)
    assert looked((PERSON + "\n").encode() * 300 + noise, "a.txt")[1]


SPELLED = {
    "properties": "".join(f"\\u{ord(c):04x}" for c in "高梨美穂"),
    "json twice": "".join(f"\\\\u{ord(c):04X}" for c in "高梨美穂"),
    "script": "".join(f"\\u{{{ord(c):x}}}" for c in "高梨美穂"),
    "escape()": "".join(f"%u{ord(c):04X}" for c in "高梨美穂"),
    "perl": "".join(f"\\x{{{ord(c):x}}}" for c in "高梨美穂"),
    "code points": " ".join(f"U+{ord(c):04X}" for c in "高梨美穂"),
    "rtf": "".join(f"\\'{b:02x}" for b in "高梨美穂".encode("cp932")),
    "mork": "".join(f"${b:02X}" for b in "高梨美穂".encode()),
    "percent jis": quote("高梨美穂".encode("iso2022_jp")),
    "without escapes": "高梨美穂".encode("iso2022_jp").replace(b"\x1b", b"").decode(),
    "folder": "&" + base64.b64encode("高梨美穂".encode("utf-16-be")).rstrip(b"=").replace(b"/", b",").decode() + "-",
    "entities": "".join(f"&#{ord(c)};" for c in "高梨美穂"),
    "hexadecimal entities": "".join(f"&#x{ord(c):X};" for c in "高梨美穂"),
    "percent": quote("高梨美穂"),
    "percent shift_jis": quote("高梨美穂".encode("cp932")),
    "web server": "".join(f"\\x{b:02X}" for b in "高梨美穂".encode()),
    "octal": "".join(f"\\{b:03o}" for b in "高梨美穂".encode()),
    "quoted-printable": "".join(f"={b:02X}" for b in "高梨美穂".encode()),
    "encoded word": "=?utf-8?B?" + base64.b64encode("高梨美穂".encode()).decode() + "?=",
}


@pytest.mark.parametrize("name", sorted(SPELLED))
def test_characters_by_their_number(name: str) -> None:
    line = f"name={SPELLED[name]} tel 090-4455-6677"
    assert resolved(line) == "name=高梨美穂 tel 090-4455-6677"
    assert "高梨美穂" in looked(line.encode(), "a.log")[0]
    assert "高梨美穂" in looked(f"a,b\n{line},1\n".encode(), "a.csv")[0]


@pytest.mark.parametrize(
    "text",
    [
        "U+0041",
        "$Buy(Best)",
        "R&D-x A&BC1-",
        "cost $12 and $E5",
        "it\\'s \\'ab",
        "C:\\users\\taro",
        "50%です",
        "a=80&b=90",
        "id=EF01",
        "100%E",
        "\\u000a",
        "&#60;b&#62;",
        "\\x41\\x42",
    ],
)
def test_what_only_looks_so_stays(text: str) -> None:
    assert resolved(text) == text


def _uu(data: bytes) -> str:
    body = "".join(binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45))
    return f"begin 644 meibo.csv\n{body}`\nend\n"


def _wrapped(data: bytes) -> str:
    return base64.encodebytes(data).decode()


def _yenc(data: bytes) -> bytes:
    body = b"".join(
        bytes((61, (b + 106) & 255)) if (b + 42) & 255 in (0, 10, 13, 61) else bytes(((b + 42) & 255,)) for b in data
    )
    return b"=ybegin line=128 size=%d name=a.csv\n" % len(data) + body + b"\n=yend\n"


ROSTER = (PERSON + "\n").encode() * 5


@pytest.mark.parametrize(
    "body",
    [
        _wrapped(ROSTER).encode(),
        base64.b64encode(ROSTER),
        b"data: " + base64.b64encode(ROSTER),
        _uu(ROSTER).encode(),
        _yenc(ROSTER),
        b"<img src='data:text/plain;base64," + base64.b64encode(ROSTER) + b"'>",
        b"-----BEGIN STUFF-----\n" + _wrapped(ROSTER).encode() + b"-----END STUFF-----",
    ],
    ids=["lines", "one line", "inline", "uuencode", "yEnc", "data", "armour"],
)
def test_what_a_text_carries_is_read(body: bytes) -> None:
    text, missed = looked("御中\n".encode() + body + "\n以上\n".encode(), "a.txt")
    assert text.count("高梨") == 5
    assert "以上" in text
    assert not missed


NOISE = random.Random(2).randbytes(900)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b"-----BEGIN PGP MESSAGE-----\n\n" + _wrapped(NOISE).encode() + b"=abcd\n-----END PGP MESSAGE-----\n",
            Reason.ENCRYPTED,
        ),
        (b"-----BEGIN PKCS7-----\n" + _wrapped(NOISE).encode() + b"-----END PKCS7-----\n", Reason.ENCRYPTED),
        (base64.b64encode(b"Salted__" + NOISE), Reason.ENCRYPTED),
        (_wrapped(NOISE).encode(), Reason.NO_TEXT),
    ],
)
def test_ciphertext_is_never_text(body: bytes, reason: Reason) -> None:
    text, missed = looked(body, "a.txt")
    assert missed[0] is reason
    assert not text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "ssh-rsa " + base64.b64encode(NOISE[:200]).decode() + " user@host",
        "\n".join(random.Random(n).randbytes(32).hex() for n in range(40)),
        "-----BEGIN PUBLIC KEY-----\n" + _wrapped(NOISE[:120]) + "-----END PUBLIC KEY-----",
        "a" * 5000,
        "/usr/share/javascript/jquery/jquery.min.js\n" * 30,
        "token: " + base64.b64encode(NOISE[:30]).decode(),
    ],
)
def test_keys_digests_and_paths_are_ordinary_text(text: str) -> None:
    assert looked(text.encode(), "a.txt")[1] == []


HEX = PERSON.encode().hex()
IN_LETTERS = {
    "dump.sql": f"INSERT INTO t VALUES (1,0x{HEX});",
    "dump of utf-16.sql": f"INSERT INTO t VALUES (1,X'{PERSON.encode('utf-16-le').hex()}');",
    "postgres.sql": f"COPY t FROM stdin;\n\\\\x{HEX}\n",
    "digits.txt": HEX,
    "base64 of cp932.txt": "name: " + base64.b64encode(PERSON.encode("cp932")).decode(),
    "base64 for addresses.txt": "t=" + base64.urlsafe_b64encode((PERSON * 3).encode()).decode().rstrip("="),
    "data.txt": "data:text/plain;charset=utf-8," + quote(PERSON),
    "registry.reg": '"a"=hex(1):' + ",".join(f"{b:02x}" for b in PERSON.encode("utf-16-le")),
    "script.js": "x = String.fromCharCode(" + ",".join(str(ord(c)) for c in PERSON) + ")",
    "deflated.txt": "d=" + base64.b64encode(zlib.compress((PERSON * 3).encode())).decode(),
}


@pytest.mark.parametrize("name", sorted(IN_LETTERS))
def test_text_in_letters_beside_other_text(name: str) -> None:
    text, missed = looked(IN_LETTERS[name].encode(), name)
    assert PERSON in text
    assert not missed


WRONGLY = {
    "utf-8 as latin-1": PERSON.encode().decode("latin-1").encode(),
    "utf-8 as windows-1252": "".join(
        bytes((b,)).decode("cp1252") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b) for b in PERSON.encode()
    ).encode(),
    "cp932 as latin-1": (PERSON * 2).encode("cp932").decode("latin-1").encode(),
    "no way back to ascii": b"\x1b$B" + "高梨".encode("iso2022_jp")[3:-3] + b"\n090-4455-6677\n",
    "utf-16 behind": "会議\n".encode("cp932") * 9 + f"{PERSON}\r\n".encode("utf-16"),
    "records": b"".join(f"{n:05}{PERSON}".encode("cp932").ljust(90, b"\0") for n in range(9)),
    "lines": "会議\0".encode("cp932") * 9 + PERSON.encode("cp932"),
}


@pytest.mark.parametrize("name", sorted(WRONGLY))
def test_text_that_was_written_wrongly(name: str) -> None:
    text, missed = looked(WRONGLY[name], "a.txt")
    assert ("高梨" in text, "090-4455-6677" in text, missed) == (True, True, [])


def test_bytes_that_were_enciphered_by_one_letter_are_no_text() -> None:
    plain = ("会議室の予約をお願いします。\n" * 9 + PERSON).encode()
    assert looked(bytes(b ^ 0x5A for b in plain), "a.txt")[1]
    assert not looked("鈴木一郎\n佐藤花子\n".encode("cp932") * 99, "a.txt")[1]


def test_quote_that_never_closes_costs_its_quotes_only() -> None:
    rows = "".join(f"{n},高梨{n},03-1234-{n:04}\n" for n in range(3000))
    text, missed = looked(('番号,氏名,電話\n1,"高梨,"x\n2,"閉じない,03\n' + rows).encode("cp932"), "a.csv")
    assert text.count("03-1234-") == 3000
    assert not missed
    good = looked('a,b\n"二行\nの\n値",1\n5" パイプ,2\n'.encode(), "a.csv")[0]
    assert "二行\nの\n値" in good


def test_cell_of_a_megabyte_in_the_first_line() -> None:
    text, missed = looked(f'a,"{"長" * 200_000}高梨",b\n1,2,3\n'.encode(), "a.csv")
    assert "高梨" in text
    assert not missed


def _host(text: str, page: str) -> bytes:
    tables = ebcdic._tables()
    out = b""
    for char in text:
        if char in tables.single[page]:
            out += bytes((tables.single[page].index(char),))
            continue
        lead, row = next((lead, row) for lead, row in tables.double.items() if char in row)
        out += b"\x0e" + bytes((lead, 0x40 + row.index(char))) + b"\x0f"
    return out.replace(b"\x0f\x0e", b"")


@pytest.mark.parametrize("page", ["930", "939"])
@pytest.mark.parametrize("end", [b"\x15", b"\x25", b""])
def test_exports_of_hosts(page: str, end: bytes) -> None:
    kana = "ﾀｶﾅｼ ﾐﾎ" if page == "930" else "takanashi miho"
    records = [_host(f"{n:06} 高梨　美穂 {kana} 09044556677", page).ljust(96, b"\x40") + end for n in range(30)]
    text, missed = looked(b"".join(records), "JINJI.DAT")
    assert text.count("高梨\u3000美穂") == text.count(kana) == text.count("09044556677") == 30
    assert not missed
    assert len(text.split("\n")) == 30


@pytest.mark.parametrize(("on", "off"), [(b"\x0a\x42", b"\x0a\x41"), (b"\x28", b"\x29")])
def test_shifts_of_other_hosts(on: bytes, off: bytes) -> None:
    record = (
        _host("000001 ", "930")
        + on
        + "高梨美穂".encode("euc_jp")
        + off
        + _host(" 09044556677", "930").ljust(70, b"\x40")
    )
    text, _ = looked(record * 20, "a.dat")
    assert text.count("高梨美穂") == 20


@pytest.mark.slow
def test_table_of_hosts_is_that_of_iconv() -> None:
    if shutil.which("iconv") is None:
        lacking("iconv")
    listed = subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=True).stdout
    if "IBM930" in listed:
        assert make_ebcdic._row(0x45) == ebcdic._tables().double[0x45]


def test_japanese_text_is_never_taken_for_that_of_a_host() -> None:
    for codec in ("utf-8", "cp932", "euc_jp", "utf-16"):
        for text in (PERSON * 20, "ﾀｶﾅｼ@ﾐﾎ" * 50, "見出し" * 100, "@" * 40 + "値"):
            assert not ebcdic.looks_like_host(text.encode(codec)[:8192]), (codec, text[:9])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(["a.txt", "a.csv", "a.dat"]))
def test_any_bytes_are_read_or_said(data: bytes, name: str) -> None:
    looked(data, name)
    for codec in ("utf-8", "cp932", "euc_jis_2004", "cp1252"):
        mixed.text(data, codec)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="\\ux%=&#;?0123456789abcdefABCDEF{}Uu高é +~\n", max_size=120))
def test_escapes_never_fail(text: str) -> None:
    resolved(text)
    looked(text.encode(), "a.txt")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *_wrapped(NOISE[:90]).split("\n"),
                "begin 644 a",
                "end",
                "`",
                "-----BEGIN X-----",
                "-----END X-----",
                "=yend",
                "文",
            ]
        ),
        max_size=12,
    )
)
def test_broken_carriers_never_fail(lines: list[str]) -> None:
    looked("\n".join(lines).encode(), "a.txt")
