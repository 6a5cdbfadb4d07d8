"""Bombs of texts: html, xml, json, csv, mail, vcards, rtf, and plain text against the patterns of the detectors."""

from __future__ import annotations

import gzip
import random

from tests.scanner.bombs.making import Files

_TAGS = (
    "<!--", "<a ", "<a b='>'", "<", "</", '<a b="', "<!", "<?", "&#", "&", "<script>", "<style>", "<table>", "<td>", "<tr><td>1",
    "<a =", "<div>", "<p>1", "<img alt=1>", "<rt>", "<br>", "&amp;", "&#x110000;", "<script></", "<li><ul>",
)  # fmt: skip
_WORDS = (
    "様", "氏名", "住所", "電話", "電話番号：", "生年月日", "個人番号", "口座番号", "○○ 氏名 住所 電話\n", "氏名 ", "：", "090-", "0", "1 ", "1-", "1,", "(",
    "（）", "東京都", "東京都千代田区", "丁目", "番地", "1-1-", "〒", "100-0001 ", "a@", "a.", "a@a.", "@", "192.168.", "::", "ab:", "山田", "山田太郎様", "ヤマダ",
    "やまだ ", "ﾔﾏﾀﾞ", "殿、", "令和", "令和1年", "1年1月", "平成1年1月1日生 ", "男 女 ", "病", "  ", "\t", "\n", "　", "|", "[", "氏名\t", "株式会社", "第1号", "№",
    "1234567890123456 ", "１２３４", "品川 300 あ ", "ISBN", "-", "/", "\\", "\u200b", "\u0301", "①", "㈱", "𠮷", "a" * 60 + " ", "INSERT INTO t VALUES (", "('1','", "氏名,",
)  # fmt: skip


def of(word: str, size: int = 100_000) -> bytes:
    """A word over and over."""
    raw = word.encode()
    return raw * (size // len(raw) + 1)


def mixed(seed: int, size: int = 100_000) -> bytes:
    """Label words, marks and digits in any order, repeated in the small and in the large."""
    chance = random.Random(seed)
    phrase = "".join(chance.choices(_WORDS, k=chance.choice((2, 5, 40)))) or "様"
    return of(phrase, size)


def _mail(head: str, body: str = "1") -> bytes:
    return f"From: a@b.jp\nTo: c@d.jp\nSubject: e\nMIME-Version: 1.0\n{head}\n\n{body}".encode()


def _mails() -> Files:
    n = 100_000
    return {
        "headers.eml": lambda: _mail("\n".join(f"X-{k}: 1" for k in range(n))),
        "subjects.eml": lambda: _mail("\n".join(["Subject: 様"] * n)),
        "folded.eml": lambda: _mail("Cc: " + "\n ".join(["a@b.jp,"] * n)),
        "long.eml": lambda: _mail("Cc: " + "a@b.jp, " * n),
        "words.eml": lambda: _mail("Comments: " + "=?utf-8?q?a?= " * n),
        "open-words.eml": lambda: _mail("Comments: " + "=?a?q?" * n),
        "parameters.eml": lambda: _mail('Content-Type: text/plain; name="' + ";" * n + '"; ' + "a=1; " * n),
        "quotes.eml": lambda: _mail("Content-Type: text/plain" + '; a="\\"' * n),
        "pieces.eml": lambda: _mail("Content-Disposition: attachment" + "".join(f"; filename*{k}=a" for k in range(n))),
        "boundary.eml": lambda: _mail("Content-Type: multipart/mixed; boundary=a", "--a\n\n1\n" * n),
        "boundaries.eml": lambda: _mail("Content-Type: multipart/mixed; boundary=" + "a" * n, ("--" + "a" * 1_000 + "\n") * 1_000),
        "nested.eml": lambda: b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (k, k) for k in range(400)
        ) + b"1\n" * n,
        "attachments.eml": lambda: _mail(
            "Content-Type: multipart/mixed; boundary=a", '--a\nContent-Disposition: attachment; filename="a.txt"\n\n1\n' * 20_000
        ),
        "base64.eml": lambda: _mail("Content-Transfer-Encoding: base64", "QUFB" * 200_000 + "=" * 200_000),
        "quoted.eml": lambda: _mail("Content-Transfer-Encoding: quoted-printable", "=E5" * 300_000),
        "uu.eml": lambda: _mail("Content-Transfer-Encoding: x-uuencode", "begin 600 a\n" + "M" * 500_000),
        "mails.mbox": lambda: b"From a@b.jp Mon Jan 1 00:00:00 2024\nSubject: 1\n\n1\n\n" * 20_000,
        "separators.mbox": lambda: b"From a@b.jp Mon Jan 1 00:00:00 2024\n" * 50_000,
        "quoted.mbox": lambda: b"From a@b.jp Mon Jan 1 00:00:00 2024\n\n" + b">" * 1_000_000 + b"From 1\n",
    }  # fmt: skip


