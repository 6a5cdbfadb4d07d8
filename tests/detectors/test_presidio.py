"""The Presidio face: our analyzer, and our recognizer inside a plain AnalyzerEngine."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

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


def _plain_engine(registry: Any = None, language: str = "ja") -> Any:
    """An AnalyzerEngine whose NLP engine does nothing; without a registry it holds Presidio's own recognizers."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    models = [{"lang_code": language, "model_name": "no_op"}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "no_op", "models": models}).create_engine()
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=[language])


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
    from detectors import presidio

    made: Any = vars(presidio)["SekishoJpMyNumberRecognizer"]
    found = made("quick").analyze("氏名 山田 太郎 個人番号 123456789018", ["JP_MY_NUMBER"])
    assert [(r.entity_type, r.start, r.end) for r in found] == [("JP_MY_NUMBER", 14, 26)]


def test_thorough_reads_prose() -> None:
    text = "会議には山田さくらが出席し、予算について説明した。"
    results = build_analyzer("thorough").analyze(text, entities=["PERSON"])
    assert [text[r.start : r.end] for r in results] == ["山田さくら"]


def test_ginza_can_be_asked_besides() -> None:
    from detectors.engine import Engine
    from detectors.interface import Depth
    from detectors.names.finder import Names

    text = "会議には山田さくらが出席し、予算について説明した。"
    found = Engine(Depth.THOROUGH, Names(Depth.THOROUGH, ginza=True)).analyze(text).matches
    assert [text[m.start : m.end] for m in found] == ["山田さくら"]


def test_text_over_sudachis_limit_is_read() -> None:
    text = "あいうえお。" * 4_000 + "\n担当は山田太郎です。\n" + "かきくけこ。" * 4_000
    assert len(text.encode()) > 49_149
    from detectors.names import ginza

    pieces = list(ginza.chunks(text))
    assert "".join(p for _, p in pieces) == text
    assert all(len(p.encode()) < 49_149 for _, p in pieces)


def test_recognizer_is_listed_as_an_entry_point() -> None:
    from importlib.metadata import entry_points

    from detectors.presidio import SekishoRecognizer

    found = {e.name: e for e in entry_points(group="presidio_analyzer.recognizers")}
    assert found["sekisho"].load() is SekishoRecognizer


def _classes() -> list[type]:
    """All recognizers that are loaded, as Presidio looks for them."""
    from presidio_analyzer.recognizer_registry.recognizers_loader_utils import RecognizerListLoader

    return sorted(RecognizerListLoader.get_all_existing_recognizers(), key=lambda c: (c.__name__, c.__module__))


def test_names_of_classes_are_our_own() -> None:
    import presidio_analyzer.predefined_recognizers

    import detectors.presidio  # noqa: F401

    names = [c.__name__ for c in _classes()]
    ours = [c.__name__ for c in _classes() if c.__module__.startswith("detectors.")]
    assert presidio_analyzer.predefined_recognizers.CreditCardRecognizer.__name__ in names
    assert len(ours) > 30
    assert all(names.count(name) == 1 for name in ours)
    assert all(name.startswith(("Sekisho", "_")) for name in ours)


def test_a_host_keeps_its_own_recognizers() -> None:
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

    from detectors.presidio import SekishoRecognizer

    engine = _plain_engine(language="en")
    assert any(type(r) is CreditCardRecognizer for r in engine.registry.recognizers)
    assert not any(type(r).__module__.startswith("detectors.") for r in engine.registry.recognizers)
    engine.registry.add_recognizer(SekishoRecognizer("quick", supported_language="en"))
    found = {r.entity_type for r in engine.analyze("4111 1111 1111 1111, 個人番号 123456789018", language="en")}
    assert {"CREDIT_CARD", "JP_MY_NUMBER"} <= found


def test_every_class_takes_what_registries_hand_over() -> None:
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    from detectors.presidio import RECOGNIZERS

    names = [cls.__name__ for cls in RECOGNIZERS.values()]
    names += ["SekishoRecognizer", "SekishoQuickRecognizer", "SekishoThoroughRecognizer"]
    languages = [{"language": "ja", "context": ["番号"]}, {"language": "en"}]
    wanted = [
        {"name": f"our {name}", "class_name": name, "type": "predefined", "supported_languages": languages}
        for name in names
    ]
    configuration = {"supported_languages": ["ja", "en"], "global_regex_flags": 26, "recognizers": wanted}
    registry = RecognizerRegistryProvider(registry_configuration=configuration).create_recognizer_registry()
    assert len(registry.recognizers) == 2 * len(names)
    assert {r.name for r in registry.recognizers} == {f"our {name}" for name in names}
    countries = {r.country_code() for r in registry.recognizers if r.supported_entities == ["JP_MY_NUMBER"]}
    assert countries == {"jp"}


def test_threads_get_the_results_of_their_own_text() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from detectors import presidio

    made: Any = vars(presidio)["SekishoJpMyNumberRecognizer"]
    recognizer = made("quick")
    texts = ["あ" * n + "個人番号 123456789018" for n in range(40)] * 5
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: recognizer.analyze(text, ["JP_MY_NUMBER"]), texts))
    assert [[(r.start, r.end) for r in results] for results in found] == [[(len(t) - 12, len(t))] for t in texts]


PAGE = Path(__file__).parents[2] / "docs" / "presidio.md"
_BLOCK = re.compile(r"(?ms)^```(python|yaml)\n(.*?)^```")


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 6
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind, code in blocks:
            if kind == "yaml":
                (tmp_path / "analyzer.yaml").write_text(code, encoding="utf-8")
            else:
                exec(compile(code, str(PAGE), "exec"), {})  # our own page
