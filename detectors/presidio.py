"""The Presidio face: one analyzer over the whole engine, one ``EntityRecognizer`` that any registry accepts, and one for each
entity.

Presidio finds the recognizers of a configuration by the bare name of their class among all that are loaded, so every class
of this module begins with ``Sekisho``: what the host has itself keeps its names.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerRegistry, RecognizerResult

from detectors.engine import Engine
from detectors.interface import REPORTED, Depth, Match
from detectors.registry import registry
from detectors.tables.layout import Layout


def reported_entities() -> list[str]:
    """Every entity that is reported."""
    found = {s.entity for s in registry().specs if not s.evidence}
    return sorted(found | {"PERSON", "JP_ADDRESS", "DATE_OF_BIRTH", "JP_SENSITIVE"})


def _result(match: Match, name: str, identifier: str) -> RecognizerResult:
    explanation = AnalysisExplanation(
        recognizer=name,
        original_score=match.score,
        textual_explanation=f"{match.recognizer}: {match.reason}; check digit {match.check}",
    )
    metadata: dict[str, Any] = {
        # Presidio drops results whose identifier is not that of a recognizer it asked
        RecognizerResult.RECOGNIZER_NAME_KEY: name,
        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: identifier,
        "rule": match.recognizer,
        "check": str(match.check),
        "reason": match.reason,
        "about": str(match.about),
    }
    if match.category:
        metadata["legal_category"] = match.category
    return RecognizerResult(match.entity, match.start, match.end, match.score, explanation, metadata)


def _depth(depth: str) -> Depth:
    try:
        return Depth(depth)
    except ValueError:
        raise ValueError(f"depth must be quick, balanced or thorough, not {depth!r}") from None


class Analyzer:
    """``analyze(text)`` as Presidio's ``AnalyzerEngine``, without a language model of its own."""

    def __init__(self, depth: str = "balanced", name: str = "Sekisho", identifier: str = "sekisho") -> None:
        self.name, self.identifier = name, identifier
        self.depth = _depth(depth)

    def analyze(
        self, text: str, language: str = "ja", entities: Iterable[str] | None = None, score_threshold: float = REPORTED
    ) -> list[RecognizerResult]:
        """Results ordered by position; ``language`` is accepted for compatibility, the text may mix languages."""
        analysis = _engine(self.depth).analyze(text, entities=entities, threshold=score_threshold)
        return [_result(match, self.name, self.identifier) for match in analysis.matches]

    def matches(self, text: str, layout: Layout) -> list[Match]:
        """Matches in order of position, of a text whose cells are known."""
        return _engine(self.depth).analyze(text, layout).matches

    def get_supported_entities(self) -> list[str]:
        """Names of all entities that may be reported."""
        return reported_entities()


class _Face(EntityRecognizer):  # type: ignore[misc]  # presidio ships no types for mypy's strict mode
    """What our recognizers share: the arguments that registries and configurations hand to any recognizer."""

    depth: ClassVar[Depth] = Depth.BALANCED
    entities: ClassVar[tuple[str, ...]] = ()
    """What it may report; empty for all."""

    def __init__(
        self,
        depth: str | None = None,
        supported_entities: list[str] | None = None,
        supported_language: str = "ja",
        name: str | None = None,
        context: list[str] | None = None,
    ) -> None:
        """``context`` is accepted for Presidio's own raising of scores; ours are final, with their labels and columns."""
        self._depth = _depth(depth or self.depth)
        super().__init__(
            supported_entities=supported_entities or list(self.entities or reported_entities()),
            supported_language=supported_language,
            name=name or type(self).__name__,
            context=context,
        )

    def load(self) -> None:
        """Nothing to load: models come with the first text that needs them."""


class SekishoRecognizer(_Face):
    """The whole engine as one recognizer for a plain ``AnalyzerEngine(registry=…)``."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Results for the wanted entities; artifacts of the engine's own NLP are not needed."""
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        analysis = _engine(self._depth).analyze(text, entities=wanted)
        return [_result(match, self.name, self.id) for match in analysis.matches]


class SekishoQuickRecognizer(SekishoRecognizer):
    """The same at the depth ``quick``, for configurations in files, which hand over no depth."""

    depth = Depth.QUICK


class SekishoThoroughRecognizer(SekishoRecognizer):
    """The same at the depth ``thorough``."""

    depth = Depth.THOROUGH


class _LastText:
    """The matches of the text analyzed last. Presidio hands every recognizer the same text in turn; of it only its hash
    and length are kept. Threads may share it: what is remembered is exchanged as one."""

    def __init__(self, depth: Depth) -> None:
        self._depth = depth
        self._last: tuple[tuple[int, int], list[Match]] | None = None

    def matches(self, text: str) -> list[Match]:
        key, last = (hash(text), len(text)), self._last
        if last is None or last[0] != key:
            last = self._last = key, _engine(self._depth).analyze(text).matches
        return last[1]


@lru_cache(maxsize=3)
def _engine(depth: Depth) -> Engine:
    return Engine(depth)


@lru_cache(maxsize=3)
def _shared(depth: Depth) -> _LastText:
    return _LastText(depth)


class SekishoEntityRecognizer(_Face):
    """One entity of the engine as a recognizer of its own. Overlaps with the other entities (a corporate number is no
    My Number) are resolved as in the whole engine; recognizers of one depth share one pass over a text."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Results of this entity; artifacts of the host's NLP are not needed."""
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        found = _shared(self._depth).matches(text) if wanted else []
        return [_result(m, self.name, self.id) for m in found if m.entity in wanted]


def _class_of(entity: str) -> type[SekishoEntityRecognizer]:
    name = "Sekisho" + "".join(part.capitalize() for part in entity.split("_")) + "Recognizer"
    country = "jp" if entity.startswith("JP_") else None
    body = {"entities": (entity,), "COUNTRY_CODE": country, "__module__": __name__, "__doc__": f"{entity} alone."}
    return type(name, (SekishoEntityRecognizer,), body)


RECOGNIZERS: dict[str, type[SekishoEntityRecognizer]] = {entity: _class_of(entity) for entity in reported_entities()}
"""Entity → its recognizer class; each class is also an attribute of this module."""
globals().update({cls.__name__: cls for cls in RECOGNIZERS.values()})


def build_registry(depth: str = "balanced", language: str = "ja", *, separate: bool = False) -> RecognizerRegistry:
    """A Presidio registry that holds our recognizer alone, or with ``separate`` one recognizer an entity."""
    classes: list[type[_Face]] = list(RECOGNIZERS.values()) if separate else [SekishoRecognizer]
    found = [cls(depth, supported_language=language) for cls in classes]
    return RecognizerRegistry(recognizers=found, supported_languages=[language])
