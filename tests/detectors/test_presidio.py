"""The Presidio face: our analyzer, and our recognizer inside a plain AnalyzerEngine."""

from __future__ import annotations

import warnings

import pytest

from detectors import build_analyzer


def test_build_analyzer_returns_presidio_results() -> None:
    from presidio_analyzer import RecognizerResult

    text = "氏名 山田 太郎、個人番号は１２３４５６７８９０１８です"
    results = build_analyzer("quick").analyze(text)
    assert all(isinstance(r, RecognizerResult) for r in results)
    assert [(r.entity_type, text[r.start : r.end]) for r in results] == [
        ("PERSON", "山田 太郎"),
        ("JP_MY_NUMBER", "１２３４５６７８９０１８"),
    ]
    number = results[1]
    assert number.recognition_metadata["check"] == "pass"
    assert "個人番号" in number.analysis_explanation.textual_explanation
    assert "123456789018" not in str(number.analysis_explanation)


def test_wrong_depth_says_what_is_possible() -> None:
    with pytest.raises(ValueError, match="quick, balanced or thorough"):
        build_analyzer("deep")


def _plain_engine(registry):  # type: ignore[no-untyped-def]
    """An AnalyzerEngine whose NLP engine does nothing."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    class NoNlp(NlpEngine):
        def load(self) -> None: ...
        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> NlpArtifacts:
            return NlpArtifacts([], [], [], [], self, language)

        def process_batch(self, texts, language, **_):  # type: ignore[no-untyped-def]
            yield from ((t, self.process_text(t, language)) for t in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return False

        def is_punct(self, word: str, language: str) -> bool:
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return ["ja"]

    return AnalyzerEngine(registry=registry, nlp_engine=NoNlp(), supported_languages=["ja"])


@pytest.mark.parametrize("separate", [False, True])
def test_recognizer_in_a_plain_analyzer_engine(separate: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from detectors.presidio import build_registry

        engine = _plain_engine(build_registry("quick", separate=separate))
        results = engine.analyze("電話 03-1234-5678", language="ja", entities=["PHONE_NUMBER"])
        assert [(r.entity_type, r.start, r.end) for r in results] == [("PHONE_NUMBER", 3, 15)]
        everything = engine.analyze("氏名 山田 太郎 個人番号 123456789018 法人番号 7000012050002", language="ja")
    assert sorted((r.entity_type, r.start, r.end) for r in everything) == [("JP_MY_NUMBER", 14, 26), ("PERSON", 3, 8)]


def test_one_entity_alone() -> None:
    from detectors.presidio import JpMyNumberRecognizer

    found = JpMyNumberRecognizer("quick").analyze("氏名 山田 太郎 個人番号 123456789018", ["JP_MY_NUMBER"])
    assert [(r.entity_type, r.start, r.end) for r in found] == [("JP_MY_NUMBER", 14, 26)]


def test_thorough_reads_prose_with_ginza() -> None:
    text = "会議には山田さくらが出席し、予算について説明した。"
    results = build_analyzer("thorough").analyze(text, entities=["PERSON"])
    assert any("山田" in text[r.start : r.end] for r in results)


def test_text_over_sudachis_limit_is_read() -> None:
    text = "あいうえお。" * 4_000 + "\n担当は山田太郎です。\n" + "かきくけこ。" * 4_000
    assert len(text.encode()) > 49_149
    from detectors.names import ginza

    pieces = list(ginza.chunks(text))
    assert "".join(p for _, p in pieces) == text
    assert all(len(p.encode()) < 49_149 for _, p in pieces)


def test_recognizer_is_listed_as_an_entry_point() -> None:
    from importlib.metadata import entry_points

    from detectors.presidio import RECOGNIZERS, SekishoRecognizer

    found = entry_points(group="presidio_analyzer.recognizers")
    assert {e.name: e for e in found}["sekisho"].load() is SekishoRecognizer
    assert {e.name: e.load() for e in found if e.name != "sekisho"} == {k.lower(): v for k, v in RECOGNIZERS.items()}
