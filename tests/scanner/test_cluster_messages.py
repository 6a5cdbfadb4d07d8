"""What coordinator, server and workers may say to each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cluster import messages
from scanner.cluster.identity import Forged
from scanner.cluster.messages import ANSWER, READY, SETUP, Failed, Settings, Setup
from scanner.custody.keys import new
from scanner.custody.prints import Prints
from scanner.model import FileRef
from tests.scanner.cluster_said import REFS, told

# --- what a message is


def test_messages_come_back_as_they_were_sent() -> None:
    answer = [told(r) for r in REFS]
    back = messages.loaded(ANSWER, messages.dumped(ANSWER, answer))
    assert back == answer
    assert back[0].prints is not None
    assert back[0].prints.prints == Prints(1, {"A": [(1, -(1 << 63))]}, {"A": {5}}, ["pN"], (7,), 2)
    assert messages.ToldPrints._fields == Prints.__slots__  # what is left out here is lost on the way
    assert back[0].contents.findings[0].where == ("名簿!C2:C4", "line 3", "+4")
    assert back[0].contents.notes == ("recipient_domain: city.example.jp", "judged: 3/4")
    failed = Failed("cannot_start")
    assert messages.loaded(ANSWER, messages.dumped(ANSWER, failed)) == failed
    setup = Setup(b"s" * 16, b"x" * 32, Settings("quick", b"k" * 32, (new("A"),), ("パス",), True, (b"/a\xff",), "r"))
    assert messages.loaded(SETUP, messages.dumped(SETUP, setup)) == setup


def _with(**changes: object) -> Callable[[list[Any]], object]:
    def change(answer: list[Any]) -> object:
        names = list(messages.Told._fields)
        for name, value in changes.items():
            answer[0][names.index(name)] = value
        return answer

    return change


def _finding(place: int, value: object) -> Callable[[list[Any]], object]:
    def change(answer: list[Any]) -> object:
        answer[0][2][0][place] = value
        return answer

    return change


NO_MESSAGES: dict[str, Callable[[list[Any]], object]] = {
    "a table": lambda _: {"py/object": "os.system"},
    "nothing": lambda _: None,
    "a size that no database holds": _with(ref=["L2E=", 1 << 63, 2, 3, 4, 5]),
    "a size below zero": _with(ref=["L2E=", -1, 2, 3, 4, 5]),
    "a time that no database holds": _with(ref=["L2E=", 1, 1 << 63, 3, 4, 5]),
    "no name": _with(ref=["", 1, 2, 3, 4, 5]),
    "a value as type": _with(media_type="山田太郎"),
    "a number": lambda _: 3,
    "files without end": lambda a: a * 101,
    "a word as size": _with(ref=["L2E=", "1", 2, 3, 4, 5]),
    "no path": _with(ref=[None, 1, 2, 3, 4, 5]),
    "an unknown reason": _with(reason="山田太郎"),
    "a short key": _with(key="a2s="),
    "people below zero": _with(persons_min=-1),
    "people without end": _with(persons_max=10**40),
    "a long type": _with(media_type="x" * 1_000),
    "notes without end": _with(notes=["x"] * 1_001),
    "tokens that no database holds": _with(prints=[1, {"A": [[1 << 63]]}, {}, ["p"], [], 1]),
    "no modulus": _with(prints=[1, {}, {}, [], [], 0]),
    "an unknown kind": _with(prints=[1, {"A": [[1]]}, {}, ["?"], [], 1]),
    "a value as entity": _finding(0, "山田太郎"),
    "a count of nothing": _finding(1, 0),
    "a score above one": _finding(2, 2.0),
    "a score that is none": _finding(2, "NaN"),
    "an unknown check": _finding(3, "maybe"),
    "places without end": _finding(4, ["line 1"] * 61),
    "a novel as place": _finding(4, ["x" * 10_000]),
    "a novel as shape": _finding(5, "x" * 10_000),
    "one field more": lambda a: [[*a[0], 1]],
    "one field less": lambda a: [a[0][:-1]],
}


@pytest.mark.parametrize("case", NO_MESSAGES)
def test_what_has_another_shape_is_no_message(case: str) -> None:
    answer = json.loads(messages.dumped(ANSWER, [told(REFS[0])]))
    with pytest.raises(Forged):
        messages.loaded(ANSWER, json.dumps(NO_MESSAGES[case](answer)).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(place=st.integers(0, len(messages.Told._fields) - 1), value=JSON)
def test_whatever_a_worker_says_is_refused_or_can_be_kept(place: int, value: object) -> None:
    answer = json.loads(messages.dumped(ANSWER, [told(REFS[0])]))
    answer[0][place] = value
    try:
        (said,) = messages.loaded(ANSWER, json.dumps(answer).encode())
    except Forged:
        return
    assert FileRef(*said.ref).path
    for number in (*said.ref[1:], said.contents.persons_min, said.contents.persons_max):
        assert -(1 << 63) <= number < 1 << 63
    assert said.prints is None or said.prints.prints


@pytest.mark.parametrize("kinds", [[], ["p"], ["pN", "p"], ["pNN"]])
def test_rows_and_their_kinds_go_together(kinds: list[str]) -> None:
    said = told(REFS[0]).prints
    assert said is not None
    with pytest.raises(Forged):
        assert said._replace(kinds=kinds).prints


@pytest.mark.parametrize("data", [b"", b"\x80\x04\x95", b"[" * 200_000, b'{"a":' * 50_000, b"\xff" * 100, b"[1e999]"])
def test_what_is_no_json_is_no_message(data: bytes) -> None:
    for shape in (ANSWER, READY, SETUP):
        with pytest.raises(Forged):
            messages.loaded(shape, data)


NOTES = (
    "recipient_domain: city.example.jp",
    "judged: 3/4",
    "detection_failed:KeyError: 1",
    "text_too_long: 900000",
    "time_limit: 1",
    "encrypted: …",
    "encrypted: member 3",
    "the content is zip, the name says .csv",
    "the name does not fit the content",
    "unpacked 12 million bytes of 30 million",
    "sheet hidden",
    "sheet",
    "remark",
    "error",
    "BadZipFile in a member",
)


PLACES = (
    "名簿!C2:C4",
    "line 3",
    "page 2-9",
    "+4",
    "sheet 3!B7",
    "table 1!B2",
    "paragraph 3",
    "row 9",
    "comment C2",
    "body!line 4",
)


def test_what_our_own_reader_and_judge_say_stays_as_it_is() -> None:
    said = told(REFS[0], notes=NOTES)
    assert said.contents.notes == NOTES
    (finding,) = said._replace(findings=(said.findings[0]._replace(where=PLACES, category="病歴"),)).contents.findings
    assert (finding.where, finding.shape, finding.category) == (PLACES, "漢字2+漢字2", "病歴")


def test_a_worker_can_put_no_text_of_its_own_into_the_inventory() -> None:
    answer = told(
        REFS[0],
        findings=(
            told(REFS[0])
            .findings[0]
            ._replace(where=("山田太郎 090-1234-5678", "佐藤花子!C2"), shape="山田 123456789012", category="山田"),
        ),
        notes=(
            "山田太郎",
            "encrypted: 山田太郎.zip",
            "recipient_domain: 山田.example",
            "judged: 1/2",
            "remark",
            "yamada: 3",
            "tanaka 12",
        ),
    )
    kept = str(answer.contents)
    assert "山田" not in kept
    assert "佐藤" not in kept
    assert "1234" not in kept
    assert "yamada" not in kept
    assert "tanaka" not in kept
    assert answer.contents.notes[3:5] == ("judged: 1/2", "remark")
    assert not answer.contents.copies
