"""The generators of invented texts: their marks are right and they are the same for a seed."""

from __future__ import annotations

import random

from benchmarks.office_set import documents, kinds
from detectors.training import names
from detectors.training.office import Office


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
