"""A text and where its names stand."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A text and the spans of its names."""

    text: str
    spans: tuple[Span, ...]


def joined(rows: list[Text]) -> Text:
    """Several texts, a line each."""
    spans, at = [], 0
    for row in rows:
        spans += [(a + at, b + at) for a, b in row.spans]
        at += len(row.text) + 1
    return Text("\n".join(r.text for r in rows), tuple(spans))


def behind(first: Text, second: Text) -> Text:
    """Two texts in one line."""
    moved = tuple((a + len(first.text), b + len(first.text)) for a, b in second.spans)
    return Text(first.text + second.text, first.spans + moved)
