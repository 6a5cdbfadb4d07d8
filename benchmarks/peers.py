"""The peers behind one face: ``find(text) -> [(entity, start, end)]``. A peer that is not installed is named and left
out; install them with ``pip install namemask fuseji kakushi besshouka==0.1.1a2 pymasking privacy-masker``."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Found = list[tuple[str, int, int]]
Finder = Callable[[str], Found]

_NAMES = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "NAME": "PERSON",
    "PERSON_NAME": "PERSON",
    "JP_PERSON": "PERSON",
    "ADDRESS": "JP_ADDRESS",
    "JP_ADDRESS": "JP_ADDRESS",
    "LOCATION": "JP_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "JP_PHONE_NUMBER": "PHONE_NUMBER",
    "JP_PERSON_NAME": "PERSON",
    "PHONE_NUMBER": "PHONE_NUMBER",
    "JP_PHONE": "PHONE_NUMBER",
    "TEL": "PHONE_NUMBER",
    "EMAIL": "EMAIL_ADDRESS",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS",
    "MY_NUMBER": "JP_MY_NUMBER",
    "MYNUMBER": "JP_MY_NUMBER",
    "JP_MY_NUMBER": "JP_MY_NUMBER",
    "INDIVIDUAL_NUMBER": "JP_MY_NUMBER",
    "DATE_OF_BIRTH": "DATE_OF_BIRTH",
    "BIRTH_DATE": "DATE_OF_BIRTH",
    "BIRTHDATE": "DATE_OF_BIRTH",
    "DOB": "DATE_OF_BIRTH",
    "CREDIT_CARD": "CREDIT_CARD",
    "CARD": "CREDIT_CARD",
    "POSTAL_CODE": "JP_POSTAL_CODE",
    "ZIP": "JP_POSTAL_CODE",
    "JP_POSTAL_CODE": "JP_POSTAL_CODE",
}


def ours(depth: str) -> Finder:
    """Our engine at a depth."""
    from detectors.engine import Engine

    engine = Engine(depth)
    return lambda text: [(m.entity, m.start, m.end) for m in engine.analyze(text).matches]


def presidio_ginza() -> Finder:
    """Presidio's analyzer with its own recognizers and ja_ginza, as its documentation sets up another language."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

        os.environ["TLDEXTRACT_CACHE"] = ""
        mapping = {
            "Person": "PERSON",
            "Province": "LOCATION",
            "City": "LOCATION",
            "County": "LOCATION",
            "Date": "DATE_TIME",
        }
        engine = SpacyNlpEngine(
            models=[{"lang_code": "ja", "model_name": "ja_ginza"}],
            ner_model_configuration=NerModelConfiguration(model_to_presidio_entity_mapping=mapping, default_score=0.85),
        )
        engine.load()
        analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["ja"])

    def find(text: str) -> Found:
        found: Found = []
        for at in range(0, len(text), 12_000):  # Sudachi takes 49,149 bytes
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                results = analyzer.analyze(text[at : at + 12_000], language="ja")
            found += [(_NAMES.get(r.entity_type, r.entity_type), r.start + at, r.end + at) for r in results]
        return found

    return find


def _spans(items: Any) -> Found:
    found: Found = []
    for item in items:
        kind = getattr(item, "type", None) or getattr(item, "entity_type", None) or getattr(item, "label", "")
        name = str(getattr(kind, "value", getattr(kind, "name", kind))).upper()
        found.append((_NAMES.get(name, name), int(item.start), int(item.end)))
    return found


def namemask() -> Finder:
    """namemask's default pipeline with GiNZA and its address layer."""
    from namemask.config import load_config
    from namemask.pipeline.build import build_default_pipeline, run_pipeline

    detectors = build_default_pipeline(load_config(), None, use_ner=True, use_address=True)
    return lambda text: _spans(run_pipeline(text, detectors, None))


def fuseji() -> Finder:
    """fuseji's masker."""
    from fuseji import Masker

    masker = Masker()
    return lambda text: _spans(masker.mask(text).entities)


def kakushi() -> Finder:
    """kakushi with its name model."""
    from kakushi import find_all

    return lambda text: _spans(find_all(text))


def pymasking() -> Finder:
    """pymasking's detectors."""
    from pymasking.core.detector import detect_all, resolve_overlaps

    names = {
        "人物": "PERSON",
        "氏名": "PERSON",
        "住所": "JP_ADDRESS",
        "電話番号": "PHONE_NUMBER",
        "電話": "PHONE_NUMBER",
        "メール": "EMAIL_ADDRESS",
        "メールアドレス": "EMAIL_ADDRESS",
    }
    return lambda text: [
        (names.get(d.category, _NAMES.get(str(d.category).upper(), str(d.category))), d.start, d.end)
        for d in resolve_overlaps(detect_all(text))
    ]


def privacy_masker() -> Finder:
    """privacy-masker's regular expressions."""
    from privacy_masker import PrivacyEngine
    from privacy_masker.detectors import RegexDetector

    engine = PrivacyEngine([RegexDetector.default_ja(dates=True)])
    return lambda text: _spans(engine.detect(text))


def besshouka() -> Finder:
    """besshouka's recognizers."""
    import besshouka as package
    from besshouka.config.loader import load_operator_config, load_recognizer_config
    from besshouka.orchestrator.pipeline import run

    folder = Path(package.__file__).parent / "defaults"
    config, operators = (
        load_recognizer_config(folder / "recognizers.yaml"),
        load_operator_config(folder / "operators.yaml"),
    )
    return lambda text: _spans(run(text, config, operators).recognizer_results)


PEERS: dict[str, Callable[[], Finder]] = {
    "namemask": namemask,
    "fuseji": fuseji,
    "kakushi": kakushi,
    "besshouka": besshouka,
    "pymasking": pymasking,
    "privacy-masker": privacy_masker,
}
