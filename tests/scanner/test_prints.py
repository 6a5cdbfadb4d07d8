"""Keys of rows, pieces of text and tokens: what originals are recognised by. All persons are invented."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.custody.cards import Line
from scanner.custody.identity import (
    address_key,
    birth_key,
    letters,
    name_key,
    phone_key,
)
from scanner.custody.keys import Key
from scanner.custody.prints import Fingerprinter
from scanner.custody.rowkeys import WEAK, Value, first_keys, row_keys
from scanner.custody.shingles import Shingles, chosen
from scanner.inventory import custody as table
from scanner.inventory import migrations


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (name_key, "山田 太郎", "山田太郎"),
        (name_key, "髙橋　一郎", "高橋一郎"),
        (birth_key, "昭和55年4月1日", "1980/4/1"),
        (birth_key, "S55.4.1", "1980-04-01"),
        (address_key, "東京都港区芝1丁目2番3号", "東京都港区芝１-２-３"),
        (address_key, "東京都港区芝一丁目2番3号", "東京都港区芝1-2-3"),
        (phone_key, "+81-90-1234-5678", "０９０（１２３４）５６７８"),
    ],
)
def test_one_person_written_in_two_ways(key, one: str, other: str) -> None:  # type: ignore[no-untyped-def]
    assert key(one) == key(other) != ""


def test_no_key_is_made_of_a_name_alone_or_of_numbers_that_name_everybody() -> None:
    name, surname = [Value("PERSON", "山田 太郎"), Value("PERSON", "ヤマダ タロウ")], Value("PERSON", "山田")
    assert {kind for kind, _ in row_keys(name) + first_keys(name)} == WEAK
    for keys in (row_keys, first_keys):
        assert keys([surname, Value("JP_MY_NUMBER", "123456789018")]) == []
    assert not any(c.isdigit() for c in letters("個人番号 1234-5678-9018 と 口座 1234567 は 別"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["PERSON", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"]),
            st.text(max_size=30),
        ),
        max_size=8,
    )
)
def test_any_values_make_keys(values: list[tuple[str, str]]) -> None:
    for keys in (row_keys, first_keys):
        made = keys([Value(*value) for value in values])
        assert len(made) <= 24 + len(values)
        assert len({key for _, key in made}) == len(made)


def test_no_number_that_names_everybody_can_be_recovered_even_with_the_key() -> None:
    """Enumeration over a reduced space: every My Number, card and account number of the planted block is tried under
    every prefix that keys have; and two rows that differ in such a number only have the same fingerprints."""
    key, house = Key("A", b"k" * 32), Key("", b"h" * 32)

    def tokens(number: str) -> set[int]:
        prints = Fingerprinter([key], house)
        for entity, value in (
            ("PERSON", "山田 太郎"),
            ("PHONE_NUMBER", "03-1234-5678"),
            ("JP_MY_NUMBER", number),
            ("CREDIT_CARD", number),
            ("JP_BANK_ACCOUNT", number),
        ):
            prints.value(Line(("a", "row"), 1, True), entity, value)
        prints.row([(1, "山田 太郎"), (2, number)])
        prints.text(f"個人番号は {number} です。" * 40)
        made = prints.finish()
        return {t for row in made.by_key["A"] for t in row} | made.texts["A"] | set(made.sketch)

    planted = "123456789018"
    assert tokens(planted) == tokens("987654321013")
    found = tokens(planted)
    for tail in range(10_000):
        candidate = f"12345678{tail:04}"
        for prefix in ("p:", "e:", "n:", "nb:", "na:", "m:", "mb:", "ma:", "ba:", "s:", ""):
            for secret in (key, house):
                assert secret.token(prefix + candidate) not in found
                assert secret.token(prefix + candidate, weak=True) not in found
                assert secret.second(prefix + candidate) not in found


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=6))
def test_pieces_of_text_are_chosen_by_their_crc_however_the_text_is_parted(parts: list[str]) -> None:
    text = letters("\n".join(parts))
    raw = text.encode("utf-32-le")
    assert chosen(raw) == [at for at in range(0, len(raw) - 63, 4) if not zlib.crc32(raw[at : at + 64]) & 7], (
        "the same as with the ordinary function: fingerprints of older versions stay comparable"
    )
    shingles = Shingles()
    for part in parts:
        shingles.add(part)
    assert shingles.digests() == {hashlib.sha256(raw[at : at + 64]).digest()[:16] for at in chosen(raw)}


def test_long_texts_are_looked_at_in_batches_and_lose_nothing_between_them() -> None:
    chance = random.Random(7)
    parts = ["".join(chance.choices("山川田中あいうえおカキクケコ𠮷", k=chance.randint(0, 90))) for _ in range(1500)]
    raw = "".join(parts).encode("utf-32-le")
    shingles = Shingles()
    for part in parts:
        shingles.add(part)
    assert shingles.digests() == {hashlib.sha256(raw[at : at + 64]).digest()[:16] for at in chosen(raw)}


def test_a_token_costs_less_than_24_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    migrations.apply(str(path))
    db = sqlite3.connect(path)
    before = path.stat().st_size
    chance = random.Random(1)
    for original in range(1, 5):
        tokens = sorted(chance.getrandbits(64) - (1 << 63) for _ in range(25_000))
        table.put_tokens(db, original, {t: n // 8 for n, t in enumerate(tokens)})
        db.commit()
    db.close()
    assert (path.stat().st_size - before) / 100_000 <= 24


def test_lookup_finds_all_originals_of_a_token(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    migrations.apply(str(path))
    db = sqlite3.connect(path)
    table.put_tokens(db, 1, {5: 0, -7: 3})
    table.put_tokens(db, 2, {5: -1})
    assert table.lookup(db, [5, -7, 9]) == {5: ((1, 0), (2, -1)), -7: ((1, 3),)}
