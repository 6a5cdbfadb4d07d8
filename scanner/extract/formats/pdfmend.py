"""A damaged PDF made whole enough for a parser: with an end where it was cut, and with a tree that names every page that is there."""

from __future__ import annotations

import re

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9}) ([0-9]{1,5}) obj\s*<<")
_CATALOGUE = re.compile(rb"/Type\s*/Catalog\b")
_PAGES = re.compile(rb"/Pages\s+([0-9]{1,9}) ([0-9]{1,5}) R")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_HEAD = 4_000
"""Bytes of an object in which its type is looked for."""
_MOST = 20_000


def mended(data: bytes | bytearray) -> bytes:
    """The document with its objects found anew; empty where its catalogue is lost too (it may be packed into a stream)."""
    root = tree = None
    pages: list[bytes] = []
    for found in _OBJECT.finditer(data):
        head = bytes(data[found.end() : found.end() + _HEAD]).partition(b"endobj")[0].partition(b"stream")[0]
        reference = b"%s %s" % (found[1], found[2])
        if _CATALOGUE.search(head):
            named = _PAGES.search(head)
            root, tree = reference, b"%s %s" % (named[1], named[2]) if named else None
        elif _PAGE.search(head) and len(pages) < _MOST and reference not in pages:
            pages.append(reference)
    if root is None:
        return b""
    out = bytes(data).replace(b"startxref", b"startxxxx") + b"\nendstream\nendobj\n"
    if tree is not None and pages:
        kids = b" ".join(b"%s R" % page for page in pages)
        out += b"%s obj\n<< /Type /Pages /Kids [%s] /Count %d >>\nendobj\n" % (tree, kids, len(pages))
    return out + b"trailer\n<< /Root %s R >>\nstartxref\n0\n%%%%EOF\n" % root
