"""The generators of invented texts: their marks are right and they are the same for a seed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.office_set import documents, kinds
from detectors.training import names
from detectors.training.marked import Text
from detectors.training.office import Office
from detectors.training.reworded import reworded
from detectors.training.twins import Twins
from tests.conftest import ROOT


def test_office_texts_mark_names_without_spaces_at_the_ends() -> None:
    office = Office(5)
    for _ in range(300):
        text = office.text()
        for start, end in text.spans:
            assert 0 <= start < end <= len(text.text)
            assert text.text[start:end] == text.text[start:end].strip()


def test_same_seed_same_texts() -> None:
    assert [Office(3).text() for _ in range(1)] == [Office(3).text() for _ in range(1)]
    assert names.name(random.Random(1)) == names.name(random.Random(1))


def test_labelled_set_is_large_and_split() -> None:
    dev, test = documents("dev"), documents("test")
    assert len(kinds()) >= 20
    assert len(dev) + len(test) >= 400
    assert len(test) * 3 == len(dev) + len(test)
    for document in dev:
        for entity, start, end in document.spans:
            assert document.text[start:end].strip(), entity


def test_no_template_of_the_test_set_is_trained_on() -> None:
    from detectors.training.office import _PERSONAL

    lines = {line for d in documents("test") for line in d.text.splitlines() if len(line) > 12}
    fixed = {t for t in _PERSONAL if "{" not in t}
    assert not lines & fixed


def test_documents_written_by_hand_can_be_read_and_are_apart() -> None:
    from benchmarks.handwritten import handwritten

    dev, test = handwritten("dev"), handwritten("test")
    assert len(dev) + len(test) > 100
    for document in (*dev, *test):
        assert all(document.text[a:b].strip() and "{" not in document.text[a:b] for _, a, b in document.spans)
    assert not {d.text for d in dev} & {d.text for d in test}


def test_catalogues_name_nobody() -> None:
    from detectors.training.catalogue import catalogue

    office = Office(7)
    texts = [catalogue(office) for _ in range(100)]
    assert not any(text.spans for text in texts)
    assert len({text.text for text in texts}) == 100


def test_documents_by_hand_are_shown_about_other_persons_of_the_same_form(tmp_path: Path) -> None:
    from detectors.training.texts import documents as by_hand
    from detectors.training.texts import exchanged

    path = tmp_path / "documents.txt"
    path.write_text(
        "=== 名簿\n{P:山田 太郎} {T:03-1234-5678} {M}\n{P:ヤマダ タロウ}（{P:SATO Ken}）\n", encoding="utf-8"
    )
    (text,) = by_hand(path, random.Random(1))
    assert [text.text[a:b] for a, b in text.spans] == ["山田 太郎", "ヤマダ タロウ", "SATO Ken"]
    assert "{" not in text.text
    chance = random.Random(2)
    others = [exchanged(text, chance) for _ in range(40)]
    found = [[other.text[a:b] for a, b in other.spans] for other in others]
    assert len({names[0] for names in found}) > 20
    for kanji, kana, latin in found:
        assert " " in kanji
        assert all("ァ" <= c <= "ヺ" or c in "ー " for c in kana)
        assert latin.split()[0].isupper()
    assert all("03-1234-5678" in other.text for other in others)


def test_other_words_leave_the_names_where_they_are() -> None:
    things = {kind: [f"{kind}語"] for kind in ("loan", "deed", "noun", "town", "ware")}
    body = "会議の資料を総務課の山田 太郎が駅前の会場へ運び、佐藤様に渡した。\n氏名　鈴木\n"
    text = Text(body, tuple((body.index(n), body.index(n) + len(n)) for n in ("山田 太郎", "佐藤", "鈴木")))
    changed = [reworded(text, things, random.Random(n)) for n in range(20)]
    for other in changed:
        assert [other.text[a:b] for a, b in other.spans] == ["山田 太郎", "佐藤", "鈴木"]
        assert other.text.count("\n") == 2
    assert len({other.text for other in changed}) > 10


def test_twins_say_the_same_words_of_places_and_of_persons() -> None:
    twins = Twins(5)
    texts = [twins.text() for _ in range(200)]
    named = {text.text[a:b] for text in texts for a, b in text.spans}
    nobody = "\n".join(text.text for text in texts if not text.spans)
    assert 0.35 < sum(bool(text.spans) for text in texts) / len(texts) < 0.65
    assert sum(name in nobody for name in named) > 20


@pytest.mark.parametrize("name", ["headed:Headed", "office:Office", "daily:Daily", "twins:Twins"])
def test_a_seed_gives_the_same_texts_in_every_process(name: str) -> None:
    """Whatever the hashes of words are there: what iterates over a set of words would differ."""
    module, _, generator = name.partition(":")
    told = f"from detectors.training.{module} import {generator} as G; g = G(5); print([g.text().text for _ in range(200)])"
    given = [
        subprocess.run(
            [sys.executable, "-c", told],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert given[0] == given[1]
