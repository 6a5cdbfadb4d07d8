"""Pictures of the overview as SVG: places, originals with their copies, open points by day.

Every one is narrow, so that its letters keep their size on a telephone; what colour says, a pattern and a word say too, so that a
print in black and white tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from markupsafe import Markup

from scanner.custody.arithmetic import Family
from scanner.messages import t
from scanner.model import VerdictKind
from scanner.printable import printable
from scanner.report import kinship, wording

WIDTH = 340
"""Units; a telephone shows one as about one pixel."""
_BOX, _ROW = 13, 17
_PER_LINE, _LINES = 18, 4
_PATTERNS = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#b3261e"/></pattern>'
    '<pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
    '<path d="M0 0L6 6M6 0L0 6" stroke="#7a4b00" stroke-width="1.2"/></pattern>'
    '<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#fff"/>'
    '<circle cx="2.5" cy="2.5" r="1.1" fill="#555"/></pattern></defs>'
)
_FILLS = {
    VerdictKind.IN_PLACE.value: "#2f6f4f",
    VerdictKind.OUTSIDE.value: "url(#hatch)",
    VerdictKind.EXPIRED.value: "url(#cross)",
    VerdictKind.NOT_YET.value: "url(#cross)",
    VerdictKind.NO_POLICY.value: "url(#dots)",
}
_MARKS = {
    "original": ("#1d2430", "#fff", "○"),
    "agreed": ("#fff", "#1d2430", "✓"),
    "open": ("#fff", "#b3261e", "!"),
    "decided": ("#fff", "#1d2430", "="),
    "technical": ("url(#dots)", "#1d2430", ""),
    "weak": ("#fff", "#777", "?"),
    "registered": ("#fff", "#1d2430", "○"),
    "unknown": ("#fff", "#777", ""),
}
"""State of a copy → fill, ink, sign."""


class Place(NamedTuple):
    """One place with what lies in it."""

    name: str
    verdict: str
    files: int
    persons: int


def _svg(height: float, title: str, parts: Iterable[str]) -> Markup:
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" font-size="12"><title>{escape(title)}</title>'
    return Markup("".join([head, _PATTERNS, *parts, "</svg>"]))  # noqa: S704  # every text in it is escaped


def places(found: Sequence[Place]) -> Markup:
    """A bar a place, as long as it has files; empty where nothing lies anywhere."""
    if not found:
        return Markup("")
    most = max(place.files for place in found)
    parts = []
    for number, place in enumerate(found):
        y = number * 40
        size = max(3.0, (WIDTH - 160) * place.files / most)
        word = wording.verdict(place.verdict)
        unnamed = "" if place.verdict == VerdictKind.NO_POLICY.value else t("listing.outside")
        name = escape(_cut(printable(place.name) or unnamed, 26))
        told = t("overview.place_sums", files=f"{place.files:,}", persons=f"{place.persons:,}")
        parts += [
            f'<text x="0" y="{y + 12}">{name} <tspan fill="#555">{escape(word)}</tspan></text>',
            f'<rect x="0.5" y="{y + 17.5}" width="{size:.1f}" height="14" fill="{_FILLS[place.verdict]}" stroke="#1d2430"/>',
            f'<text x="{size + 6:.1f}" y="{y + 29}">{escape(told)}</text>',
        ]
    return _svg(len(found) * 40, t("overview.places"), parts)


def families(found: Sequence[Family]) -> Markup:
    """A line an original with a box for it and each copy, agreed or not by its sign; empty without originals."""
    parts: list[str] = []
    used: dict[str, None] = {}
    y = 0
    for family in found:
        states = ["original"] if family.original_at else []
        states += [kinship.agreed(family, c) for c in kinship.everywhere(family) if c is not family.original_at]
        if family.original_at and kinship.agreed(family, family.original_at) == "open":
            states[0] = "open"
        used.update(dict.fromkeys(states))
        name = (
            f"{family.original.family} {family.original.contract} {t('kinship.size', rows=f'{family.original.rows:,}')}"
        )
        parts.append(f'<text x="0" y="{y + 12}">{escape(_cut(printable(name), 44))}</text>')
        y += 18
        shown = states[: _PER_LINE * _LINES]
        for number, state in enumerate(shown):
            parts.append(_mark(state, number % _PER_LINE * _ROW, y + number // _PER_LINE * _ROW))
        y += max(1, -(-len(shown) // _PER_LINE)) * _ROW
        if len(states) > len(shown):
            parts.append(
                f'<text x="0" y="{y + 12}">{escape(t("overview.more_copies", count=len(states) - len(shown)))}</text>'
            )
            y += 16
        if not states:
            parts.append(f'<text x="0" y="{y - 5}" fill="#555">{escape(t("overview.nowhere"))}</text>')
        y += 8
    if not parts:
        return Markup("")
    x = 0
    for state in used:
        word = t(f"agreed.{state}")
        wide = _ROW + 4 + sum(12 if ord(c) > 0xFF else 6.5 for c in word) + 10
        if x + wide > WIDTH:
            x, y = 0, y + 18
        parts.append(f'{_mark(state, x, y)}<text x="{x + _ROW}" y="{y + 11}">{escape(word)}</text>')
        x += round(wide)
    return _svg(y + 18, t("overview.families"), parts)


def _mark(state: str, x: float, y: float) -> str:
    fill, ink, sign = _MARKS[state]
    dash = ' stroke-dasharray="3 2"' if state in ("weak", "technical", "unknown") else ""
    edge = 'stroke="#b3261e" stroke-width="2.4"' if state == "open" else 'stroke="#1d2430"'
    box = f'<rect x="{x + 1}" y="{y + 1}" width="{_BOX - 1}" height="{_BOX - 1}" fill="{fill}" {edge}{dash}/>'
    weight = ' font-weight="bold"' if state == "open" else ""
    return box + (
        f'<text x="{x + 7}" y="{y + 11}" text-anchor="middle" font-size="10"{weight} fill="{ink}">{sign}</text>'
        if sign
        else ""
    )


def trend(days: Sequence[tuple[str, int]]) -> Markup:
    """Open points at the end of each day (ISO day, number); empty while there is one day only."""
    if len(days) < 2:
        return Markup("")
    most = max(1, *(n for _, n in days))
    step = (WIDTH - 50) / (len(days) - 1)
    dots = [(34 + i * step, 92 - 74 * n / most) for i, (_, n) in enumerate(days)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    (x, y), last = dots[-1], days[-1][1]
    parts = [
        '<path d="M34 12V92H330" fill="none" stroke="#1d2430"/>',
        f'<path d="M34 18H330" stroke="#bbb" stroke-dasharray="2 3"/><text x="28" y="22" text-anchor="end">{most:,}</text>',
        '<text x="28" y="96" text-anchor="end">0</text>',
        f'<polyline points="{line}" fill="none" stroke="#1d2430" stroke-width="2"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>',
        f'<text x="{x + 5:.1f}" y="{max(y - 9, 11):.1f}" text-anchor="end" font-weight="bold">{last:,}</text>',
        f'<text x="34" y="110">{escape(days[0][0])}</text><text x="330" y="110" text-anchor="end">{escape(days[-1][0])}</text>',
    ]
    return _svg(116, t("overview.trend"), parts)


def _cut(text: str, most: int) -> str:
    """Short enough for a line; the end of a path says more than its beginning."""
    wide = 0
    for at in range(len(text) - 1, -1, -1):
        wide += 2 if ord(text[at]) > 0xFF else 1
        if wide > most * 2 - 1:
            return "…" + text[at + 1 :]
    return text
