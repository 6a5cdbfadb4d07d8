"""記録項目 as offices write them: 氏名, 住所, 電話番号. Kept as the name of the entity that the scan finds."""

from __future__ import annotations

import difflib
import unicodedata
from functools import lru_cache

from scanner.entities import entities
from scanner.messages import language, t
from scanner.policy.faults import fault


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Every word by which an item may be called (folded) → entity."""
    found = {_plain(word): e.name for e in entities().values() for word in (e.name, e.ja, e.en)}
    for e in entities().values():
        for word in e.also.split():
            found.setdefault(_plain(word), e.name)
    return found


def names(spoken: str = "ja") -> list[str]:
    """The items as they are best written: one word each, in ``ja`` or ``en``."""
    return [e.ja if spoken == "ja" else e.en for e in entities().values()]


def name_of(entity: str) -> str:
    """The Japanese word of an item."""
    known = entities().get(entity)
    return known.ja if known else entity


def entity_of(word: str) -> str:
    """The entity that an item means. Raises a fault with the nearest word, and all of them, where it means none: an item that
    nobody understands would let every finding of that kind pass for surplus."""
    plain = _plain(word)
    known = words()
    if plain in known:
        return known[plain]
    if word.isascii() and word.isupper() and "_" in word:
        return word  # of a plug-in on another machine
    near = difflib.get_close_matches(plain, list(known), n=1, cutoff=0.5)
    raise fault(
        "no_such_item", name=word, near=near[0] if near else "—", known=t("list.separator").join(names(language()))
    )


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold().replace(" ", "")
