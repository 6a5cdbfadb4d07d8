"""The ladder of cost: rules everywhere, the tagger wherever letters of names stand, GiNZA on everything at ``thorough``.

Where the tagger is in doubt, what a word's neighbours are decides (``company``, ``parallel``).

``quick`` stops after the rules, ``balanced`` after the tagger. A trained gate once stood before the tagger; since the
tagger multiplies bytes the gate cost as much as it saved, and it held one name in fourteen back. The tagger finds more names than GiNZA (strict F1 .72
against .58 on open prose) at hundreds of times its speed; one line in 500 given to GiNZA would cost as much as all the
rest, so ``balanced`` asks it nothing. At ``thorough`` it reads every line besides.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from detectors.identifiers.transfer import FAMILY as TRANSFER
from detectors.interface import REPORTED, Check, Depth, Match, View
from detectors.names import rules
from detectors.names.belief import believable, score_of
from detectors.names.borders import behind_label, over_lines, trimmed
from detectors.names.company import among_people, in_company
from detectors.names.lexicon import Lexicon, lexicon
from detectors.names.listed import lists
from detectors.names.mentions import propagate, readings, steady
from detectors.names.nobody import of_somebody
from detectors.names.parallel import alike
from detectors.names.places import not_among_places
from detectors.names.scripts import KANJI
from detectors.names.shape import plausibility
from detectors.person_labels import EXACT_HEADERS
from detectors.tables.headers import HEADER_WORD
from detectors.tables.headings import heading
from detectors.tables.kinds import ColumnKind
from detectors.tables.layout import Cell, Table
from detectors.transfers import transfers

if TYPE_CHECKING:
    from detectors.names.decoding import Span
    from detectors.names.tagger import Seen

FAILED_REASON = "name_model_failed"

_PERSON_HEADER = re.compile(r"氏名|名前|担当|者$|人$|備考|摘要|内容|記事|メモ|コメント|件名|宛|連絡|対応|経過|記録")


class Ladder:
    """Finds names as far down as the depth allows."""

    def __init__(self, depth: Depth) -> None:
        self.depth = depth
        self._lexicon: Lexicon | None = None

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        """PERSON matches; what a model failed to read is added to ``unread``."""
        if self._lexicon is None:
            self._lexicon = lexicon()
        found = list(rules.find(view, self._lexicon, lists=self.depth is Depth.QUICK))
        if self.depth is not Depth.QUICK:
            from detectors.names import tagger

            leave = _without_names(view, known) + [(m.start, m.end) for m in found if m.score >= _SETTLED]
            change = None
            if self.depth is Depth.THOROUGH:
                from detectors.encoder import reading

                change = partial(reading.probabilities, view.text, leave=leave)
            seen = tagger.read(view.text, leave=leave, change=change)
            tagged, doubted = self._tagged(view, seen, [m for m in found if m.recognizer in _BY_PLACE])
            found.extend(tagged)
            found = [_supported(match, seen) for match in found]
            found.extend(_half_sure(view.text, seen, self._lexicon))
            found.extend(among_people(view, found, known, doubted, self._lexicon, seen.spans))
            sure = [match for match in found if match.score >= REPORTED]
            found.extend(alike(view, sure, seen.named, self._lexicon))
            if self.depth is Depth.THOROUGH:
                taken = [(m.start, m.end) for m in found if m.score >= REPORTED]
                found.extend(self._by_ginza(view, [*taken, *leave], seen, unread))
            found = in_company(view.text, found, known, self._lexicon, seen.spans)
        found = of_somebody(view.text, found, self._lexicon)
        found += over_lines(view, found, self._lexicon)
        found += readings(view.text, found)
        return [*found, *propagate(view, found)]

    def _tagged(self, view: View, seen: Seen, placed: list[Match]) -> tuple[list[Match], list[Span]]:
        """What is believed of the tagger's names, and what is not."""
        assert self._lexicon is not None
        result: list[Match] = []
        doubted: list[Span] = []
        placed.sort(key=lambda m: m.start)
        starts, ends = [m.start for m in placed], [m.end for m in placed]
        certain = {(m.start, m.end) for m in placed if m.score >= _CERTAIN}
        for start, end, probability in _apart(view.text, seen.spans):
            if (start, end) in certain:
                continue  # most names of a table: its column says so already
            start = behind_label(view, *(span := trimmed(view.text, start, end)))
            end = span[1]
            at = bisect_right(starts, start) - 1
            same = at >= 0 and (start, end) == (starts[at], ends[at]) and placed[at].score >= _CERTAIN
            if same or (at >= 0 and end < ends[at]):
                continue  # a part of a name that its label or column already gives whole, or the same for certain
            if end <= start:
                continue
            if believable(view.text, start, end, probability, self._lexicon):
                score = score_of(probability)
                result.append(Match("PERSON", start, end, score, Check.NONE, "TAGGER", "name model"))
            else:
                doubted.append((start, end, probability))
        return steady(view.text, not_among_places(view.text, result, self._lexicon), placed), doubted

    def _by_ginza(self, view: View, taken: list[tuple[int, int]], seen: Seen, unread: dict[str, int]) -> list[Match]:
        """Names that GiNZA finds outside of what is taken (names already found, and what holds none), where the tagger
        agrees a little: by itself it is wrong more often than right there."""
        assert self._lexicon is not None
        from detectors.names import ginza

        found: list[Match] = []
        free = _Free(taken)
        for offset, piece in ginza.chunks(view.text):
            try:
                spans = list(ginza.persons(piece))
            except Exception as error:  # any failure of the model costs this piece and is counted, never the scan
                key = f"{FAILED_REASON}:{type(error).__name__}"
                unread[key] = unread.get(key, 0) + len(piece)
                continue
            for a, b in spans:
                a, b = a + offset, b + offset
                name = view.text[a:b]
                if (
                    len(name) > 1
                    and free.at(a, b)
                    and plausibility(name, self._lexicon) >= 0.5
                    and believable(view.text, a, b, _GINZA_SURE, self._lexicon)
                    and float(seen.named[a:b].mean()) >= _A_LITTLE
                ):
                    found.append(Match("PERSON", a, b, 0.6, Check.NONE, "GINZA", "GiNZA"))
        return found


