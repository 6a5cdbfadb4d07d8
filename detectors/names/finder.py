"""Names of persons: candidates, evidence about each, one model that weighs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from detectors.identifiers.transfer import FAMILY as TRANSFER
from detectors.interface import Check, Depth, Match, View
from detectors.names.candidates import Span, spans
from detectors.names.columns import headings, without_names
from detectors.names.features import edges
from detectors.names.lexicon import lexicon
from detectors.names.rosters import Rosters
from detectors.transfers import transfers

if TYPE_CHECKING:
    from detectors.evidence.scene import Scene
    from detectors.names.features import Floats

FAILED_REASON = "name_model_failed"
NOTED = 0.3
"""Least score of what is given at all: below it nobody asks."""


class Names:
    """Finds names as far down as the depth allows."""

    def __init__(self, depth: Depth, *, ginza: bool = False) -> None:
        """``ginza``: what GiNZA finds are candidates too. With the encoder it found no name more in any measured text and took
        six times as long, so nothing asks for it by default."""
        self.depth, self.ginza = depth, ginza

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        """PERSON matches; what a model failed to read is added to ``unread``."""
        found = list(_payees(view)) if TRANSFER in {m[5] for m in known} else []
        more = list(_by_ginza(view.text, unread)) if self.ginza else []
        rosters = Rosters(view, lexicon())
        scene = scene_of(view, known, self.depth, more, rosters=rosters)
        if not len(scene.starts):
            return found
        scores = _scores(scene, self.depth)
        if rosters.groups:
            if rosters.doubted(scores, scene.starts[scene.asked]):
                scene = scene_of(view, known, self.depth, more, rosters=rosters)
                scores = _scores(scene, self.depth)
            found += rosters.matches()
        return [*found, *_matches(scene, scores.tolist(), self.depth)]


def scene_of(
    view: View,
    known: Sequence[Match],
    depth: Depth,
    more: Sequence[Span] = (),
    change: Callable[[Floats], Floats] | None = None,
    rosters: Rosters | None = None,
) -> Scene:
    """The candidates of a text and what is known around them. ``more``: candidates of another model; ``change``: what training
    does to the probabilities of the tagger; ``rosters``: cells that need not be read."""
    from detectors.evidence.scene import Scene

    unread = rosters.unread if rosters is not None else []
    taken = [*without_names(view, known), *unread]
    tags: Floats | None = None
    if depth is not Depth.QUICK:
        from detectors.names import tagger

        tags = tagger.probabilities(view.text, leave=taken)
        if depth is Depth.THOROUGH:
            from detectors.encoder import reading

            tags = reading.probabilities(view.text, tags, leave=taken)
        tags = change(tags) if change is not None else tags
    names = lexicon()
    found = apart(spans(view, tags, names, more, leave=frozenset(unread)), [*taken, *headings(view)])
    if not unread:
        starts, ends = edges(found).T
        return Scene(view, tags, starts, ends, known, names)
    if rosters is not None and tags is not None:
        rosters.enter(tags)
    pairs = edges([*found, *unread])
    order = np.argsort(pairs[:, 0], kind="stable")
    starts, ends = pairs[order].T
    return Scene(view, tags, starts, ends, known, names, unread=order >= len(found))


def _scores(scene: Scene, depth: Depth) -> Floats:
    """How likely each candidate that is read is a name."""
    from detectors.evidence import rescorer
    from detectors.evidence.decided import decided

    scores: Floats = rescorer.load(rescorer.WEIGHTS[depth]).scores(scene)
    least: Floats = decided(scene)[scene.asked]
    return np.maximum(scores, least)


def _by_ginza(text: str, unread: dict[str, int]) -> Iterator[Span]:
    """Persons that GiNZA finds, as candidates. What it fails to read is counted in ``unread``."""
    from detectors.names import ginza

    for offset, piece in ginza.chunks(text):
        try:
            found = list(ginza.persons(piece))
        except Exception as error:  # any failure of the model costs this piece and is counted, never the scan
            key = f"{FAILED_REASON}:{type(error).__name__}"
            unread[key] = unread.get(key, 0) + len(piece)
            continue
        yield from ((start + offset, end + offset) for start, end in found)


def apart(found: list[Span], taken: list[Span]) -> list[Span]:
    """The spans that overlap none of those taken."""
    if not taken or not found:
        return found
    others, pairs = edges(taken), edges(found)
    others = others[others[:, 0].argsort(kind="stable")]
    reach = np.maximum.accumulate(others[:, 1])
    before = others[:, 0].searchsorted(pairs[:, 1]) - 1
    free = (before < 0) | (reach[before] <= pairs[:, 0])
    return [span for span, kept in zip(found, free.tolist(), strict=True) if kept]


def _matches(scene: Scene, scores: list[float], depth: Depth) -> Iterator[Match]:
    """The best of the candidates that overlap each other, with what speaks for them."""
    from detectors.evidence.choice import chosen

    numbers, spans = scene.asked.tolist(), scene.spans
    for at, score in chosen([spans[number] for number in numbers], scores, NOTED):
        number = numbers[at]
        low, high = spans[number]
        yield Match("PERSON", low - 1, high - 1, round(score, 3), Check.NONE, *_why(scene, number, depth))


def _why(scene: Scene, at: int, depth: Depth) -> tuple[str, str]:
    """What speaks most plainly for a candidate, in words of our own lists."""
    from detectors.evidence.labelled import label_before
    from detectors.evidence.placed import header_word
    from detectors.evidence.touching import title

    if word := header_word(scene, at):
        return "NAME_COLUMN", f"column {word}"
    if word := label_before(scene, at)[0]:
        return "NAME_LABEL", f"label {word}"
    if title(scene.text, scene.spans[at][1]) in ("polite", "posts"):
        return "NAME_HONORIFIC", "title behind it"
    return ("NAME_LIST", "listed") if depth is Depth.QUICK else ("TAGGER", "name model")


def _payees(view: View) -> Iterator[Match]:
    """Who is paid in a transfer file."""
    for transfer in transfers(view.text):
        if transfer.person:
            yield Match("PERSON", *transfer.payee, 0.97, Check.NONE, "NAME_PAYEE", "payee of a transfer file")
