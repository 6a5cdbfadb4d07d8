"""What is done to a list before it turns up elsewhere, and what only looks like it. All persons are invented."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.custody_changes import CHANGES, UNRELATED, Bench, Person, people, recall, table, wrong
from scanner.custody.cards import Cards, Line
from scanner.custody.compare import ROWS_CERTAIN, Size, compare
from scanner.custody.identity import joined_address, letters_of_name, mail_key, site_key
from scanner.custody.keys import Key
from scanner.custody.prints import Fingerprinter, Prints
from scanner.custody.rowkeys import Value
from scanner.custody.stored import fingerprinted
from scanner.model import Copy


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def test_every_kind_of_change_is_seen_through(bench: Bench) -> None:
    persons = people(80, 5)
    assert bench.receive(*CHANGES["headings set wide"](persons, random.Random(1))).rows == 80
    known = recall(bench, persons)
    assert len(known) >= 30
    assert {name: share for name, share in known.items() if share < 0.85} == {}
    seen, mistaken = wrong(bench, persons, 1_000, per_file=200)
    assert seen >= 900
    assert set(mistaken) == set(UNRELATED)
    assert not any(mistaken.values())


KEY, HOUSE = Key("A", b"k" * 32), Key("", b"h" * 32)


def _prints(rows: list[list[Value]]) -> Prints:
    made = Fingerprinter([KEY], HOUSE)
    for number, row in enumerate(rows):
        for value in row:
            made.value(Line(("a", "row"), number, True), *value)
    return made.finish()


def _values(person: Person, *fields: str) -> list[Value]:
    every = {
        "name": Value("PERSON", person.name),
        "kana": Value("PERSON", person.kana),
        "birth": Value("DATE_OF_BIRTH", person.day),
        "address": Value("JP_ADDRESS", person.address),
        "phone": Value("PHONE_NUMBER", person.phone),
        "mail": Value("EMAIL_ADDRESS", person.mail),
    }
    return [every[name] for name in fields]


def _against(original: list[list[Value]], file: list[list[Value]]) -> Copy | None:
    made = fingerprinted(_prints(original), "A")
    known = {token: ((1, row),) for token, row in made.tokens.items()}
    found = compare(
        _prints(file),
        lambda tokens: {token: known[token] for token in tokens if token in known},
        {1: Size(made.rows, made.texts, made.named)},
    )
    return found[0] if found else None


def test_a_name_is_no_second_key() -> None:
    """Two lists with the same names, whose telephone numbers meet by chance."""
    chance = random.Random(3)
    ours = people(1_500, 1)
    names = [(p.family, p.given) for p in ours]
    theirs = []
    for number, p in enumerate(people(2_500, 2)):
        family, given_ = chance.choice(names)
        phone = ours[number].phone if number < 30 else p.phone
        theirs.append(replace(p, family=family, given=given_, phone=phone))
    file = [_values(p, "name", "phone") for p in theirs]
    found = _against([_values(p, "name", "phone") for p in ours], file)
    assert found is not None
    assert found.weak, "names alone, for information"
    assert not found.matched


@pytest.mark.parametrize(
    "fields",
    [
        ("name", "birth"), ("name", "address"), ("name", "phone"), ("kana", "birth"), ("kana", "address"), ("phone",), ("mail",),
        ("birth", "address"), ("birth", "phone"), ("name", "kana", "birth", "address", "phone"),
    ],
)  # fmt: skip
def test_what_identifies_somebody_is_enough(fields: tuple[str, ...]) -> None:
    persons = people(40, 7, mails=1)
    every = ("name", "kana", "birth", "address", "phone", "mail")
    found = _against([_values(p, *every) for p in persons], [_values(p, *fields) for p in persons[:20]])
    assert found is not None
    assert (found.rows, found.weak) == (20, False)


@pytest.mark.parametrize("fields", [("name",), ("kana",), ("birth",), ("address",)])
def test_what_many_share_is_not(fields: tuple[str, ...]) -> None:
    persons = people(40, 7, mails=1)
    every = ("name", "kana", "birth", "address", "phone", "mail")
    found = _against([_values(p, *every) for p in persons], [_values(p, *fields) for p in persons])
    assert found is None or (found.weak and not found.matched)


def test_other_people_at_the_same_telephone_number_are_no_copy() -> None:
    persons = people(60, 8)
    kin = [replace(o, family=p.family, phone=p.phone, town=p.town, number=p.number) for o, p in zip(people(60, 9), persons, strict=True)]  # fmt: skip
    kin = [k for k, p in zip(kin, persons, strict=True) if k.given != p.given]
    every = ("name", "birth", "address", "phone")
    assert _against([_values(p, *every) for p in persons], [_values(k, *every) for k in kin]) is None


def test_a_reading_counts_only_where_the_name_is_not_written_otherwise() -> None:
    persons = people(40, 10)
    original = [_values(p, "name", "kana", "birth") for p in persons]
    others = [replace(p, family=o.family, given=o.given) for p, o in zip(persons, people(40, 11), strict=True)]
    assert _against(original, [_values(p, "name", "kana", "birth") for p in others]) is None
    found = _against(original, [_values(p, "kana", "birth") for p in others])
    assert found is not None
    assert (found.rows, found.weak) == (40, False)


@given(st.integers(1, ROWS_CERTAIN - 1), st.integers(30, 60))
def test_few_rows_are_told_with_their_numbers(few: int, others: int) -> None:
    persons = people(30, 12)
    every = ("name", "birth", "address")
    mixed = [*persons[10 : 10 + few], *people(others, 13)]
    found = _against([_values(p, *every) for p in persons], [_values(p, *every) for p in mixed])
    assert found is not None
    assert (found.rows, found.weak, found.matched) == (few, True, tuple(range(10, 10 + few)))


def test_a_person_met_by_chance_in_a_long_list_is_no_piece_of_it() -> None:
    persons = people(30, 14)
    mixed = [_values(persons[3], "name", "birth"), *(_values(p, "name", "birth") for p in people(40, 15))]
    found = _against([_values(p, "name", "birth", "phone") for p in persons], mixed)
    assert found is not None
    assert (found.rows, found.weak, found.matched) == (1, True, ())


CARD = [("PERSON", "山田 太郎"), ("PERSON", "ヤマダ タロウ"), ("DATE_OF_BIRTH", "1980/1/2"), ("JP_ADDRESS", "芝1-2-3"), ("PHONE_NUMBER", "03-1234-5678")]  # fmt: skip


@given(st.permutations(CARD), st.integers(2, 6), st.integers(0, 5))
def test_fields_below_each_other_are_one_person(order: list[tuple[str, str]], cards: int, gap: int) -> None:
    """Whatever field comes first, and whatever stands between the cards."""
    found: list[list[Value]] = []
    put = Cards(found.append)
    line = 0
    for _ in range(cards):
        for entity, text in order:
            put.add(Line(("", "line"), line, False), Value(entity, text))
            line += 1
        line += gap
    put.close()
    assert [len(card) for card in found] == [len(CARD)] * cards


def test_rows_under_headings_are_never_joined() -> None:
    found: list[list[Value]] = []
    put = Cards(found.append)
    for number, (entity, text) in enumerate(CARD):
        put.add(Line(("", "row"), number, True), Value(entity, text))
    put.close()
    assert [len(row) for row in found] == [1] * len(CARD)


@pytest.mark.parametrize(
    "address",
    [
        "東京都世田谷区桜丘1-2-3", "世田谷区桜丘１－２－３", "東京都世田谷区桜丘一丁目2番3号", "東京都世田谷区桜丘1丁目2番3号 メゾン緑302号室", "東京都世田谷区桜丘1-2-3-401",
        "〒154-0015 東京都世田谷区桜丘1-2-3 201", "東京都世田谷区桜丘1の2の3", "東京都世田谷区桜丘1ー2ー3　第2山田ビル3F", "東京都　世田谷区　桜丘1-2-3コーポ桜",
    ],
)  # fmt: skip
def test_one_house_however_it_is_written(address: str) -> None:
    assert site_key(address) == "世田谷区桜丘1-2-3"


def test_a_town_is_no_address_and_houses_differ() -> None:
    assert site_key("東京都世田谷区桜丘") == ""
    houses = [
        "札幌市豊平区平岸9条37-19",
        "札幌市豊平区平岸9条37-18",
        "札幌市中央区北1条西2-3",
        "札幌市中央区北1条東2-3",
    ]
    assert len({site_key(house) for house in houses}) == len(houses)


@given(st.text(max_size=30))
def test_any_text_can_be_asked_for_its_house(text: str) -> None:
    site_key(text)
    letters_of_name(text)
    mail_key(text)


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["東京都", "世田谷区", "桜丘1-2-3", "コーポ桜201"], ["東京都世田谷区桜丘1-2-3 コーポ桜201"]),
        (["東京都世田谷区", "桜丘1-2-3"], ["東京都世田谷区桜丘1-2-3"]),
        (["東京都世田谷区桜丘1-2-3", "大阪府堺市中之町4-5"], ["東京都世田谷区桜丘1-2-3", "大阪府堺市中之町4-5"]),
        ([], []),
    ],
)
def test_columns_of_one_address(pieces: list[str], whole: list[str]) -> None:
    assert joined_address(pieces) == whole


def test_the_table_of_the_benchmark_is_the_list() -> None:
    assert len(table(people(3, 1))) == 4