def _structured() -> Files:
    n = 100_000
    return {
        "deep-object.json": lambda: b'{"a":' * n,
        "deep-closed.json": lambda: b"[" * 900 + b"]" * 900,
        "wide.json": lambda: b"[" + b"1," * 500_000 + b"1]",
        "lists.json": lambda: b"[" + b"[]," * 300_000 + b"[]]",
        "objects.json": lambda: b"[" + b"{}," * 300_000 + b"{}]",
        "unique-keys.json": lambda: b"[" + b",".join(b'{"k%d":1}' % k for k in range(50_000)) + b"]",
        "long-key.json": lambda: b'{"' + b"k" * n + b'":[' + b"1," * n + b"1]}",
        "long-keys.json": lambda: b'[{"' + b"k" * n + b'":{"b":[' + b"1," * n + b"1]}}]",
        "number.json": lambda: b"1" * 1_000_000,
        "exponent.json": lambda: b"[" + b"1e999999," * n + b"1]",
        "escapes.json": lambda: b'"' + b"\\ud83d" * n + b'"',
        "escaped-rows.json": lambda: b"[" + b'{"a":"\\ud83d","b":"\\u0000"},' * 20_000 + b"{}]",
        "lines.jsonl": lambda: b'{"a":1}\n' * n,
        "broken-end.jsonl": lambda: b'{"a":1}\n' * n + b"{",
        "columns.csv": lambda: b",".join([b"1"] * 1_000_000),
        "empty-columns.csv": lambda: (b"," * 200_000 + b"\n") * 5,
        "open-quote.csv": lambda: b'a,b\n1,"' + b"x,y\n" * 300_000,
        "quotes.csv": lambda: b'a,b\n1,"' + b'""' * 500_000,
        "quote-rows.csv": lambda: b'a,b\n"' * 200_000,
        "returns.csv": lambda: b"a,b\r" * 300_000,
        "zeros.csv": lambda: b"a,b\n" + b"\0,\0\n" * 100_000,
        "folds.vcf": lambda: b"BEGIN:VCARD\nFN:" + b"a\n " * 300_000,
        "options.vcf": lambda: b"BEGIN:VCARD\nFN" + b";A=1" * 300_000 + b":a\n",
        "values.vcf": lambda: b"BEGIN:VCARD\nN:" + b";" * 1_000_000 + b"\n",
        "cards.vcf": lambda: b"BEGIN:VCARD\nFN:a\nEND:VCARD\n" * 30_000,
        "quoted.vcf": lambda: b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:" + b"=E5=\n" * 200_000,
        "base64.vcf": lambda: b"BEGIN:VCARD\nFN;ENCODING=B:" + b"QUFB" * 300_000 + b"\n",
        "events.ics": lambda: b"BEGIN:VCALENDAR\n" + b"ATTENDEE;CN=a:mailto:a@b.jp\n" * 30_000,
        "attributes.xml": lambda: b"<?xml version='1.0'?><a " + b" ".join(b'a%d="1"' % k for k in range(n)) + b"/>",
        "attribute.xml": lambda: b"<?xml version='1.0'?><a b='" + b"a" * 3_000_000 + b"'/>",
        "names.xml": lambda: b"<?xml version='1.0'?><r>" + b"".join(b"<a%d>1</a%d>" % (k, k) for k in range(50_000)),
        "elements.xml": lambda: b"<?xml version='1.0'?><r>" + b"<a/>" * 300_000,
        "entities.xml": lambda: b"<?xml version='1.0'?><r>" + b"&amp;" * 300_000,
        "doctype.xml": lambda: b"<?xml version='1.0'?><!DOCTYPE r [" + b"<!ELEMENT a ANY>" * 50_000 + b"]><r>1</r>",
        "index.xml": lambda: b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
        + b'<Row ss:Index="999999999999"><Cell ss:Index="99999999"><Data>1</Data></Cell></Row>' * 20_000,
    }  # fmt: skip


def _rtf() -> Files:
    bodies = {
        "groups": b"{" * 500_000, "ends": b"}" * 500_000, "pairs": b"{}" * 300_000, "bin": b"\\bin99999999999 " * 50_000, "bins": b"\\bin1 a" * 100_000,
        "unicode": b"\\u-3913 ?" * 100_000, "fonts": b"{\\fonttbl" + b"{\\f1\\fcharset128 a;}" * 50_000, "escapes": b"\\'8a" * 300_000, "paragraphs": b"\\par a" * 100_000,
        "cells": b"1\\cell " * 150_000 + b"\\row", "stars": b"{\\*\\x " * 100_000, "words": b"\\" + b"a" * 500_000, "skip": b"\\uc99999999\\u1 " * 50_000, "headers": b"{\\header 1}" * 100_000,
        "font-changes": b"\\f1 \\'8a" * 100_000,
    }  # fmt: skip
    return {f"{name}.rtf": lambda body=body: b"{\\rtf1\\ansi\\ansicpg932 " + body for name, body in bodies.items()}  # type: ignore[misc]


def files() -> Files:
    """Name → maker."""
    found: Files = {}
    for n, tag in enumerate(_TAGS):
        found[f"tags-{n}.html"] = lambda tag=tag: b"<html>" + of(tag, 1_000_000)  # type: ignore[misc]
    found["closed-late.html"] = lambda: b"<html>" + of("<a b='", 1_000_000) + b"'>-->"
    found["tag-name.html"] = lambda: b"<html><" + b"a" * 100_000 + b" alt=1" * 100_000 + b">"
    found["reference.html"] = lambda: b"<html>&#" + b"9" * 100_000 + b";"
    found["packed-tags.html.gz"] = lambda: gzip.compress(b"<html>" + b"<td>1" * 8_000_000, 1)
    found |= _mails() | _structured() | _rtf()
    for n, word in enumerate(_WORDS):
        found[f"words-{n}.txt"] = lambda word=word: of(word)  # type: ignore[misc]
    for seed in range(12):
        found[f"mixed-{seed}.txt"] = lambda seed=seed: mixed(seed)  # type: ignore[misc]
    found["wide.utf16.txt"] = lambda: ("様" * 200_000).encode("utf-16")
    found["shifts.txt"] = lambda: b"\x1b$B" * 200_000 + b"\x1b(B"
    found["shifted.txt"] = lambda: b"\x1b$B" + b"CM" * 300_000
    found["cut-characters.txt"] = lambda: b"\x83" * 300_000
    return found