class _Free:
    """Where nothing is taken: the taken spans in order, those that overlap as one."""

    def __init__(self, taken: list[tuple[int, int]]) -> None:
        self._spans: list[tuple[int, int]] = []
        for start, end in sorted(taken):
            if self._spans and start < self._spans[-1][1]:
                self._spans[-1] = self._spans[-1][0], max(end, self._spans[-1][1])
            else:
                self._spans.append((start, end))

    def at(self, start: int, end: int) -> bool:
        """Whether no taken span overlaps this one."""
        before = bisect_left(self._spans, (end, 0)) - 1
        return before < 0 or self._spans[before][1] <= start


def _apart(text: str, spans: list[Span]) -> Iterator[Span]:
    """The spans, where a dot stands between kanji and katakana as two: 蔦・ジェフ, but not ジョン・スミス."""
    for start, end, probability in spans:
        dot = _MIXED_DOT.search(text, start, end)
        if dot is None:
            yield start, end, probability
        else:
            yield start, dot.start() + 1, probability
            yield dot.end() - 1, end, probability


_MIXED_DOT = re.compile(f"(?<![・=])[{KANJI}]・[ァ-ヶ]|[ァ-ヶー]・[{KANJI}]")


def _supported(match: Match, seen: Seen) -> Match:
    """A rule's unsure match counts where the tagger agrees a little."""
    if match.score >= REPORTED or float(seen.named[match.start : match.end].mean()) < _A_LITTLE:
        return match
    return match._replace(score=0.6)


def _half_sure(text: str, seen: Seen, lexicon: Lexicon) -> Iterator[Match]:
    """Names on both lists of which the tagger is half sure."""
    for start, end in seen.weak:
        for match in lists(text, lexicon, max(0, start - _AROUND), min(len(text), end + _AROUND)):
            if float(seen.named[match.start : match.end].mean()) >= _HALF:
                yield match._replace(score=0.6, reason=f"{match.reason}; name model, half")


_AROUND = 6
"""Characters around a run of which the tagger is half sure, in which the name may go on."""
_CERTAIN, _A_LITTLE, _HALF, _SETTLED = 0.85, 0.15, 0.4, 0.96
"""Scores of a rule's match that the tagger's only repeats (first) and that the tagger need not read (last); what it must give
at least to an unsure one, and to one that nothing but the lists speaks for."""
_BY_PLACE = frozenset({"NAME_COLUMN", "NAME_LABEL"})
_NEVER_NAMES = frozenset({"JP_ADDRESS", "EMAIL_ADDRESS", "PHONE_NUMBER", "JP_POSTAL_CODE", "DATE_OF_BIRTH"})


def _without_names(view: View, known: list[Match]) -> list[tuple[int, int]]:
    """Spans that the tagger need not read: what is known as something else, and cells of columns of other things."""
    spans = [(m.start, m.end) for m in known if m.entity in _NEVER_NAMES and m.score >= REPORTED]
    if any(m.recognizer == TRANSFER for m in known):
        spans += [(transfer.start, transfer.end) for transfer in transfers(view.text)]
    for number, table in enumerate(view.layout.tables):
        spans += [(cell.start, cell.end) for cell in _headings(view, table)]
        for place, column in view.columns(number).items():
            if not column.of_persons and column.kind is not ColumnKind.PARTY and _of_things(view, column.header):
                spans += [(cell.start, cell.end) for cell in table.below(place)]
    return spans


def _headings(view: View, table: Table) -> list[Cell]:
    """Cells of a header row most of which are headings by their words: then none of them is a name."""
    cells = table.rows.get(table.header_row, [])
    known = sum(
        HEADER_WORD.search(text) is not None or len(view.labels.index.header(text).ids) > 0
        for cell in cells
        if (text := heading(view.text[cell.start : cell.end]))
    )
    return cells if len(cells) > 2 and known * 2 > len(cells) else []


def _of_things(view: View, header: str) -> bool:
    """Whether a header announces something that is no person (住所, 品名)."""
    if not HEADER_WORD.search(header) or _PERSON_HEADER.search(header) or header.strip() in EXACT_HEADERS:
        return False
    return not any("PERSON" in owners for owners in view.labels.index.header(header).all_owners())


_GINZA_SURE = 0.8
"""GiNZA gives no probability; it is held to what the tagger would be at this one."""
