"""What happens to a text on its way: set wide, wrapped, converted badly, recognised from paper. Values keep their labels."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from benchmarks import numbers
from benchmarks.yardstick.pieces import Piece

Pieces = Iterable[Piece]


def _each(
    change: Callable[[str], str], *, values: bool = True, rest: bool = True
) -> Callable[[Pieces], Iterator[Piece]]:
    def apply(pieces: Pieces) -> Iterator[Piece]:
        for piece in pieces:
            wanted = values if piece.entity else rest
            yield piece._replace(text=change(piece.text)) if wanted else piece

    return apply


def _wide_labels(text: str) -> str:
    """Two-character labels set wide: 氏名 → 氏　名."""
    for label in ("氏名", "住所", "電話", "病名", "品名", "金額", "名称"):
        text = text.replace(label, f"{label[0]}　{label[1]}")
    return text


def _wrapped(pieces: Pieces) -> Iterator[Piece]:
    """Lines of at most 38 characters, broken wherever they end, but not inside a value."""
    at = 0
    for piece in pieces:
        last = piece.text.rpartition("\n")
        if last[1]:
            at = 0
        if at + len(last[2]) > 38 and not piece.text.startswith("\n") and not last[1]:
            yield Piece("\n")
            at = 0
        at += len(last[2])
        yield piece


def _indented(pieces: Pieces) -> Iterator[Piece]:
    yield Piece("    ")
    for piece in pieces:
        yield piece._replace(text=piece.text.replace("\n", "\n    "))


LAYOUTS: dict[str, Callable[[Pieces], Iterator[Piece]]] = {
    "plain": _each(str),
    "wide_labels": _each(_wide_labels, values=False),
    "wrapped": _wrapped,
    "indented": _indented,
}

_HALF = {unicodedata.normalize("NFKC", chr(c)): chr(c) for c in range(0xFF66, 0xFF9E)}
_VOICED = {unicodedata.normalize("NFKC", chr(c) + mark): chr(c) + mark for c in range(0xFF66, 0xFF9E) for mark in "ﾞﾟ"}
_OLD = str.maketrans(
    {"髙": "高", "高": "髙", "崎": "﨑", "斎": "齋", "辺": "邊", "浜": "濱", "沢": "澤", "国": "國", "広": "廣"}
)


def _half_kana(text: str) -> str:
    return "".join(_VOICED.get(c, _HALF.get(c, c)) if len(_VOICED.get(c, c)) < 3 else c for c in text)


def _damaged(text: str) -> str:
    """Every sixtieth character or so lost to a question mark of a bad conversion."""
    return "".join("〓" if i % 61 == 60 else c for i, c in enumerate(text))


ENCODINGS: dict[str, Callable[[Pieces], Iterator[Piece]]] = {
    "clean": _each(str),
    "half_kana": _each(_half_kana),
    "full_width": _each(numbers.wide, rest=False),
    "decomposed": _each(lambda text: unicodedata.normalize("NFD", text)),
    "old_forms": _each(lambda text: text.translate(_OLD)),
    "geta": _each(_damaged, values=False),
}

_CONFUSED = {"ー": "一", "0": "O", "1": "l", "ロ": "口", "カ": "力", "-": "－", "ニ": "二", "夕": "タ", "。": "．"}


def _recognised(share: float, *, letters: bool) -> Callable[[Pieces, random.Random], Iterator[Piece]]:
    def apply(pieces: Pieces, c: random.Random) -> Iterator[Piece]:
        for piece in pieces:
            text = "".join(
                _CONFUSED[x] if x in _CONFUSED and (letters or not x.isascii()) and c.random() < share else x
                for x in piece.text
            )
            yield piece._replace(text=text)

    return apply


def _spaced(pieces: Pieces, c: random.Random) -> Iterator[Piece]:
    """Spaces between the characters of short Japanese values and of labels, as recognition puts them."""
    for piece in pieces:
        text = piece.text
        if piece.entity == "PERSON" and text.isalpha() and not text.isascii() and len(text) < 8 and c.random() < 0.5:
            text = " ".join(text)
        yield piece._replace(text=text)


NOISES: dict[str, Callable[[Pieces, random.Random], Iterator[Piece]]] = {
    "none": lambda pieces, _: iter(pieces),
    "recognised": _recognised(0.1, letters=False),
    "recognised_badly": _recognised(0.04, letters=True),
    "spaced": _spaced,
}
