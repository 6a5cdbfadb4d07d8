"""Numbers known by their digit groups: ``4-4-4``, ``12``, ``3-4``.

One pass over the text finds runs of digits and separators; the group lengths of a run select the specifications
that are worth testing, so text without such numbers costs one regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from detectors.context import has_own_value, label_of
from detectors.interface import Check, Label, Match, View
from detectors.labels import AGAINST


@dataclass(frozen=True, kw_only=True)
class NumberSpec:
    """A number of fixed group lengths."""

    family: str
    """Name of the identifier in the specification; labels are owned by families."""
    entity: str
    shapes: tuple[str, ...]
    """Lengths of the digit groups: ``12`` for an unbroken number, ``4-4-4`` for three groups."""
    test: Callable[[str, tuple[str, ...]], Check | None]
    """(digits, groups) → result of the check digit, or ``None`` where the value cannot be this identifier."""
    alone: float = 0.0
    """Score of an unbroken number without a label."""
    grouped: float = 0.0
    """Score of a number with its usual separators but without a label."""
    labelled: float = 0.85
    """Score with a label where the number has no check digit; a passed check gives 0.95."""
    labelled_fail: float = 0.55
    separators: str = "- "
    boxes: bool = False
    """Also read one digit per box (``1 2 3 …``), with a label only."""
    boxed_apart: bool = False
    """For boxes that pass the check, the label may stand anywhere in the text."""
    padded: tuple[int, ...] = ()
    """Widths to which zeros lost in a spreadsheet are filled up, with a label only."""
    zeros: int = 2
    """How many may have been lost."""
    evidence: bool = False
    mark: str = ""
    """A sign that may stand before the number as a part of it (〒)."""
    order: int = 50
    """Among equal scores the lower order wins (the collision table of the specification)."""

    @cached_property
    def allowed(self) -> frozenset[str]:
        """Characters that may separate the groups."""
        return frozenset(self.separators)

    def accepts(self, value: str) -> bool:
        """Whether a single value has the shape and passes the check: what a register would ask."""
        value = value.removesuffix(".0").removeprefix(self.mark)
        digits = re.sub(r"[^0-9]", "", value)
        groups = tuple(re.findall(r"[0-9]+", value))
        boxed = self.boxes and len(groups) == len(digits) and str(len(digits)) in self.shapes
        joined = "-".join(str(len(g)) for g in groups)
        if boxed:
            groups = (digits,)
        elif joined not in self.shapes or re.search(r"[^0-9\s().+-]", value):
            return False
        return self.test(digits, groups) in (Check.PASS, Check.NONE)


_RUN = re.compile(r"[0-9][0-9\-. ()/]{2,}[0-9](?![0-9])")
_DIGITS = re.compile(r"[0-9]+")
_BOX = r"[ \t|□■☐▢▯_│┃\[\]-]{1,3}"
_BOXES = re.compile(rf"[0-9](?<![0-9].)(?:{_BOX}[0-9]){{6,15}}(?!(?:{_BOX})?[0-9])")
"""Look-behinds stand after the first character: the engine then skips to digits instead of trying every position."""
_STACKED = re.compile(r"[0-9](?<![0-9-].)[0-9]{1,3}(?:[ \t]{0,4}\r?\n[ \t]{0,4}[0-9]{3,4}){2,3}(?![0-9-])")
_BROKEN = re.compile(
    r"[0-9](?<![0-9].)[0-9]{2,5}[- ]?(?:[0-9]{1,6}[- ]?)?\r?\n[ \t]{0,8}[0-9]{4,10}(?:[- ][0-9]{4})?(?![0-9])"
)
_HYPHENED = re.compile(r"[0-9](?<![0-9-].)[0-9]{1,4}-[ \t]{0,4}\r?\n[ \t]{0,8}[0-9]{1,4}-[0-9]{4}(?![0-9-])")
_OVER_LINES = re.compile(r"\n(?<=[0-9 \t\r-]\n)[ \t]{0,8}(?:[0-9]{3}|[0-9]{1,2}-[0-9]{4})")
_FIRST_LINE = 24
_TWO_LINES = 60
"""So far around the line end a broken number reaches."""
_UNITS = frozenset("円個件本枚台人名年月日時分秒歳才回冊通点倍度ヶヵ箱頁行字%％℃")
_NOT_OF_NUMBERS = frozenset({"PERSON", "ADDRESS"})
"""Families whose labels say nothing about a number."""

_VAGUE = 0.65
"""Score of a number without a check digit behind a word that means more than its number (介護, 健保)."""
_CURRENCY = frozenset("¥\\$€￥＄")
_FRAME = re.compile(r"\n[ \t┌┬┐┏┳┓├┼┤─━-]{2,}$")
_OVER_BOXES = 24
_KEPT_SHAPES = 10_000
_MASK = str.maketrans("012345678", "9" * 9)


class _Window(NamedTuple):
    """Neighbouring groups of a run that have the shape of some specification; offsets into the run."""

    start: int
    end: int
    groups: tuple[tuple[int, int], ...]
    inner: str
    """Separators between the groups."""
    specs: tuple[NumberSpec, ...]
    lost: Sequence[NumberSpec]
    """Specifications that a lost zero would make it."""
    bracket: bool
    """A bracket before the run belongs to it: (03)1234-5678."""


class NumberRecognizer:
    """Finds the values of all ``NumberSpec`` in one pass."""

    name = "numbers"

    def __init__(self, specs: tuple[NumberSpec, ...]) -> None:
        self.specs = specs
        self._by_shape: dict[str, list[NumberSpec]] = {}
        self._lost: dict[int, list[NumberSpec]] = {}
        self._boxed: dict[int, list[NumberSpec]] = {}
        for spec in specs:
            for shape in spec.shapes:
                self._by_shape.setdefault(shape, []).append(spec)
                if spec.boxes and "-" not in shape:
                    self._boxed.setdefault(int(shape), []).append(spec)
            for size in {width - zeros for width in spec.padded for zeros in range(1, spec.zeros + 1)}:
                self._lost.setdefault(size, []).append(spec)
        self._sizes = frozenset([*(int(s) for s in self._by_shape if s.isdigit()), *self._lost])
        self._seen: dict[str, list[_Window]] = {}
        self._prefixes = {"-".join(s.split("-")[:n]) for s in self._by_shape for n in range(1, s.count("-") + 2)}

    def find(self, view: View) -> Iterator[Match]:
        """All candidates, weak ones too: the engine raises columns and drops what stays weak."""
        text = view.text
        for run in _RUN.finditer(text):
            value = run.group()
            if not value.isdigit():
                yield from self._run(view, run.start(), value)
                continue
            size = len(value)  # most runs: an unbroken number
            if size in self._sizes and _apart(text, run.start(), run.end()):
                specs, lost = self._by_shape.get(str(size), ()), self._lost.get(size, ())
                yield from self._judge(view, run.start(), run.end(), (value,), "", specs, lost)
        for match in _BOXES.finditer(text):
            yield from self._boxes(view, match)
        patterns = (_STACKED,) if view.layout.cells else (_STACKED, _BROKEN, _HYPHENED)
        done = [0] * len(patterns)
        for over in _OVER_LINES.finditer(text):
            at = over.start()
            for i, pattern in enumerate(patterns):
                broken = pattern.search(text, max(done[i], at - _FIRST_LINE), at + _TWO_LINES)
                if broken is not None and broken.start() < at:
                    done[i] = broken.end()
                    yield from self._broken(view, broken)

    def _run(self, view: View, offset: int, run: str) -> Iterator[Match]:
        for window in self._windows(run):
            start, end = offset + window.start, offset + window.end
            if window.bracket and start and view.text[start - 1] == "(":
                start -= 1
            if _apart(view.text, start, end):
                groups = tuple([run[a:b] for a, b in window.groups])
                yield from self._judge(view, start, end, groups, window.inner, window.specs, window.lost)

    def _windows(self, run: str) -> list[_Window]:
        """Windows of a run. Few runs differ when all digits are 9, so the answer is kept by that."""
        mask = run.translate(_MASK)
        if run.endswith(".0"):
            mask += "0"
        found = self._seen.get(mask)
        if found is None:
            found = list(self._shaped(run))
            if len(self._seen) < _KEPT_SHAPES:
                self._seen[mask] = found
        return found

    def _shaped(self, run: str) -> Iterator[_Window]:
        spans = [m.span() for m in _DIGITS.finditer(run)]
        seps = [_separator(run[a[1] : b[0]]) for a, b in pairwise(spans)]
        for i in range(len(spans)):
            shape = ""
            for j in range(i, min(i + 5, len(spans))):
                length = spans[j][1] - spans[j][0]
                shape = f"{shape}-{length}" if shape else str(length)
                if shape not in self._prefixes and not (i == j and length in self._lost):
                    break
                inner = "".join(seps[i:j])
                specs = tuple(s for s in self._by_shape.get(shape, ()) if s.allowed.issuperset(inner))
                lost = self._lost.get(length, ()) if i == j else ()
                if (
                    (specs or lost)
                    and all(len(sep) <= 2 for sep in seps[i:j])
                    and _free(seps, i, j, len(spans) - 1, inner, run, spans)
                ):
                    bracket = ")" in inner and "(" not in inner
                    yield _Window(spans[i][0], spans[j][1], tuple(spans[i : j + 1]), inner, specs, lost, bracket)

    def _judge(
        self,
        view: View,
        start: int,
        end: int,
        groups: tuple[str, ...],
        inner: str,
        specs: Sequence[NumberSpec],
        lost: Sequence[NumberSpec],
        *,
        label_only: bool = False,
    ) -> Iterator[Match]:
        label: Label | None = None
        asked = False
        digits = "".join(groups)
        families = frozenset([spec.family for spec in (*specs, *lost)])
        for spec in specs:
            check = spec.test(digits, groups)
            if check is None:
                continue
            if not asked:
                label, asked = label_of(view, start, end, families), True
            match = _scored(view, spec, check, label, start, end, grouped=bool(inner))
            if match is not None and not (
                label_only and not match.reason.startswith(("label", "column", "cell", "line"))
            ):
                yield match
        for spec in lost:
            if not asked:
                label, asked = label_of(view, start, end, families), True
            if label is None or spec.family not in label.owners:
                continue
            padded = digits.rjust(min(width for width in spec.padded if width > len(digits)), "0")
            check = spec.test(padded, (padded,))
            if check is Check.PASS or (check is Check.NONE and label.source == "column"):
                reason = f"{label.source} {label.word}; leading zero lost"
                yield Match(spec.entity, start, end, 0.8, check, spec.family, reason)

    def _boxes(self, view: View, match: re.Match[str]) -> Iterator[Match]:
        digits = re.sub(r"[^0-9]", "", match.group())
        specs = self._boxed.get(len(digits), ())
        families = frozenset([spec.family for spec in specs])
        for spec in specs:
            check = spec.test(digits, (digits,))
            label = label_of(view, match.start(), match.end(), families) or _above(view, match.start())
            if check is not None and label is not None and spec.family in label.owners:
                score = {Check.PASS: 0.95, Check.NONE: 0.8}.get(check, spec.labelled_fail)
                yield Match(
                    spec.entity,
                    match.start(),
                    match.end(),
                    score,
                    check,
                    spec.family,
                    f"{label.source} {label.word}; one digit a box",
                )
            elif check is Check.PASS and spec.boxed_apart and view.labels.of(spec.family):
                reason = "one digit a box; its label stands elsewhere in the text"
                yield Match(spec.entity, match.start(), match.end(), 0.7, check, spec.family, reason)

    def _broken(self, view: View, match: re.Match[str]) -> Iterator[Match]:
        """A number broken over two lines, believed only with a label and without a failing check."""
        groups = tuple(_DIGITS.findall(match.group()))
        for shaped in (groups, ("".join(groups),)):
            shape = "-".join(str(len(g)) for g in shaped)
            for found in self._judge(
                view, match.start(), match.end(), shaped, "", self._by_shape.get(shape, ()), (), label_only=True
            ):
                if found.check is not Check.FAIL and found.score > 0.6:
                    yield found._replace(reason=found.reason + "; broken over two lines")


def _separator(between: str) -> str:
    """What stands between two groups, without spaces around it; a slash with spaces on both sides parts fields."""
    return "|" if between == " / " else between.strip() or " "


def _above(view: View, start: int) -> Label | None:
    """The label at the end of the line above boxes that begin their line."""
    line = view.text.rfind("\n", max(0, start - 12), start)
    if line < 0 or view.text[line + 1 : start].strip(" \t|│┃"):
        return None
    while (frame := _FRAME.search(view.text, max(0, line - 120), line)) is not None:
        line = frame.start()  # the upper edge of the boxes
    hit = view.labels.nearest_before(line, max(0, line - _OVER_BOXES))
    if hit is None or _DIGITS.search(view.text, view.labels.ends[hit], line):
        return None
    return Label(view.labels.word(hit), view.labels.owners(hit), "line")


def _free(seps: list[str], i: int, j: int, last: int, inner: str, run: str, spans: list[tuple[int, int]]) -> bool:
    """Whether the window of groups i…j is not a part of a longer grouped number."""
    for at, side in ((i - 1, "left"), (j, "right")):
        if at < 0 or at >= last or (side == "right" and j == last):
            continue
        sep = seps[at]
        if side == "right" and sep == "." and j + 1 == last and run[spans[last][0] : spans[last][1]] == "0" and i == j:
            continue  # 123456789018.0: a number that a reader turned into a float
        parts = sep == "/" and inner and "/" not in inner  # 03-1234-5678/090-1234-5678: two numbers
        beside = spans[at if side == "left" else at + 1]
        alike = sep == " " and " " in inner and beside[1] - beside[0] > 2  # 芝浦3-16 1234 5678 9018: no group of it
        if (sep in ("-", ".", "/") and not parts) or alike:
            return False
    return True


_ABBREVIATED = ("tel", "fax")
"""Words whose mark touches the number behind them: Tel.03-1234-5678, tel_0312345678."""


def _of_an_identifier(beyond: str, number: str) -> bool:
    """Whether ``_`` joins a number with what stands beyond it to one name of a machine: user_123456789018. In the names of files it
    parts words: 名簿_090-1234-5678, tel_090-1234-5678."""
    return "-" not in number and beyond.isascii() and beyond.isalnum()


def _apart(text: str, start: int, end: int) -> bool:
    """Boundaries: no letter or digit touches the number, no currency mark, no unit."""
    if start:
        before = text[start - 1]
        if before.isascii() and (before.isalnum() or before in "@#&"):
            return False
        announced = before in "_." and text[max(0, start - 4) : start - 1].lower() in _ABBREVIATED
        if before == "_" and not announced and _of_an_identifier(text[max(0, start - 2) : start - 1], text[start:end]):
            return False
        if before in _CURRENCY:
            return False
        touching = before in "-./" and start > 1 and text[start - 2].isascii() and text[start - 2].isalnum()
        beside = before == "/" and "-" in text[start:end]  # the second of two numbers
        if touching and not beside and not announced:
            return False
    if end < len(text):
        after = text[end]
        if after in _UNITS or (after.isascii() and (after.isalpha() or after == "@")):
            return False
        if after == "_" and _of_an_identifier(text[end + 1 : end + 2], text[start:end]):
            return False
        if after == "-" and end + 1 < len(text) and text[end + 1].isascii() and text[end + 1].isalnum():
            return False
        if (
            after == ","
            and text[end + 1 : end + 4].isdigit()
            and not text[end + 4 : end + 5].isdigit()
            and end - start <= 3
        ):
            return False
    return True


def _scored(
    view: View, spec: NumberSpec, check: Check, label: Label | None, start: int, end: int, *, grouped: bool
) -> Match | None:
    if label is not None and spec.family in label.owners and not (label.vague and check is Check.FAIL):
        score = {Check.PASS: 0.95, Check.NONE: spec.labelled}.get(check, spec.labelled_fail)
        reason = f"{label.source} {label.word}"
        if label.vague and check is Check.NONE:
            score = min(score, _VAGUE)
    else:
        if check is Check.FAIL:
            return None
        score = spec.grouped if grouped else spec.alone
        reason = "shape"
        if label is not None and not label.owners <= _NOT_OF_NUMBERS and not has_own_value(view.text, label, start):
            score -= 0.4 if AGAINST in label.owners or not spec.evidence else 0.0
            reason = f"shape; {label.source} {label.word} speaks against it"
        if score <= 0:
            return None
    return Match(spec.entity, start, end, score, check, spec.family, reason, "", spec.evidence)
