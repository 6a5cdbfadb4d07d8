"""EQ fields, by which Word before 2000 and its successors write readings over kanji and letters in circles: what is shown in the line.

``EQ \\* jc2 \\* "Font:ＭＳ 明朝" \\* hps10 \\o\\ad(\\s\\up 9(すずき),鈴木)`` shows 鈴木 with its reading above it.
"""

from __future__ import annotations

import re

_HEAD = r"\s?\bEQ\s*+(?:\\\*\s*(?:\"[^\"]{0,100}\"|[^\s\\]{1,100})\s*+)*+\\o\s*+(?:\\a[a-z]{1,2}\s*+)?\(\s*+"
_RUBY = re.compile(_HEAD + r"\\s\s*\\(?:up|do)\s*\d*\s*\(([^()]{0,200})\)\s*[,;、]\s*([^()]{0,200})\)", re.IGNORECASE)
_OVER = re.compile(_HEAD + r"([^(),;\\]{0,200})[,;]\s*([^(),;\\]{0,200})\)", re.IGNORECASE)


def shown(text: str) -> tuple[str, list[str]]:
    """The text with what such fields show in their place, and the readings that stood above it."""
    if "EQ" not in text and "eq" not in text:
        return text, []
    readings = [reading for reading, _ in _RUBY.findall(text)]
    return _OVER.sub(lambda m: m[2], _RUBY.sub(lambda m: m[2], text)), readings
