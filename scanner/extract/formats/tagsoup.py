"""HTML as a stream of tags and texts, in one pass: what was looked at once is not looked at again.

The parser of the standard library goes over an open comment, tag or quote again with every piece that it is fed and
backtracks over attributes. Here every search either moves forward or is remembered to have found nothing, so that a flood of
anything is as long as it is. What is left open at the end of the page is text: nothing that is there gets lost.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z][^\s/>]{0,60}")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=][^\s/>=]*)?\s*(=)?\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_RAW = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style")}
_PIECE = 1 << 16


def unescape(text: str) -> str:
    """Character references resolved; one of a thousand digits is none."""
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:
        return text


class Scanner:
    """Calls ``start(tag, attributes)``, ``end(tag)``, ``text(data)`` and ``comment(data)`` (declarations and instructions too) in the order of the page; tags in lower case."""

    def __init__(
        self,
        start: Callable[[str, list[tuple[str, str]]], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
        comment: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._start, self._end, self._text, self._comment = start, end, text, comment
        self._page = ""
        self._absent: dict[str, int] = {}

    def _find(self, mark: str, at: int) -> int:
        """As ``str.find``; a mark that is not behind some place is not searched for again."""
        if at >= self._absent.get(mark, len(self._page)):
            return -1
        found = self._page.find(mark, at)
        if found < 0:
            self._absent[mark] = at
        return found

    def scan(self, page: str) -> None:
        """Walk the whole page."""
        self._page, self._absent = page, {}
        at = 0
        while at < len(page):
            mark = page.find("<", at)
            if mark < 0:
                self._put(at, len(page))
                return
            if mark > at:
                self._put(at, mark)
            at = self._markup(mark)

    def _put(self, at: int, end: int) -> None:
        page = self._page
        while end - at > _PIECE:  # cut where no character reference is
            cut = page.rfind("&", at + _PIECE - 40, at + _PIECE)
            cut = cut if cut > at else at + _PIECE
            self._text(unescape(page[at:cut]))
            at = cut
        self._text(unescape(page[at:end]))

    def _markup(self, at: int) -> int:
        """Handle what begins with ``<`` at ``at``; the place behind it."""
        page = self._page
        following = page[at + 1 : at + 2]
        if following.isascii() and following.isalpha():
            return self._tag(at)
        if following == "!" or following == "?":
            closing = "-->" if page.startswith("<!--", at) else ">"
            end = self._find(closing, at + 2)
            if end >= 0:
                self._comment(page[at + 2 : end])
                return end + len(closing)
        elif following == "/":
            name = _NAME.match(page, at + 2)
            end = self._find(">", at + 2) if name else -1
            if name and end >= 0:
                self._end(name.group().lower())
                return end + 1
        self._text("<")
        return at + 1

    def _tag(self, at: int) -> int:
        page = self._page
        name = _NAME.match(page, at + 1)
        assert name is not None
        tag = name.group().lower()
        attributes: list[tuple[str, str]] = []
        place = name.end()
        if self._find(">", place) < 0:  # no tag ends any more: the rest is text
            self._put(at, len(page))
            return len(page)
        while True:
            found = _ATTRIBUTE.match(page, place)
            assert found is not None
            place = found.end()
            value = ""
            if found[2]:
                quote = page[place : place + 1]
                closing = self._find(quote, place + 1) if quote in ('"', "'") else -1
                if closing >= 0:
                    value, place = page[place + 1 : closing], closing + 1
                else:
                    unquoted = _UNQUOTED.match(page, place)
                    assert unquoted is not None
                    value, place = unquoted.group(), unquoted.end()
            if found[1]:
                attributes.append((found[1].lower(), unescape(value)))
            if place >= len(page):  # quotes swallowed every end
                self._put(at, len(page))
                return len(page)
            if page[place] == ">":
                break
        self._start(tag, attributes)
        return self._raw(tag, place + 1)

    def _raw(self, tag: str, at: int) -> int:
        """Behind a tag whose contents are no markup: the place of its end tag."""
        if tag not in _RAW:
            return at
        mark = f"</{tag}"
        closing = None if mark in self._absent else _RAW[tag].search(self._page, at)
        if closing is None:  # never closed: what follows is read like anything else
            self._absent[mark] = at
            self._end(tag)
            return at
        self._put(at, closing.start())
        return closing.start()
