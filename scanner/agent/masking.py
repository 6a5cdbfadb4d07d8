"""What leaves the terminal of a path, a subject and a working.

A path leaves masked (its ending and a code), as the code alone, or clear, as the policy says. The code is that of the forms, of the
installation's key: whoever sits at the terminal finds the path again by its first eight digits (``report paths``), nobody else can
try names.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from typing import Any

from scanner.model import display
from scanner.paths import names

DIGITS = 16
"""Hexadecimal digits of a code: no two of 10^6 paths share one by chance more often than once in 10^7 terminals."""
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,7}")
_SUBJECTS = frozenset({"carryout", "family", "host", "instruction", "place", "transfer", "transport", "worker"})
"""Subjects that are numbers of registers or machines. Of others (a party, who has a right) a code leaves."""
_WORKING = frozenset(
    "av_date carryout checkers class completed consent consented consents contract count date days declared due elsewhere ended"
    " excess files gaps ground host instruction items last left means months observed os_end persons place place_of places returned"
    " right rows rule serial severity share_of_file share_of_original since trained transfer transport volume why worker".split()
)
"""Entries of a working that hold numbers, days, codes and numbers of registers. What is not here stays on the terminal."""
_LONGEST = 200


class Masking:
    """How one terminal writes what leaves it."""

    def __init__(self, key: bytes, paths: str) -> None:
        """``key``: of the installation. ``paths``: ``masked``, ``code`` or ``clear``."""
        self._key = key
        self._paths = paths

    def path(self, path: bytes) -> str:
        """A path as it may leave."""
        if not path:
            return ""
        if self._paths == "clear":
            return display(path)
        code = f"[{self._code(b'name', path)}]"
        if self._paths == "code":
            return code
        ending = os.path.splitext(names.name(path))[1].decode("ascii", "replace")
        return f"▒▒▒▒{ending if _ENDING.fullmatch(ending) else ''} {code}"

    def subject(self, subject: str) -> str:
        """Of a point that is not about a file."""
        kind, mark, rest = subject.partition(":")
        if not mark or kind in _SUBJECTS:
            return subject[:1_000]
        return f"{kind}:[{self._code(b'subject', rest.encode('utf-8', 'surrogatepass'))}]"

    def working(self, text: str | None) -> str | None:
        """The working of a point, without what stays here."""
        if not text:
            return None
        found = json.loads(text)
        kept = {k: v for k, v in found.items() if k in _WORKING and _plain(v)}
        if len(kept) < len(found):
            kept["withheld"] = len(found) - len(kept)
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)

    def _code(self, about: bytes, text: bytes) -> str:
        return hmac.digest(self._key, about + text, "sha256").hex()[:DIGITS]


def _plain(value: Any) -> bool:
    """Numbers and short texts that name no path, alone or in lists and tables of them."""
    if isinstance(value, dict):
        return all(_plain(k) and _plain(v) for k, v in value.items())
    if isinstance(value, list):
        return len(value) <= _LONGEST and all(map(_plain, value))
    if isinstance(value, str):
        return len(value) <= _LONGEST and "/" not in value and "\\" not in value
    return True
