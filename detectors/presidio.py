"""The Presidio face: one analyzer over the whole engine, and one ``EntityRecognizer`` that any registry accepts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerRegistry, RecognizerResult

from detectors.engine import Engine
from detectors.interface import REPORTED, Depth, Match
from detectors.registry import registry


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
    }
    if match.category:
        metadata["legal_category"] = match.category
    return RecognizerResult(match.entity, match.start, match.end, match.score, explanation, metadata)


class Analyzer:
    """``analyze(text)`` as Presidio's ``AnalyzerEngine``, without a language model of its own."""

    def __init__(self, depth: str = "balanced", name: str = "Sekisho", identifier: str = "sekisho") -> None:
        self.name, self.identifier = name, identifier
        try:
            self.depth = Depth(depth)
        except ValueError:
            raise ValueError(f"depth must be quick, balanced or thorough, not {depth!r}") from None
        self._engine = Engine(self.depth)

    def analyze(
        self, text: str, language: str = "ja", entities: Iterable[str] | None = None, score_threshold: float = REPORTED
    ) -> list[RecognizerResult]:
        """Results ordered by position; ``language`` is accepted for compatibility, the text may mix languages."""
        analysis = self._engine.analyze(text, entities=entities, threshold=score_threshold)
        return [_result(match, self.name, self.identifier) for match in analysis.matches]

    def get_supported_entities(self) -> list[str]:
        """Names of all entities that may be reported."""
        return reported_entities()


class SekishoRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio ships no types for mypy's strict mode
    """The whole engine as one recognizer for a plain ``AnalyzerEngine(registry=…)``."""

    def __init__(
        self,
        depth: str = "balanced",
        supported_entities: list[str] | None = None,
        supported_language: str = "ja",
        name: str = "SekishoRecognizer",
    ) -> None:
        super().__init__(
            supported_entities=supported_entities or reported_entities(),
            supported_language=supported_language,
            name=name,
        )

        self._analyzer = Analyzer(depth, self.name, self.id)

    def load(self) -> None:
        """Nothing to load: models come with the first text that needs them."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Results for the wanted entities; artifacts of the engine's own NLP are not needed."""
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        return self._analyzer.analyze(text, entities=wanted)


class _LastText:
    """The matches of the text analyzed last. Presidio hands every recognizer the same text in turn; of it only its hash
    and length are kept."""

    def __init__(self, depth: str) -> None:
        self._engine = Engine(depth)
        self._key: tuple[int, int] | None = None
        self._matches: list[Match] = []

    def matches(self, text: str) -> list[Match]:
        key = (hash(text), len(text))
        if key != self._key:
            self._matches = self._engine.analyze(text).matches
            self._key = key
        return self._matches


@lru_cache(maxsize=3)
def _shared(depth: Depth) -> _LastText:
    return _LastText(depth)


class OneEntityRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio ships no types for mypy's strict mode
    """One entity of the engine as a recognizer of its own. Overlaps with the other entities (a corporate number is no
    My Number) are resolved as in the whole engine; recognizers of one depth share one pass over a text."""

    entity = ""

    def __init__(self, depth: str = "balanced", supported_language: str = "ja") -> None:
        self._depth = Depth(depth)
        super().__init__(
            supported_entities=[self.entity], supported_language=supported_language, name=type(self).__name__
        )

    def load(self) -> None:
        """Nothing to load: models come with the first text that needs them."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Results of this entity; artifacts of the host's NLP are not needed."""
        if entities and self.entity not in entities:
            return []
        return [_result(m, self.name, self.id) for m in _shared(self._depth).matches(text) if m.entity == self.entity]


def _class_of(entity: str) -> type[OneEntityRecognizer]:
    name = "".join(part.capitalize() for part in entity.split("_")) + "Recognizer"
    return type(name, (OneEntityRecognizer,), {"entity": entity, "__module__": __name__, "__doc__": f"{entity} alone."})


RECOGNIZERS: dict[str, type[OneEntityRecognizer]] = {entity: _class_of(entity) for entity in reported_entities()}
"""Entity → its recognizer class; each class is also an attribute of this module and an entry point."""
globals().update({cls.__name__: cls for cls in RECOGNIZERS.values()})


def build_registry(depth: str = "balanced", language: str = "ja", *, separate: bool = False) -> RecognizerRegistry:
    """A Presidio registry that holds our recognizer alone, or with ``separate`` one recognizer an entity."""
    if separate:
        found = [cls(depth, supported_language=language) for cls in RECOGNIZERS.values()]
        return RecognizerRegistry(recognizers=found, supported_languages=[language])
    return RecognizerRegistry(
        recognizers=[SekishoRecognizer(depth, supported_language=language)], supported_languages=[language]
    )
