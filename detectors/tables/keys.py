"""Keys of machine files (``kojin_bango``, ``birthYmd``, ``TEL_NO``) in the words of a heading."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.resources import rules

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[^0-9A-Za-z]+")
_NUMBERED = re.compile(r"_?[0-9]{1,2}$")
_OF_NUMBERS = re.compile(r"_(?:bangou?|bangoh|number|num|code|cd|id)$")
"""Other words for _no."""
_LONG = 64
"""Characters beyond which nothing is a key."""


@lru_cache(maxsize=1)
def _keys() -> tuple[dict[str, str], frozenset[str]]:
    """Key → heading, and the keys that count as a whole only."""
    said = rules("columns")
    return {key: heading for heading, keys in said["keys"].items() for key in keys}, frozenset(said["whole"]["keys"])


def words(key: str) -> str:
    """The words of a key in small letters with one underscore between: ``birthYmd`` → ``birth_ymd``."""
    return _BETWEEN.sub("_", _CAMEL.sub("_", key)).strip("_").lower()


@lru_cache(maxsize=8192)
def meaning(key: str) -> str:
    """The heading that says the same as a key; what is no known key is returned as it is.

    The last words decide, so that ``guardian_tel_no`` is a telephone number.

    >>> meaning("KojinNo"), meaning("hogosha_tel"), meaning("product_name"), meaning("氏名")
    ('個人番号', '電話番号', '品名', '氏名')
    """
    if not key.isascii() or len(key) > _LONG:
        return key
    known, whole = _keys()
    plain = words(key)
    for name in dict.fromkeys((plain, _NUMBERED.sub("", plain), _OF_NUMBERS.sub("_no", plain))):
        parts = name.split("_")
        for at in range(len(parts)):
            if (heading := known.get(tail := "_".join(parts[at:]))) and (at == 0 or tail not in whole):
                return heading
    return key
