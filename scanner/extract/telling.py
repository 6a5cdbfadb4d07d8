"""What tells a person in places where programs write as a rule: attributes, code, records that are not followed.

Japanese letters, an address of mail, or a telephone number as people write it. A bare number of ten digits is a place on a page or a
time as often as not, so that it needs its leading zero.
"""

from __future__ import annotations

import re

JAPANESE = "[ぁ-んァ-ヶ一-龥々〇ｦ-ﾝ𠀀-𪛟]"
_ASCII = (
    r"[A-Za-z0-9_.+-]@[A-Za-z0-9-]+\.[A-Za-z]"
    r"|(?<![0-9A-Fa-f.-])(?:0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|0[1-9][0-9]{8,9}|\+81[ 0-9-]{9,14}|\(0[0-9]{1,4}\) ?[0-9]{1,4}-[0-9]{3,4})"
    r"(?![0-9A-Fa-f-])"
)
_IN_ASCII = re.compile(_ASCII)
_ANY = re.compile(f"{JAPANESE}|{_ASCII}")
_SHORTEST = 6
"""Characters of the shortest address; telephone numbers are longer."""


def telling(text: str) -> bool:
    """Whether a text may tell a person. Fast where it is short and ASCII, as nearly all attributes are."""
    if text.isascii():
        return len(text) >= _SHORTEST and _IN_ASCII.search(text) is not None
    return _ANY.search(text) is not None
