"""Keys of machine files say what headings say, however the file is written."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from detectors.engine import Engine
from detectors.tables.records import records

Record = dict[str, str]


def json_lines(records: list[Record]) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records)


def pretty(records: list[Record]) -> str:
    return json.dumps({"data": {"rows": records}}, ensure_ascii=False, indent=2)


def yaml(records: list[Record]) -> str:
    return "people:\n" + "\n".join("  - " + "\n    ".join(f"{k}: {v}" for k, v in r.items()) for r in records)


def properties(records: list[Record]) -> str:
    return "\n".join(f"{k}={v}" for record in records for k, v in record.items())


def xml(records: list[Record]) -> str:
    return "".join("<p>" + "".join(f"<{k}>{v}</{k}>" for k, v in record.items()) + "</p>" for record in records)


def code(records: list[Record]) -> str:
    return "\n".join("users.add(User(" + ", ".join(f"{k}='{v}'" for k, v in r.items()) + "))" for r in records)


def query(records: list[Record]) -> str:
    return "\n".join("GET /apply?" + "&".join(f"{k}={v}" for k, v in r.items()) + " HTTP/1.1" for r in records)


def ruby(records: list[Record]) -> str:
    return "\n".join("{" + ", ".join(f'"{k}" => "{v}"' for k, v in record.items()) + "}" for record in records)


STYLES: list[Callable[[list[Record]], str]] = [json_lines, pretty, yaml, properties, xml, code, query, ruby]
KEYS = [
    ("shimei", "birth_ymd", "tel_no", "kojin_bango"),
    ("namae", "seinengappi", "denwa_bango", "myNumber"),
    ("fullName", "dateOfBirth", "phoneNumber", "my_number"),
    ("KANJI_SHIMEI", "UMARE", "KEITAI", "KOJIN_NO"),
]
VALUES = [
    ("鈩望", "1960-03-12", "090-5550-0140", "123456789018"),
    ("新実翼", "S63.1.7", "090-5550-0141", "023456789013"),
]
KINDS = ("PERSON", "DATE_OF_BIRTH", "PHONE_NUMBER", "JP_MY_NUMBER")


@pytest.mark.parametrize("keys", KEYS, ids=lambda keys: keys[0])
@pytest.mark.parametrize("style", STYLES)
def test_every_value_is_found_by_its_key(style: Callable[[list[Record]], str], keys: tuple[str, ...]) -> None:
    text = style([{"id": str(n), **dict(zip(keys, values, strict=True))} for n, values in enumerate(VALUES)])
    found = {(m.entity, text[m.start : m.end]) for m in Engine().analyze(text).matches}
    assert found == {(kind, value) for values in VALUES for kind, value in zip(KINDS, values, strict=True)}


@pytest.mark.parametrize("style", STYLES)
def test_keys_of_things_announce_nobody(style: Callable[[list[Record]], str]) -> None:
    records = [
        {
            "name": "nginx",
            "file_name": "照会.txt",
            "table_name": "住民",
            "address": "10.0.0.1",
            "mail": "off",
            "created": "1985-03-12",
        },
        {
            "name": "web",
            "file_name": "回答.txt",
            "table_name": "課税",
            "address": "10.0.0.2",
            "mail": "on",
            "created": "1990-04-01",
        },
    ]
    kinds = {m.entity for m in Engine().analyze(style(records)).matches}
    assert kinds <= {"IP_ADDRESS"}


@pytest.mark.parametrize("parts", [1, 3, 400])
def test_lines_of_records_are_those_of_the_text(parts: int) -> None:
    lines = ["まえがき", json_lines([{"name": "山田太郎", "tel": f"0312345{n:03}"} for n in range(parts)]), "あとがき"]
    for between in ("\n", " "):
        text = f"{lines[0]}\n{lines[1].replace(chr(10), between)}\n{lines[2]}"
        rest, tables = records(text)
        assert len(rest) == len(text)
        assert tables
        assert rest.startswith("まえがき\n")
        assert rest.endswith("\nあとがき")
        assert "山田" not in rest
