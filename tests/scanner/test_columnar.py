"""Tables stored by columns are read as rows; without the extra, and where they are damaged, that is told."""

from __future__ import annotations

import builtins
import io
import json
import math
import random
import sqlite3
import struct
from contextlib import suppress

import pyarrow
import pytest
from fastavro import writer
from pyarrow import feather, orc, parquet

from scanner.extract import vectors
from scanner.extract.dispatch import dispatch
from scanner.extract.interface import ExtractError, Source
from scanner.model import Reason
from tests.scanner.test_bombs import sink_of
from tests.scanner.test_text_kinds import looked

_NAMES = ("高梨 美穂", "吉岡 兼子")
_COLUMNS: dict[str, list[object]] = {
    "氏名": list(_NAMES),
    "電話": ["090-4455-6677", None],
    "年齢": [41, 52],
    "顔": [[0.25] * 4, [0.5] * 4],
    "写真": [b"", b""],
}


def _made() -> dict[str, bytes]:
    table = pyarrow.table(_COLUMNS)
    found: dict[str, bytes] = {}
    for name, write in (
        ("a.parquet", parquet.write_table),
        ("a.feather", feather.write_feather),
        ("a.orc", orc.write_table),
    ):
        out = io.BytesIO()
        write(table, out)
        found[name] = out.getvalue()
    out = io.BytesIO()
    fields = [{"name": "n", "type": "string"}, {"name": "t", "type": ["null", "string"]}]
    rows = [{"n": n, "t": t} for n, t in zip(_NAMES, _COLUMNS["電話"], strict=True)]
    writer(out, {"type": "record", "name": "r", "fields": fields}, rows)
    return found | {"a.avro": out.getvalue()}


MADE = _made()


@pytest.mark.parametrize("name", sorted(MADE))
def test_rows_under_their_columns(name: str) -> None:
    text, missed = looked(MADE[name], name)
    lines = [line.split("\t") for line in text.split("\n")]
    assert lines[0][:2] == (["氏名", "電話"] if name != "a.avro" else ["n", "t"])
    assert lines[1][:2] == ["高梨 美穂", "090-4455-6677"]
    assert any("吉岡 兼子" in line for line in lines)
    assert not missed


@pytest.mark.parametrize("name", sorted(MADE))
def test_without_the_extra_it_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def lacking(module: str, *more: object, **others: object) -> object:
        if module.partition(".")[0] in ("pyarrow", "fastavro"):
            raise ImportError(module)
        return real(module, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", lacking)
    assert Reason.UNSUPPORTED in looked(MADE[name], name)[1]


@pytest.mark.parametrize("name", sorted(MADE))
def test_damage_never_stops_a_reader(name: str) -> None:
    chance = random.Random(name)
    for number in range(40):
        changed = bytearray(MADE[name])
        for _ in range(chance.choice((1, 8))):
            changed[chance.randrange(8, len(changed))] = chance.randrange(256)
        looked(bytes(changed[: chance.randrange(8, len(changed))] if number % 3 == 0 else changed), name)


_FACE = [math.sin(n) / 12 for n in range(128)]


def _notes(data: bytes, name: str) -> list[str]:
    sink, _ = sink_of()
    with suppress(ExtractError):
        dispatch(Source(name, io.BytesIO(data), len(data)), sink)
    return sink.notes


def _stored(value: object) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (name, face)")
    connection.execute("insert into t values ('高梨', ?)", (value,))
    connection.commit()
    return connection.serialize()


def _table(rows: list[list[float]]) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pyarrow.table({"氏名": ["高梨"] * len(rows), "顔": rows}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "is_face"),
    [
        (_stored(struct.pack("<128f", *_FACE)), "a.db", True),
        (_stored(struct.pack("<128d", *_FACE)), "a.db", True),
        (_stored(random.Random(1).randbytes(512)), "a.db", False),
        (_stored(struct.pack("<100f", *_FACE[:100])), "a.db", False),
        (json.dumps({"name": "高梨", "v": _FACE}).encode(), "a.json", True),
        (json.dumps([{"name": "高梨", "v": _FACE}] * 2).encode(), "a.json", True),
        (json.dumps({"v": [float(n) * 100 for n in range(128)]}).encode(), "a.json", False),
        (_table([_FACE]), "a.parquet", True),
        (_table([[1.0] * 4]), "a.parquet", False),
    ],
)
def test_templates_of_faces_are_told(data: bytes, name: str, is_face: bool) -> None:
    assert (vectors.NOTE in _notes(data, name)) is is_face
